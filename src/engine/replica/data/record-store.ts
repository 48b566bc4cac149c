import { bytesOf, PackedRecord, pack, type StoredRecord } from './stored-record.ts';

/**
 * The records of a partition, in the byte order of their raw keys.
 *
 * Keys and records are held as latin1 text: such text sorts as its bytes do, and takes little more room than they. The
 * order is made when a range is asked for, so that loading and writing never sort.
 */
export class RecordStore {
  readonly #records = new Map<string, string>();
  /** Replaced, or lengthened at the end: a range that is being read keeps the keys it began with. */
  #sorted: string[] = [];
  readonly #unsorted = new Set<string>();
  /** Keys among the sorted ones whose record is gone. */
  readonly #dead = new Set<string>();

  get(key: Uint8Array): StoredRecord | undefined {
    const packed = this.#records.get(textOf(key));
    return packed === undefined ? undefined : new PackedRecord(packed);
  }

  set(key: Uint8Array, record: StoredRecord): void {
    const text = textOf(key);
    const isNew = !this.#records.has(text);
    this.#records.set(text, pack(record));
    if (isNew && !this.#dead.delete(text)) this.#addKey(text);
  }

  delete(key: Uint8Array): void {
    const text = textOf(key);
    if (this.#records.delete(text) && !this.#unsorted.delete(text)) this.#dead.add(text);
  }

  get size(): number {
    return this.#records.size;
  }

  /**
   * The records with `from` <= key < `to` (`undefined` = to the end), or the same from the last to the first.
   * Records written or deleted while it is read may or may not be seen.
   */
  *range(
    from: Uint8Array,
    to: Uint8Array | undefined,
    reverse = false,
  ): Generator<[key: Uint8Array, record: StoredRecord], void> {
    const keys = this.#sortedKeys();
    const first = lowerBound(keys, textOf(from));
    const end = to === undefined ? keys.length : lowerBound(keys, textOf(to));
    for (let step = 0; step < end - first; step++) {
      const key = keys[reverse ? end - 1 - step : first + step]!;
      const packed = this.#records.get(key);
      if (packed !== undefined) yield [bytesOf(key), new PackedRecord(packed)];
    }
  }

  /** Keys that come in their order, as those of a checkpoint do, need no sorting. */
  #addKey(key: string): void {
    const last = this.#sorted.at(-1);
    if (this.#unsorted.size === 0 && (last === undefined || last < key)) this.#sorted.push(key);
    else this.#unsorted.add(key);
  }

  #sortedKeys(): readonly string[] {
    if (this.#dead.size * 2 > this.#sorted.length) {
      this.#sorted = this.#sorted.filter((key) => !this.#dead.has(key));
      this.#dead.clear();
    }
    if (this.#unsorted.size > 0) {
      this.#sorted = merge(this.#sorted, [...this.#unsorted].sort());
      this.#unsorted.clear();
    }
    return this.#sorted;
  }
}

function textOf(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1');
}

/** Index of the first key that is not below `key`, which is not below `keys[low - 1]`. */
function lowerBound(keys: readonly string[], key: string, low = 0): number {
  let from = low;
  let to = keys.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (keys[middle]! < key) from = middle + 1;
    else to = middle;
  }
  return from;
}

function merge(sorted: string[], added: string[]): string[] {
  if (sorted.length === 0) return added;
  const merged: string[] = [];
  let from = 0;
  for (const key of added) {
    const at = lowerBound(sorted, key, from);
    while (from < at) merged.push(sorted[from++]!);
    merged.push(key);
  }
  while (from < sorted.length) merged.push(sorted[from++]!);
  return merged;
}
