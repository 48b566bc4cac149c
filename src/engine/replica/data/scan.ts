/** Scans in batches: `get_scanner`, `scan`, `clear_scanner` (`src/server/pegasus_server_impl.cpp`). */
import type { ClearScannerArguments, NoReply } from '../../../rpc/idl/arguments.ts';
import { decodeKey, encodeKey, isKeyOfPartition, keyAfterPrefix, NO_BYTES } from '../../../rpc/idl/keys.ts';
import type { KeyValue } from '../../../rpc/idl/rrdb.ts';
import type { GetScannerRequest, ScanRequest, ScanResponse } from '../../../rpc/idl/scan.ts';
import { isFilterType, matchesFilter } from './filter.ts';
import { type Entry, isEmptyRange, type KeyRange, lowestKey, raiseStart, walk } from './key-range.ts';
import { isVisible, limitsOf, type ReadContext, replyTo } from './read-context.ts';
import type { RecordStore, Snapshot } from './record-store.ts';
import { ROCKSDB_STATUS } from './rocksdb-status.ts';
import type { StoredRecord } from './stored-record.ts';

/** `context_id` of a scan that has nothing more to give. */
export const SCAN_CONTEXT_ID_COMPLETED = -1n;

/**
 * Begins a scan and gives its first batch, which may be short or empty while the scan goes on.
 *
 * An empty range is answered with the context id 0, as upstream leaves it: it looks alive and is not.
 */
export function getScanner(
  request: GetScannerRequest,
  store: RecordStore,
  context: ReadContext,
): ScanResponse {
  if (!isFilterType(request.hash_key_filter_type) || !isFilterType(request.sort_key_filter_type)) {
    return withoutRecords(context, ROCKSDB_STATUS.invalidArgument);
  }
  const range = rangeOf(request);
  if (isEmptyRange(range)) return withoutRecords(context, ROCKSDB_STATUS.ok);
  const entries = store.range(lowestKey(range), endOfIterator(request));
  const batch = new Batch(request, context);
  const iterationLimit = limitsOf(context).rocksdb_max_iteration_count;
  const stoppedAt = batch.fill(entries, range, iterationLimit);
  if (stoppedAt === undefined) return batch.reply(SCAN_CONTEXT_ID_COMPLETED);
  return goOnLater(batch, store.snapshot(), stoppedAt[0]);
}

/** The next batch of a scan, from the records as they were when it began. */
export function scan({ context_id }: ScanRequest, context: ReadContext): ScanResponse {
  const { appId, pidx, nowSeconds } = context;
  const open = context.scans.take(context_id, appId, pidx, nowSeconds);
  if (open === undefined) return withoutRecords(context, ROCKSDB_STATUS.notFound);
  const { request, records, next } = open;
  const batch = new Batch(request, context);
  const range = rangeOf(request);
  const stoppedAt = batch.fill(records.range(next, endOfIterator(request)), range, batch.limit);
  if (stoppedAt !== undefined) return goOnLater(batch, records, stoppedAt[0]);
  records.close();
  return batch.reply(SCAN_CONTEXT_ID_COMPLETED);
}

/** Is never answered on the wire. */
export function clearScanner({ context_id }: ClearScannerArguments, context: ReadContext): NoReply {
  context.scans.clear(context_id, context.appId, context.pidx, context.nowSeconds);
  return {};
}

/** A batch ends with so many bytes, and the scan goes on: upstream's is as long as its records are. */
const MOST_BYTES = 8 * 1024 * 1024;

/** One batch of a scan. */
class Batch {
  readonly request: GetScannerRequest;
  readonly context: ReadContext;
  readonly limit: number;
  /** Records looked at. */
  iterations = 0;
  #count = 0;
  #bytes = 0;
  readonly #kvs: KeyValue[] = [];

  constructor(request: GetScannerRequest, context: ReadContext) {
    const { rocksdb_max_iteration_count: most } = limitsOf(context);
    this.request = request;
    this.context = context;
    this.limit = request.batch_size > 0 ? Math.min(request.batch_size, most) : most;
  }

