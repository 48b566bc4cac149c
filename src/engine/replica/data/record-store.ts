import { bytesOf, latin1Of } from '../../storage/bytes.ts';
import { SortedKeys } from './sorted-keys.ts';
import { PackedRecord, pack, type StoredRecord } from './stored-record.ts';

type Entry = [key: Uint8Array, record: StoredRecord];

/** The records as they were at one time, for a scan that takes many requests. */
export interface Snapshot {
  /** Those with `from` <= key < `to` (`undefined` = to the end). To be read before anything is written. */
  range(from: Uint8Array, to: Uint8Array | undefined): Generator<Entry, void>;
  /** Has the changes forgotten that it would not see. */
  close(): void;
}

/**
 * The records of a partition, in the byte order of their raw keys.
 *
 * Keys and records are held as latin1 text: such text sorts as its bytes do, and takes little more room than they.
 */
export class RecordStore {
  readonly #records = new Map<string, string>();
  readonly #keys = new SortedKeys();
  readonly #snapshots = new Set<Changes>();

  get(key: Uint8Array): StoredRecord | undefined {
    const packed = this.#records.get(latin1Of(key));
    return packed === undefined ? undefined : new PackedRecord(packed);
  }

  set(key: Uint8Array, record: StoredRecord): void {
    this.setText(latin1Of(key), pack(record));
  }

  /** The same of what is a latin1 text already. @param packed as `pack` makes it */
  setText(key: string, packed: string): void {
    const before = this.#keys.areAllBelow(key) ? undefined : this.#records.get(key);
    for (const changes of this.#snapshots) changes.note(key, before);
    if (before === undefined) this.#keys.add(key);
    this.#records.set(key, packed);
  }

  delete(key: Uint8Array): void {
    const text = latin1Of(key);
    const before = this.#records.get(text);
    if (before === undefined) return;
    for (const changes of this.#snapshots) changes.note(text, before);
    this.#keys.delete(text);
    this.#records.delete(text);
  }

  get size(): number {
    return this.#records.size;
  }

  /**
   * The records with `from` <= key < `to` (`undefined` = to the end), or the same from the last to the first. To be
   * read before anything is written.
   */
  *range(from: Uint8Array, to: Uint8Array | undefined, reverse = false): Generator<Entry, void> {
    const [first, end] = [latin1Of(from), to && latin1Of(to)];
    for (const key of reverse ? this.#keys.below(end) : this.#keys.from(first)) {
      if (reverse ? key < first : end !== undefined && key >= end) return;
      yield [bytesOf(key), new PackedRecord(this.#records.get(key)!)];
    }
  }

  /** Key and packed record of each, in key order, as the latin1 texts that they are held as. */
  *texts(): Generator<[key: string, packed: string], void> {
    for (const key of this.#keys.from('')) yield [key, this.#records.get(key)!];
  }

  snapshot(): Snapshot {
    const changes = new Changes();
    this.#snapshots.add(changes);
    return {
      range: (from, to) => this.#rangeBefore(changes, from, to),
      close: () => void this.#snapshots.delete(changes),
    };
  }

  *#rangeBefore(changes: Changes, from: Uint8Array, to: Uint8Array | undefined): Generator<Entry, void> {
    const [first, end] = [latin1Of(from), to && latin1Of(to)];
    for (const key of merged(this.#keys.from(first), changes.keys.from(first))) {
      if (end !== undefined && key >= end) return;
      const packed = changes.recordBefore(key, this.#records);
      if (packed !== undefined) yield [bytesOf(key), new PackedRecord(packed)];
    }
  }
}

/** What a snapshot does not see: the records that were there before, of those that were changed since. */
class Changes {
  readonly keys = new SortedKeys();
  readonly #before = new Map<string, string | undefined>();

  note(key: string, before: string | undefined): void {
    if (this.#before.has(key)) return;
    this.#before.set(key, before);
    this.keys.add(key);
  }

  recordBefore(key: string, now: ReadonlyMap<string, string>): string | undefined {
    return this.#before.has(key) ? this.#before.get(key) : now.get(key);
  }
}

/** Two ascending sequences as one; what is in both comes once. */
function* merged(some: Iterator<string, void>, others: Iterator<string, void>): Generator<string, void> {
  let [one, other] = [some.next(), others.next()];
  while (one.done !== true || other.done !== true) {
    const isOne = other.done === true || (one.done !== true && one.value <= other.value);
    const key = (isOne ? one.value : other.value) as string;
    yield key;
    if (one.value === key) one = some.next();
    if (other.value === key) other = others.next();
  }
}
