import { Interrupted } from '../errors.ts';
import { monotonicMs } from './monotonic.ts';

const TURN_EVERY_MS = 20;
const LEFT_AFTER_MS = 100;

/** Ctrl-C, for a line and for the lines that it runs in turn. */
export class Interrupts {
  #running: AbortController | undefined;
  #depth = 0;
  #lastTurn = monotonicMs();

  /** Stops what runs; false when nothing does. */
  interrupt(): boolean {
    this.#running?.abort(new Interrupted());
    return this.#running !== undefined;
  }

  /** Of the running line. */
  get signal(): AbortSignal | undefined {
    return this.#running?.signal;
  }

  /** Whether the running line was started by another. */
  get isNested(): boolean {
    return this.#depth > 1;
  }

  /** A line begins. */
  async enter(): Promise<void> {
    this.#running ??= new AbortController();
    this.#depth += 1;
    await this.letKeysIn();
    this.#running.signal.throwIfAborted();
  }

  /** The line that began last has ended. */
  leave(): void {
    this.#depth -= 1;
    if (this.#depth === 0) this.#running = undefined;
  }

  /** The local engine never waits: without a turn of the event loop now and then, Ctrl-C would go unheard. */
  async letKeysIn(): Promise<void> {
    const now = monotonicMs();
    if (now - this.#lastTurn < TURN_EVERY_MS) return;
    this.#lastTurn = now;
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** Before each request of a command: one that is interrupted sends nothing more. @throws Interrupted */
  readonly beforeCall = (): Promise<void> | undefined => {
    this.#running?.signal.throwIfAborted();
    if (monotonicMs() - this.#lastTurn < TURN_EVERY_MS) return undefined;
    return this.letKeysIn().then(() => this.#running?.signal.throwIfAborted());
  };

  /**
   * Only the innermost command is cut off; those around it see its interrupt come out of `runLine`. It ends with its
   * next request, which is refused; one that makes none is left to itself a little later.
   *
   * @throws Interrupted
   */
  async untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
    const depth = this.#depth;
    let stop = (): void => {};
    let leaving: NodeJS.Timeout | undefined;
    const aborted = new Promise<never>((_, reject) => {
      stop = () => {
        if (this.#depth === depth) leaving = setTimeout(() => reject(signal.reason), LEFT_AFTER_MS);
      };
    });
    signal.addEventListener('abort', stop);
    try {
      return await Promise.race([work, aborted]);
    } finally {
      signal.removeEventListener('abort', stop);
      clearTimeout(leaving);
    }
  }
}
