import type { RecordRow } from '../../documents/record-row.ts';
import type { Steps } from '../../steps.ts';
import { bytesToText, textToBytes } from '../../storage/bytes.ts';
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
  return `["${escaped(key)}","${escaped(record.text)}",${record.expire},"${record.timetagText}"]`;
}

const SPECIAL = /[^ !#-[\]-~]/g;
/** By char: as `bytesToText` shows the byte, in JSON. */
const ESCAPED = Array.from({ length: 256 }, (_, byte) =>
  JSON.stringify(bytesToText(Uint8Array.of(byte))).slice(1, -1),
);

/** A latin1 text as `bytesToText` shows its bytes, in JSON. */
function escaped(text: string): string {
  if (text.search(SPECIAL) < 0) return text;
  return text.replace(SPECIAL, (char) => ESCAPED[char.charCodeAt(0)]!);
}

export function* recordsFromJson(rows: readonly RecordRow[]): Steps<RecordStore> {
  const store = new RecordStore();
  for (const [at, [key, value, expire, timetag]] of rows.entries()) {
    store.set(textToBytes(key), { value: textToBytes(value), expire, timetag: BigInt(`0x${timetag}`) });
    if (at % ROWS_IN_PART === 0) yield;
  }
  return store;
}
