import { MS } from '../clock.ts';
import type { AppRecord, Dropped, PartitionRecord } from '../documents/meta.ts';
import { addSecondary, assignPrimary, removeSecondary, upgradeToPrimary } from '../replica/proposals.ts';
import { minimumForWrites } from '../write-minimum.ts';
import { isMember } from './configuration.ts';
import type { MetaServer } from './meta-server.ts';
import { fewestPartitions, fewestPrimaries, type Placement } from './placement.ts';

/** When it makes sense to look at a partition again, in microseconds; undefined = only after something else happens. */
export type LookAgain = number | undefined;

const NEXT_ROUND = 0;

/** Proposes what brings one partition nearer to health (`partition_guardian.cpp cure`). */
export function curePartition(
  meta: MetaServer,
  app: AppRecord,
  pidx: number,
  placement?: Placement,
): LookAgain {
  const partition = meta.tree.partition(app.app_id, pidx);
  if (partition.primary === '') return cureMissingPrimary(meta, app, pidx, partition, placement);
  if (partition.secondaries.length + 1 < partition.max_replica_count) {
    return cureMissingSecondary(meta, app, pidx, partition);
  }
  if (partition.secondaries.length >= partition.max_replica_count) {
    return cureRedundantSecondary(meta, app, pidx, partition);
  }
  return undefined;
}

function cureMissingPrimary(
  meta: MetaServer,
  app: AppRecord,
  pidx: number,
  partition: PartitionRecord,
  placement?: Placement,
): LookAgain {
  if (partition.secondaries.length > 0) {
    const alive = partition.secondaries.filter((node) => meta.liveness.isAlive(node));
    const chosen = fewestPrimaries(meta, app, alive, placement);
    if (chosen === undefined) return undefined;
    placement?.addPrimary(chosen, false);
    meta.post(() => upgradeToPrimary(meta, app.app_id, pidx, chosen));
    return NEXT_ROUND;
  }
  const chosen = chooseAmongDropped(meta, app, pidx, partition, placement);
  if (chosen === undefined) return undefined;
  meta.post(() => assignPrimary(meta, app.app_id, pidx, chosen));
  return meta.liveness.isAlive(chosen) ? NEXT_ROUND : undefined;
}

function chooseAmongDropped(
  meta: MetaServer,
  app: AppRecord,
  pidx: number,
  partition: PartitionRecord,
  placement?: Placement,
): string | undefined {
  const drops = partition.last_drops;
  if (drops.length === 0) {
    const chosen = fewestPrimaries(meta, app, meta.liveness.nodes('alive'), placement);
    if (chosen !== undefined) placement?.addPrimary(chosen, true);
    return chosen;
  }
  if (drops.length === 1) return drops[0];
  return chooseBetweenLastTwo(meta, `${app.app_id}.${pidx}`, partition).node;
}

export interface LastTwoChoice {
  readonly node?: string;
  /** Why there is none, as `ddd_diagnose` tells it; '' where upstream only logs it. */
  readonly reason: string;
}

/** The rule for a partition that lost two members or more (cluster-engine.md 3.4). */
export function chooseBetweenLastTwo(
  meta: MetaServer,
  gpid: string,
  partition: PartitionRecord,
): LastTwoChoice {
  const [previous, last] = partition.last_drops.slice(-2) as [string, string];
  const collected: Dropped[] = [];
  for (const node of [previous, last]) {
    const info = reportedState(meta, gpid, node);
    if (typeof info === 'string') return { reason: info };
    collected.push(info);
  }
  const [p, r] = collected as [Dropped, Dropped];
  if (isEmpty(p) && isEmpty(r)) return { reason: 'no replica info collected from the last two drops' };
  if ((p.ballot - r.ballot) * (p.committed - r.committed) < 0) {
    return {
      reason: 'for the last two drops, the node with larger ballot has smaller last committed decree',
    };
  }
  const prepared = Math.max(p.prepared, r.prepared);
  if (prepared < partition.last_committed_decree || prepared < Math.max(p.committed, r.committed))
    return { reason: '' };
  const later = p.ballot - r.ballot || p.committed - r.committed || p.prepared - r.prepared;
  return { node: later > 0 ? previous : last, reason: '' };
}

function reportedState(meta: MetaServer, gpid: string, node: string): Dropped | string {
  if (!meta.liveness.isAlive(node)) return `the last dropped node(${node}) hasn't come back yet`;
  const known = meta.partitionContext(gpid).dropped.find((drop) => drop.node === node);
  if (known !== undefined && known.ballot >= 0) return known;
  if (meta.process.workers[node]?.reported === true) {
    return { node, time_us: 0, ballot: -1, committed: -1, prepared: -1 };
  }
  const cause =
    known === undefined
      ? 'the node is not exist in dropped_nodes'
      : 'replica info has not been collected from the node';
  return `the last dropped node(${node}) is unavailable because ${cause}`;
}

function isEmpty(drop: Dropped): boolean {
  return drop.ballot === -1 && drop.committed === -1 && drop.prepared === -1;
}

function cureMissingSecondary(
  meta: MetaServer,
  app: AppRecord,
  pidx: number,
  partition: PartitionRecord,
): LookAgain {
  const { dropped } = meta.partitionContext(`${app.app_id}.${pidx}`);
  const last = dropped.at(-1);
  const patience = meta.setting('meta_server.replica_assign_delay_ms_for_dropouts') * MS;
  const minimum = minimumForWrites(meta, partition.max_replica_count);
  const isShort = partition.max_replica_count > minimum && partition.secondaries.length + 1 < minimum;
  const { now } = meta.cluster.universe;
  const isEmergency = isShort || last === undefined || last.time_us + patience <= now;
  if (!isEmergency && !meta.liveness.isAlive(last.node)) return last.time_us + patience;
  const node = isEmergency ? emergencySecondary(meta, app, partition, dropped) : last.node;
  if (node === undefined) return undefined;
  meta.post(() => addSecondary(meta, app.app_id, pidx, partition.primary, node));
  return NEXT_ROUND;
}

/** A remembered server that is back, the latest first; else the alive server with fewest partitions. */
function emergencySecondary(
  meta: MetaServer,
  app: AppRecord,
  partition: PartitionRecord,
  dropped: readonly Dropped[],
): string | undefined {
  const candidates = meta.liveness.nodes('alive').filter((node) => !isMember(partition, node));
  const remembered = dropped.findLast((drop) => candidates.includes(drop.node));
  return remembered?.node ?? fewestPartitions(meta, app, candidates);
}

function cureRedundantSecondary(
  meta: MetaServer,
  app: AppRecord,
  pidx: number,
  partition: PartitionRecord,
): LookAgain {
  const { workers } = meta.process;
  const load = (node: string): number => workers[node]?.partitions ?? 0;
  const [heaviest] = [...partition.secondaries].sort((a, b) => load(b) - load(a));
  if (heaviest === undefined) return undefined;
  meta.post(() => removeSecondary(meta, app.app_id, pidx, partition.primary, heaviest));
  return NEXT_ROUND;
}
