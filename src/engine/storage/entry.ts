/**
 * A record of a document as it was committed.
 *
 * A copy is kept, and the text made of it when the disk needs it: of a group of commits only the last one's is.
 */
export class Entry {
  readonly #copy: unknown;
  /** What has changed since the copy was made. */
  readonly #since: Since | undefined;
  #text: string | undefined;

  private constructor(copy: unknown, since?: Since, text?: string) {
    this.#copy = copy;
    this.#since = since;
    this.#text = text;
  }

  /** @throws TypeError for what JSON cannot hold */
  static of(value: unknown): Entry {
    return new Entry(copyOf(value));
  }

  static ofText(text: string): Entry {
    return new Entry(undefined, undefined, text);
  }

  /**
   * The same record, an object, once more, in which only the members of these names may have changed.
   *
   * @throws TypeError for what JSON cannot hold
   */
  with(value: object, names: readonly string[]): Entry {
    if (this.#copy === undefined) return Entry.of(value);
    const changed: Members = {};
    for (const name of names) changed[name] = copyOf((value as Members)[name]);
    const isNext = this.#since === undefined || this.#since.names === names;
    return new Entry(isNext ? this.#copy : this.#whole, { changed, names });
  }

  get text(): string {
    this.#text ??= JSON.stringify(this.#whole);
    return this.#text;
  }

  /** Whether the text was made, so that the disk may have it. */
  get hasText(): boolean {
    return this.#text !== undefined;
  }

  equals(other: Entry): boolean {
    if (this.#copy === undefined || other.#copy === undefined) return this.text === other.text;
    return isSame(this.#whole, other.#whole);
  }

  get #whole(): unknown {
    return this.#since === undefined ? this.#copy : { ...(this.#copy as Members), ...this.#since.changed };
  }
}

type Members = Record<string, unknown>;

interface Since {
  readonly changed: Members;
  /** Of the members. */
  readonly names: readonly string[];
}

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
