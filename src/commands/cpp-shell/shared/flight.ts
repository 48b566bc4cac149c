import type { Context } from '../../command.ts';

/** Requests that are on their way at once: of one split, so many at most. */
export class Flight {
  readonly #limit: number;
  readonly #mayGoOn: () => boolean;
  readonly #failed: (error: unknown) => void;
  #count = 0;
  #landed: (() => void) | undefined;

  /**
   * @param mayGoOn whether anything else may be sent
   * @param failed told of each request that failed
   */
  constructor(limit: number, mayGoOn: () => boolean, failed: (error: unknown) => void) {
    this.#limit = limit;
    this.#mayGoOn = mayGoOn;
    this.#failed = failed;
  }

  /** Sends one more, and waits until there is room for another. @returns whether there may be another */
  async send(request: () => Promise<void>): Promise<boolean> {
    this.#count += 1;
    void request()
      .catch(this.#failed)
      .then(() => this.#land());
    await this.#untilNoMoreThan(this.#limit - 1);
    return this.#mayGoOn();
  }

  /** Waits until none is on its way. */
  landing(): Promise<void> {
    return this.#untilNoMoreThan(0);
  }

  #land(): void {
    this.#count -= 1;
    this.#landed?.();
  }

  async #untilNoMoreThan(most: number): Promise<void> {
    while (this.#count > most) {
      await new Promise<void>((resolve) => {
        this.#landed = resolve;
      });
    }
  }
}

/** Splits that are worked at side by side. Upstream takes all: of a wide table more than a server answers in time. */
export const MOST_SPLITS = 256;

/** Requests of all splits together, for the same reason: of 8 partitions as many as upstream has on their way. */
const MOST_REQUESTS = 4000;

/**
 * How many requests of one split may be on their way at once: as many as `most`, fewer where there are many splits, and one
 * where a call is over before the next is made.
 */
export function atOnce(
  { runsByItself }: Pick<Context['meta'], 'runsByItself'>,
  most: number,
  splits: number,
): number {
  return runsByItself() ? Math.min(most, Math.floor(MOST_REQUESTS / Math.min(splits, MOST_SPLITS))) : 1;
}
