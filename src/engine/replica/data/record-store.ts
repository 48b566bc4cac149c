import { bytesOf, latin1Of } from '../../storage/bytes.ts';
import { SortedMap } from './sorted-map.ts';
import { type Packed, PackedRecord, pack, type StoredRecord } from './stored-record.ts';

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
 * Keys are held as latin1 text: such text sorts as its bytes do, and takes little more room than they.
 */
export class RecordStore {
  readonly #records = new SortedMap<Packed>();
  readonly #snapshots = new Set<Changes>();

  get(key: Uint8Array): StoredRecord | undefined {
    const packed = this.#records.get(latin1Of(key));
    return packed === undefined ? undefined : new PackedRecord(packed);
  }

  set(key: Uint8Array, record: StoredRecord): void {
    this.setText(latin1Of(key), pack(record));
  }

  /** The same of a key as latin1 text. @param packed as `pack` makes it */
  setText(key: string, packed: Packed): void {
    const before = this.#records.set(key, packed);
    for (const changes of this.#snapshots) changes.note(key, before);
  }

  delete(key: Uint8Array): void {
    const text = latin1Of(key);
    const before = this.#records.delete(text);
    if (before !== undefined) for (const changes of this.#snapshots) changes.note(text, before);
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
    for (const [key, packed] of reverse ? this.#records.below(end) : this.#records.from(first)) {
      if (reverse ? key < first : end !== undefined && key >= end) return;
      yield [bytesOf(key), new PackedRecord(packed)];
    }
  }

  /** Key and packed record of each, in key order, as they are held. */
  texts(): Generator<[key: string, packed: Packed], void> {
    return this.#records.from('');
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
    for (const [key, packed] of merged(this.#records.from(first), changes.from(first))) {
      if (end !== undefined && key >= end) return;
      if (packed !== ABSENT) yield [bytesOf(key), new PackedRecord(packed)];
    }
  }
}

/** There was no record of that key. */
const ABSENT = null;

type Before = Packed | typeof ABSENT;

/** What a snapshot does not see: the records that were there before, of those that were changed since. */
class Changes {
  readonly #before = new SortedMap<Before>();

  note(key: string, before: Packed | undefined): void {
    if (this.#before.get(key) === undefined) this.#before.set(key, before ?? ABSENT);
  }

  from(key: string): Generator<[key: string, before: Before], void> {
    return this.#before.from(key);
  }
}

type Texts<V> = Iterator<[key: string, value: V], void>;

/** Two ascending sequences as one; of a key that is in both it has what it was before. */
function* merged(now: Texts<Packed>, before: Texts<Before>): Generator<[key: string, packed: Before], void> {
  let [one, other] = [now.next(), before.next()];
  for (;;) {
    if (other.done === true) {
      if (one.done === true) return;
      yield one.value;
      one = now.next();
    } else if (one.done !== true && one.value[0] < other.value[0]) {
      yield one.value;
      one = now.next();
    } else {
      yield other.value;
      if (one.done !== true && one.value[0] === other.value[0]) one = now.next();
      other = before.next();
    }
  }
}
