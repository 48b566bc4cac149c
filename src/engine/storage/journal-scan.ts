import { damage } from './damage.ts';
import { decodeRecord, type JournalRecord } from './record.ts';
import { changedByte, damageOf, OBJECT_SEAL, textOf } from './seal.ts';

export const JOURNAL = 'journal.jsonl';
export const NEWLINE = 0x0a;

export interface Replay {
  readonly records: readonly JournalRecord[];
  /** Bytes of complete records. */
  readonly length: number;
  /** Bytes of a last record that was not wholly written, and therefore never acknowledged. */
  readonly tornBytes: number;
}

interface Line {
  readonly bytes: Uint8Array;
  readonly offset: number;
  /** From 1. */
  readonly number: number;
  readonly ended: boolean;
  readonly record: JournalRecord | undefined;
}

/**
 * Reads the bytes of a journal whose files contain the records up to `generation`.
 *
 * A record is acknowledged only when it is whole on the disk, and the next one is written only then. So a line that is
 * no record is a torn last one, unless a later record follows it, or it can be seen that it once was whole.
 *
 * @throws WorkspaceError for damage, and where a record is missing
 */
export function scanJournal(bytes: Uint8Array, generation: number): Replay {
  const text = withoutPadding(bytes);
  const lines = splitLines(text);
  const whole = countWhole(lines);
  const records = lines.slice(0, whole).map(({ record }) => record!);
  const rest = lines.slice(whole);
  checkRest(rest, Math.max(generation, records.at(-1)?.sequence ?? 0));
  checkSequence(lines.slice(0, whole), generation);
  const length = rest[0]?.offset ?? text.length;
  const last = records.at(-1)?.sequence;
  if (last !== undefined && last < generation) {
    // The journal was emptied, so that all it held is in the files; what shows is left under a newer record that was torn.
    return { records: [], length: 0, tornBytes: rest.length > 0 ? text.length : 0 };
  }
  return { records, length, tornBytes: text.length - length };
}

/** The sequence of a journal's first record; 1 when there is none. */
export function firstSequence(bytes: Uint8Array): number {
  return splitLines(withoutPadding(bytes))[0]?.record?.sequence ?? 1;
}

/**
 * The lines of a journal that something stands on. What follows them was written ahead: newlines, or the zeros that they
 * are where the power failed before they were on the disk.
 */
export function withoutPadding(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === NEWLINE || bytes[end - 1] === 0)) end--;
  return bytes.subarray(0, bytes[end] === NEWLINE ? end + 1 : end);
}

function splitLines(bytes: Uint8Array): Line[] {
  const lines: Line[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    const newline = bytes.indexOf(NEWLINE, offset);
    const end = newline < 0 ? bytes.length : newline;
    const line = bytes.subarray(offset, end);
    const record = newline < 0 ? undefined : decodeRecord(line);
    lines.push({ bytes: line, offset, number: lines.length + 1, ended: newline >= 0, record });
    offset = end + 1;
  }
  return lines;
}

/** Lines up to the first that is no record, or one that was written before the line above it. */
function countWhole(lines: readonly Line[]): number {
  const stop = lines.findIndex(
    ({ record }, at) => record === undefined || record.sequence <= (lines[at - 1]?.record?.sequence ?? -1),
  );
  return stop < 0 ? lines.length : stop;
}

/** @throws WorkspaceError when what follows the whole records is not a torn one and remains of older ones */
function checkRest(rest: readonly Line[], newest: number): void {
  const [first, ...later] = rest;
  if (first === undefined || first.record !== undefined) return;
  const wasWhole =
    later.some(({ record }) => record !== undefined && record.sequence > newest) ||
    beginsWithRecord(first.bytes) ||
    changedByte(first.bytes, OBJECT_SEAL) !== undefined;
  if (!wasWhole) return;
  if (first.ended && beginsWithRecord(first.bytes)) throw at(first, 'two records stand on one line');
  if (beginsWithRecord(first.bytes)) throw at(first, 'the record is followed by something else');
  throw damageOf(first.bytes, OBJECT_SEAL, { path: JOURNAL, line: first.number, offset: first.offset });
}

/** Whether a whole record and at least one more byte stand on the line. */
function beginsWithRecord(line: Uint8Array): boolean {
  const seals = textOf(line).matchAll(/,"checksum":"[0-9a-f]{8}"\}/g);
  return [...seals].some(({ 0: seal, index }) => {
    const end = Buffer.byteLength(textOf(line).slice(0, index + seal.length));
    return end < line.length && decodeRecord(line.subarray(0, end)) !== undefined;
  });
}

function checkSequence(lines: readonly Line[], generation: number): void {
  for (const [index, line] of lines.entries()) {
    const previous = lines[index - 1]?.record?.sequence;
    const { sequence } = line.record!;
    const isGap = previous === undefined ? sequence > generation + 1 : sequence !== previous + 1;
    if (isGap) throw at(line, `record ${sequence} follows ${previous ?? generation}`);
  }
}

function at({ number, offset }: Line, what: string) {
  return damage(JOURNAL, `line ${number} (byte ${offset})`, what);
}

/** What is said of a last record that was torn. */
export function tornNotice(offset: number, bytes: number): string {
  return (
    `${JOURNAL}: dropped the last record, of which only ${bytes} bytes were written (at byte ${offset}): ` +
    'the command that wrote it was interrupted, and left nothing'
  );
}
