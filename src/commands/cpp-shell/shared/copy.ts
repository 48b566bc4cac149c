import { ttlUntil } from '../../../rpc/client/replica/expiry.ts';
import type { KeyValuePair, Table } from '../../../rpc/client/replica/table.ts';
import { decodeKey } from '../../../rpc/idl/keys.ts';
import type { KeyValue } from '../../../rpc/idl/rrdb.ts';
import type { ScanResponse } from '../../../rpc/idl/scan.ts';
import type { Context } from '../../command.ts';
import type { BulkArgs } from './bulk.ts';
import { atOnce, type Flight } from './flight.ts';
import { isWanted } from './scan.ts';
import { noTotals, SplitError, type SplitJob } from './splits.ts';

export interface Copying extends BulkArgs {
  readonly noOverwrite: boolean;
  /** Of `multi_set`. */
  readonly concurrency: number;
}

export interface CopyTarget {
  readonly table: Table;
  readonly meta: Pick<Context['meta'], 'runsByItself'>;
}

interface Row {
  readonly hashKey: Uint8Array;
  readonly sortKey: Uint8Array;
  readonly value: Uint8Array;
  /** 0 = never expires. */
  readonly ttlSeconds: number;
}

export abstract class Copier implements SplitJob {
  readonly totals: SplitJob['totals'];
  readonly atOnce: number;
  protected readonly target: Table;
  protected readonly args: Copying;
  private readonly clock: Pick<Context['meta'], 'now'>;

  constructor(
    { table, meta }: CopyTarget,
    args: Copying,
    splits: number,
    clock: Pick<Context['meta'], 'now'>,
    most = args.batchCount,
  ) {
    this.target = table;
    this.args = args;
    this.clock = clock;
    this.atOnce = atOnce(meta, most, splits);
    this.totals = noTotals(splits);
  }

  /** Expired rows are not copied. */
  async take(split: number, { kvs }: ScanResponse, flight: Flight): Promise<void> {
    for (const pair of kvs) {
      const row = this.rowOf(pair);
      if (row === undefined || !isWanted(row, this.args)) continue;
      if (!(await this.copy(split, row, flight))) return;
    }
  }

  /** Returns whether there may be another. */
  protected abstract copy(split: number, row: Row, flight: Flight): Promise<boolean>;

  private rowOf({ key, value, expire_ts_seconds = 0 }: KeyValue): Row | undefined {
    const ttlSeconds = ttlUntil(expire_ts_seconds, this.clock.now());
    return ttlSeconds === undefined ? undefined : { ...decodeKey(key), value, ttlSeconds };
  }
}

/** Row by row. */
export class CopyRows extends Copier {
  protected copy(split: number, row: Row, flight: Flight): Promise<boolean> {
    return flight.send(() => (this.args.noOverwrite ? this.add(split, row) : this.set(split, row)));
  }

  private async set(split: number, { hashKey, sortKey, value, ttlSeconds }: Row): Promise<void> {
    const { error } = await this.target.set(hashKey, sortKey, value, ttlSeconds, this.args.timeoutMs);
    if (error.code !== 0) throw new SplitError(`async set failed: ${error.text}`);
    this.totals[split]!.rows += 1;
  }

  private async add(split: number, { hashKey, sortKey, value, ttlSeconds }: Row): Promise<void> {
    const check = { sortKey, type: 'CT_VALUE_NOT_EXIST' as const };
    const set = { sortKey, value, ttlSeconds };
    const { error, passed } = await this.target.checkAndSet(hashKey, check, set, this.args.timeoutMs);
    if (error.code !== 0) throw new SplitError(`async check and set failed: ${error.text}`);
    if (passed) this.totals[split]!.rows += 1;
  }
}

type Pairs = Map<string, KeyValuePair>;

/** Rows of one split that wait to be set. */
class Waiting {
  readonly groups = new Map<string, { readonly hashKey: Uint8Array; readonly pairs: Pairs }>();
  count = 0;
  /** All of them live as long as the longest; 0 = for ever. */
  ttlSeconds = -1;

  add({ hashKey, sortKey, value, ttlSeconds }: Row): void {
    const name = latin1(hashKey);
    const group = this.groups.get(name) ?? { hashKey, pairs: new Map() };
    group.pairs.set(latin1(sortKey), { sortKey, value });
    this.groups.set(name, group);
    this.count += 1;
    const livesForEver = ttlSeconds === 0 || this.ttlSeconds === 0;
    this.ttlSeconds = livesForEver ? 0 : Math.max(this.ttlSeconds, ttlSeconds);
  }
}

/** Many rows of a hash key at once (`scan_multi_data_next`). */
export class CopyRowsTogether extends Copier {
  private readonly waiting = new Map<number, Waiting>();

  constructor(target: CopyTarget, args: Copying, splits: number, clock: Pick<Context['meta'], 'now'>) {
    super(target, args, splits, clock, args.concurrency);
  }

  async finish(split: number, flight: Flight): Promise<void> {
    await this.flush(split, flight);
  }

  protected async copy(split: number, row: Row, flight: Flight): Promise<boolean> {
    // A row with an empty hash key is found by its sort key.
    if (row.hashKey.length === 0) return flight.send(() => this.copyAlone(split, row));
    const waiting = this.waitingOf(split);
    waiting.add(row);
    return waiting.count < this.args.batchCount || this.flush(split, flight);
  }

  private async flush(split: number, flight: Flight): Promise<boolean> {
    const { groups, ttlSeconds } = this.waitingOf(split);
    this.waiting.delete(split);
    for (const { hashKey, pairs } of groups.values()) {
      if (!(await flight.send(() => this.copyGroup(split, hashKey, [...pairs.values()], ttlSeconds))))
        return false;
    }
    return true;
  }

  private waitingOf(split: number): Waiting {
    const waiting = this.waiting.get(split) ?? new Waiting();
    this.waiting.set(split, waiting);
    return waiting;
  }

  private async copyGroup(
    split: number,
    hashKey: Uint8Array,
    pairs: readonly KeyValuePair[],
    ttlSeconds: number,
  ): Promise<void> {
    const { error } = await this.target.multiSet(hashKey, pairs, ttlSeconds, this.args.timeoutMs);
    if (error.code !== 0) throw new SplitError(`async_multi_set set failed: ${error.text}`);
    this.totals[split]!.rows += pairs.length;
  }

  private async copyAlone(split: number, { hashKey, sortKey, value, ttlSeconds }: Row): Promise<void> {
    const { error } = await this.target.set(hashKey, sortKey, value, ttlSeconds, this.args.timeoutMs);
    if (error.code !== 0) throw new SplitError(`async check and set failed: ${error.text}`);
    this.totals[split]!.rows += 1;
  }
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
