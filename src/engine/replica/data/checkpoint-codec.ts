import type { RecordRow } from '../../documents/record-row.ts';
import type { Checkpoint } from '../../documents/replica.ts';
import type { Steps } from '../../steps.ts';
import { latin1ToJson, textToLatin1 } from '../../storage/bytes.ts';
import { RecordStore } from './record-store.ts';
import { PackedRecord, packText } from './stored-record.ts';

/** What is made or parsed at once, in characters: the garbage of so little is not copied by the collector. */
const PART = 64 * 1024;

const HEAD = /^\{"decree":(\d+),"records":\[\n/;
const LONGEST_HEAD = 64;
/** Between two rows. A newline is in no string of JSON. */
const NEXT_ROW = '],\n';
const END = '\n]';

/** A checkpoint as JSON, one record a line, in key order; in parts. */
export function* checkpointToJson(decree: number, records: RecordStore): Generator<string, void> {
  let part = `{"decree":${decree},"records":[\n`;
  let separator = '';
  for (const [key, packed] of records.texts()) {
    // A long one is a part of its own: two of them take twice as long.
    if (packed.length >= PART && part !== '') {
      yield part;
      part = '';
    }
    part += separator + rowOf(key, new PackedRecord(packed));
    separator = ',\n';
    if (part.length < PART) continue;
    yield part;
    part = '';
  }
  yield `${part}${END}}`;
}

function rowOf(key: string, record: PackedRecord): string {
  return `[${latin1ToJson(key)},${record.valueJson},${record.expire},"${record.timetagText}"]`;
}

/** What a checkpoint holds, and as of which decree. */
export interface Held {
  readonly decree: number;
  readonly records: RecordStore;
}

/**
 * A checkpoint from its JSON, in steps where that is laid out as `checkpointToJson` does: whoever edits it may do otherwise.
 *
 * @param body the JSON without the brace at its end
 */
export function* checkpointFromJson(body: Uint8Array): Steps<Held> {
  const json = Buffer.from(body.buffer, body.byteOffset, body.length);
  const [head, decree] = HEAD.exec(json.toString('latin1', 0, LONGEST_HEAD)) ?? [];
  const records = new RecordStore();
  if (head === undefined || !json.subarray(-END.length).equals(Buffer.from(END))) {
    const checkpoint = JSON.parse(`${json}}`) as Checkpoint;
    addRows(records, checkpoint.records);
    return { decree: checkpoint.decree, records };
  }
  for (const rows of rowsOf(json, head.length)) {
    addRows(records, rows);
    yield;
  }
  return { decree: Number(decree), records };
}

/** @param start of the first row */
function* rowsOf(json: Buffer, start: number): Generator<RecordRow[], void> {
  let from = start;
  for (;;) {
    const end = json.indexOf(NEXT_ROW, from + PART);
    if (end < 0) break;
    const text = json.toString('utf8', from, end + 1);
    // A long one is not copied once more for the sake of its brackets.
    const isOne = json.indexOf(NEXT_ROW, from) === end;
    yield isOne ? [JSON.parse(text) as RecordRow] : (JSON.parse(`[${text}]`) as RecordRow[]);
    from = end + NEXT_ROW.length;
  }
  yield JSON.parse(`[${json.toString('utf8', from)}`) as RecordRow[];
}

function addRows(records: RecordStore, rows: readonly RecordRow[]): void {
  for (const [key, value, expire, timetag] of rows)
    records.setText(textToLatin1(key), packText(value, expire, timetag));
}
