import type { AppRecord, ConfigType, PartitionRecord } from '../documents/meta.ts';
import { noteChange, scheduleConfigSync } from '../replica/config-sync-timer.ts';
import { DropHistory } from './drop-history.ts';
import type { MetaServer } from './meta-server.ts';

/** How many servers `last_drops` remembers (`meta_data.h`). */
const LAST_DROPS_KEPT = 3;

export interface Change {
  readonly type: ConfigType;
  /** The server that the change is about. */
  readonly node: string;
  readonly primary: string;
  readonly secondaries: readonly string[];
  /** Last committed decree of the replica that asks for it; absent when the meta server changes it of its own accord. */
  readonly committed?: number;
}

/** Stores and applies a change of one partition's configuration; the ballot rises by exactly one. */
export function applyChange(meta: MetaServer, app: AppRecord, pidx: number, change: Change): PartitionRecord {
  const old = meta.tree.partition(app.app_id, pidx);
  const next: PartitionRecord = {
    ...old,
    ballot: old.ballot + 1,
    primary: change.primary,
    secondaries: [...change.secondaries],
    last_drops: maintainDrops(old, change),
    last_committed_decree: change.committed ?? old.last_committed_decree,
  };
  store(meta, app, pidx, old, next);
  meta.actions.finishFirst(`${app.app_id}.${pidx}`);
  rememberDropped(meta, app, pidx, change, next);
  if (app.status === 'AS_AVAILABLE' && !isHealthy(next)) meta.needsAttention(app.app_id);
  return next;
}

/** A partition begins, whole: the child of one that was split. */
export function beginPartition(
  meta: MetaServer,
  app: AppRecord,
  pidx: number,
  partition: PartitionRecord,
): void {
  store(meta, app, pidx, meta.tree.partition(app.app_id, pidx), partition);
  meta.needsAttention(app.app_id);
}

function store(
  meta: MetaServer,
  app: AppRecord,
  pidx: number,
  old: PartitionRecord,
  next: PartitionRecord,
): void {
  meta.tree.savePartition(app.app_id, pidx, next);
  noteChange(meta.cluster, app.app_id);
  recount(meta, app.app_id, pidx, old, next);
}

/** Whether a partition has its primary and as many secondaries as its table wants. */
export function isHealthy(partition: PartitionRecord): boolean {
  return partition.primary !== '' && partition.secondaries.length + 1 === partition.max_replica_count;
}

function maintainDrops(old: PartitionRecord, { type, node }: Change): string[] {
  const { last_drops: drops, primary, secondaries } = old;
  switch (type) {
    case 'CT_ASSIGN_PRIMARY':
    case 'CT_UPGRADE_TO_PRIMARY':
    case 'CT_UPGRADE_TO_SECONDARY':
      return drops.filter((drop) => drop !== node);
    case 'CT_DOWNGRADE_TO_INACTIVE':
    case 'CT_REMOVE':
      return withDropped(drops, [node]);
    case 'CT_DROP_PARTITION':
      return withDropped(drops, primary === '' ? secondaries : [...secondaries, primary]);
    default:
      return [...drops];
  }
}

function withDropped(drops: readonly string[], gone: readonly string[]): string[] {
  return [...drops.filter((drop) => !gone.includes(drop)), ...gone].slice(-LAST_DROPS_KEPT);
}

function recount(
  meta: MetaServer,
  appId: number,
  pidx: number,
  old: PartitionRecord,
  next: PartitionRecord,
): void {
  const gpid = `${appId}.${pidx}`;
  const members = new Set([old.primary, next.primary, ...old.secondaries, ...next.secondaries]);
  members.delete('');
  for (const node of members) {
    const primaries = Number(next.primary === node) - Number(old.primary === node);
    const partitions = Number(isMember(next, node)) - Number(isMember(old, node));
    if (primaries === 0 && partitions === 0) continue;
    meta.liveness.count(node, primaries, partitions);
    meta.actions.placement.follow(appId, node, primaries, partitions);
    if (partitions > 0) awaitReport(meta, node, gpid);
    if (partitions < 0) meta.reports.forget(node, gpid);
  }
}

function awaitReport(meta: MetaServer, node: string, gpid: string): void {
  meta.reports.expect(node, gpid);
  const server = meta.cluster.replicaServer(node);
  if (server !== undefined) scheduleConfigSync(server);
}

/** Whether a server is the primary or a secondary of a partition. */
export function isMember(partition: PartitionRecord, node: string): boolean {
  return partition.primary === node || partition.secondaries.includes(node);
}

/** `partition_guardian.cpp reconfig`. */
function rememberDropped(
  meta: MetaServer,
  app: AppRecord,
  pidx: number,
  { type, node }: Change,
  next: PartitionRecord,
): void {
  const history = new DropHistory(meta, app.app_id, pidx);
  switch (type) {
    case 'CT_ASSIGN_PRIMARY':
    case 'CT_UPGRADE_TO_PRIMARY':
    case 'CT_UPGRADE_TO_SECONDARY':
      history.forget(node);
      break;
    case 'CT_DOWNGRADE_TO_INACTIVE':
    case 'CT_REMOVE':
      history.record(node);
      break;
    case 'CT_DROP_PARTITION':
      history.recordAll(next.last_drops);
  }
}
