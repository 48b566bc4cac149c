import { Histogram } from '../../../output/histogram.ts';
import { ScanError, type Scanner } from '../../../rpc/client/replica/scanner.ts';
import { compareKeys, decodeKey, NO_BYTES } from '../../../rpc/idl/keys.ts';
import type { KeyValue } from '../../../rpc/idl/rrdb.ts';
import type { Context } from '../../command.ts';
import type { Filters } from './scan.ts';
import { isWanted } from './scan.ts';

/** What is counted. Times are seconds of the cluster. */
export interface Counting {
  readonly filters: Filters;
  readonly hashKeys: boolean;
  readonly sizes: boolean;
  /** 0 = none. */
  readonly topCount: number;
  /** 0 = as long as it takes. */
  readonly runSeconds: number;
}

export interface Totals {
  readonly rows: number;
  readonly hashKeys: number;
}

/** How far it was after a whole second. */
export interface Tick extends Totals {
  readonly seconds: number;
  readonly splitsDone: number;
  readonly failed: boolean;
}

export interface TopRow {
  readonly hashKey: Uint8Array;
  readonly sortKey: Uint8Array;
  readonly size: number;
}

export interface Counted {
  readonly splits: readonly Totals[];
  readonly ticks: readonly Tick[];
  readonly failures: readonly { readonly split: number; readonly text: string }[];
  readonly isTimeUp: boolean;
  readonly sizes: Readonly<Record<'hash_key_size' | 'sort_key_size' | 'value_size' | 'row_size', Histogram>>;
  readonly top: readonly TopRow[];
}

/** Counts the rows that scanners bring; looks once a second how far it is, and lasts whole seconds. */
export async function countSplits(
  ctx: Context,
  scanners: readonly Scanner[],
  counting: Counting,
): Promise<Counted> {
  return new Count(ctx, scanners, counting).run();
}

class Count {
  private readonly ctx: Context;
  private readonly scanners: readonly Scanner[];
  private readonly counting: Counting;
  private readonly start: number;
  private readonly splits: { rows: number; hashKeys: number; lastHashKey: Uint8Array }[];
  private readonly ticks: Tick[] = [];
  private readonly failures: { split: number; text: string }[] = [];
  private readonly sizes = {
    hash_key_size: new Histogram(),
    sort_key_size: new Histogram(),
    value_size: new Histogram(),
    row_size: new Histogram(),
  };
  private top: TopRow[] = [];
  private splitsDone = 0;

  constructor(ctx: Context, scanners: readonly Scanner[], counting: Counting) {
    this.ctx = ctx;
    this.scanners = scanners;
    this.counting = counting;
    this.start = ctx.meta.now();
    this.splits = scanners.map(() => ({ rows: 0, hashKeys: 0, lastHashKey: NO_BYTES }));
  }

  async run(): Promise<Counted> {
    for (const [split, scanner] of this.scanners.entries()) {
      if (this.isTimeUp() || this.failures.length > 0) break;
      await this.countSplit(split, scanner);
    }
    await this.ctx.meta.sleep(1000 - (this.elapsed() % 1000));
    this.tickUpTo(this.elapsed());
    const { splits, ticks, failures, sizes, top } = this;
    return { splits, ticks, failures, sizes, top, isTimeUp: this.isTimeUp() };
  }

  private async countSplit(split: number, scanner: Scanner): Promise<void> {
    try {
      for await (const batch of scanner.batches()) {
        this.ctx.signal.throwIfAborted();
        this.splits[split]!.rows += batch.kv_count ?? 0;
        if (batch.kv_count === undefined) for (const pair of batch.kvs) this.take(split, pair);
        this.tickUpTo(this.elapsed());
        if (this.isTimeUp()) return;
      }
      this.splitsDone += 1;
    } catch (error) {
      if (!(error instanceof ScanError)) throw error;
      this.failures.push({ split, text: error.error.text });
    }
  }

  private take(at: number, { key, value }: KeyValue): void {
    const { hashKey, sortKey } = decodeKey(key);
    if (!isWanted({ sortKey, value }, this.counting.filters)) return;
    const split = this.splits[at]!;
    split.rows += 1;
    if (compareKeys(hashKey, split.lastHashKey) !== 0) split.hashKeys += 1;
    split.lastHashKey = hashKey;
    if (this.counting.sizes) this.measure(hashKey, sortKey, value);
  }

  private measure(hashKey: Uint8Array, sortKey: Uint8Array, value: Uint8Array): void {
    const size = hashKey.length + sortKey.length + value.length;
    this.sizes.hash_key_size.add(hashKey.length);
    this.sizes.sort_key_size.add(sortKey.length);
    this.sizes.value_size.add(value.length);
    this.sizes.row_size.add(size);
    const { topCount } = this.counting;
    if (this.top.length === topCount && size <= (this.top.at(-1)?.size ?? Number.POSITIVE_INFINITY)) return;
    this.top = [...this.top, { hashKey, sortKey, size }].sort((a, b) => b.size - a.size).slice(0, topCount);
  }

  private elapsed(): number {
    return this.ctx.meta.now() - this.start;
  }

  private isTimeUp(): boolean {
    const { runSeconds } = this.counting;
    return runSeconds > 0 && this.ticks.length >= runSeconds;
  }

  private tickUpTo(elapsedMs: number): void {
    while ((this.ticks.length + 1) * 1000 <= elapsedMs) {
      this.ticks.push({
        seconds: this.ticks.length + 1,
        splitsDone: this.splitsDone,
        failed: this.failures.length > 0,
        ...totalOf(this.splits),
      });
    }
  }
}

export function totalOf(splits: readonly Totals[]): Totals {
  return {
    rows: splits.reduce((sum, { rows }) => sum + rows, 0),
    hashKeys: splits.reduce((sum, { hashKeys }) => sum + hashKeys, 0),
  };
}
