import { type IncomingLines, isContinued, type Line } from './lines.ts';

/** What happens while the next line is not there. */
export interface Waiting {
  /** At once: what is held back is shown. */
  begins(): void;
  /** After a while: others may have the workspace. */
  lasts(): void;
}

/** Who types line by line has the lock so long for the next one: to let go and take it costs more than a write. */
const SHORT_WAIT_MS = 20;

/**
 * The lines of a script, numbered, each one that ends in `\` joined with the next. A line goes to whoever asks first: to
 * the script, or to a command of it that reads more, as the mutations below `check_and_mutate`.
 */
export class ScriptLines {
  readonly #source: Iterator<string> | IncomingLines;
  readonly #waiting: Waiting | undefined;
  #number = 0;
  /** As far as it has been read. */
  #line: Line | undefined;

  /** @param waiting for what is told of a source that may keep its reader waiting */
  constructor(lines: Iterable<string> | IncomingLines, waiting?: Waiting) {
    this.#source = Symbol.iterator in lines ? lines[Symbol.iterator]() : lines;
    this.#waiting = waiting;
  }

  /** The next line, undefined at the end: at once where it is there, and as a promise where it comes later. */
  next(): Line | undefined | Promise<Line | undefined> {
    this.#line = undefined;
    for (;;) {
      const next = this.#source.next();
      if (next instanceof Promise) return this.#nextWhenThere(next);
      if (this.#isWhole(next)) return this.#line;
    }
  }

  /** Who leaves before the end does not wait for a pipe that stays open. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  async #nextWhenThere(first: Promise<IteratorResult<string>>): Promise<Line | undefined> {
    for (let next = first; !this.#isWhole(await this.#noticed(next)); )
      next = Promise.resolve(this.#source.next());
    return this.#line;
  }

  /** A wait begins when the line takes longer than a turn of the event loop. */
  async #noticed<R>(next: Promise<R>): Promise<R> {
    const waiting = this.#waiting;
    if (waiting === undefined) return next;
    let lasting: NodeJS.Timeout | undefined;
    const beginning = setImmediate(() => {
      waiting.begins();
      lasting = setTimeout(waiting.lasts, SHORT_WAIT_MS);
    });
    try {
      return await next;
    } finally {
      clearImmediate(beginning);
      clearTimeout(lasting);
    }
  }

  /** Adds what was read to the line. Whether that is all of it. */
  #isWhole({ done, value }: IteratorResult<string>): boolean {
    if (done === true) return true;
    this.#number += 1;
    const begun = this.#line ?? { text: '', number: this.#number };
    const text = begun.text + value;
    const isWhole = !isContinued(text);
    this.#line = { text: isWhole ? text : text.slice(0, -1), number: begun.number };
    return isWhole;
  }
}
