import { LowSync } from 'lowdb';
import type { Doc } from './contract.ts';
import { CHECKSUM_KEY, type DocumentFile, documentAdapter, documentParts } from './document-file.ts';
import { Entries } from './entries.ts';
import { Entry, type Names, type SomeMembers } from './entry.ts';

/** Changes by key: the record, or members of it that changed; `undefined` for its deletion. */
export type KeyChanges = ReadonlyMap<string, Entry | SomeMembers | undefined>;

/** What is told of so many nobody notices. */
const FEW_RECORDS = 1000;
/** Nor that so many changes are made committed together. */
const FEW_CHANGES = 200;
/** How long a record is where its texts are short, in bytes. */
const USUAL_RECORD = 512;

/** Members of a record, by names. */
interface Part {
  readonly key: string;
  readonly names: readonly string[];
}

/**
 * A document: a lowdb database of committed records, and above it the changes of the command that is running.
 *
 * What was committed, not the live objects, is what reaches the disk and what a rollback goes back to.
 */
export class StoredDocument implements Doc<unknown> {
  readonly path: string;
  readonly #db: LowSync<Entries>;
  readonly #onChange: () => void;
  /** The objects that were given to somebody, or set. */
  readonly #live = new Map<string, unknown>();
  /** What the running command set as a whole, or deleted; its entries are made by `freeze`. */
  readonly #changed = new Map<string, Entry | undefined>();
  /** Those of them that `freezeSome` has not fixed; and such that did so once more, which it leaves to `freeze`. */
  readonly #fresh = new Set<string>();
  readonly #restless = new Set<string>();
  /** About how many bytes of texts are in its entries. */
  #changedBytes = 0;
  /** What it set a part of. */
  #parts: Part[] = [];
  /** Keys of what was committed and the journal does not have: with names of members, or `undefined` for all of it. */
  readonly #unjournaled = new Map<string, Names | undefined>();
  /** Whether the store knows that the running command changes it. */
  #isTouched = false;
  #loaded = false;
  #cleared = false;
  /** Counts the changes of what is committed. */
  version = 0;
  #sortedKeys: readonly string[] | undefined;
  /** By how many it has more records than are committed, as far as that was counted. */
  #growth: number | undefined;

  /** @param onChange called with the first change of each command */
  constructor(file: DocumentFile, onChange: () => void) {
    this.path = file.path;
    this.#db = new LowSync<Entries>(documentAdapter(file), new Entries());
    this.#onChange = onChange;
  }

  get(key: string): unknown {
    return this.#live.get(key) ?? this.#find(key);
  }

  look(keys: readonly string[]): unknown[] {
    const parsed = new Map<string, unknown>();
    return keys.map((key) => {
      const live = this.#live.get(key);
      const text = live === undefined && !this.#isReplaced(key) ? this.#entries().textOf(key) : undefined;
      if (text === undefined) return live;
      const known = parsed.get(text);
      if (known !== undefined) return known;
      const record = JSON.parse(text) as unknown;
      parsed.set(text, record);
      return record;
    });
  }

