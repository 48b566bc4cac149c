/** Writes that do not depend on what is stored: `put`, `remove`, `multi_put`, `multi_remove`. */
import type { KeyArguments } from '../../../rpc/idl/arguments.ts';
import { encodeKey } from '../../../rpc/idl/keys.ts';
import type {
  MultiPutRequest,
  MultiRemoveRequest,
  MultiRemoveResponse,
  UpdateRequest,
  UpdateResponse,
} from '../../../rpc/idl/rrdb.ts';
import type { Steps } from '../../steps.ts';
import { isNextPart } from './long-writes.ts';
import { ROCKSDB_STATUS } from './rocksdb-status.ts';
import type { Writer } from './writer.ts';

export function put(writer: Writer, { key, value, expire_ts_seconds }: UpdateRequest): UpdateResponse {
  writer.put(key, value, expire_ts_seconds);
  return writer.reply(ROCKSDB_STATUS.ok);
}

/** Does not tell whether there was anything to remove. */
export function remove(writer: Writer, { key }: KeyArguments): UpdateResponse {
  writer.remove(key);
  return writer.reply(ROCKSDB_STATUS.ok);
}

/** One expiry time for all. Without any record it is an invalid argument. */
export function* multiPut(writer: Writer, request: MultiPutRequest): Steps<UpdateResponse> {
  const { hash_key, kvs, expire_ts_seconds } = request;
  if (kvs.length === 0) return writer.reply(ROCKSDB_STATUS.invalidArgument);
  for (let at = 0; at < kvs.length; at++) {
    if (isNextPart(at)) yield;
    const { key, value } = kvs[at]!;
    writer.put(encodeKey(hash_key, key), value, expire_ts_seconds);
  }
  return writer.reply(ROCKSDB_STATUS.ok);
}

/** Counts the keys asked for, present or not. Without any key it is an invalid argument. */
export function* multiRemove(writer: Writer, request: MultiRemoveRequest): Steps<MultiRemoveResponse> {
  const { hash_key, sort_keys } = request;
  const count = sort_keys.length;
  for (let at = 0; at < count; at++) {
    if (isNextPart(at)) yield;
    writer.remove(encodeKey(hash_key, sort_keys[at]!));
  }
  return { ...writer.reply(count === 0 ? ROCKSDB_STATUS.invalidArgument : ROCKSDB_STATUS.ok), count };
}
