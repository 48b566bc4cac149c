/** What is to be done between requests and their answers. */
export interface Work {
  /** Whether nothing is left of it. */
  isDone(): boolean;
  /** Whether it cannot be finished yet: something else comes first, some of which this may do. */
  mustWait(): boolean;
  /** Makes everything durable that was changed. */
  finish(): void;
  /** Does what no answer waits for. */
  afterwards(): void;
}

/** Whoever has answers that wait until what they tell of is durable. */
export interface Answering {
  /** Sends the answers. */
  flush(): void;
}

/** How often one turn waits for requests that have arrived. Their answers are late by as many slices of a connection. */
const MOST_TIMES_PUT_OFF = 3;

/**
 * Group commit: the requests that have arrived share one sync. Nothing is sent before it, answers to reads
 * neither: they may tell of a write that is as yet in memory only.
 */
export class Turn {
  readonly #work: Work;
  readonly #fail: (error: unknown) => void;
  #waiting = new Set<Answering>();
  #isPlanned = false;
  #isPutOff = false;
  #timesPutOff = 0;

  /**
   * @param fail takes what `sync` throws: nothing was sent
   */
  constructor(work: Work, fail: (error: unknown) => void) {
    this.#work = work;
    this.#fail = fail;
  }

  /** Has `answering` flushed: at once where no work is left, else at the end of the turn. */
  add(answering: Answering): void {
    if (this.#work.isDone()) {
      answering.flush();
      return;
    }
    this.#waiting.add(answering);
    this.plan();
  }

  /** Has `answering` flushed now, where no work is left. */
  flushEarly(answering: Answering): void {
    if (this.#work.isDone()) answering.flush();
  }

  /** Has what was changed made durable at the end of the turn. */
  plan(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    setImmediate(() => this.#endOrWait());
  }

  /** Has the turn wait for one of the event loop, and for requests that are handled in that: they share its sync. */
  putOff(): void {
    this.#isPutOff = true;
  }

  end(): void {
    this.#isPlanned = false;
    this.#isPutOff = false;
    this.#timesPutOff = 0;
    const waiting = this.#waiting;
    this.#waiting = new Set();
    try {
      this.#work.finish();
      for (const answering of waiting) answering.flush();
      this.#work.afterwards();
    } catch (error) {
      this.#fail(error);
    }
  }

  #endOrWait(): void {
    try {
      if (this.#mustWait()) {
        setImmediate(() => this.#endOrWait());
        return;
      }
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.end();
  }

  #mustWait(): boolean {
    const isPutOff = this.#isPutOff && this.#timesPutOff < MOST_TIMES_PUT_OFF;
    this.#isPutOff = false;
    if (this.#work.mustWait()) return true;
    if (isPutOff) this.#timesPutOff++;
    return isPutOff;
  }
}
