import type { AppRecord, Dropped, PartitionContext, PartitionRecord } from '../documents/meta.ts';
import type { Steps } from '../steps.ts';
import type { MetaServer } from './meta-server.ts';

/** What a server says of a replica: its ballot, and the decrees that it has committed and prepared. */
export type ReplicaState = Pick<Dropped, 'ballot' | 'committed' | 'prepared'>;

const UNKNOWN: ReplicaState = { ballot: -1, committed: -1, prepared: -1 };

/**
 * The leader's memory of replicas that left a partition: who, when, and what is known of what they have
 * (`config_context.dropped` of `meta_data.cpp`).
 */
export class DropHistory {
  private readonly meta: MetaServer;
  private readonly gpid: string;
  private readonly partition: PartitionRecord;

  constructor(
    meta: MetaServer,
    appId: number,
    pidx: number,
    partition: PartitionRecord = meta.tree.partition(appId, pidx),
  ) {
    this.meta = meta;
    this.gpid = `${appId}.${pidx}`;
    this.partition = partition;
  }

  /** A server has left just now. */
  record(node: string): void {
    const { dropped } = this.context;
    if (dropped.some((drop) => drop.node === node)) return;
    this.save([...dropped, this.leftNow(node)]);
  }

  /** The same of servers that are all different, in their order. */
  recordAll(nodes: readonly string[]): void {
    if (this.context.dropped.length === 0) this.save(nodes.map((node) => this.leftNow(node)));
    else for (const node of nodes) this.record(node);
  }

  private leftNow(node: string): Dropped {
    return { node, time_us: this.meta.cluster.universe.now, ...UNKNOWN };
  }

  /** Servers that had replicas when all state was collected anew, in upstream's order. */
  remember(dropped: readonly Dropped[]): void {
    this.save(dropped);
  }

  /** A server has come back as a member. */
  forget(node: string): void {
    const { dropped } = this.context;
    const others = dropped.filter((drop) => drop.node !== node);
    if (others.length < dropped.length || others.length > this.room) this.save(others);
  }

  /**
   * A server that is no member reports a replica. Returns whether it is remembered: an older one than those that
   * there is room for is not.
   */
  collect(node: string, state: ReplicaState): boolean {
    const { dropped } = this.context;
    const known = dropped.find((drop) => drop.node === node);
    const entry: Dropped = { node, time_us: known?.time_us ?? 0, ...state };
    const others = dropped.filter((drop) => drop !== known);
    const position = others.findIndex((other) => compareDrops(other, entry) >= 0);
    this.save(others.toSpliced(position === -1 ? others.length : position, 0, entry));
    return this.context.dropped.some((drop) => drop.node === node);
  }

  private get context(): PartitionContext {
    return this.meta.memories.partitionContext(this.gpid);
  }

  /** The oldest make room. */
  private save(dropped: readonly Dropped[]): void {
    const kept = dropped.slice(Math.max(0, dropped.length - this.room));
    this.meta.memories.savePartitionContext(this.gpid, { dropped: kept });
  }

  private get room(): number {
    const { primary, secondaries, max_replica_count } = this.partition;
    const members = secondaries.length + Number(primary !== '');
    const reserved = this.meta.setting('meta_server.max_reserved_dropped_replicas');
    return Math.max(0, max_replica_count + reserved - members);
  }
}

/** The later, and then the more complete, the higher (`dropped_cmp`). */
export function compareDrops(a: Dropped, b: Dropped): number {
  return a.time_us - b.time_us || a.ballot - b.ballot || a.committed - b.committed || a.prepared - b.prepared;
}

/** What a new leader makes of the servers that a configuration says it lost: they left now, for all it knows. */
export function* seedingDropHistory(
  meta: MetaServer,
  app: AppRecord,
  partitions: readonly PartitionRecord[],
): Steps {
  for (const [pidx, partition] of partitions.entries()) {
    const { last_drops: drops } = partition;
    if (drops.length === 0) continue;
    new DropHistory(meta, app.app_id, pidx, partition).recordAll(drops);
    yield;
  }
}