  set(key: string, value: unknown, names?: readonly string[]): void {
    if (value === undefined) throw new Error(`${this.path}: ${key}: a record cannot be undefined`);
    if (key === CHECKSUM_KEY) throw new Error(`${this.path}: ${key} is not a key for a record`);
    if (!this.#isTouched) this.#touch();
    if (names !== undefined && this.#live.get(key) === value && !this.#changed.has(key)) {
      this.#notePart(key, names);
      return;
    }
    if ((this.#sortedKeys ?? this.#growth) !== undefined && !this.has(key)) this.#noteGrowth(1);
    if (names === undefined || !this.#isKept(key)) this.#noteChanged(key);
    else this.#notePart(key, names);
    this.#live.set(key, value);
  }

  delete(key: string): void {
    if (!this.has(key)) return;
    if (!this.#isTouched) this.#touch();
    this.#noteGrowth(-1);
    this.#noteChanged(key);
    this.#live.delete(key);
  }

  has(key: string): boolean {
    return this.#live.has(key) || this.#isKept(key);
  }

  keys(): string[] {
    this.#sortedKeys ??= this.#currentKeys();
    return [...this.#sortedKeys];
  }

  get size(): number {
    const committed = this.#cleared ? new Entries() : this.#entries();
    this.#growth ??= this.#countGrowth(committed);
    return committed.size + this.#growth;
  }

  /** How much the running command changed, or set anew; after `freeze`, what it made another. */
  get changes(): number {
    return this.#changed.size + this.#parts.length;
  }

  /** Removes all, in the command that is running. */
  clear(): void {
    this.#forgetChanged();
    this.#parts = [];
    this.#live.clear();
    this.#isTouched = false;
    this.#cleared = true;
    this.#forgetKeys();
  }

  /** What is changed from now on the next command changes. */
  endCommand(): void {
    this.#isTouched = false;
  }

  /**
   * Fixes the changes as they will be committed. A record that was set as a whole to what it was already is none.
   *
   * @throws Error for what JSON cannot hold
   */
  freeze(): void {
    this.endCommand();
    if (this.#changed.size === 0) return;
    this.#takeRestless();
    this.freezeSome(Number.POSITIVE_INFINITY);
  }

  /** The same of many, in steps. */
  *freezing(): Generator<void, void> {
    this.#takeRestless();
    while (this.freezeSome(FEW_CHANGES) === FEW_CHANGES) yield;
  }

  /** Does what `freeze` has to do for so many records, as far as they do not change again. @returns for how many */
  freezeSome(most: number): number {
    let frozen = 0;
    for (const key of this.#fresh) {
      if (frozen === most) break;
      this.#freezeRecord(key);
      this.#fresh.delete(key);
      frozen++;
    }
    return frozen;
  }

  #takeRestless(): void {
    for (const key of this.#restless) this.#fresh.add(key);
    this.#restless.clear();
  }

  #freezeRecord(key: string): void {
    const value = this.#live.get(key);
    const entry = value === undefined ? undefined : this.#entryOf(key, value);
    if (this.#isCommitted(key, entry)) this.#changed.delete(key);
    else {
      this.#changed.set(key, entry);
      this.#changedBytes += entry?.textLength ?? 0;
    }
  }

  /** Makes committed what was frozen. @returns about how many more bytes the journal has to hold */
  commit(): number {
    const known = this.#unjournaled.size;
    for (const { key, names } of this.#parts) this.#takeMembers(key, names);
    for (const [key, entry] of this.#changed) this.#acceptChange(key, entry);
    return this.#endCommit(known);
  }

  /** The same of much, in steps between which nothing is changed. */
  *committing(): Generator<void, number> {
    const known = this.#unjournaled.size;
    let taken = 0;
    for (const { key, names } of this.#parts) {
      this.#takeMembers(key, names);
      if (++taken % FEW_CHANGES === 0) yield;
    }
    for (const [key, entry] of this.#changed) {
      this.#acceptChange(key, entry);
      if (++taken % FEW_CHANGES === 0) yield;
    }
    return this.#endCommit(known);
  }

  #acceptChange(key: string, entry: Entry | undefined): void {
    this.#unjournaled.set(key, undefined);
    this.#accept(key, entry);
    this.#growth = undefined;
  }

  /** @param known how many of its records the journal did not have before */
  #endCommit(known: number): number {
    const bytes = this.#changedBytes;
    this.version++;
    if (this.#parts.length > 0) this.#parts = [];
    if (this.#changed.size > 0) {
      this.#forgetKeys();
      this.#forgetChanged();
    }
    return bytes + (this.#unjournaled.size - known) * USUAL_RECORD;
  }

  /** What was committed and the journal does not have, in steps: it will have it. */
  *takingUnjournaled(): Generator<void, KeyChanges> {
    const entries = this.#entries();
    const changes = new Map<string, Entry | SomeMembers | undefined>();
    for (const [key, names] of this.#unjournaled) {
      const entry = entries.get(key);
      changes.set(key, names === undefined ? entry : (entry?.part(names) ?? entry));
      if (changes.size % FEW_RECORDS === 0) yield;
    }
    this.#unjournaled.clear();
    return changes;
  }

  /** Makes committed what the journal holds. */
  accept(changes: KeyChanges): void {
    for (const [key, change] of changes) this.#accept(key, change);
    this.#forgetKeys();
  }

  #accept(key: string, change: Entry | SomeMembers | undefined): void {
    const entries = this.#entries();
    if (change === undefined) entries.delete(key);
    else if (change instanceof Entry) entries.set(key, change);
    // A record that is not there is deleted by a later change, which the file has already.
    else entries.get(key)?.takePart(change);
  }

  /** Makes committed that the document is gone. */
  acceptRemoval(): void {
    this.#db.data = new Entries();
    this.#loaded = true;
    this.#cleared = false;
    this.#parts = [];
    this.#unjournaled.clear();
    this.#forgetKeys();
  }

  rollback(): void {
    this.#parts = [];
    this.#isTouched = false;
    this.#forgetChanged();
    // Objects may have been changed without `set` before the command failed: parse them anew.
    this.#live.clear();
    this.#cleared = false;
    this.#forgetKeys();
  }

  /** Forgets the file's contents: another process may have changed them. */
  unload(): void {
    this.rollback();
    this.#db.data = new Entries();
    this.#loaded = false;
  }

  /** Brings the file up to what is committed. */
  save(): void {
    this.#entries();
    this.#db.write();
  }

  /** What the file is to hold, in parts: see `documentParts`. */
  parts(): Generator<Uint8Array, void> {
    return documentParts(this.#entries());
  }

  /** Most commands set one part: a list that grows has room for many more. */
  #notePart(key: string, names: readonly string[]): void {
    const last = this.#parts.at(-1);
    if (last === undefined) this.#parts = [{ key, names }];
    else if (last.key !== key || last.names !== names) this.#parts.push({ key, names });
  }

  #noteChanged(key: string): void {
    const isFrozen = this.#changed.has(key) && !this.#fresh.has(key);
    (isFrozen ? this.#restless : this.#fresh).add(key);
    this.#changed.set(key, undefined);
  }

  #forgetChanged(): void {
    this.#changed.clear();
    this.#fresh.clear();
    this.#restless.clear();
    this.#changedBytes = 0;
  }

  #touch(): void {
    this.#onChange();
    this.#isTouched = true;
  }

  #entries(): Entries {
    if (!this.#loaded) {
      this.#db.read();
      this.#loaded = true;
    }
    return this.#db.data;
  }

  #isCommitted(key: string, entry: Entry | undefined): boolean {
    if (!this.#loaded || this.#cleared) return false;
    const committed = this.#db.data.get(key);
    if (entry === undefined || committed === undefined) return entry === committed;
    // What the journal does not have yet may as well be replaced.
    return !this.#unjournaled.has(key) && entry.equals(committed);
  }

  #takeMembers(key: string, names: readonly string[]): void {
    // The record was deleted since, or set as a whole.
    if (this.#changed.has(key)) return;
    this.#db.data.get(key)!.take(this.#live.get(key) as object, names);
    this.#noteMembers(key, names);
  }

  #noteMembers(key: string, names: readonly string[]): void {
    const known = this.#unjournaled.get(key);
    if (known instanceof Set) known.add(names);
    else if (known === undefined && !this.#unjournaled.has(key)) this.#unjournaled.set(key, names);
    else if (known !== undefined && known !== names) this.#unjournaled.set(key, new Set([known, names]));
  }

  /** What was committed of a record that the running command has not set as a whole. */
  #committed(key: string): Entry | undefined {
    return this.#isReplaced(key) ? undefined : this.#entries().get(key);
  }

  #isKept(key: string): boolean {
    return !this.#isReplaced(key) && this.#entries().has(key);
  }

  /** Whether the running command has set the record as a whole, or deleted it. */
  #isReplaced(key: string): boolean {
    return this.#cleared || this.#changed.has(key);
  }

  #find(key: string): unknown {
    const entry = this.#committed(key);
    if (entry === undefined) return undefined;
    const value = JSON.parse(entry.text) as unknown;
    this.#live.set(key, value);
    return value;
  }

  /** @throws Error for what JSON cannot hold */
  #entryOf(key: string, value: unknown): Entry {
    try {
      return Entry.of(value);
    } catch (error) {
      throw new Error(`${this.path}: ${key}: ${(error as Error).message}`);
    }
  }

  /** A record is there that was not, or is gone. */
  #noteGrowth(by: 1 | -1): void {
    this.#sortedKeys = undefined;
    if (this.#growth !== undefined) this.#growth += by;
  }

  #countGrowth(committed: Entries): number {
    let growth = 0;
    for (const key of this.#changed.keys())
      growth += Number(this.#live.has(key)) - Number(committed.has(key));
    return growth;
  }

  /** What is committed is another now. */
  #forgetKeys(): void {
    this.#sortedKeys = undefined;
    this.#growth = undefined;
  }

  #currentKeys(): readonly string[] {
    const committed = this.#cleared ? [] : this.#entries().keys();
    if (this.#changed.size === 0) return committed;
    const changed = [...this.#changed.keys()].filter((key) => this.#live.has(key));
    return [...committed.filter((key) => !this.#changed.has(key)), ...changed].sort();
  }
}
