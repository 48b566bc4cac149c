import type { Simulation } from '../engine/simulation.ts';

/** Longest time between two looks, in milliseconds: the machine may have slept. */
const LONGEST_MS = 1000;

/** Keeps the real time of a served workspace going while nobody asks anything: what falls due is done. */
export class Pacemaker {
  readonly #simulation: Simulation;
  readonly #onBeat: () => void;
  readonly #onError: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(simulation: Simulation, onBeat: () => void, onError: (error: unknown) => void) {
    this.#simulation = simulation;
    this.#onBeat = onBeat;
    this.#onError = onError;
  }

  start(): void {
    this.#timer = setTimeout(() => this.#beat(), this.#pauseMs());
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #beat(): void {
    try {
      const { clock } = this.#simulation.universe;
      if (clock.mode === 'realtime') {
        this.#simulation.arrive();
        this.#onBeat();
      }
      this.start();
    } catch (error) {
      this.#onError(error);
    }
  }

  #pauseMs(): number {
    const { agenda, clock } = this.#simulation.universe;
    const next = agenda.nextAt();
    if (clock.mode === 'manual' || next === undefined) return LONGEST_MS;
    return Math.min(LONGEST_MS, Math.max(1, Math.ceil((next - clock.nextRequestAt()) / 1000)));
  }
}
