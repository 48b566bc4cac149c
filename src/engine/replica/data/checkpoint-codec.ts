import type { RecordRow } from '../../documents/record-row.ts';
import type { Steps } from '../../steps.ts';
import { latin1ToJson, textToBytes } from '../../storage/bytes.ts';
import { RecordStore } from './record-store.ts';
import { PackedRecord } from './stored-record.ts';

/** Rows that are put together at once: the garbage of so few is not copied by the collector. */
const ROWS_IN_PART = 500;

/** The rows as JSON, each on a line, in key order. */
export function* recordsToJson(store: RecordStore): Steps<string> {
  const parts: string[] = [];
  let rows: string[] = [];
  for (const [key, packed] of store.texts()) {
    rows.push(rowOf(key, new PackedRecord(packed)));
    if (rows.length < ROWS_IN_PART) continue;
    parts.push(rows.join(',\n'));
    rows = [];
    yield;
  }
  if (rows.length > 0) parts.push(rows.join(',\n'));
  return parts.join(',\n');
}

function rowOf(key: string, record: PackedRecord): string {
  return `[${latin1ToJson(key)},${latin1ToJson(record.text)},${record.expire},"${record.timetagText}"]`;
}

/** A checkpoint's records from its rows, in steps. */
export function* recordsFromJson(rows: readonly RecordRow[]): Steps<RecordStore> {
  const store = new RecordStore();
  for (const [at, [key, value, expire, timetag]] of rows.entries()) {
    store.set(textToBytes(key), { value: textToBytes(value), expire, timetag: BigInt(`0x${timetag}`) });
    if (at % ROWS_IN_PART === 0) yield;
  }
  return store;
}
