import type { AppRecord, ConfigType, Dropped, PartitionRecord } from '../documents/meta.ts';
import type { MetaServer } from './meta-server.ts';

/** How many servers `last_drops` remembers (`meta_data.h`). */
const LAST_DROPS_KEPT = 3;

export interface Change {
  readonly type: ConfigType;
  /** The server that the change is about. */
  readonly node: string;
  readonly primary: string;
  readonly secondaries: readonly string[];
}

/** Stores and applies a change of one partition's configuration; the ballot rises by exactly one. */
export function applyChange(meta: MetaServer, app: AppRecord, pidx: number, change: Change): PartitionRecord {
  const old = meta.tree.partition(app.app_id, pidx);
  const next: PartitionRecord = {
    ...old,
    ballot: old.ballot + 1,
    primary: change.primary,
    secondaries: [...change.secondaries],
    last_drops: maintainDrops(old.last_drops, change),
  };
  meta.tree.savePartition(app.app_id, pidx, next);
  recount(meta, old, next);
  rememberDropped(meta, app, pidx, change, next);
  if (app.status === 'AS_AVAILABLE' && !isHealthy(next)) meta.needsAttention(app.app_id);
  return next;
}

export function isHealthy(partition: PartitionRecord): boolean {
  return partition.primary !== '' && partition.secondaries.length + 1 === partition.max_replica_count;
}

function maintainDrops(drops: readonly string[], { type, node }: Change): string[] {
  switch (type) {
    case 'CT_ASSIGN_PRIMARY':
    case 'CT_UPGRADE_TO_PRIMARY':
    case 'CT_UPGRADE_TO_SECONDARY':
      return drops.filter((drop) => drop !== node);
    case 'CT_DOWNGRADE_TO_INACTIVE':
    case 'CT_REMOVE':
      return [...drops.filter((drop) => drop !== node), node].slice(-LAST_DROPS_KEPT);
    default:
      return [...drops];
  }
}

function recount(meta: MetaServer, old: PartitionRecord, next: PartitionRecord): void {
  const members = new Set([old.primary, next.primary, ...old.secondaries, ...next.secondaries]);
  members.delete('');
  for (const node of members) {
    const primaries = Number(next.primary === node) - Number(old.primary === node);
    const partitions = Number(isMember(next, node)) - Number(isMember(old, node));
    if (primaries !== 0 || partitions !== 0) meta.liveness.count(node, primaries, partitions);
  }
}

export function isMember(partition: PartitionRecord, node: string): boolean {
  return partition.primary === node || partition.secondaries.includes(node);
}

/** The leader's memory of when servers left (`config_context.dropped`). */
function rememberDropped(
  meta: MetaServer,
  app: AppRecord,
  pidx: number,
  change: Change,
  next: PartitionRecord,
): void {
  const gpid = `${app.app_id}.${pidx}`;
  const others = meta.partitionContext(gpid).dropped.filter((drop) => !isMember(next, drop.node));
  const left = change.type === 'CT_DOWNGRADE_TO_INACTIVE' || change.type === 'CT_REMOVE';
  const dropped = left
    ? [...others.filter((drop) => drop.node !== change.node), newlyDropped(meta, change.node)]
    : others;
  meta.savePartitionContext(gpid, { dropped });
}

function newlyDropped(meta: MetaServer, node: string): Dropped {
  return { node, time_us: meta.cluster.universe.now, ballot: -1, committed: -1, prepared: -1 };
}
