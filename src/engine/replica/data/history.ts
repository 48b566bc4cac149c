import { SortedMap } from './sorted-map.ts';
import type { Packed } from './stored-record.ts';

/** There was no record of that key. */
export const ABSENT = null;
export type Before = Packed | typeof ABSENT;

/** What a record was, for those who saw the records before it was changed. */
interface Change {
  /** Of the newest of them. */
  readonly version: number;
  readonly before: Before;
}

/**
 * What was changed while somebody had the records as they were before: once, for all of them. It is forgotten when none is
 * left who would ask.
 */
export class History {
  /** By key, the oldest first. */
  readonly #changes = new SortedMap<Change[]>();
  /** The same in their order. */
  #order: { readonly key: string; readonly version: number }[] = [];
  #forgotten = 0;
  /** How many have the records of a version. Versions ascend. */
  readonly #open = new Map<number, number>();
  #version = 0;
  /** Whether something was changed since that version. */
  #isChanged = true;

  /** How many changes are kept. */
  get size(): number {
    return this.#order.length - this.#forgotten;
  }

  /** Somebody has the records as they are now. @returns what they are known by */
  open(): number {
    if (this.#isChanged) this.#version++;
    this.#isChanged = false;
    this.#open.set(this.#version, (this.#open.get(this.#version) ?? 0) + 1);
    return this.#version;
  }

  /** Nobody asks for those of a version any more who has opened them once. */
  close(version: number): void {
    const left = (this.#open.get(version) ?? 1) - 1;
    if (left > 0) this.#open.set(version, left);
    else if (this.#open.delete(version)) this.#forget();
  }

  note(key: string, before: Before): void {
    this.#isChanged = true;
    if (this.#open.size === 0) return;
    const version = this.#version;
    const changes = this.#changes.get(key);
    if (changes?.at(-1)?.version === version) return;
    if (changes === undefined) this.#changes.set(key, [{ version, before }]);
    else changes.push({ version, before });
    this.#order.push({ key, version });
  }

  /** What was other than it is in the records of a version, from a key on. */
  *from(key: string, version: number): Generator<[key: string, before: Before], void> {
    for (const [changed, changes] of this.#changes.from(key)) {
      const change = changes.find((one) => one.version >= version);
      if (change !== undefined) yield [changed, change.before];
    }
  }

  /** Forgets what only those would see who are gone. */
  #forget(): void {
    const [oldest = Number.POSITIVE_INFINITY] = this.#open.keys();
    while ((this.#order[this.#forgotten]?.version ?? oldest) < oldest) this.#forgetOldest();
    if (2 * this.#forgotten < this.#order.length) return;
    this.#order = this.#order.slice(this.#forgotten);
    this.#forgotten = 0;
  }

  #forgetOldest(): void {
    const { key } = this.#order[this.#forgotten++]!;
    const changes = this.#changes.get(key)!;
    changes.shift();
    if (changes.length === 0) this.#changes.delete(key);
  }
}
