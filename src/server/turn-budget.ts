/** How long the work of the passing time, and pages that are made, may hold one turn of the event loop; a piece that has begun is ended. */
const BUDGET_MS = 4;

/** Gives that work its share of each turn. */
export class TurnBudget {
  readonly #now: () => number;
  readonly #onNextTurn: () => void;
  #end: number | undefined;

  /**
   * @param now milliseconds, from any start
   * @param onNextTurn is called once after each turn in which somebody asked: there is time again
   */
  constructor(now: () => number, onNextTurn: () => void) {
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
    return this.#now() + BUDGET_MS;
  }
}
