import type { Simulation } from '../engine/simulation.ts';

/** How often as long as a step takes the requests have before the next one. */
const REST = 3;
/** The journal is so much too long that this has to wait. */
const LATE = 2;

/**
 * Brings the files up to what is durable while requests are answered: a step at a time, with most of the time between two
 * steps for them. What the files do not have yet the journal has.
 */
export class FileSteps {
  readonly #simulation: Pick<Simulation, 'applySome' | 'lag'>;
  readonly #now: () => number;
  readonly #onError: (error: unknown) => void;
  #planned: NodeJS.Timeout | undefined;
  #isStopped = false;

  /** @param now milliseconds, from any start */
  constructor(
    simulation: Pick<Simulation, 'applySome' | 'lag'>,
    now: () => number,
    onError: (error: unknown) => void,
  ) {
    this.#simulation = simulation;
    this.#now = now;
    this.#onError = onError;
  }

  /** Has a step taken soon if the journal has grown too long. */
  plan(): void {
    if (this.#planned === undefined && this.#simulation.lag > 1) this.#planIn(0);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#planned);
  }

  #planIn(ms: number): void {
    if (!this.#isStopped) this.#planned = setTimeout(() => this.#step(), ms);
  }

  #step(): void {
    this.#planned = undefined;
    const start = this.#now();
    try {
      if (!this.#simulation.applySome()) return;
    } catch (error) {
      this.#onError(error);
      return;
    }
    this.#planIn(this.#simulation.lag > LATE ? 0 : REST * (this.#now() - start));
  }
}
