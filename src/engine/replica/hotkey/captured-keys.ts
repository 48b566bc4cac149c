import { decodeKey } from '../../../rpc/idl/keys.ts';
import type { HotkeyType } from '../../../rpc/idl/replica-admin.ts';
import type { Request } from '../../request.ts';
import { ROCKSDB_STATUS } from '../data/rocksdb-status.ts';

/** A hash key that a request read or wrote, and for how much that counts. */
export interface CapturedKey {
  readonly type: HotkeyType;
  readonly hashKey: Uint8Array;
  readonly weight: number;
}

/** What requests and replies have of these. */
interface Message {
  readonly key: Uint8Array;
  readonly hash_key: Uint8Array;
  readonly start_key: Uint8Array;
  readonly kvs: readonly unknown[];
  readonly sort_keys: readonly unknown[];
  readonly mutate_list: readonly unknown[];
  readonly data: readonly { readonly hash_key: Uint8Array }[];
  readonly error: number;
  readonly decree: number;
}

const { ok, notFound, incomplete, invalidArgument, tryAgain } = ROCKSDB_STATUS;

/**
 * The hash keys of a request that was answered (`capacity_unit_calculator.cpp`). Scans count for nothing, nor do writes
 * that another cluster has shipped.
 */
export function capturedKeys(request: Request, answer: unknown): CapturedKey[] {
  const body = request.body as Message;
  const reply = answer as Message;
  const one = (type: HotkeyType, hashKey: Uint8Array, weight = 1, ...statuses: readonly number[]) =>
    statuses.length === 0 || statuses.includes(reply.error)
      ? [{ type, hashKey, weight: Math.max(1, weight) }]
      : [];
  switch (request.partOf ?? request.code) {
    case 'RPC_RRDB_RRDB_GET':
    case 'RPC_RRDB_RRDB_TTL':
      return one('READ', hashKeyOf(body), 1, ok, notFound);
    case 'RPC_RRDB_RRDB_MULTI_GET':
      return one('READ', body.hash_key, reply.kvs.length, ok, notFound, incomplete, invalidArgument);
    case 'RPC_RRDB_RRDB_BATCH_GET':
      return reply.data.flatMap(({ hash_key }) => one('READ', hash_key));
    case 'RPC_RRDB_RRDB_SORTKEY_COUNT':
      // Counted in parts, which are a scan's, it is counted once.
      return request.hasWaited === true ? [] : one('READ', countedKey(), 1, ok, notFound, incomplete);
    case 'RPC_RRDB_RRDB_PUT':
    case 'RPC_RRDB_RRDB_REMOVE':
      return one('WRITE', hashKeyOf(body), 1, ok);
    case 'RPC_RRDB_RRDB_MULTI_PUT':
      return one('WRITE', body.hash_key, body.kvs.length);
    case 'RPC_RRDB_RRDB_MULTI_REMOVE':
      return one('WRITE', body.hash_key, body.sort_keys.length, ok);
    case 'RPC_RRDB_RRDB_INCR':
      return atomic(hashKeyOf(body), 1);
    case 'RPC_RRDB_RRDB_CHECK_AND_SET':
      return atomic(body.hash_key, 1);
    case 'RPC_RRDB_RRDB_CHECK_AND_MUTATE':
      return atomic(body.hash_key, body.mutate_list.length);
    default:
      return [];
  }

  function countedKey(): Uint8Array {
    return request.partOf === undefined ? body.hash_key : decodeKey(body.start_key).hashKey;
  }

  /** What it checks counts as read; it counts for nothing where it was refused before it took a decree. */
  function atomic(hashKey: Uint8Array, weight: number): CapturedKey[] {
    if (reply.decree === -1) return [];
    return [...one('WRITE', hashKey, weight, ok), ...one('READ', hashKey, 1, ok, invalidArgument, tryAgain)];
  }
}

function hashKeyOf({ key }: Message): Uint8Array {
  return decodeKey(key).hashKey;
}
