import { ScanError, type Scanner } from '../../../rpc/client/replica/scanner.ts';
import type { ScanResponse } from '../../../rpc/idl/scan.ts';
import type { Context } from '../../command.ts';

/** What is done so far, in one split or in all. */
export interface Totals {
  readonly rows: number;
  /** Changes of hash key; 0 where nobody counts them. */
  readonly hashKeys: number;
}

/** How far it was after a whole second. */
export interface Tick extends Totals {
  readonly seconds: number;
  readonly splitsDone: number;
  readonly failed: boolean;
  /** What the job tells of itself at that time. */
  readonly note: string | undefined;
}

export interface Processed {
  readonly splits: readonly Totals[];
  readonly ticks: readonly Tick[];
  readonly failures: readonly { readonly split: number; readonly text: string }[];
  readonly isTimeUp: boolean;
}

/** Work on every row of a table, split by split. */
export interface SplitJob {
  /** What each split has done: the job counts here. */
  readonly totals: readonly { rows: number; hashKeys: number }[];
  /** @throws SplitError */
  take(split: number, batch: ScanResponse): Promise<void>;
  /** After the last batch of a split. @throws SplitError */
  finish?(split: number): Promise<void>;
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
  ctx: Context,
  scanners: readonly Scanner[],
  job: SplitJob,
  runSeconds = 0,
): Promise<Processed> {
  return new Run(ctx, scanners, job, runSeconds).run();
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

interface OpenSplit {
  readonly split: number;
  readonly batches: AsyncGenerator<ScanResponse>;
}

class Run {
  private readonly ctx: Context;
  private readonly scanners: readonly Scanner[];
  private readonly job: SplitJob;
  private readonly runSeconds: number;
  private readonly start: number;
  private readonly ticks: Tick[] = [];
  private readonly failures: { split: number; text: string }[] = [];
  private splitsDone = 0;
  private hasFailed = false;
  /** What has passed one after another and would have passed at once. */
  private savedMs = 0;

  constructor(ctx: Context, scanners: readonly Scanner[], job: SplitJob, runSeconds: number) {
    this.ctx = ctx;
    this.scanners = scanners;
    this.job = job;
    this.runSeconds = runSeconds;
    this.start = ctx.meta.now();
  }

  async run(): Promise<Processed> {
    let open = this.scanners.map((scanner, split) => ({ split, batches: scanner.batches() }));
    while (open.length > 0 && this.failures.length === 0 && !this.isTimeUp()) open = await this.round(open);
    this.tickUpTo(this.elapsed() - 1);
    // What ends early ends for all splits.
    this.splitsDone = this.scanners.length;
    this.hasFailed = this.failures.length > 0;
    await this.untilNextLook();
    const { ticks, failures } = this;
    return { splits: this.job.totals, ticks, failures, isTimeUp: this.isTimeUp() };
  }

  /** Splits go on side by side: a batch of each is read before any is worked on. Returns those that are not done. */
  private async round(open: readonly OpenSplit[]): Promise<OpenSplit[]> {
    const read = [];
    const lost: number[] = [];
    for (const { split, batches } of open) {
      this.ctx.signal.throwIfAborted();
      const begun = this.ctx.meta.now();
      const next = await this.told(split, () => batches.next());
      if (next === undefined) lost.push(this.ctx.meta.now() - begun);
      read.push(next);
    }
    // Splits that nobody answers wait for their time to be up side by side.
    if (lost.length > 0) this.savedMs += lost.reduce((sum, ms) => sum + ms) - Math.max(...lost);
    const going: OpenSplit[] = [];
    for (const [at, next] of read.entries()) {
      if (next === undefined || this.isTimeUp()) continue;
      const { split } = open[at]!;
      if (next.done === true) {
        await this.told(split, async () => this.job.finish?.(split));
        this.splitsDone += 1;
      } else {
        await this.told(split, () => this.job.take(split, next.value));
        going.push(open[at]!);
      }
      this.tickUpTo(this.elapsed());
    }
    return going;
  }

  /** What a split fails with is told in the end; undefined instead of a result. */
  private async told<T>(split: number, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      const text = failureText(error);
      if (text === undefined) throw error;
      this.failures.push({ split, text });
      return undefined;
    }
  }

  private elapsed(): number {
    return this.ctx.meta.now() - this.start - this.savedMs;
  }

  /** It looks at least once. */
  private async untilNextLook(): Promise<void> {
    const elapsed = this.elapsed();
    const nextLook = Math.max(1, Math.ceil(elapsed / 1000)) * 1000;
    await this.ctx.meta.sleep(nextLook - elapsed);
    // A timer may ring a little early.
    this.tickUpTo(Math.max(nextLook, this.elapsed()));
  }

  private isTimeUp(): boolean {
    return this.runSeconds > 0 && this.ticks.length >= this.runSeconds;
  }

  private tickUpTo(elapsedMs: number): void {
    while ((this.ticks.length + 1) * 1000 <= elapsedMs) {
      const seconds = this.ticks.length + 1;
      const isDone = this.splitsDone === this.scanners.length;
      this.ticks.push({
        seconds,
        splitsDone: this.splitsDone,
        failed: this.hasFailed,
        note: isDone ? undefined : this.job.note?.(seconds),
        ...totalOf(this.job.totals),
      });
    }
  }
}

function failureText(error: unknown): string | undefined {
  if (error instanceof SplitError) return error.message;
  return error instanceof ScanError ? `scan next failed: ${error.error.text}` : undefined;
}
