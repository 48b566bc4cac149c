/**
 * A record of a document as it was committed.
 *
 * A copy is kept, and the text made of it when the disk needs it: of a group of commits only the last one's is.
 */
export class Entry {
  /** The live object, once somebody asked for it. */
  value: unknown;
  #copy: unknown;
  #text: string | undefined;

  private constructor(value: unknown, copy: unknown, text: string | undefined) {
    this.value = value;
    this.#copy = copy;
    this.#text = text;
  }

  /** @throws TypeError for what JSON cannot hold */
  static of(value: unknown): Entry {
    return new Entry(value, copyOf(value), undefined);
  }

  static ofText(text: string): Entry {
    return new Entry(undefined, undefined, text);
  }

  /** Whether the text was made, so that the disk may have it. */
  get hasText(): boolean {
    return this.#text !== undefined;
  }

  get text(): string {
    if (this.#text === undefined) {
      this.#text = JSON.stringify(this.#copy);
      this.#copy = undefined;
    }
    return this.#text;
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
