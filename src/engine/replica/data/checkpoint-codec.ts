import { NO_BYTES } from '../../../rpc/idl/keys.ts';
import type { RecordRow } from '../../documents/record-row.ts';
import { bytesToText, textToBytes } from '../../storage/bytes.ts';
import { RecordStore } from './record-store.ts';

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
