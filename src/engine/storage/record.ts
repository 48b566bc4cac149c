import type { Changes } from './changes.ts';
import { Entry, type Members } from './entry.ts';
import type { Appended } from './log.ts';
import { LogLine } from './log-line.ts';
import { OBJECT_SEAL, seal, unseal } from './seal.ts';

/** One line of the journal: `{"sequence":…,"removed":[…],"docs":[…],"members":[…],"files":[…],"logs":[…],"checksum":"…"}`. */
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
  readonly members: [path: string, key: string, members: Members][];
  readonly files: [path: string, text: string][];
  /** The members of a group log the same. */
  readonly logs: [paths: string[], offset: number, records: unknown[]][];
}

/** The line's bytes, newline included. Committed texts are JSON already and go in as they are. */
export function encodeRecord({ sequence, changes }: JournalRecord): Uint8Array {
  const json = JSON.stringify;
  const docs: string[] = [];
  const members: string[] = [];
  for (const [path, keys] of changes.documents) {
    for (const [key, change] of keys) {
      const place = `${json(path)},${json(key)}`;
      if (change === undefined) docs.push(`[${place}]`);
      else if (change instanceof Entry) docs.push(`[${place},${change.text}]`);
      else members.push(`[${place},${json(change)}]`);
    }
  }
  const pathsOfAppended = new Map<string, string[]>();
  for (const [path, { offset, lines }] of changes.logs) {
    const appended = `${offset},[${lines.map(({ text }) => text).join(',')}]`;
    const paths = pathsOfAppended.get(appended);
    if (paths === undefined) pathsOfAppended.set(appended, [path]);
    else paths.push(path);
  }
  const logs = [...pathsOfAppended].map(([appended, paths]) => `[${json(paths)},${appended}]`);
  const body =
    `{"sequence":${sequence},"removed":${json(changes.removed)},` +
    `"docs":[${docs.join(',')}],"members":[${members.join(',')}],` +
    `"files":${json([...changes.files])},"logs":[${logs.join(',')}]`;
  return Buffer.from(`${seal(body, OBJECT_SEAL)}\n`);
}

/** Reads a line without its newline; `undefined` when it is not what was written. */
export function decodeRecord(line: Uint8Array): JournalRecord | undefined {
  const body = unseal(line, OBJECT_SEAL);
  // The checksum says that these bytes are ours, so that their shape is RecordLine's.
  return body === undefined ? undefined : fromLine(JSON.parse(`${body}}`) as RecordLine);
}

function fromLine({ sequence, removed, docs, members, files, logs }: RecordLine): JournalRecord {
  const documents = new Map<string, Map<string, Entry | Members | undefined>>();
  const keysOf = (path: string) => {
    const keys = documents.get(path) ?? new Map<string, Entry | Members | undefined>();
    documents.set(path, keys);
    return keys;
  };
  for (const [path, key, ...value] of docs)
    keysOf(path).set(key, value.length === 0 ? undefined : Entry.ofText(JSON.stringify(value[0])));
  for (const [path, key, changed] of members) keysOf(path).set(key, changed);
  const appended = new Map<string, Appended>();
  for (const [paths, offset, records] of logs) {
    const lines = records.map((record) => LogLine.ofText(JSON.stringify(record)));
    for (const path of paths) appended.set(path, { offset, lines });
  }
  return { sequence, changes: { removed, documents, logs: appended, files: new Map(files) } };
}
