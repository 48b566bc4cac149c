import { bytesOf, latin1Of } from '../../storage/bytes.ts';
import { ABSENT, type Before, History } from './history.ts';
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
  readonly #history = new History();

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
    this.#history.note(key, before ?? ABSENT);
  }

  delete(key: Uint8Array): void {
    const text = latin1Of(key);
    const before = this.#records.delete(text);
    if (before !== undefined) this.#history.note(text, before);
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
    const version = this.#history.open();
    return {
      range: (from, to) => this.#rangeOf(version, from, to),
      close: () => this.#history.close(version),
    };
  }

  *#rangeOf(version: number, from: Uint8Array, to: Uint8Array | undefined): Generator<Entry, void> {
    const [first, end] = [latin1Of(from), to && latin1Of(to)];
    for (const [key, packed] of merged(this.#records.from(first), this.#history.from(first, version))) {
      if (end !== undefined && key >= end) return;
      if (packed !== ABSENT) yield [bytesOf(key), new PackedRecord(packed)];
    }
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
