import * as z from 'zod/mini';
import { NO_BYTES } from '../../../rpc/idl/keys.ts';
import { bytesToText, textToBytes } from '../../storage/bytes.ts';
import { bytesTextSchema } from './bytes-schema.ts';
import { RecordStore } from './record-store.ts';

/** `[raw key, value, expire, timetag in hexadecimal]`: a record of a checkpoint, on one line. */
export const recordRowSchema = z.tuple([
  bytesTextSchema,
  bytesTextSchema,
  z.int().check(z.nonnegative()),
  z.string().check(z.regex(/^[0-9a-f]{1,16}$/)),
]);
export type RecordRow = z.infer<typeof recordRowSchema>;

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
