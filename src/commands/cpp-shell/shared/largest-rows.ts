export interface LargestRow {
  readonly hashKey: Uint8Array;
  readonly sortKey: Uint8Array;
  /** Of keys and value, in bytes. */
  readonly size: number;
}

/** The largest rows of those that it is told of; of rows of one size, those that came first. */
export class LargestRows {
  readonly #count: number;
  /** Sorted up to `#count`, the largest first, and then as they came. */
  #rows: LargestRow[] = [];
  /** A row has to be larger to be among them. */
  #smallest = -1;

  /** @param count how many; 0 = none */
  constructor(count: number) {
    this.#count = count;
  }

  add({ hashKey, sortKey, size }: LargestRow): void {
    if (this.#count === 0 || size <= this.#smallest) return;
    // Copied: they would keep the whole batch that they came in.
    this.#rows.push({ hashKey: new Uint8Array(hashKey), sortKey: new Uint8Array(sortKey), size });
    if (this.#rows.length >= 2 * this.#count) this.#sort();
  }

  /** The largest first. */
  get sorted(): readonly LargestRow[] {
    this.#sort();
    return this.#rows;
  }

  #sort(): void {
    this.#rows.sort((a, b) => b.size - a.size);
    this.#rows.length = Math.min(this.#rows.length, this.#count);
    if (this.#rows.length === this.#count) this.#smallest = this.#rows.at(-1)?.size ?? this.#smallest;
  }
}
