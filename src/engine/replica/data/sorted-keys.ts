/** Keys of one block, before it is parted. */
const MOST = 512;

/**
 * Keys in their order, in blocks: what is added or deleted moves the keys of one block, however many there are.
 */
export class SortedKeys {
  readonly #blocks: string[][] = [];

  /** A key that is there already stays. */
  add(key: string): void {
    const last = this.#blocks.at(-1)?.at(-1);
    if (last === undefined || last < key) this.#append(key);
    else this.#insert(key);
  }

  delete(key: string): void {
    const { block, at } = this.#placeOf(key);
    const keys = this.#blocks[block];
    if (keys?.[at] !== key) return;
    keys.splice(at, 1);
    if (keys.length === 0) this.#blocks.splice(block, 1);
  }

  /** Those not below `from`, ascending. Nothing may be added or deleted in between. */
  *from(from: string): Generator<string, void> {
    let { block, at } = this.#placeOf(from);
    for (; block < this.#blocks.length; block++, at = 0) {
      const keys = this.#blocks[block]!;
      for (; at < keys.length; at++) yield keys[at]!;
    }
  }

  /** Those below `to`, or all, descending. Nothing may be added or deleted in between. */
  *below(to: string | undefined): Generator<string, void> {
    const end = to === undefined ? { block: this.#blocks.length, at: 0 } : this.#placeOf(to);
    for (let { block, at } = end; block >= 0; block--, at = this.#blocks[block]?.length ?? 0) {
      while (--at >= 0) yield this.#blocks[block]![at]!;
    }
  }

  /** Keys that come in their order, as those of a checkpoint do, leave full blocks behind. */
  #append(key: string): void {
    const last = this.#blocks.at(-1);
    if (last === undefined || last.length >= MOST) this.#blocks.push([key]);
    else last.push(key);
  }

  #insert(key: string): void {
    const { block, at } = this.#placeOf(key);
    const keys = this.#blocks[block]!;
    if (keys[at] === key) return;
    keys.splice(at, 0, key);
    if (keys.length > MOST) this.#blocks.splice(block + 1, 0, keys.splice(keys.length >>> 1));
  }

  /** Where the first key is that is not below `key`, or would be: behind all others in the block after the last. */
  #placeOf(key: string): { block: number; at: number } {
    const block = firstNotBelow(this.#blocks, (keys) => keys.at(-1)!, key);
    return { block, at: firstNotBelow(this.#blocks[block] ?? [], (one) => one, key) };
  }
}

function firstNotBelow<T>(sorted: readonly T[], keyOf: (item: T) => string, key: string): number {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (keyOf(sorted[middle]!) < key) from = middle + 1;
    else to = middle;
  }
  return from;
}
