/** Where a record of a file begins, or would: so many are before it. */
export interface Place {
  readonly count: number;
  readonly offset: number;
}

export const START: Place = { count: 0, offset: 0 };

/** Some places of a file, in their order. */
export class Marks {
  #places: Place[] = [];

  add(place: Place): void {
    const at = this.#upTo(place.count);
    if (this.#places[at - 1]?.count !== place.count) this.#places.splice(at, 0, place);
  }

  /** The last one with at most so many records before it. */
  before(count: number): Place {
    return this.#places[this.#upTo(count) - 1] ?? START;
  }

  clear(): void {
    this.#places = [];
  }

  /** How many have at most so many records before them. */
  #upTo(count: number): number {
    let [from, to] = [0, this.#places.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.#places[middle]!.count <= count) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
