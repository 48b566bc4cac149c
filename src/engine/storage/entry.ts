/**
 * A record of a document as it was committed.
 *
 * A copy is kept, and the text made of it when the disk needs it: of a group of commits only the last one's is.
 */
export class Entry {
  /** The live object, once somebody asked for it. */
  value: unknown;
  readonly #image: unknown;
  #text: string | undefined;

  private constructor(image: unknown, text: string | undefined, value: unknown) {
    this.#image = image;
    this.#text = text;
    this.value = value;
  }

  /** @throws TypeError for what JSON cannot hold */
  static of(value: unknown): Entry {
    return new Entry(copyOf(value), undefined, value);
  }

  static ofText(text: string): Entry {
    return new Entry(undefined, text, undefined);
  }

  get text(): string {
    this.#text ??= JSON.stringify(this.#image);
    return this.#text;
  }

  equals(other: Entry): boolean {
    if (this.#image === undefined || other.#image === undefined) return this.text === other.text;
    return isSame(this.#image, other.#image);
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

/** Whether the texts of two copies are the same; members in another order make another text. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const names = Object.keys(a);
  const others = Object.keys(b);
  return (
    Array.isArray(a) === Array.isArray(b) &&
    names.length === others.length &&
    names.every((name, at) => name === others[at] && isSame((a as Members)[name], (b as Members)[name]))
  );
}
