import { ScanError, type Scanner } from '../../../rpc/client/replica/scanner.ts';
import type { ScanResponse } from '../../../rpc/idl/scan.ts';
import type { Context } from '../../command.ts';
import { Flight, MOST_SPLITS } from './flight.ts';

/** What is done so far, in one split or in all. */
export interface Totals {
  readonly rows: number;
  /** Changes of hash key; 0 where nobody counts them. */
  readonly hashKeys: number;
}

/** How far it was after a whole second. */
export interface Tick extends Totals {
  readonly seconds: number;
  readonly lastSecondRows: number;
  readonly splits: number;
  readonly splitsDone: number;
  readonly failed: boolean;
  /** What the job tells of itself at that time. */
  readonly note: string | undefined;
}

/** Why a split cannot go on: told once of each. */
export interface Failure {
  readonly split: number;
  readonly text: string;
}

export interface Processed {
  readonly splits: readonly Totals[];
  readonly failures: readonly Failure[];
  readonly isTimeUp: boolean;
}

/** Work on every row of a table, split by split. */
export interface SplitJob {
  /** What each split has done: the job counts here. */
  readonly totals: readonly { rows: number; hashKeys: number }[];
  /** How many requests of one split may be on their way at once. Default 1. */
  readonly atOnce?: number;
  take(split: number, batch: ScanResponse, flight: Flight): Promise<void>;
  /** After the last batch of a split. */
  finish?(split: number, flight: Flight): Promise<void>;
  /** What is told after this many seconds while it goes on. */
  note?(seconds: number): string | undefined;
}

/** A split cannot go on, in upstream's words: `async del failed: timeout`. */
export class SplitError extends Error {}

/**
 * Hands what the scanners bring to a job; looks once a second how far it is, and lasts whole seconds
 * (`src/shell/command_helper.h`, `scan_data_next` and the loops around it).
 *
 * @param runSeconds 0 = as long as it takes
 */
export function runSplits(
  { meta }: Pick<Context, 'meta'>,
  scanners: readonly Scanner[],
  job: SplitJob,
  runSeconds = 0,
): AsyncGenerator<Tick | Failure, Processed> {
  const run = new Run(meta, scanners, job, runSeconds);
  return meta.runsByItself() ? run.sideBySide() : run.inTurns();
}

export function noTotals(count: number): { rows: number; hashKeys: number }[] {
  return Array.from({ length: count }, () => ({ rows: 0, hashKeys: 0 }));
}

export function totalOf(splits: readonly Totals[]): Totals {
  return {
    rows: splits.reduce((sum, { rows }) => sum + rows, 0),
    hashKeys: splits.reduce((sum, { hashKeys }) => sum + hashKeys, 0),
  };
}

/** A split, which is worked at until each `next` is done. */
type Steps = AsyncGenerator<void, void>;

class Run {
  private readonly clock: Pick<Context['meta'], 'now' | 'sleep'>;
  private readonly scanners: readonly Scanner[];
  private readonly job: SplitJob;
  private readonly runSeconds: number;
  private readonly start: number;
  private readonly failures: Failure[] = [];
  /** What is no failure of a split: an interrupt, say. */
  private error: unknown;
  private seconds = 0;
  private rowsTold = 0;
  private failuresTold = 0;
  private splitsDone = 0;
  /** What has passed one after another and would have passed at once. */
  private savedMs = 0;

  constructor(clock: Run['clock'], scanners: readonly Scanner[], job: SplitJob, runSeconds: number) {
    this.clock = clock;
    this.scanners = scanners;
    this.job = job;
    this.runSeconds = runSeconds;
    this.start = clock.now();
  }

  /** Where time goes on by itself: each split goes its own pace, the next ones begin when others are done. */
  async *sideBySide(): AsyncGenerator<Tick | Failure, Processed> {
    let [begun, ended, isDone] = [0, 0, false];
    const work = async (): Promise<void> => {
      while (begun < this.scanners.length && !this.isOver) {
        for await (const _ of this.stepsOf(begun++)) if (this.isOver) break;
        ended += 1;
      }
      if (this.error !== undefined) throw this.error;
    };
    const all = Promise.all(this.scanners.slice(0, MOST_SPLITS).map(work)).then(() => {
      isDone = true;
    });
    for (let isLast = false; !isLast; ) {
      const nextLook = this.clock.sleep(Math.max(0, (this.seconds + 1) * 1000 - this.elapsed()));
      // Only what is no failure of a split does not wait for the next look.
      await Promise.race([nextLook, all.then(() => nextLook)]);
      isLast = isDone;
      this.splitsDone = isLast ? this.scanners.length : ended;
      yield* this.newFailures();
      yield this.tick(this.failures.length > 0);
    }
    return this.processed();
  }

