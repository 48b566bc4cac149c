import { Interrupted } from '../errors.ts';
import { monotonicMs } from './monotonic.ts';

const TURN_EVERY_MS = 20;
const LEFT_AFTER_MS = 100;

/** Ctrl-C, for a line and for the lines that it runs in turn. */
export class Interrupts {
  /** Of the running line, and of the next one unless it was aborted. */
  #controller = new AbortController();
  /** Cuts off the innermost command. */
  #cutOff: (() => void) | undefined;
  #depth = 0;
  #lastTurn = monotonicMs();

  /** Stops what runs; false when nothing does. */
  interrupt(): boolean {
    if (this.#depth === 0) return false;
    if (this.#controller.signal.aborted) return true;
    this.#controller.abort(new Interrupted());
    this.#cutOff?.();
    return true;
  }

  /** Of the running line. */
  get signal(): AbortSignal | undefined {
    return this.#depth === 0 ? undefined : this.#controller.signal;
  }

  /** Whether the running line was started by another. */
  get isNested(): boolean {
    return this.#depth > 1;
  }

  /** A line begins. */
  async enter(): Promise<void> {
    if (this.#depth === 0 && this.#controller.signal.aborted) this.#controller = new AbortController();
    this.#depth += 1;
    await this.letKeysIn();
    this.#controller.signal.throwIfAborted();
  }

  /** The line that began last has ended. */
  leave(): void {
    this.#depth -= 1;
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
    this.signal?.throwIfAborted();
    if (monotonicMs() - this.#lastTurn < TURN_EVERY_MS) return undefined;
    return this.letKeysIn().then(() => this.signal?.throwIfAborted());
  };

  /**
   * Only the innermost command is cut off; those around it see its interrupt come out of `runLine`. It ends with its
   * next request, which is refused; one that makes none is left to itself a little later.
   *
   * @throws Interrupted
   */
  async untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
    const depth = this.#depth;
    const outer = this.#cutOff;
    let leaving: NodeJS.Timeout | undefined;
    try {
      return await new Promise<T>((resolve, reject) => {
        this.#cutOff = () => {
          if (this.#depth === depth) leaving = setTimeout(() => reject(signal.reason), LEFT_AFTER_MS);
        };
        work.then(resolve, reject);
      });
    } finally {
      this.#cutOff = outer;
      clearTimeout(leaving);
    }
  }
}
