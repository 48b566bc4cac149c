import type { Simulation } from '../engine/simulation.ts';

/** Longest time between two looks, in milliseconds: the machine may have slept. */
const LONGEST_MS = 1000;

/** Keeps the real time of a served workspace going while nobody asks anything: what falls due is done. */
export class Pacemaker {
  readonly #simulation: Simulation;
  readonly #onBeat: () => void;
  readonly #onError: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;
  #isHeld = false;
  /** What took long is over: requests that waited for it have their turn before anything else begins. */
  #isRequestsTurn = false;

  constructor(simulation: Simulation, onBeat: () => void, onError: (error: unknown) => void) {
    this.#simulation = simulation;
    this.#onBeat = onBeat;
    this.#onError = onError;
  }

  start(): void {
    this.#timer = setTimeout(() => this.#beat(), this.#pauseMs());
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  /** Takes up what the last turn left, once what that changed is durable where it is much. */
  goOn(): void {
    if (this.#isStopped || this.#isHeld || !this.#simulation.isBehind) return;
    if (this.#simulation.mustSync) this.#hold();
    else if (this.#isRequestsTurn) {
      this.#isRequestsTurn = false;
      this.#hold();
    } else this.#goOn();
  }

  #goOn(): void {
    const wasMidway = this.#simulation.isMidway;
    this.#try(() => this.#simulation.goOn());
    this.#isRequestsTurn = wasMidway && !this.#simulation.isMidway;
    // What ended with its last step has asked for no other turn.
    if (this.#isRequestsTurn) setImmediate(() => this.goOn());
  }

  #hold(): void {
    this.#isHeld = true;
    this.#onBeat();
    setImmediate(() => {
      this.#isHeld = false;
      this.goOn();
    });
  }

  #beat(): void {
    if (this.#simulation.universe.clock.mode === 'realtime') this.#try(() => this.#simulation.arrive());
    if (!this.#isStopped) this.start();
  }

  #try(work: () => void): void {
    try {
      work();
      this.#onBeat();
    } catch (error) {
      this.stop();
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
