import type { SyncAdapter } from 'lowdb';
import { damage } from './damage.ts';
import { parseJson } from './json.ts';

/** A record as it is committed. `value` is the live object, once somebody asked for it. */
export interface Entry {
  text: string;
  value?: unknown;
}

export type Entries = Map<string, Entry>;

/**
 * The text of a document: one key a line, sorted, so that a person can read it and `diff` can show what changed.
 */
export function formatDocument(entries: Entries): string {
  const lines = [...entries.keys()]
    .sort(byCodeUnit)
    .map((key) => `${JSON.stringify(key)}: ${entries.get(key)!.text}`);
  return `{\n${lines.join(',\n')}${lines.length === 0 ? '' : '\n'}}\n`;
}

/**
 * Reads the text of a document, our own or one that a person has formatted otherwise.
 *
 * @throws WorkspaceError when it is not a JSON object
 */
export function parseDocument(path: string, text: string): Entries {
  const lines = text.split('\n');
  return parseLines(path, lines) ?? parseFree(path, text);
}

/** Gives no entries unless the text is as `formatDocument` writes it; then each line is parsed on its own. */
function parseLines(path: string, lines: readonly string[]): Entries | undefined {
  if (lines[0] !== '{' || lines.at(-2) !== '}' || lines.at(-1) !== '') return undefined;
  const entries: Entries = new Map();
  const last = lines.length - 3;
  for (let index = 1; index <= last; index++) {
    const line = lines[index]!;
    if (line.endsWith(',') !== index < last) return undefined;
    const member = index < last ? line.slice(0, -1) : line;
    const key = onlyKeyOf(member);
    if (key === undefined) return undefined;
    if (entries.has(key)) throw damage(path, `line ${index + 1}`, `has ${JSON.stringify(key)} twice`);
    entries.set(key, { text: member.slice(JSON.stringify(key).length + 2) });
  }
  return entries;
}

function onlyKeyOf(member: string): string | undefined {
  let keys: string[];
  try {
    keys = Object.keys(JSON.parse(`{${member}}`));
  } catch {
    // Not one member a line: parseFree reads it, or says where it is wrong.
    return undefined;
  }
  const key = keys.length === 1 ? keys[0] : undefined;
  return key !== undefined && member.startsWith(`${JSON.stringify(key)}: `) ? key : undefined;
}

function parseFree(path: string, text: string): Entries {
  const parsed = parseJson(path, text);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw damage(path, 'line 1', 'is not a JSON object');
  }
  return new Map(Object.entries(parsed).map(([key, value]) => [key, { text: JSON.stringify(value) }]));
}

export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Where a document's text comes from, and where it goes. */
export interface DocumentFile {
  readonly path: string;
  load(): string | undefined;
  save(text: string): void;
}

/** lowdb's way to a document's file. */
export function documentAdapter(file: DocumentFile): SyncAdapter<Entries> {
  return {
    read: () => {
      const text = file.load();
      return text === undefined ? null : parseDocument(file.path, text);
    },
    write: (entries) => file.save(formatDocument(entries)),
  };
}
