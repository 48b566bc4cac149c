/** Reads of single keys: `get`, `ttl`, `batch_get` (`src/server/pegasus_server_impl.cpp`). */
import type { KeyArguments } from '../../../rpc/idl/arguments.ts';
import { encodeKey, NO_BYTES } from '../../../rpc/idl/keys.ts';
import type { BatchGetRequest, BatchGetResponse, ReadResponse, TtlResponse } from '../../../rpc/idl/rrdb.ts';
import { epochSeconds, ttlSeconds } from './expiry.ts';
import { isVisible, type ReadContext, replyTo } from './read-context.ts';
import type { RecordStore } from './record-store.ts';
import { ROCKSDB_STATUS } from './rocksdb-status.ts';

export function get({ key }: KeyArguments, store: RecordStore, context: ReadContext): ReadResponse {
  const { appId: app_id, pidx: partition_index, server } = context;
  const record = store.get(key);
  const isFound = isVisible(record, context);
  const error = isFound ? ROCKSDB_STATUS.ok : ROCKSDB_STATUS.notFound;
  return { error, app_id, partition_index, server, value: isFound ? record.value : NO_BYTES };
}

/** `ttl_seconds` -1: never expires. */
export function ttl({ key }: KeyArguments, store: RecordStore, context: ReadContext): TtlResponse {
  const record = store.get(key);
  if (!isVisible(record, context)) return { ...replyTo(context, ROCKSDB_STATUS.notFound), ttl_seconds: 0 };
  const seconds = ttlSeconds(record.expire, epochSeconds(context.nowSeconds));
  return { ...replyTo(context, ROCKSDB_STATUS.ok), ttl_seconds: seconds };
}

/** Leaves out what is missing. Without any key it is an invalid argument. */
export function batchGet(
  { keys }: BatchGetRequest,
  store: RecordStore,
  context: ReadContext,
): BatchGetResponse {
  const data = keys.flatMap(({ hash_key, sort_key }) => {
    const record = store.get(encodeKey(hash_key, sort_key));
    return isVisible(record, context) ? [{ hash_key, sort_key, value: record.value }] : [];
  });
  const error = keys.length === 0 ? ROCKSDB_STATUS.invalidArgument : ROCKSDB_STATUS.ok;
  return { ...replyTo(context, error), data };
}
