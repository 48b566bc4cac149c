import { Divergence } from './divergence.ts';

/** A record of one hash key; `expires` in seconds since 2016-01-01, 0 = never. */
export interface Cell {
  readonly value: string;
  readonly expires: number;
}

/** What one hash key holds, by sort key. */
export type Cells = ReadonlyMap<string, Cell>;

/** What an operation does to a hash key's records, and what it answers. */
export type Effect = (cells: Cells, nowSeconds: number) => { readonly cells: Cells; readonly reply: string };

/** When an operation was under way, in seconds since 2016-01-01. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

type OneOf<T> = T | readonly T[];

interface Possibility {
  readonly cells: Cells;
  /** Which of the unanswered operations have taken effect in it, one bit each. */
  readonly done: number;
}

/** With more unanswered operations than this, everything counts as possible. */
const MOST_UNANSWERED = 5;
/** Or with more states that members which differ may be in. */
const MOST_PAST = 500;

/**
 * What one hash key may hold, after what was acknowledged and what was not answered: an unanswered operation may take
 * effect at any later time, once, or never. Everything else happens in the order in which it was asked for, which makes
 * this a check of linearizability.
 */
export class KeyHistory {
  private possible: Possibility[] = [{ cells: new Map(), done: 0 }];
  private unanswered: (readonly Effect[])[] = [];
  private isLost = false;
  /** Every state that it may ever have been in. */
  private past = new Map(this.possible.map((one) => [keyOf(one), one]));
  /** Of the partition that the key belongs to: with a split that may be another one. */
  divergence: Divergence;

  constructor(divergence = new Divergence()) {
    this.divergence = divergence;
  }

  /** The same key of another table, that is a copy of this one. */
  copy(divergence: Divergence): KeyHistory {
    const made = new KeyHistory(divergence);
    made.possible = [...this.possible];
    made.unanswered = [...this.unanswered];
    made.isLost = this.isLost || this.divergence.mayBeThePast;
    made.past = new Map(this.past);
    return made;
  }

  /** Under which it may hold something. */
  get sortKeys(): string[] {
    return [...new Set(this.possible.flatMap(({ cells }) => [...cells.keys()]))];
  }

  /** Whether it holds what it holds until somebody changes it. */
  get isSettled(): boolean {
    const isSure = !this.isLost && !this.divergence.mayBeThePast && this.unanswered.length === 0;
    return isSure && this.possible.every(({ cells }) => lasting(cells).size === cells.size);
  }

  /**
   * False when no order of what happened explains the answer.
   *
   * @param effect what the operation does; of several, one of these
   */
  answered(effect: OneOf<Effect>, reply: string, span: Span): boolean {
    const effects = [effect].flat();
    if (this.isLost) return true;
    const explained: Possibility[] = [];
    for (const { cells, done } of this.closed(
      span,
      this.divergence.mayBeThePast ? [...this.possible, ...this.past.values()] : this.possible,
    )) {
      for (const now of secondsOf(span)) {
        for (const effect of effects) {
          const outcome = effect(visible(cells, now), now);
          if (outcome.reply === reply) explained.push({ cells: outcome.cells, done });
        }
      }
    }
    if (explained.length === 0) return false;
    if (this.divergence.mayBeThePast) this.applyElsewhere(effects, span);
    this.possible = explained;
    this.possible = this.closed({ from: span.to, to: span.to });
    this.forgetDone();
    this.remember();
    return true;
  }

  /** Members that differ each apply an operation to what they have themselves, and only one of them answers. */
  private applyElsewhere(effects: readonly Effect[], span: Span): void {
    for (const { cells, done } of [...this.past.values()]) {
      for (const now of momentsOf(cells, span)) {
        for (const effect of effects) {
          const one = { cells: effect(visible(cells, now), now).cells, done };
          this.past.set(keyOf(one), one);
        }
      }
    }
    if (this.past.size > MOST_PAST) this.isLost = true;
  }

  /** Nobody knows whether it took effect, or will. */
  unansweredYet(effect: OneOf<Effect>, span: Span): void {
    if (this.isLost) return;
    this.unanswered.push([effect].flat());
    if (this.unanswered.length > MOST_UNANSWERED) this.isLost = true;
    else this.possible = this.closed(span);
    if (this.possible.length > MOST_PAST) this.isLost = true;
    this.remember();
  }

  /** Whether these records, by sort key, were at some time all that the key held and does not expire. */
  everHeld(records: ReadonlyMap<string, string>): boolean {
    const wanted = show(new Map([...records].map(([key, value]) => [key, { value, expires: 0 }])));
    return this.isLost || [...this.past.values()].some(({ cells }) => show(lasting(cells)) === wanted);
  }

  /** For what is said of a violation. */
  describe(): string {
    const states = this.possible.map(({ cells }) => show(cells));
    return [...new Set(states)].join(' or ');
  }

  /** Every possibility, with any of the unanswered operations done in any order. */
  private closed(span: Span, from: Iterable<Possibility> = this.possible): Possibility[] {
    const known = new Map<string, Possibility>();
    const queue = [...from];
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const key = keyOf(next);
      if (known.has(key)) continue;
      known.set(key, next);
      this.unanswered.forEach((effects, index) => {
        const { cells, done } = next as Possibility;
        if ((done & (1 << index)) !== 0) return;
        for (const now of momentsOf(cells, span))
          for (const effect of effects)
            queue.push({ cells: effect(visible(cells, now), now).cells, done: done | (1 << index) });
      });
    }
    return [...known.values()];
  }

  /** Operations that have taken effect in every possibility are settled. */
  private forgetDone(): void {
    const settled = this.possible.reduce((mask, { done }) => mask & done, -1);
    const kept = this.unanswered.flatMap((_, index) => ((settled >> index) & 1 ? [] : [index]));
    if (kept.length === this.unanswered.length) return;
    this.unanswered = kept.map((index) => this.unanswered[index]!);
    const renumbered = ({ cells, done }: Possibility): Possibility => ({
      cells,
      done: kept.reduce((mask, from, to) => mask | (((done >> from) & 1) << to), 0),
    });
    this.possible = this.possible.map(renumbered);
    const past = [...this.past.values()].map(renumbered);
    this.past = new Map(past.map((one) => [keyOf(one), one]));
  }

  private remember(): void {
    for (const one of this.possible) this.past.set(keyOf(one), one);
  }
}

function keyOf({ cells, done }: Possibility): string {
  return `${done} ${show(cells)}`;
}

/** An answer that comes late was given at any second since it was asked for. */
export function secondsOf({ from, to }: Span): number[] {
  return Array.from({ length: to - from + 1 }, (_, passed) => from + passed);
}

/** Seconds at which what is visible may differ. */
function momentsOf(cells: Cells, { from, to }: Span): number[] {
  const ends = [...cells.values()].map((cell) => cell.expires).filter((end) => end > from && end <= to);
  return [from, ...new Set(ends)];
}

function visible(cells: Cells, now: number): Cells {
  const expired = [...cells].filter(([, { expires }]) => expires > 0 && expires <= now);
  if (expired.length === 0) return cells;
  return new Map([...cells].filter(([, { expires }]) => expires === 0 || expires > now));
}

function lasting(cells: Cells): Cells {
  return new Map([...cells].filter(([, { expires }]) => expires === 0));
}

/** Records in words, in the order of their sort keys: `{1=a,2=b@expiry}`. */
export function show(cells: Cells): string {
  const sorted = [...cells].sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([key, { value, expires }]) => `${key}=${value}${expires > 0 ? `@${expires}` : ''}`)}}`;
}