  /** Where only calls move the time: splits go on in turns, so that the same calls are made in the same order. */
  async *inTurns(): AsyncGenerator<Tick | Failure, Processed> {
    let open = this.scanners.map((_, split) => this.stepsOf(split));
    while (open.length > 0 && !this.isOver) {
      open = await this.turn(open);
      if (!this.isOver) yield* this.ticksUpTo(this.elapsed());
    }
    for (const steps of open) await steps.return();
    if (this.error !== undefined) throw this.error;
    yield* this.ticksUpTo(this.elapsed() - 1);
    yield* this.newFailures();
    // What ends early ends for all splits.
    this.splitsDone = this.scanners.length;
    yield* this.untilNextLook();
    return this.processed();
  }

  /** Returns those that are not done. */
  private async turn(open: readonly Steps[]): Promise<Steps[]> {
    const going: Steps[] = [];
    const lost: number[] = [];
    for (const steps of open) {
      const [begun, failures] = [this.clock.now(), this.failures.length];
      if ((await steps.next()).done !== true) going.push(steps);
      if (this.failures.length > failures) lost.push(this.clock.now() - begun);
    }
    // Splits that nobody answers wait for their time to be up side by side.
    if (lost.length > 0) this.savedMs += lost.reduce((sum, ms) => sum + ms) - Math.max(...lost);
    return going;
  }

  /** Reads a batch, and then hands it on. */
  private async *stepsOf(split: number): Steps {
    const { job } = this;
    const fail = (error: unknown): void => this.fail(split, error);
    const flight = new Flight(job.atOnce ?? 1, () => !this.isOver, fail);
    try {
      for await (const batch of this.scanners[split]!.batches()) {
        yield;
        await job.take(split, batch, flight);
        yield;
      }
      await job.finish?.(split, flight);
      this.splitsDone += 1;
    } catch (error) {
      fail(error);
    } finally {
      await flight.landing();
    }
  }

  private fail(split: number, error: unknown): void {
    const text = failureText(error);
    if (text === undefined) this.error ??= error;
    else if (!this.failures.some((failure) => failure.split === split)) this.failures.push({ split, text });
  }

  private get isOver(): boolean {
    return this.error !== undefined || this.failures.length > 0 || this.isTimeUp;
  }

  private get isTimeUp(): boolean {
    return this.runSeconds > 0 && this.seconds >= this.runSeconds;
  }

  private elapsed(): number {
    return this.clock.now() - this.start - this.savedMs;
  }

  /** It looks at least once. */
  private async *untilNextLook(): AsyncGenerator<Tick> {
    const elapsed = this.elapsed();
    const nextLook = Math.max(1, Math.ceil(elapsed / 1000)) * 1000;
    await this.clock.sleep(nextLook - elapsed);
    yield* this.ticksUpTo(nextLook, this.failures.length > 0);
  }

  private *ticksUpTo(elapsedMs: number, failed = false): Generator<Tick> {
    while ((this.seconds + 1) * 1000 <= elapsedMs) yield this.tick(failed);
  }

  private tick(failed: boolean): Tick {
    const seconds = ++this.seconds;
    const totals = totalOf(this.job.totals);
    const lastSecondRows = totals.rows - this.rowsTold;
    this.rowsTold = totals.rows;
    const { splitsDone } = this;
    const splits = this.scanners.length;
    const note = splitsDone === splits ? undefined : this.job.note?.(seconds);
    return { seconds, lastSecondRows, splits, splitsDone, failed, note, ...totals };
  }

  private *newFailures(): Generator<Failure> {
    while (this.failuresTold < this.failures.length) yield this.failures[this.failuresTold++]!;
  }

  private processed(): Processed {
    return { splits: this.job.totals, failures: this.failures, isTimeUp: this.isTimeUp };
  }
}

function failureText(error: unknown): string | undefined {
  if (error instanceof SplitError) return error.message;
  return error instanceof ScanError ? `scan next failed: ${error.error.text}` : undefined;
}
