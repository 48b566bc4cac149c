/** Reads within one hash key: `multi_get`, `sortkey_count` (`src/server/pegasus_server_impl.cpp`). */
import type { HashKeyArguments } from '../../../rpc/idl/arguments.ts';
import { encodeKey, keyAfterPrefix, NO_BYTES, sortKeyOf } from '../../../rpc/idl/keys.ts';
import type { CountResponse, KeyValue, MultiGetRequest, MultiGetResponse } from '../../../rpc/idl/rrdb.ts';
import { isFilterType, matchesFilter } from './filter.ts';
import {
  isEmptyRange,
  type KeyRange,
  keyAbove,
  lowerStop,
  lowestKey,
  raiseStart,
  walk,
} from './key-range.ts';
import { isVisible, limitsOf, type ReadContext, replyTo } from './read-context.ts';
import type { RecordStore } from './record-store.ts';
import { ROCKSDB_STATUS } from './rocksdb-status.ts';
import type { StoredRecord } from './stored-record.ts';

/**
 * Reads the sort keys that are named, in that order, or else a range of them, ascending.
 *
 * The error is `kIncomplete` when a limit ended it before its end.
 */
export function multiGet(
  request: MultiGetRequest,
  store: RecordStore,
  context: ReadContext,
): MultiGetResponse {
  if (!isFilterType(request.sort_key_filter_type)) {
    return { ...replyTo(context, ROCKSDB_STATUS.invalidArgument), kvs: [] };
  }
  const result = new Result(request, context);
  const isComplete =
    request.sort_keys.length > 0
      ? readNamed(request, store, context, result)
      : readRange(request, store, context, result);
  const error = isComplete ? ROCKSDB_STATUS.ok : ROCKSDB_STATUS.incomplete;
  return { ...replyTo(context, error), kvs: result.kvs };
}

/** Live records of a hash key. */
export function sortkeyCount(
  { hash_key }: HashKeyArguments,
  store: RecordStore,
  context: ReadContext,
): CountResponse {
  const first = encodeKey(hash_key, NO_BYTES);
  let count = 0;
  for (const [, record] of store.range(first, keyAfterPrefix(first))) if (isVisible(record, context)) count++;
  return { ...replyTo(context, ROCKSDB_STATUS.ok), count };
}

/** What was read so far, against the limits of the request and of the server. */
class Result {
  readonly kvs: KeyValue[] = [];
  size = 0;
  readonly #request: MultiGetRequest;
  readonly #most: number;

  constructor(request: MultiGetRequest, context: ReadContext) {
    const { max_kv_count: count } = request;
    const { rocksdb_multi_get_max_iteration_count: most } = limitsOf(context);
    this.#request = request;
    this.#most = count > 0 ? Math.min(count, most) : most;
  }

  get isFull(): boolean {
    const { max_kv_size: size } = this.#request;
    return this.kvs.length >= this.#most || (size > 0 && this.size >= size);
  }

  add(sortKey: Uint8Array, record: StoredRecord): void {
    const value = this.#request.no_value ? NO_BYTES : record.value;
    this.kvs.push({ key: sortKey, value });
    this.size += sortKey.length + value.length;
  }
}

function readNamed(
  request: MultiGetRequest,
  store: RecordStore,
  context: ReadContext,
  result: Result,
): boolean {
  for (const sortKey of request.sort_keys) {
    const record = store.get(encodeKey(request.hash_key, sortKey));
    if (!isVisible(record, context)) continue;
    if (result.isFull) return false;
    result.add(sortKey, record);
  }
  return true;
}

function readRange(
  request: MultiGetRequest,
  store: RecordStore,
  context: ReadContext,
  result: Result,
): boolean {
  const range = rangeOf(request);
  if (isEmptyRange(range)) return true;
  const limits = limitsOf(context);
  const mostBytes = limits.rocksdb_multi_get_max_iteration_size || Number.POSITIVE_INFINITY;
  let iterations = 0;
  const mayGoOn = () =>
    !result.isFull && iterations < limits.rocksdb_multi_get_max_iteration_count && result.size < mostBytes;
  const { sort_key_filter_type: filter, sort_key_filter_pattern: pattern } = request;
  const rest = walk(
    entriesOf(request, range, store),
    endOf(range, request.reverse),
    mayGoOn,
    (key, record) => {
      iterations++;
      if (!isVisible(record, context)) return;
      const sortKey = sortKeyOf(key);
      if (matchesFilter(filter, pattern, sortKey)) result.add(sortKey, record);
    },
  );
  if (request.reverse) result.kvs.reverse();
  return rest === undefined;
}

/** An empty stop key means the end of the hash key; a prefix filter narrows the range. */
function rangeOf(request: MultiGetRequest): KeyRange {
  const { hash_key, start_sortkey, stop_sortkey, sort_key_filter_pattern: pattern } = request;
  const isOpen = stop_sortkey.length === 0;
  const range: KeyRange = {
    start: encodeKey(hash_key, start_sortkey),
    startInclusive: request.start_inclusive,
    stop: isOpen ? keyAfterPrefix(encodeKey(hash_key, NO_BYTES)) : encodeKey(hash_key, stop_sortkey),
    stopInclusive: request.stop_inclusive && !isOpen,
  };
  if (request.sort_key_filter_type !== 'FT_MATCH_PREFIX' || pattern.length === 0) return range;
  const prefix = encodeKey(hash_key, pattern);
  return lowerStop(raiseStart(range, prefix), keyAfterPrefix(prefix));
}

/** Forwards, upstream's iterator ends with the hash key; backwards, it goes on to the partition's first record. */
function entriesOf(request: MultiGetRequest, range: KeyRange, store: RecordStore) {
  if (request.reverse) return store.range(NO_BYTES, keyAbove(range), true);
  return store.range(lowestKey(range), keyAfterPrefix(encodeKey(request.hash_key, NO_BYTES)));
}

function endOf(range: KeyRange, reverse: boolean) {
  return reverse
    ? { key: range.start, inclusive: range.startInclusive, reverse }
    : { key: range.stop, inclusive: range.stopInclusive, reverse };
}
