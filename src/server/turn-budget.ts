/** Gives some work its share of each turn of the event loop. */
export class TurnBudget {
  readonly #ms: number;
  readonly #now: () => number;
  readonly #onNextTurn: () => void;
  #end: number | undefined;

  /**
   * @param ms how long the work may hold one turn; a piece that has begun is ended
   * @param now milliseconds, from any start
   * @param onNextTurn is called once after each turn in which somebody asked: there is time again
   */
  constructor(ms: number, now: () => number, onNextTurn: () => void) {
    this.#ms = ms;
    this.#now = now;
    this.#onNextTurn = onNextTurn;
  }

  /** Whether this turn has time left. The first to ask begins its count. */
  readonly isLeft = (): boolean => {
    this.#end ??= this.#begin();
    return this.#now() < this.#end;
  };

  #begin(): number {
    setImmediate(() => {
      this.#end = undefined;
      this.#onNextTurn();
    });
    return this.#now() + this.#ms;
  }
}
