/**
 * A record of a document as it was committed: a copy of its own, whatever becomes of the object that it was made of.
 *
 * Its text is made when the disk needs it.
 */
export class Entry {
  /** Unknown as long as only the text is. */
  #record: unknown;
  #text: string | undefined;

  private constructor(record: unknown, text?: string) {
    this.#record = record;
    this.#text = text;
  }

  /** @throws TypeError for what JSON cannot hold */
  static of(value: unknown): Entry {
    return new Entry(copyOf(value));
  }

  static ofText(text: string): Entry {
    return new Entry(undefined, text);
  }

  /** Takes over the members of these names from a record, an object. JSON can hold them. */
  take(value: object, names: readonly string[]): void {
    this.#record ??= JSON.parse(this.#text!);
    const record = this.#record as Members;
    for (let at = 0; at < names.length; at++) {
      const name = names[at]!;
      const member = (value as Members)[name];
      record[name] = typeof member === 'number' ? member : copyOf(member);
    }
    this.#text = undefined;
  }

  /** Takes over what the journal tells of a part of the record. */
  takePart({ text }: SomeMembers): void {
    const members = JSON.parse(text) as Members;
    this.take(members, Object.keys(members));
  }

  /** Of the texts in it: about as long as it is itself, where that is long. */
  get textLength(): number {
    return this.#text?.length ?? textLengthOf(this.#record);
  }

  get text(): string {
    this.#text ??= JSON.stringify(this.#record);
    return this.#text;
  }

  /** Its members of these names; `undefined` where it does not have all of them. */
  part(names: Names): SomeMembers | undefined {
    this.#record ??= JSON.parse(this.#text!);
    // A text at once: to make an object of them, V8 would have to learn its shape for each anew.
    let text = '';
    for (const name of names instanceof Set ? new Set([...names].flat()) : names) {
      const member = (this.#record as Members)[name];
      if (member === undefined) return undefined;
      text += `${text === '' ? '{' : ','}"${name}":${textOf(member)}`;
    }
    return new SomeMembers(`${text}}`);
  }

  equals(other: Entry): boolean {
    if (this.#record === undefined || other.#record === undefined) return this.text === other.text;
    return isSame(this.#record, other.#record);
  }
}

export type Members = Record<string, unknown>;

/** Of members: one list, as most have, or more. */
export type Names = readonly string[] | Set<readonly string[]>;

/** Some members of a record, as the journal tells of them. */
export class SomeMembers {
  /** JSON. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Most members are numbers: their texts need no JSON. */
function textOf(member: unknown): string {
  return Number.isFinite(member) ? `${member}` : JSON.stringify(member);
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

function textLengthOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  let length = 0;
  if (typeof value === 'object') for (const key in value) length += textLengthOf((value as Members)[key]);
  return length;
}

/** Whether two copies have the same text: their members stand in the same order, too. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const names = Object.keys(a);
  const others = Object.keys(b);
  if (names.length !== others.length) return false;
  for (let at = 0; at < names.length; at++) {
    const name = names[at]!;
    if (name !== others[at] || !isSame((a as Members)[name], (b as Members)[name])) return false;
  }
  return true;
}
