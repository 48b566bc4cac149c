/** Keys of one block, before it is parted. */
const MOST = 512;

/**
 * Keys in their order, in blocks: what is added or deleted moves the keys of one block, however many there are.
 */
export class SortedKeys {
  readonly #blocks: string[][] = [];

  /** A key that is there already stays. */
  add(key: string): void {
    if (this.areAllBelow(key)) this.#append(key);
    else this.#insert(this.#blockOf(key), key);
  }

  areAllBelow(key: string): boolean {
    const last = this.#blocks.at(-1);
    return last === undefined || last[last.length - 1]! < key;
  }

  delete(key: string): void {
    const block = this.#blockOf(key);
    const keys = this.#blocks[block];
    if (keys === undefined) return;
    const at = firstNotBelow(keys, key);
    if (keys[at] !== key) return;
    keys.splice(at, 1);
    if (keys.length === 0) this.#blocks.splice(block, 1);
  }

  /** Those not below `from`, ascending. Nothing may be added or deleted in between. */
  *from(from: string): Generator<string, void> {
    const first = this.#blockOf(from);
    for (let block = first; block < this.#blocks.length; block++) {
      const keys = this.#blocks[block]!;
      for (let at = block === first ? firstNotBelow(keys, from) : 0; at < keys.length; at++) yield keys[at]!;
    }
  }

  /** Those below `to`, or all, descending. Nothing may be added or deleted in between. */
  *below(to: string | undefined): Generator<string, void> {
    const last = to === undefined ? this.#blocks.length : this.#blockOf(to);
    for (let block = last; block >= 0; block--) {
      const keys = this.#blocks[block] ?? [];
      const end = block === last && to !== undefined ? firstNotBelow(keys, to) : keys.length;
      for (let at = end - 1; at >= 0; at--) yield keys[at]!;
    }
  }

  /** Keys that come in their order, as those of a checkpoint do, leave full blocks behind. */
  #append(key: string): void {
    const last = this.#blocks.at(-1);
    if (last === undefined || last.length >= MOST) this.#blocks.push([key]);
    else last.push(key);
  }

  #insert(block: number, key: string): void {
    const keys = this.#blocks[block]!;
    const at = firstNotBelow(keys, key);
    if (keys[at] === key) return;
    keys.splice(at, 0, key);
    if (keys.length > MOST) this.#blocks.splice(block + 1, 0, keys.splice(keys.length >>> 1));
  }

  /** The first block that has keys not below `key`; behind the last where none has. */
  #blockOf(key: string): number {
    let from = 0;
    let to = this.#blocks.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      const keys = this.#blocks[middle]!;
      if (keys[keys.length - 1]! < key) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}

/** Where the first key is that is not below `key`; behind the last where there is none. */
function firstNotBelow(keys: readonly string[], key: string): number {
  let from = 0;
  let to = keys.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (keys[middle]! < key) from = middle + 1;
    else to = middle;
  }
  return from;
}
