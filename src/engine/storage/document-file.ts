import type { SyncAdapter } from 'lowdb';
import { Entries } from './entries.ts';
import { DOCUMENT_SEAL, damageOf, seal, unseal } from './seal.ts';

/** The member that holds the checksum: no record may have this key. */
export const CHECKSUM_KEY = 'checksum';

interface Texts {
  keys(): Iterable<string>;
  get(key: string): { readonly text: string } | undefined;
}

/**
 * The text of a document: one key a line, sorted, so that a person can read it and `diff` can show what changed; the
 * last line is the checksum of those before it.
 */
export function formatDocument(entries: Texts): string {
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
  return new Entries(body);
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
