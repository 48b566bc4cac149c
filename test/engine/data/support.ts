import { type ApplyContext, applyMutation } from '../../../src/engine/replica/data/apply.ts';
import {
  handleRead,
  type ReadCode,
  type ReadContext,
  type ReadLimits,
} from '../../../src/engine/replica/data/read.ts';
import { RecordStore } from '../../../src/engine/replica/data/record-store.ts';
import { ScanContexts } from '../../../src/engine/replica/data/scan-contexts.ts';
import type { WriteCode, WriteRequest } from '../../../src/engine/replica/data/updates.ts';
import { encodeKey } from '../../../src/rpc/idl/keys.ts';
import type { KeyValue, MultiGetRequest } from '../../../src/rpc/idl/rrdb.ts';
import type { GetScannerRequest, ScanResponse } from '../../../src/rpc/idl/scan.ts';
import { EPOCH_BEGIN } from '../../../src/rpc/idl/time.ts';
import { getScannerRequest, multiGetRequest } from '../../support/read-requests.ts';

export const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
export const text = (value: Uint8Array): string => Buffer.from(value).toString('latin1');
export const rawKey = (hashKey: string, sortKey: string): Uint8Array =>
  encodeKey(bytes(hashKey), bytes(sortKey));
/** `sort=value` of each record of a reply. */
export const pairs = (kvs: readonly KeyValue[]): string[] =>
  kvs.map(({ key, value }) => `${text(key)}=${text(value)}`);

/** A Pegasus time that tests begin at, in seconds; 0 would mean "never". */
export const NOW = 1000;

/** One partition, at a time that the test moves, with the requests of a client. */
export class Partition {
  readonly store = new RecordStore();
  readonly envs: Record<string, string> = {};
  /** Seconds. */
  defaultTtl = 0;
  readonly scans = new ScanContexts(7n << 32n);
  /** Pegasus time. */
  now = NOW;
  decree = 0;
  clusterId = 1;
  limits: ReadLimits | undefined;

  write<C extends WriteCode>(code: C, request: WriteRequest<C>, context: Partial<ApplyContext> = {}): never {
    this.decree++;
    const [reply] = applyMutation(this.store, [{ code, request }], { ...this.applyContext(), ...context });
    return reply as never;
  }

  read<R>(code: ReadCode, request: unknown, context: Partial<ReadContext> = {}): R {
    return handleRead(code, request, this.store, { ...this.readContext(), ...context }) as R;
  }

  put(hashKey: string, sortKey: string, value: string, expire = 0): { error: number } {
    const request = { key: rawKey(hashKey, sortKey), value: bytes(value), expire_ts_seconds: expire };
    return this.write('RPC_RRDB_RRDB_PUT', request);
  }

  /** The value that `get` gives, or the status instead. */
  get(hashKey: string, sortKey: string): string | number {
    const reply = this.read<{ error: number; value: Uint8Array }>('RPC_RRDB_RRDB_GET', {
      key: rawKey(hashKey, sortKey),
    });
    return reply.error === 0 ? text(reply.value) : reply.error;
  }

  ttl(hashKey: string, sortKey: string): { error: number; ttl_seconds: number } {
    return this.read('RPC_RRDB_RRDB_TTL', { key: rawKey(hashKey, sortKey) });
  }

  multiGet(hashKey: string, request: Partial<MultiGetRequest> = {}): { error: number; kvs: KeyValue[] } {
    return this.read('RPC_RRDB_RRDB_MULTI_GET', multiGetRequest({ hash_key: bytes(hashKey), ...request }));
  }

  getScanner(request: Partial<GetScannerRequest> = {}): ScanResponse {
    return this.read('RPC_RRDB_RRDB_GET_SCANNER', getScannerRequest(request));
  }

  scan(contextId: bigint): ScanResponse {
    return this.read('RPC_RRDB_RRDB_SCAN', { context_id: contextId });
  }

  private applyContext(): ApplyContext {
    return {
      decree: this.decree,
      nowSeconds: this.now + EPOCH_BEGIN,
      timestampUs: (this.now + EPOCH_BEGIN) * 1_000_000,
      clusterId: this.clusterId,
      appId: 2,
      pidx: 0,
      server: 'localhost:34801',
      defaultTtl: this.defaultTtl,
    };
  }

  private readContext(): ReadContext {
    const { limits } = this;
    return {
      nowSeconds: this.now + EPOCH_BEGIN,
      appId: 2,
      pidx: 0,
      partitionCount: 8,
      server: 'localhost:34801',
      envs: this.envs,
      scans: this.scans,
      ...(limits === undefined ? {} : { limits: () => limits }),
    };
  }
}
