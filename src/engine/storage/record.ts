import { type Appended, isSame } from './appended.ts';
import type { Changes } from './changes.ts';
import { crc32Number } from './checksum.ts';
import { Entry, type Members, SomeMembers } from './entry.ts';
import { LogLine } from './log-line.ts';
import { LINE_END_LENGTH, OBJECT_SEAL, unseal, writeLineEnd } from './seal.ts';
import { partsOf } from './sealed-file.ts';

const PIECE_CHARACTERS = 64 * 1024;
const COMMA = 0x2c;

/** A part of a record: records of logs are bytes already, and come with commas between them. */
type Piece = string | readonly LogLine[];

/** One line of the journal: `{"sequence":…,"removed":[…],"docs":[…],"members":[…],"files":[…],"kept":[…],"logs":[…],"checksum":"…"}`. */
export interface JournalRecord {
  readonly sequence: number;
  readonly changes: Changes;
}

/** The line as parsed. A document's change without a value is a deletion. */
interface RecordLine {
  readonly sequence: number;
  readonly removed: string[];
  readonly docs: ([path: string, key: string] | [path: string, key: string, value: unknown])[];
  /** Those that changed, of records of documents. */
  readonly members?: [path: string, key: string, members: Members][];
  readonly files: [path: string, text: string][];
  readonly kept?: string[];
  /** The members of a group log the same. */
  readonly logs: [paths: string[], offset: number, records: unknown[]][];
}

/** The line's bytes, newline included. */
export function encodeRecord(record: JournalRecord): Uint8Array {
  return sealLine([...inPieces(bodyOf(record))]);
}

/** The same in pieces, each made when it is asked for. */
export function* encodingRecord(record: JournalRecord): Generator<Uint8Array, void> {
  let sum = 0;
  for (const piece of inPieces(bodyOf(record))) {
    for (const bytes of partsOf(bytesOf(piece))) {
      sum = crc32Number(bytes, sum);
      yield bytes;
    }
  }
  const end = new Uint8Array(LINE_END_LENGTH);
  writeLineEnd(end, 0, 0, sum);
  yield end;
}

/** Committed texts are JSON already and go in as they are. */
function* bodyOf({ sequence, changes }: JournalRecord): Generator<Piece, void> {
  yield `{"sequence":${sequence},"removed":${JSON.stringify(changes.removed)},"docs":[`;
  const members: string[] = [];
  let comma = '';
  for (const [path, keys] of changes.documents) {
    const document = JSON.stringify(path);
    for (const [key, change] of keys) {
      const place = `[${document},${JSON.stringify(key)}`;
      if (change instanceof SomeMembers) {
        members.push(`${place},${change.text}]`);
        continue;
      }
      yield `${comma}${place}${change === undefined ? '' : `,${change.text}`}]`;
      comma = ',';
    }
  }
  yield `],"members":[${members.join(',')}`;
  const kept = changes.kept.length === 0 ? '' : `"kept":${JSON.stringify(changes.kept)},`;
  yield `],"files":${JSON.stringify([...changes.files])},${kept}"logs":[`;
  for (const [at, { paths, appended }] of alike(changes.logs).entries()) {
    yield `${at === 0 ? '' : ','}[${JSON.stringify(paths)},${appended.offset},[`;
    yield appended.lines;
    yield ']]';
  }
  yield ']';
}

/** Pieces that are long enough to be encoded at once, where all of it in one text might be many megabytes. */
function* inPieces(body: Iterable<Piece>): Generator<Piece, void> {
  let text = '';
  for (const piece of body) {
    if (typeof piece === 'string') {
      text += piece;
      if (text.length < PIECE_CHARACTERS) continue;
      yield text;
    } else {
      yield text;
      yield piece;
    }
    text = '';
  }
  yield text;
}

function bytesOf(piece: Piece): Uint8Array {
  if (typeof piece === 'string') return Buffer.from(piece);
  if (piece.length === 1) return piece[0]!.json;
  const bytes = Buffer.allocUnsafe(lengthOf(piece));
  writeLines(bytes, 0, piece);
  return bytes;
}

function sealLine(body: readonly Piece[]): Uint8Array {
  let length = 0;
  for (const piece of body) length += lengthOf(piece);
  const line = Buffer.allocUnsafe(length + LINE_END_LENGTH);
  let end = 0;
  for (const piece of body)
    end = typeof piece === 'string' ? end + line.write(piece, end) : writeLines(line, end, piece);
  writeLineEnd(line, 0, length);
  return line;
}

function lengthOf(piece: Piece): number {
  if (typeof piece === 'string') return Buffer.byteLength(piece);
  let length = Math.max(0, piece.length - 1);
  for (const { json } of piece) length += json.length;
  return length;
}

function writeLines(to: Buffer, start: number, lines: readonly LogLine[]): number {
  let end = start;
  for (let at = 0; at < lines.length; at++) {
    if (at > 0) to[end++] = COMMA;
    const { json } = lines[at]!;
    to.set(json, end);
    end += json.length;
  }
  return end;
}

/** Logs to which the same is appended at the same place. */
interface Alike {
  readonly paths: string[];
  readonly appended: Appended;
}

function alike(logs: Changes['logs']): Alike[] {
  const found: Alike[] = [];
  const byFirst = new Map<LogLine | undefined, Alike>();
  for (const [path, appended] of logs) {
    const first = appended.lines[0];
    const known = byFirst.get(first);
    if (known !== undefined && isSame(known.appended, appended)) {
      known.paths.push(path);
      continue;
    }
    const one = { paths: [path], appended };
    found.push(one);
    byFirst.set(first, one);
  }
  return found;
}

/** Reads a line without its newline; `undefined` when it is not what was written. */
export function decodeRecord(line: Uint8Array): JournalRecord | undefined {
  const body = unseal(line, OBJECT_SEAL);
  // The checksum says that these bytes are ours, so that their shape is RecordLine's.
  return body === undefined ? undefined : fromLine(JSON.parse(`${body}}`) as RecordLine);
}

/** A record from before members were journalled has none, and one that keeps no files does not say so. */
function fromLine({
  sequence,
  removed,
  docs,
  members = [],
  files,
  kept = [],
  logs,
}: RecordLine): JournalRecord {
  const documents = new Map<string, Map<string, Entry | SomeMembers | undefined>>();
  const keysOf = (path: string) => {
    const keys = documents.get(path) ?? new Map<string, Entry | SomeMembers | undefined>();
    documents.set(path, keys);
    return keys;
  };
  for (const [path, key, ...value] of docs)
    keysOf(path).set(key, value.length === 0 ? undefined : Entry.ofText(JSON.stringify(value[0])));
  for (const [path, key, changed] of members) keysOf(path).set(key, new SomeMembers(JSON.stringify(changed)));
  const appended = new Map<string, Appended>();
  for (const [paths, offset, records] of logs) {
    const lines = records.map((record) => LogLine.ofText(JSON.stringify(record)));
    for (const path of paths) appended.set(path, { offset, lines });
  }
  return { sequence, changes: { removed, documents, logs: appended, files: new Map(files), kept } };
}
