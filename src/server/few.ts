/** Lets few do at one time what takes much memory. The others come on in their order. */
export class Few {
  readonly #most: number;
  readonly #inside = new Set<object>();
  readonly #waiting = new Map<object, () => void>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Has `work` done, now or when somebody has left. */
  enter(who: object, work: () => void): void {
    if (this.#inside.has(who) || this.#inside.size < this.#most) {
      this.#inside.add(who);
      work();
    } else this.#waiting.set(who, work);
  }

  /** Who was never here may leave, too. */
  leave(who: object): void {
    this.#waiting.delete(who);
    if (!this.#inside.delete(who)) return;
    for (const [next, work] of this.#waiting) {
      this.#waiting.delete(next);
      this.enter(next, work);
      return;
    }
  }
}
