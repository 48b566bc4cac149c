import { fitsInt64, parseInteger } from '../../../rpc/idl/integer.ts';
import type { IncrRequest, IncrResponse } from '../../../rpc/idl/rrdb.ts';
import { ROCKSDB_STATUS } from './rocksdb-status.ts';
import type { StoredRecord } from './stored-record.ts';
import type { Writer } from './writer.ts';

/**
 * Adds to the integer that a record holds as text; a missing record or an empty value is 0
 * (`pegasus_write_service_impl.h incr`). On overflow the reply has the old value.
 */
export function incr(writer: Writer, request: IncrRequest): IncrResponse {
  const stored = writer.find(request.key);
  const isZero = stored === undefined || stored.value.length === 0;
  const old = isZero ? 0n : parseInteger(stored.value);
  if (old === undefined) return refused(writer, 0n);
  const sum = old + request.increment;
  if (!fitsInt64(sum)) return refused(writer, old);
  writer.put(request.key, new Uint8Array(Buffer.from(String(sum))), expireAfter(stored, request));
  return { ...writer.reply(ROCKSDB_STATUS.ok), new_value: sum };
}

function refused(writer: Writer, value: bigint): IncrResponse {
  return { ...writer.reply(ROCKSDB_STATUS.invalidArgument), new_value: value };
}

/** 0 keeps what the record has, below 0 lets it live for ever. */
function expireAfter(stored: StoredRecord | undefined, request: IncrRequest): number {
  if (request.expire_ts_seconds === 0) return stored?.expire ?? 0;
  return Math.max(request.expire_ts_seconds, 0);
}
