import type { PartitionConfiguration } from '../../idl/layer2.ts';
import { checkAndMutate, checkAndSet, incr, multiPut, multiRemove, put, remove } from '../../idl/methods.ts';
import type { Gpid } from '../../idl/schema.ts';
import type { RpcMethod } from '../../method.ts';
import { RpcError, type Transport } from '../../transport/transport.ts';
import type { MetaClient } from '../meta/index.ts';

/** What upstream's client does not try again (`src/client/partition_resolver.cpp`). */
const FINAL = new Set([
  'ERR_HANDLER_NOT_FOUND',
  'ERR_APP_NOT_EXIST',
  'ERR_OPERATION_DISABLED',
  'ERR_BUSY',
  'ERR_SPLITTING',
  'ERR_DISK_INSUFFICIENT',
]);

/** What says nothing against the configuration: the primary is the right one, and cannot do it now. */
const OF_THE_MOMENT = new Set(['ERR_NOT_ENOUGH_MEMBER', 'ERR_CAPACITY_EXCEEDED']);

const WRITES: ReadonlySet<string> = new Set(
  [put, multiPut, remove, multiRemove, incr, checkAndSet, checkAndMutate].map(({ code }) => code),
);

/** First and longest pause before another attempt, in milliseconds. */
const FIRST_PAUSE_MS = 8;
const LONGEST_PAUSE_MS = 1000;

interface TableConfig {
  readonly appId: number;
  /** Who answers for each partition. */
  readonly targets: readonly Target[];
}

interface Target {
  /** The partition's own index, or until its half is split off that of its parent. */
  readonly pidx: number;
  /** '' = none. */
  readonly primary: string;
}

/** Finds the server of a key, and goes on trying until the operation's time is up. */
export class Resolver {
  private readonly transport: Transport;
  private readonly meta: MetaClient;
  private readonly tableName: string;
  private config: TableConfig | undefined;

  constructor(transport: Transport, meta: MetaClient, tableName: string) {
    this.transport = transport;
    this.meta = meta;
    this.tableName = tableName;
  }

  /**
   * As the meta server says now: the table may have been split since it was asked last.
   *
   * @throws RpcError `ERR_OBJECT_NOT_FOUND` when there is no such table
   */
  async partitionCount(): Promise<number> {
    this.config = undefined;
    return (await this.load()).targets.length;
  }

  /**
   * Groups items by the partitions of their hashes; each group goes by the hash of its first.
   *
   * @throws RpcError `ERR_APP_NOT_EXIST` when there is no such table
   */
  async byPartition<T>(
    items: readonly T[],
    hashOf: (item: T) => bigint,
  ): Promise<{ readonly hash: bigint; readonly items: T[] }[]> {
    const count = BigInt((await this.loadForOperation()).targets.length);
    const groups = new Map<bigint, { readonly hash: bigint; readonly items: T[] }>();
    for (const item of items) {
      const hash = hashOf(item);
      const group = groups.get(hash % count);
      if (group === undefined) groups.set(hash % count, { hash, items: [item] });
      else group.items.push(item);
    }
    return [...groups.values()];
  }

  /**
   * Sends a request to the primary of the partition of `hash`.
   *
   * @throws RpcError the code that ended it, `ERR_TIMEOUT` when the time was up
   */
  async call<Q, R>(method: RpcMethod<Q, R>, hash: bigint, request: Q, timeoutMs: number): Promise<R> {
    const deadline = this.transport.now() + timeoutMs;
    let left = timeoutMs;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      if (left <= 0) throw new RpcError('ERR_TIMEOUT', method.code);
      try {
        const config = this.config ?? (await this.loadForOperation());
        return await this.attempt(config, method, hash, request, left);
      } catch (error) {
        if (!(error instanceof RpcError) || FINAL.has(error.code)) throw error;
        // Done again, a write that may have been done could undo what others wrote since.
        if (error.isUndecided && WRITES.has(method.code)) throw error;
        if (!OF_THE_MOMENT.has(error.code)) this.config = undefined;
      }
      await this.transport.sleep(Math.min(pause, Math.max(0, deadline - this.transport.now())));
      left = deadline - this.transport.now();
    }
  }

  private attempt<Q, R>(
    config: TableConfig,
    method: RpcMethod<Q, R>,
    hash: bigint,
    request: Q,
    timeoutMs: number,
  ): Promise<R> {
    const target = config.targets[Number(hash % BigInt(config.targets.length))];
    const server = target?.primary ?? '';
    if (target === undefined || server === '') throw new RpcError('ERR_IO_PENDING', method.code);
    const gpid: Gpid = { app_id: config.appId, partition_index: target.pidx };
    return this.transport.call(
      method,
      { to: 'replica', server, gpid, partitionHash: hash },
      request,
      timeoutMs,
    );
  }

  /** A single operation knows a missing table as a missing app. */
  private async loadForOperation(): Promise<TableConfig> {
    try {
      return await this.load();
    } catch (error) {
      const isMissing = error instanceof RpcError && error.code === 'ERR_OBJECT_NOT_FOUND';
      throw isMissing ? new RpcError('ERR_APP_NOT_EXIST', error.method) : error;
    }
  }

  private async load(): Promise<TableConfig> {
    if (this.config !== undefined) return this.config;
    const reply = await this.meta.queryConfig({ app_name: this.tableName, partition_indices: [] });
    if (reply.err !== 'ERR_OK') throw new RpcError(reply.err, 'RPC_CM_QUERY_PARTITION_CONFIG_BY_INDEX');
    const { app_id, partitions } = reply;
    this.config = { appId: app_id, targets: partitions.map((_, pidx) => targetOf(partitions, pidx)) };
    return this.config;
  }
}

/** The child of a split that is not registered yet has the ballot -1 (`partition_resolver_simple.cpp`). */
function targetOf(partitions: readonly PartitionConfiguration[], index: number): Target {
  const isWhole = (partitions[index]?.ballot ?? 0) >= 0;
  const pidx = isWhole ? index : index - partitions.length / 2;
  const served = partitions[pidx];
  return { pidx, primary: served?.hp_primary ?? served?.primary ?? '' };
}
