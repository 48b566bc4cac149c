import { Interrupted } from '../errors.ts';
import { monotonicMs } from './monotonic.ts';

const TURN_EVERY_MS = 20;
const LEFT_AFTER_MS = 100;

/** What a line, and the lines that it runs in turn, can be stopped by. */
export class Interruption {
  #reason: Interrupted | undefined;
  #controller: AbortController | undefined;

  get hasCome(): boolean {
    return this.#reason !== undefined;
  }

  /** Once it has come. */
  get reason(): Interrupted | undefined {
    return this.#reason;
  }

  come(): void {
    this.#reason = new Interrupted();
    this.#controller?.abort(this.#reason);
  }

  /** Made when somebody asks for it: most commands end before, and Node.js takes its time over the first. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** @throws Interrupted */
  throwIfCome(): void {
    if (this.#reason !== undefined) throw this.#reason;
  }
}

/** Ctrl-C, for a line and for the lines that it runs in turn. */
export class Interrupts {
  /** Of the running line, and of the next one unless it came. */
  #interruption = new Interruption();
  /** Cuts off the innermost command. */
  #cutOff: (() => void) | undefined;
  #depth = 0;
  #lastTurn = monotonicMs();

  /** Stops what runs; false when nothing does. */
  interrupt(): boolean {
    if (this.#depth === 0) return false;
    if (this.#interruption.hasCome) return true;
    this.#interruption.come();
    this.#cutOff?.();
    return true;
  }

  /** Of the running line. */
  get running(): Interruption | undefined {
    return this.#depth === 0 ? undefined : this.#interruption;
  }

  /** Whether the running line was started by another. */
  get isNested(): boolean {
    return this.#depth > 1;
  }

  /** A line begins. */
  enter(): Promise<void> | undefined {
    if (this.#depth === 0 && this.#interruption.hasCome) this.#interruption = new Interruption();
    this.#depth += 1;
    return this.beforeCall();
  }

  /** The line that began last has ended. */
  leave(): void {
    this.#depth -= 1;
  }

  /** The local engine never waits: without a turn of the event loop now and then, Ctrl-C would go unheard. */
  letKeysIn(): Promise<void> | undefined {
    const now = monotonicMs();
    if (now - this.#lastTurn < TURN_EVERY_MS) return undefined;
    this.#lastTurn = now;
    return new Promise((resolve) => setImmediate(resolve));
  }

  /** Before each request of a command: one that is interrupted sends nothing more. Rejects with Interrupted. */
  readonly beforeCall = (): Promise<void> | undefined => {
    const { running } = this;
    if (running?.reason !== undefined) return Promise.reject(running.reason);
    return this.letKeysIn()?.then(() => running?.throwIfCome());
  };

  /** Rejects with Interrupted as soon as the running line is. */
  unlessInterrupted(work: Promise<void>): Promise<void> {
    const { running } = this;
    if (running === undefined) return work;
    return new Promise((resolve, reject) => {
      const stop = () => reject(running.reason);
      running.signal.addEventListener('abort', stop);
      work.then(resolve, reject).finally(() => running.signal.removeEventListener('abort', stop));
    });
  }

  /**
   * Only the innermost command is cut off; those around it see its interrupt come out of `runLine`. It ends with its
   * next request, which is refused; one that makes none is left to itself a little later.
   *
   * @throws Interrupted
   */
  untilCutOff<T>(work: Promise<T>): Promise<T> {
    const depth = this.#depth;
    const outer = this.#cutOff;
    return new Promise((resolve, reject) => {
      let leaving: NodeJS.Timeout | undefined;
      const end = () => {
        if (this.#cutOff === cutOff) this.#cutOff = outer;
        clearTimeout(leaving);
      };
      const leave = () => {
        end();
        reject(new Interrupted());
      };
      const cutOff = () => {
        if (this.#depth === depth) leaving = setTimeout(leave, LEFT_AFTER_MS);
      };
      this.#cutOff = cutOff;
      work.then(
        (value) => {
          end();
          resolve(value);
        },
        (error) => {
          end();
          reject(error);
        },
      );
    });
  }
}
