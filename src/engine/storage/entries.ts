import { Entry } from './entry.ts';

/** Between a key and its record. */
const SEPARATOR = '": ';

/**
 * The records of a document as they were committed, by key. Of those that nobody has asked for it is known where they stand
 * in the file's text, and no more: a document of thousands is read in half the time, and most commands ask for a few.
 */
export class Entries {
  readonly #text: string;
  /** A number is where the record's text begins in `#text`. */
  readonly #entries = new Map<string, Entry | number>();
  #sortedKeys: readonly string[] | undefined;
  /** A file has its keys in their order. */
  #isSorted = true;

  /** @param text of a document as `formatDocument` wrote it, without its seal */
  constructor(text = '') {
    this.#text = text;
    for (let start = lineAfter(text, 0); start < text.length; start = lineAfter(text, start)) {
      const end = endOfKey(text, start);
      const key = text.slice(start + 1, end);
      this.#entries.set(key.includes('\\') ? JSON.parse(`"${key}"`) : key, end + SEPARATOR.length);
    }
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Sorted by UTF-16 code units. */
  keys(): readonly string[] {
    this.#sortedKeys ??= this.#isSorted ? [...this.#entries.keys()] : [...this.#entries.keys()].sort();
    return this.#sortedKeys;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  get(key: string): Entry | undefined {
    const found = this.#entries.get(key);
    if (typeof found !== 'number') return found;
    const entry = Entry.ofText(this.#textAt(found));
    this.#entries.set(key, entry);
    return entry;
  }

  /** The record's text only, of which nothing is kept. */
  textOf(key: string): string | undefined {
    const found = this.#entries.get(key);
    return typeof found === 'number' ? this.#textAt(found) : found?.text;
  }

  set(key: string, entry: Entry): void {
    const { size } = this.#entries;
    this.#entries.set(key, entry);
    if (this.#entries.size === size) return;
    this.#isSorted = false;
    this.#sortedKeys = undefined;
  }

  delete(key: string): void {
    if (this.#entries.delete(key)) this.#sortedKeys = undefined;
  }

  /** Up to the comma at the end of the line. */
  #textAt(start: number): string {
    return this.#text.slice(start, this.#text.indexOf('\n', start) - 1);
  }
}

/** Where the next line begins; the end of the text behind the last. */
function lineAfter(text: string, start: number): number {
  const end = text.indexOf('\n', start);
  return end < 0 ? text.length : end + 1;
}

/** Where the quote behind the key of a line stands. */
function endOfKey(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

/** Whether an odd number of backslashes stands before. */
function isEscaped(text: string, at: number): boolean {
  let first = at;
  while (text[first - 1] === '\\') first--;
  return (at - first) % 2 === 1;
}