  /** Gives the first record that the batch had no room for; `undefined` when the scan is over. */
  fill(entries: Iterator<Entry, unknown>, range: KeyRange, iterationLimit: number): Entry | undefined {
    const end = { key: range.stop, inclusive: range.stopInclusive, reverse: false };
    const mayGoOn = () =>
      this.#count < this.limit && this.iterations < iterationLimit && this.#bytes < MOST_BYTES;
    return walk(entries, end, mayGoOn, (key, record) => this.#visit(key, record));
  }

  reply(contextId: bigint): ScanResponse {
    const count = this.request.only_return_count === true ? { kv_count: this.#count } : {};
    return {
      ...replyTo(this.context, ROCKSDB_STATUS.ok),
      kvs: this.#kvs,
      context_id: contextId,
      ...count,
    };
  }

  #visit(key: Uint8Array, record: StoredRecord): void {
    this.iterations++;
    if (!isVisible(record, this.context) || !this.#isWanted(key)) return;
    this.#count++;
    const { no_value, return_expire_ts, only_return_count } = this.request;
    if (only_return_count === true) return;
    const value = no_value ? NO_BYTES : record.value;
    this.#bytes += key.length + value.length;
    this.#kvs.push(
      return_expire_ts === true ? { key, value, expire_ts_seconds: record.expire } : { key, value },
    );
  }

  #isWanted(key: Uint8Array): boolean {
    const { request } = this;
    if (this.#validatesHash && !isKeyOfPartition(key, this.context.pidx, this.context.partitionCount)) {
      return false;
    }
    const { hash_key_filter_type: hashKeyFilter, sort_key_filter_type: sortKeyFilter } = request;
    if (hashKeyFilter === 'FT_NO_FILTER' && sortKeyFilter === 'FT_NO_FILTER') return true;
    const { hashKey, sortKey } = decodeKey(key);
    return (
      matchesFilter(hashKeyFilter, request.hash_key_filter_pattern, hashKey) &&
      matchesFilter(sortKeyFilter, request.sort_key_filter_pattern, sortKey)
    );
  }

  /** After a split a partition still holds the other half's records: the table has to ask, and the client not to refuse. */
  get #validatesHash(): boolean {
    const env = this.context.envs['replica.split.validate_partition_hash'];
    return this.request.validate_partition_hash !== false && env?.toLowerCase() === 'true';
  }
}

/**
 * Where upstream's iterator has nothing more to give, whatever the range: one that begins within a hash key ends with it,
 * unless the request says that it scans everything; undefined = the end of the partition.
 */
function endOfIterator({ start_key, full_scan }: GetScannerRequest): Uint8Array | undefined {
  const [high = 0, low = 0] = start_key;
  const length = high * 256 + low;
  return length === 0 || full_scan === true ? undefined : keyAfterPrefix(start_key.subarray(0, 2 + length));
}

/** Keys are not in the order of their hash keys alone, so that a prefix of these raises only the start. */
function rangeOf(request: GetScannerRequest): KeyRange {
  const { hash_key_filter_type: filter, hash_key_filter_pattern: pattern } = request;
  const range: KeyRange = {
    start: request.start_key,
    startInclusive: request.start_inclusive,
    stop: request.stop_key,
    stopInclusive: request.stop_inclusive,
  };
  const isNarrowed = filter === 'FT_MATCH_PREFIX' && pattern.length > 0;
  return isNarrowed ? raiseStart(range, encodeKey(pattern, NO_BYTES)) : range;
}

function goOnLater(batch: Batch, records: Snapshot, next: Uint8Array): ScanResponse {
  const { request, context } = batch;
  const { appId, pidx, scans, nowSeconds } = context;
  return batch.reply(scans.put({ appId, pidx, request, records, next }, nowSeconds));
}

function withoutRecords(context: ReadContext, error: number): ScanResponse {
  return { ...replyTo(context, error), kvs: [], context_id: 0n };
}
