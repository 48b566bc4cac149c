import { TurnBudget } from './turn-budget.ts';

/** How long the requests of all connections together may hold one turn of the event loop. */
const TURN_MS = 8;

/** Requests, and parts of long ones, that wait for a turn of the event loop: who has waited longest goes on first. */
export class Backlog {
  readonly #budget: TurnBudget;
  readonly #mustWait: () => boolean;
  #waiting: (() => void)[] = [];

  /**
   * @param now milliseconds, from any start
   * @param mustWait whether something else has to be done before any request, which somebody will see to
   */
  constructor(now: () => number, mustWait: () => boolean) {
    this.#budget = new TurnBudget(TURN_MS, now, () => this.#goOn());
    this.#mustWait = mustWait;
  }

  /** Whether a request may be handled in this turn. */
  get hasTurn(): boolean {
    return !this.#mustWait() && this.#budget.isLeft();
  }

  /** Whether requests have had what this turn has for them. */
  get isTurnOver(): boolean {
    return !this.#budget.isLeft();
  }

  /** Has `work` done in a later turn; it must not throw. */
  add(work: () => void): void {
    this.#waiting.push(work);
    this.#beginTurn();
  }

  #goOn(): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#beginTurn();
    this.#waiting = [];
    let done = 0;
    if (!this.#mustWait())
      do waiting[done++]!();
      while (done < waiting.length && this.hasTurn);
    this.#waiting = [...waiting.slice(done), ...this.#waiting];
  }

  /** Who asks for time hears of the next turn. */
  #beginTurn(): void {
    this.#budget.isLeft();
  }
}
