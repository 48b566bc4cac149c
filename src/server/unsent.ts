/** Whoever has answers that its client has not taken. */
export interface Holder {
  /** Gives them up. */
  close(reason: string): void;
}

const MEBIBYTE = 1024 * 1024;

/** What all clients together have not taken of their answers: who has taken none for longest loses its own when that is too much. */
export class Unsent {
  readonly #most: number;
  /** Who has waited longest is the first. */
  readonly #bytes = new Map<Holder, number>();
  #sum = 0;

  /** @param most bytes */
  constructor(most: number) {
    this.#most = most;
  }

  /** Notes what somebody has left who has just taken something, or got more. */
  note(holder: Holder, bytes: number): void {
    this.forget(holder);
    if (bytes === 0) return;
    this.#bytes.set(holder, bytes);
    this.#sum += bytes;
    while (this.#sum > this.#most) this.#closeFirst();
  }

  forget(holder: Holder): void {
    this.#sum -= this.#bytes.get(holder) ?? 0;
    this.#bytes.delete(holder);
  }

  #closeFirst(): void {
    for (const [first, bytes] of this.#bytes) {
      this.forget(first);
      const [its, all] = [bytes, this.#sum + bytes].map((sum) => Math.ceil(sum / MEBIBYTE));
      first.close(`its client does not take what it asked for: ${its} MiB, of ${all} MiB for all clients`);
      return;
    }
  }
}
