import { MS } from '../clock.ts';
import type { Action, AppRecord, Dropped, PartitionRecord } from '../documents/meta.ts';
import { deliveringProposal } from '../replica/proposals.ts';
import { minimumForWrites } from '../write-minimum.ts';
import { isMember } from './configuration.ts';
import { recordDdd } from './ddd.ts';
import type { MetaServer } from './meta-server.ts';
import { choosePrimary } from './missing-primary.ts';
import { isRegistered } from './partition-split.ts';
import { isActionValid } from './pending-actions.ts';

const NEXT_ROUND = 0;

export interface Cure {
  /** What is to be sent to its target now. */
  readonly action?: Action;
  /** When it makes sense to look at the partition again, in microseconds; undefined = only after something else happens. */
  readonly again: number | undefined;
}

const NOTHING: Cure = { again: undefined };

/** What brings one partition nearer to health: what is under way already, else a decision (`partition_guardian.cpp cure`). */
export function curePartition(meta: MetaServer, app: AppRecord, pidx: number): Cure {
  const gpid = `${app.app_id}.${pidx}`;
  const partition = meta.tree.partition(app.app_id, pidx);
  if (!isRegistered(partition)) return NOTHING;
  const pending = meta.actions.first(gpid);
  if (pending !== undefined) {
    if (isActionValid(meta, partition, pending)) return { action: pending, again: NEXT_ROUND };
    meta.actions.drop(gpid);
  }
  if (partition.primary === '') return cureMissingPrimary(meta, app, pidx, partition);
  const replicas = partition.secondaries.length + 1;
  if (replicas < partition.max_replica_count) return cureMissingSecondary(meta, app, gpid, partition);
  if (replicas > partition.max_replica_count) return cureRedundantSecondary(meta, gpid, partition);
  return NOTHING;
}

/** Sends an action to its target with the configuration of now, after what is being handled. */
export function sendAction(meta: MetaServer, app: AppRecord, pidx: number, action: Action): void {
  const partition = meta.tree.partition(app.app_id, pidx);
  meta.post(() => deliveringProposal(meta, { app, pidx, partition, action }));
}

/** Whether an action brings a partition another secondary, for the balancer or to be whole. */
export function addsSecondary({ type }: Action): boolean {
  return type === 'CT_ADD_SECONDARY' || type === 'CT_ADD_SECONDARY_FOR_LB';
}

/** The look that follows a change of the configuration at once; under flow control it adds no secondary. */
export function cureAfterChange(meta: MetaServer, app: AppRecord, pidx: number): void {
  const { action } = curePartition(meta, app, pidx);
  if (action === undefined) return;
  const isHeldBack = addsSecondary(action) && meta.setting('meta_server.add_secondary_enable_flow_control');
  if (!isHeldBack) sendAction(meta, app, pidx, action);
}

function cureMissingPrimary(
  meta: MetaServer,
  app: AppRecord,
  pidx: number,
  partition: PartitionRecord,
): Cure {
  const { node, type, reason } = choosePrimary(meta, app, pidx, partition);
  const gpid = `${app.app_id}.${pidx}`;
  if (reason !== undefined) recordDdd(meta, gpid, partition, reason);
  if (node === undefined) return NOTHING;
  const action: Action = { type, target: node, node };
  meta.actions.cure(gpid, action);
  // Somebody who is gone cannot answer: their return is what brings the next round.
  return { action, again: meta.liveness.isAlive(node) ? NEXT_ROUND : undefined };
}

function cureMissingSecondary(
  meta: MetaServer,
  app: AppRecord,
  gpid: string,
  partition: PartitionRecord,
): Cure {
  const awaited = awaitedSecondary(meta, gpid, partition);
  if (awaited !== undefined && !meta.liveness.isAlive(awaited.node)) {
    return { again: waitsUntil(meta, awaited) };
  }
  const node = awaited?.node ?? emergencySecondary(meta, app, gpid, partition);
  if (node === undefined) return NOTHING;
  const action: Action = { type: 'CT_ADD_SECONDARY', target: partition.primary, node };
  meta.actions.cure(gpid, action);
  return { action, again: NEXT_ROUND };
}

/** The server that left last, while it may still come back; undefined in an emergency, which takes anybody. */
function awaitedSecondary(
  meta: MetaServer,
  gpid: string,
  { max_replica_count, secondaries }: PartitionRecord,
): Dropped | undefined {
  const minimum = minimumForWrites(meta, max_replica_count);
  if (max_replica_count > minimum && secondaries.length + 1 < minimum) return undefined;
  const last = meta.memories.partitionContext(gpid).dropped.at(-1);
  const isTooLate = last !== undefined && waitsUntil(meta, last) <= meta.cluster.universe.now;
  return isTooLate || (last !== undefined && isBlackListed(meta, last.node)) ? undefined : last;
}

/** A server that a remote command has kept from getting secondaries. */
function isBlackListed({ process }: MetaServer, node: string): boolean {
  return process.black_list?.includes(node) === true;
}

/** A server that left is waited for so many whole milliseconds, and the one in which they end. */
function waitsUntil(meta: MetaServer, { time_us }: Dropped): number {
  const patience = meta.setting('meta_server.replica_assign_delay_ms_for_dropouts');
  return (Math.floor(time_us / MS) + patience + 1) * MS;
}

/**
 * A remembered server that is back, the latest first, and at the next attempt the one before; else the alive server
 * with fewest partitions.
 */
function emergencySecondary(
  meta: MetaServer,
  app: AppRecord,
  gpid: string,
  partition: PartitionRecord,
): string | undefined {
  const context = meta.memories.partitionContext(gpid);
  const { dropped } = context;
  const start = context.cursor ?? -1;
  let at = start >= 0 && start < dropped.length ? start : dropped.length - 1;
  while (at >= 0 && !meta.liveness.isAlive((dropped[at] as Dropped).node)) at--;
  if (dropped.length > 0) meta.memories.savePartitionContext(gpid, { dropped, cursor: at - 1 });
  const remembered = dropped[at]?.node;
  if (remembered !== undefined && !isBlackListed(meta, remembered)) return remembered;
  const isFree = (node: string) => !isMember(partition, node) && !isBlackListed(meta, node);
  const candidates = meta.liveness.nodes('alive').filter(isFree);
  return meta.actions.placement.fewestPartitions(app, candidates);
}

function cureRedundantSecondary(meta: MetaServer, gpid: string, partition: PartitionRecord): Cure {
  const { workers } = meta.process;
  const load = (node: string): number => workers[node]?.partitions ?? 0;
  const [heaviest] = [...partition.secondaries].sort((a, b) => load(b) - load(a));
  if (heaviest === undefined) return NOTHING;
  const action: Action = { type: 'CT_REMOVE', target: partition.primary, node: heaviest };
  meta.actions.move(gpid, [action]);
  return { action, again: NEXT_ROUND };
}
