/** Whoever has answers that wait until what they tell of is durable. */
export interface Answering {
  /** Sends the answers. */
  flush(): void;
}

/**
 * Group commit: the requests of one turn of the event loop share one sync. Nothing is sent before it, answers to reads
 * neither: they may tell of a write that is as yet in memory only.
 */
export class Turn {
  readonly #sync: () => void;
  readonly #fail: (error: unknown) => void;
  readonly #waiting = new Set<Answering>();
  #isPlanned = false;

  /**
   * @param sync makes everything durable that was changed
   * @param fail takes what `sync` throws: nothing was sent
   */
  constructor(sync: () => void, fail: (error: unknown) => void) {
    this.#sync = sync;
    this.#fail = fail;
  }

  /** Has `answering` flushed at the end of the turn. */
  add(answering: Answering): void {
    this.#waiting.add(answering);
    this.plan();
  }

  /** Has what was changed made durable at the end of the turn. */
  plan(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    setImmediate(() => this.end());
  }

  end(): void {
    this.#isPlanned = false;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    try {
      this.#sync();
    } catch (error) {
      this.#fail(error);
      return;
    }
    for (const answering of waiting) answering.flush();
  }
}
