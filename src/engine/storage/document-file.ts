import type { SyncAdapter } from 'lowdb';
import { Entry } from './entry.ts';
import { DOCUMENT_SEAL, damageOf, seal, unseal } from './seal.ts';

/** The member that holds the checksum: no record may have this key. */
export const CHECKSUM_KEY = 'checksum';

export type Entries = Map<string, Entry>;

/**
 * The text of a document: one key a line, sorted, so that a person can read it and `diff` can show what changed; the
 * last line is the checksum of those before it.
 */
export function formatDocument(entries: ReadonlyMap<string, { readonly text: string }>): string {
  const lines = [...entries.keys()]
    .sort(byCodeUnit)
    .map((key) => `${JSON.stringify(key)}: ${entries.get(key)!.text},\n`);
  return seal(`{\n${lines.join('')}`, DOCUMENT_SEAL);
}

/**
 * Reads a document as `formatDocument` wrote it.
 *
 * @throws WorkspaceError when anything else changed it
 */
export function parseDocument(path: string, bytes: Uint8Array): Entries {
  const body = unseal(bytes, DOCUMENT_SEAL);
  if (body === undefined) throw damageOf(bytes, DOCUMENT_SEAL, { path, line: 1, offset: 0 });
  const entries: Entries = new Map();
  // The first line opens the object, the last one has been cut off with the seal.
  for (const line of body.split('\n').slice(1, -1)) {
    const end = endOfKey(line);
    const key = line.slice(1, end);
    const text = line.slice(end + SEPARATOR.length, -1);
    entries.set(key.includes('\\') ? JSON.parse(`"${key}"`) : key, Entry.ofText(text));
  }
  return entries;
}

/** Between a key and its record. */
const SEPARATOR = '": ';

/** Where the quote behind a line's key stands, in a text that is known to be ours. */
function endOfKey(line: string): number {
  let end = line.indexOf('"', 1);
  while (isEscaped(line, end)) end = line.indexOf('"', end + 1);
  return end;
}

/** Whether an odd number of backslashes stands before. */
function isEscaped(text: string, at: number): boolean {
  return text[at - 1] === '\\' && !isEscaped(text, at - 1);
}

export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Where a document's text comes from, and where it goes. */
export interface DocumentFile {
  readonly path: string;
  load(): Uint8Array | undefined;
  save(text: string): void;
}

/** lowdb's way to a document's file. */
export function documentAdapter(file: DocumentFile): SyncAdapter<Entries> {
  return {
    read: () => {
      const bytes = file.load();
      return bytes === undefined ? null : parseDocument(file.path, bytes);
    },
    write: (entries) => file.save(formatDocument(entries)),
  };
}
