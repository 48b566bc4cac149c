import { compareKeys, decodeKey, encodeKey, keyAfterPrefix, keyHash, NO_BYTES } from '../../idl/keys.ts';
import * as methods from '../../idl/methods.ts';
import type { GetScannerRequest, ScanResponse } from '../../idl/scan.ts';
import { RpcError } from '../../transport/transport.ts';
import { type ClientError, NOT_FOUND, ofPegasusCode, ofStorageCode, SUCCESS } from './errors.ts';
import type { Resolver } from './resolver.ts';

export interface ScanOptions {
  readonly startSortKey?: Uint8Array;
  readonly stopSortKey?: Uint8Array;
  readonly startInclusive?: boolean;
  readonly stopInclusive?: boolean;
  readonly batchSize?: number;
  readonly noValue?: boolean;
  readonly returnExpireTs?: boolean;
  readonly onlyReturnCount?: boolean;
  readonly hashKeyFilter?: {
    readonly type: GetScannerRequest['hash_key_filter_type'];
    readonly pattern: Uint8Array;
  };
  readonly sortKeyFilter?: {
    readonly type: GetScannerRequest['sort_key_filter_type'];
    readonly pattern: Uint8Array;
  };
  readonly timeoutMs?: number;
}

export interface ScannedRecord {
  readonly hashKey: Uint8Array;
  readonly sortKey: Uint8Array;
  readonly value: Uint8Array;
  /** Seconds since 2016-01-01; 0 = never; undefined unless asked for. */
  readonly expireTs: number | undefined;
}

/** A scan ended early. `place` is what the last answering server said of itself. */
export class ScanError extends Error {
  readonly error: ClientError;
  readonly place: { readonly app_id: number; readonly partition_index: number; readonly server: string };

  constructor(error: ClientError, place = { app_id: -1, partition_index: -1, server: '' }) {
    super(error.text);
    this.name = 'ScanError';
    this.error = error;
    this.place = place;
  }
}

const DEFAULT_TIMEOUT_MS = 5000;
const DEFAULT_BATCH = 1000;

/** Above every raw key: no hash key is that long. */
const AFTER_ALL_KEYS = Uint8Array.of(0xff, 0xff);

/** A range of one partition, read batch by batch. */
export class Scanner implements AsyncIterable<ScannedRecord> {
  private readonly resolver: Resolver;
  private readonly hash: bigint;
  private readonly request: GetScannerRequest;
  private readonly timeoutMs: number;

  private constructor(
    resolver: Resolver,
    hash: bigint,
    range: Range,
    options: ScanOptions,
    isFullScan: boolean,
  ) {
    this.resolver = resolver;
    this.hash = hash;
    this.timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.request = {
      start_key: range.start,
      stop_key: range.stop,
      start_inclusive: range.startInclusive,
      stop_inclusive: range.stopInclusive,
      batch_size: options.batchSize ?? DEFAULT_BATCH,
      no_value: options.noValue ?? false,
      hash_key_filter_type: options.hashKeyFilter?.type ?? 'FT_NO_FILTER',
      hash_key_filter_pattern: options.hashKeyFilter?.pattern ?? NO_BYTES,
      sort_key_filter_type: options.sortKeyFilter?.type ?? 'FT_NO_FILTER',
      sort_key_filter_pattern: options.sortKeyFilter?.pattern ?? NO_BYTES,
      // One partition has all of a hash key.
      validate_partition_hash: isFullScan,
      return_expire_ts: options.returnExpireTs ?? false,
      full_scan: isFullScan,
      only_return_count: options.onlyReturnCount ?? false,
    };
  }

  /** What a scan may find under one hash key (`pegasus_client_impl::get_scanner`). */
  static ofHashKey(resolver: Resolver, hashKey: Uint8Array, options: ScanOptions): Scanner {
    const prefix = encodeKey(hashKey, NO_BYTES);
    const hasStop = options.stopSortKey !== undefined && options.stopSortKey.length > 0;
    const range = {
      start: encodeKey(hashKey, options.startSortKey ?? NO_BYTES),
      stop: hasStop ? encodeKey(hashKey, options.stopSortKey ?? NO_BYTES) : keyAfterPrefix(prefix),
      startInclusive: options.startInclusive ?? true,
      stopInclusive: hasStop && (options.stopInclusive ?? false),
    };
    const { sortKeyFilter: filter } = options;
    const isLimited = filter?.type === 'FT_MATCH_PREFIX' && filter.pattern.length > 0;
    const limited = isLimited ? within(range, encodeKey(hashKey, filter.pattern)) : range;
    return new Scanner(resolver, keyHash(prefix), limited, options, false);
  }

