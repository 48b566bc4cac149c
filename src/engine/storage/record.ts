import type { Changes } from './changes.ts';
import { Entry } from './entry.ts';
import type { Appended } from './log.ts';
import { LogLine } from './log-line.ts';
import { OBJECT_SEAL, seal, unseal } from './seal.ts';

/** One line of the journal: `{"sequence":…,"removed":[…],"docs":[…],"files":[…],"logs":[…],"checksum":"…"}`. */
export interface JournalRecord {
  readonly sequence: number;
  readonly changes: Changes;
}

/** The line as parsed. A document's change without a value is a deletion. */
interface RecordLine {
  readonly sequence: number;
  readonly removed: string[];
  readonly docs: ([path: string, key: string] | [path: string, key: string, value: unknown])[];
  readonly files: [path: string, text: string][];
  /** The members of a group log the same. */
  readonly logs: [paths: string[], offset: number, records: unknown[]][];
}

/** The line's bytes, newline included. Committed texts are JSON already and go in as they are. */
export function encodeRecord({ sequence, changes }: JournalRecord): Uint8Array {
  const json = JSON.stringify;
  const docs: string[] = [];
  for (const [path, keys] of changes.documents) {
    for (const [key, entry] of keys)
      docs.push(`[${json(path)},${json(key)}${entry === undefined ? '' : `,${entry.text}`}]`);
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
    `{"sequence":${sequence},"removed":${json(changes.removed)},"docs":[${docs.join(',')}],` +
    `"files":${json([...changes.files])},"logs":[${logs.join(',')}]`;
  return Buffer.from(`${seal(body, OBJECT_SEAL)}\n`);
}

/** Reads a line without its newline; `undefined` when it is not what was written. */
export function decodeRecord(line: Uint8Array): JournalRecord | undefined {
  const body = unseal(line, OBJECT_SEAL);
  // The checksum says that these bytes are ours, so that their shape is RecordLine's.
  return body === undefined ? undefined : fromLine(JSON.parse(`${body}}`) as RecordLine);
}

function fromLine({ sequence, removed, docs, files, logs }: RecordLine): JournalRecord {
  const documents = new Map<string, Map<string, Entry | undefined>>();
  for (const [path, key, ...value] of docs) {
    const keys = documents.get(path) ?? new Map<string, Entry | undefined>();
    documents.set(path, keys);
    keys.set(key, value.length === 0 ? undefined : Entry.ofText(JSON.stringify(value[0])));
  }
  const appended = new Map<string, Appended>();
  for (const [paths, offset, records] of logs) {
    const lines = records.map((record) => LogLine.ofText(JSON.stringify(record)));
    for (const path of paths) appended.set(path, { offset, lines });
  }
  return { sequence, changes: { removed, documents, logs: appended, files: new Map(files) } };
}
