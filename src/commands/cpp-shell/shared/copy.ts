import { ttlUntil } from '../../../rpc/client/replica/expiry.ts';
import type { Table } from '../../../rpc/client/replica/table.ts';
import { decodeKey } from '../../../rpc/idl/keys.ts';
import type { KeyValue } from '../../../rpc/idl/rrdb.ts';
import type { ScanResponse } from '../../../rpc/idl/scan.ts';
import type { Context } from '../../command.ts';
import type { BulkArgs } from './bulk.ts';
import { isWanted } from './scan.ts';
import { noTotals, SplitError, type SplitJob } from './splits.ts';

export interface Copying extends BulkArgs {
  readonly noOverwrite: boolean;
}

interface Row {
  readonly hashKey: Uint8Array;
  readonly sortKey: Uint8Array;
  readonly value: Uint8Array;
  /** 0 = never expires. */
  readonly ttlSeconds: number;
}

abstract class Copier implements SplitJob {
  readonly totals: SplitJob['totals'];
  protected readonly target: Table;
  protected readonly args: Copying;
  private readonly clock: Pick<Context['meta'], 'now'>;

  constructor(target: Table, args: Copying, splits: number, clock: Pick<Context['meta'], 'now'>) {
    this.target = target;
    this.args = args;
    this.clock = clock;
    this.totals = noTotals(splits);
  }

  /** Expired rows are not copied. */
  async take(split: number, { kvs }: ScanResponse): Promise<void> {
    for (const pair of kvs) {
      const row = this.rowOf(pair);
      if (row !== undefined && isWanted(row, this.args)) await this.copy(split, row);
    }
  }

  protected abstract copy(split: number, row: Row): Promise<void>;

  private rowOf({ key, value, expire_ts_seconds = 0 }: KeyValue): Row | undefined {
    const ttlSeconds = ttlUntil(expire_ts_seconds, this.clock.now());
    return ttlSeconds === undefined ? undefined : { ...decodeKey(key), value, ttlSeconds };
  }
}

/** Row by row. */
export class CopyRows extends Copier {
  protected async copy(split: number, { hashKey, sortKey, value, ttlSeconds }: Row): Promise<void> {
    const { timeoutMs, noOverwrite } = this.args;
    if (!noOverwrite) {
      const { error } = await this.target.set(hashKey, sortKey, value, ttlSeconds, timeoutMs);
      if (error.code !== 0) throw new SplitError(`async set failed: ${error.text}`);
      this.totals[split]!.rows += 1;
      return;
    }
    const check = { sortKey, type: 'CT_VALUE_NOT_EXIST' as const };
    const set = { sortKey, value, ttlSeconds };
    const { error, passed } = await this.target.checkAndSet(hashKey, check, set, timeoutMs);
    if (error.code !== 0) throw new SplitError(`async check and set failed: ${error.text}`);
    if (passed) this.totals[split]!.rows += 1;
  }
}

type Pairs = Map<string, { readonly sortKey: Uint8Array; readonly value: Uint8Array }>;

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

  async finish(split: number): Promise<void> {
    const { groups, ttlSeconds } = this.waitingOf(split);
    this.waiting.delete(split);
    for (const { hashKey, pairs } of groups.values()) {
      const { timeoutMs } = this.args;
      const { error } = await this.target.multiSet(hashKey, [...pairs.values()], ttlSeconds, timeoutMs);
      if (error.code !== 0) throw new SplitError(`async_multi_set set failed: ${error.text}`);
      this.totals[split]!.rows += pairs.size;
    }
  }

  protected async copy(split: number, row: Row): Promise<void> {
    if (row.hashKey.length === 0) return this.copyAlone(split, row);
    const waiting = this.waitingOf(split);
    waiting.add(row);
    if (waiting.count >= this.args.batchCount) await this.finish(split);
  }

  private waitingOf(split: number): Waiting {
    const waiting = this.waiting.get(split) ?? new Waiting();
    this.waiting.set(split, waiting);
    return waiting;
  }

  /** A row with an empty hash key is found by its sort key. */
  private async copyAlone(split: number, { hashKey, sortKey, value, ttlSeconds }: Row): Promise<void> {
    const { error } = await this.target.set(hashKey, sortKey, value, ttlSeconds, this.args.timeoutMs);
    if (error.code !== 0) throw new SplitError(`async check and set failed: ${error.text}`);
    this.totals[split]!.rows += 1;
  }
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