  static ofPartition(resolver: Resolver, pidx: number, options: ScanOptions): Scanner {
    const range = {
      start: encodeKey(NO_BYTES, NO_BYTES),
      stop: AFTER_ALL_KEYS,
      startInclusive: true,
      stopInclusive: false,
    };
    return new Scanner(resolver, BigInt(pidx), range, options, true);
  }

  /** @throws ScanError */
  async *[Symbol.asyncIterator](): AsyncGenerator<ScannedRecord> {
    for await (const batch of this.batches()) {
      for (const { key, value, expire_ts_seconds } of batch.kvs) {
        const { hashKey, sortKey } = decodeKey(key);
        yield { hashKey, sortKey, value, expireTs: expire_ts_seconds };
      }
    }
  }

  /** The replies as they come, for those who only count. No server is asked where there can be nothing. @throws ScanError */
  async *batches(): AsyncGenerator<ScanResponse> {
    if (isEmpty(this.request)) return;
    let batch = await this.begin(this.request);
    yield batch;
    while (batch.context_id >= 0n) {
      batch = await this.next(batch);
      yield batch;
    }
  }

  private begin(request: GetScannerRequest): Promise<ScanResponse> {
    return this.take(() => this.resolver.call(methods.getScanner, this.hash, request, this.timeoutMs));
  }

  /** A server that has forgotten the scan is asked anew for what lies behind the last row (`_on_scan_response`). */
  private async next({ context_id, kvs }: ScanResponse): Promise<ScanResponse> {
    const request = { context_id };
    try {
      return await this.take(() => this.resolver.call(methods.nextScan, this.hash, request, this.timeoutMs));
    } catch (error) {
      const last = kvs.at(-1);
      const isForgotten = error instanceof ScanError && error.error.code === NOT_FOUND.code;
      // What was counted so far does not tell where to go on.
      if (!isForgotten || this.request.only_return_count) throw error;
      return this.begin(
        last === undefined ? this.request : { ...this.request, start_key: last.key, start_inclusive: false },
      );
    }
  }

  /** Has the server forget a batch's context: nobody reads on. */
  async leave({ context_id }: ScanResponse): Promise<void> {
    if (context_id < 0n) return;
    await this.resolver.call(methods.clearScanner, this.hash, { context_id }, this.timeoutMs);
  }

  private async take(ask: () => Promise<ScanResponse>): Promise<ScanResponse> {
    try {
      const reply = await ask();
      const error = ofStorageCode(reply.error);
      if (error !== SUCCESS) throw new ScanError(error, reply);
      return reply;
    } catch (error) {
      throw error instanceof RpcError ? new ScanError(ofPegasusCode(error.code)) : error;
    }
  }
}

interface Range {
  readonly start: Uint8Array;
  readonly stop: Uint8Array;
  readonly startInclusive: boolean;
  readonly stopInclusive: boolean;
}

/** What of a range begins so. */
function within(range: Range, prefix: Uint8Array): Range {
  const after = keyAfterPrefix(prefix);
  const beginsLater = compareKeys(prefix, range.start) > 0;
  const endsEarlier = compareKeys(after, range.stop) <= 0;
  return {
    start: beginsLater ? prefix : range.start,
    startInclusive: beginsLater || range.startInclusive,
    stop: endsEarlier ? after : range.stop,
    stopInclusive: !endsEarlier && range.stopInclusive,
  };
}

function isEmpty({ start_key, stop_key, start_inclusive, stop_inclusive }: GetScannerRequest): boolean {
  const order = compareKeys(start_key, stop_key);
  return order > 0 || (order === 0 && !(start_inclusive && stop_inclusive));
}
