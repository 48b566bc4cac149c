/**
 * A record of a document as it was committed.
 *
 * A copy is kept, and the text made of it when the disk needs it: of a group of commits only the last one's is.
 */
export class Entry {
  readonly #copy: unknown;
  #text: string | undefined;

  private constructor(copy: unknown, text: string | undefined) {
    this.#copy = copy;
    this.#text = text;
  }

  /** @throws TypeError for what JSON cannot hold */
  static of(value: unknown): Entry {
    return new Entry(copyOf(value), undefined);
  }

  /**
   * The same record once more, in which only some members of an object may have changed.
   *
   * @throws TypeError for what JSON cannot hold
   */
  with(value: object, names: readonly string[]): Entry {
    if (this.#copy === undefined) return Entry.of(value);
    const copy = { ...(this.#copy as Members) };
    for (const name of names) copy[name] = copyOf((value as Members)[name]);
    return new Entry(copy, undefined);
  }

  static ofText(text: string): Entry {
    return new Entry(undefined, text);
  }

  get text(): string {
    this.#text ??= JSON.stringify(this.#copy);
    return this.#text;
  }

  /** Whether the text was made, so that the disk may have it. */
  get hasText(): boolean {
    return this.#text !== undefined;
  }

  equals(other: Entry): boolean {
    if (this.#copy === undefined || other.#copy === undefined) return this.text === other.text;
    return isSame(this.#copy, other.#copy);
  }
}

type Members = Record<string, unknown>;

function copyOf(value: unknown): unknown {
  if (typeof value === 'object' && value !== null)
    return Array.isArray(value) ? value.map(copyOf) : copyOfObject(value as Members);
  if (typeof value === 'bigint' || typeof value === 'function' || typeof value === 'symbol')
    throw new TypeError('a record that JSON cannot hold');
  return value;
}

function copyOfObject(value: Members): Members {
  const copy = { ...value };
  for (const key in copy) {
    const member = copy[key];
    if (typeof member !== 'number' && typeof member !== 'string') copy[key] = copyOf(member);
  }
  return copy;
}

/** Whether two copies have the same text. One whose members stand in another order may be taken for another. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  for (const name of names) {
    if (!isSame((a as Members)[name], (b as Members)[name])) return false;
  }
  return true;
}
