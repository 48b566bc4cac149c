import { Histogram } from '../../../output/histogram.ts';
import { compareKeys, decodeKey, NO_BYTES } from '../../../rpc/idl/keys.ts';
import type { KeyValue } from '../../../rpc/idl/rrdb.ts';
import type { ScanResponse } from '../../../rpc/idl/scan.ts';
import { LargestRows } from './largest-rows.ts';
import { type Filters, isWanted } from './scan.ts';
import { noTotals, type SplitJob } from './splits.ts';

/** What is counted besides rows. */
export interface Counting {
  readonly filters: Filters;
  readonly sizes: boolean;
  /** 0 = none. */
  readonly topCount: number;
}

export type Sizes = Readonly<
  Record<'hash_key_size' | 'sort_key_size' | 'value_size' | 'row_size', Histogram>
>;

/** Counts the rows that scanners bring, and their sizes. */
export class Count implements SplitJob {
  readonly totals: { rows: number; hashKeys: number }[];
  readonly sizes: Sizes = {
    hash_key_size: new Histogram(),
    sort_key_size: new Histogram(),
    value_size: new Histogram(),
    row_size: new Histogram(),
  };
  readonly largest: LargestRows;
  readonly note: (seconds: number) => string | undefined;
  private readonly counting: Counting;
  private readonly lastHashKeys: Uint8Array[];

  /** @param partly what is told of the count while it goes on, after this many seconds */
  constructor(
    splits: number,
    counting: Counting,
    partly: (count: Count, seconds: number) => string | undefined,
  ) {
    this.counting = counting;
    this.largest = new LargestRows(counting.topCount);
    this.totals = noTotals(splits);
    this.lastHashKeys = this.totals.map(() => NO_BYTES);
    this.note = (seconds) => partly(this, seconds);
  }

  async take(split: number, { kv_count, kvs }: ScanResponse): Promise<void> {
    if (kv_count !== undefined) this.totals[split]!.rows += kv_count;
    else for (const pair of kvs) this.takeRow(split, pair);
  }

  private takeRow(split: number, { key, value }: KeyValue): void {
    const { hashKey, sortKey } = decodeKey(key);
    if (!isWanted({ sortKey, value }, this.counting.filters)) return;
    const totals = this.totals[split]!;
    totals.rows += 1;
    if (compareKeys(hashKey, this.lastHashKeys[split]!) !== 0) totals.hashKeys += 1;
    this.lastHashKeys[split] = hashKey;
    if (this.counting.sizes) this.measure(hashKey, sortKey, value);
  }

  private measure(hashKey: Uint8Array, sortKey: Uint8Array, value: Uint8Array): void {
    const size = hashKey.length + sortKey.length + value.length;
    this.sizes.hash_key_size.add(hashKey.length);
    this.sizes.sort_key_size.add(sortKey.length);
    this.sizes.value_size.add(value.length);
    this.sizes.row_size.add(size);
    this.largest.add({ hashKey, sortKey, size });
  }
}
