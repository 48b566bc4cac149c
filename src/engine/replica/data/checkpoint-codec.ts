import * as v from 'valibot';
import { NO_BYTES } from '../../../rpc/idl/keys.ts';
import { bytesToText, textToBytes } from '../../storage/bytes.ts';
import { integer } from '../../storage/integer.ts';
import { bytesTextSchema } from './bytes-schema.ts';
import { RecordStore } from './record-store.ts';

/** `[raw key, value, expire, timetag in hexadecimal]`: a record of a checkpoint, on one line. */
export const recordRowSchema = v.strictTuple([
  bytesTextSchema,
  bytesTextSchema,
  v.pipe(integer, v.minValue(0)),
  v.pipe(v.string(), v.regex(/^[0-9a-f]{1,16}$/)),
]);
export type RecordRow = v.InferOutput<typeof recordRowSchema>;

/** In key order. */
export function recordsToJson(store: RecordStore): RecordRow[] {
  return Array.from(store.range(NO_BYTES, undefined), ([key, { value, expire, timetag }]) => [
    bytesToText(key),
    bytesToText(value),
    expire,
    timetag.toString(16),
  ]);
}

export function recordsFromJson(rows: readonly RecordRow[]): RecordStore {
  const store = new RecordStore();
  for (const [key, value, expire, timetag] of rows) {
    store.set(textToBytes(key), { value: textToBytes(value), expire, timetag: BigInt(`0x${timetag}`) });
  }
  return store;
}
