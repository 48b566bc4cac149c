import type { SyncAdapter } from 'lowdb';
import { crc32Number } from './checksum.ts';
import { Entries } from './entries.ts';
import { DOCUMENT_SEAL, damageOf, seal, sealOf, unseal } from './seal.ts';

/** The member that holds the checksum: no record may have this key. */
export const CHECKSUM_KEY = 'checksum';

/** What is made at once of a long document. */
const PART_CHARACTERS = 128 * 1024;

interface Texts {
  keys(): Iterable<string>;
  get(key: string): { readonly text: string } | undefined;
}

/**
 * The text of a document: one key a line, sorted, so that a person can read it and `diff` can show what changed; the
 * last line is the checksum of those before it.
 */
export function formatDocument(entries: Texts): string {
  return seal(`{\n${[...linesOf(entries)].join('')}`, DOCUMENT_SEAL);
}

/** The same as bytes, in parts that are made when they are asked for: of what is changed meanwhile some may have all, or none. */
export function* documentParts(entries: Texts): Generator<Uint8Array, void> {
  let text = '{\n';
  let sum = 0;
  for (const line of linesOf(entries)) {
    text += line;
    if (text.length < PART_CHARACTERS) continue;
    const part = Buffer.from(text);
    sum = crc32Number(part, sum);
    yield part;
    text = '';
  }
  const last = Buffer.from(text);
  yield Buffer.concat([last, Buffer.from(sealOf(last, DOCUMENT_SEAL, sum))]);
}

function* linesOf(entries: Texts): Generator<string, void> {
  for (const key of [...entries.keys()].sort()) {
    const entry = entries.get(key);
    if (entry !== undefined) yield `${JSON.stringify(key)}: ${entry.text},\n`;
  }
}

/**
 * Reads a document as `formatDocument` wrote it.
 *
 * @throws WorkspaceError when anything else changed it
 */
export function parseDocument(path: string, bytes: Uint8Array): Entries {
  const body = unseal(bytes, DOCUMENT_SEAL);
  if (body === undefined) throw damageOf(bytes, DOCUMENT_SEAL, { path, line: 1, offset: 0 });
  return new Entries(body);
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
