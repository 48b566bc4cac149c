import { Changes } from './changes.ts';
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
  readonly logs: [path: string, offset: number, records: unknown[]][];
}

/** The line's bytes, newline included. Committed texts are JSON already and go in as they are. */
export function encodeRecord({ sequence, changes }: JournalRecord): Uint8Array {
  const json = JSON.stringify;
  const docs: string[] = [];
  for (const [path, keys] of changes.documents) {
    for (const [key, text] of keys)
      docs.push(`[${json(path)},${json(key)}${text === undefined ? '' : `,${text}`}]`);
  }
  const logs = [...changes.logs].map(
    ([path, log]) => `[${json(path)},${log.offset},[${log.texts.join(',')}]]`,
  );
  const body =
    `{"sequence":${sequence},"removed":${json([...changes.removed])},"docs":[${docs.join(',')}],` +
    `"files":${json([...changes.files])},"logs":[${logs.join(',')}]`;
  return Buffer.from(`${seal(body, OBJECT_SEAL)}\n`);
}

/** Reads a line without its newline; `undefined` when it is not what was written. */
export function decodeRecord(line: Uint8Array): JournalRecord | undefined {
  const body = unseal(line, OBJECT_SEAL);
  // The checksum says that these bytes are ours, so that their shape is RecordLine's.
  return body === undefined ? undefined : fromLine(JSON.parse(`${body}}`) as RecordLine);
}

function fromLine(line: RecordLine): JournalRecord {
  const changes = new Changes();
  for (const path of line.removed) changes.remove(path);
  for (const [path, key, ...value] of line.docs) {
    changes.setKeys(path, [[key, value.length === 0 ? undefined : JSON.stringify(value[0])]]);
  }
  for (const [path, text] of line.files) changes.putFile(path, text);
  for (const [path, offset, records] of line.logs) {
    changes.append(path, { offset, texts: records.map((record) => JSON.stringify(record)) });
  }
  return { sequence: line.sequence, changes };
}
