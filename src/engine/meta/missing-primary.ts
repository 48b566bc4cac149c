import type { AppRecord, Dropped, PartitionRecord } from '../documents/meta.ts';
import type { MetaServer } from './meta-server.ts';

interface Choice {
  readonly type: 'CT_ASSIGN_PRIMARY' | 'CT_UPGRADE_TO_PRIMARY';
  readonly node?: string;
  /** Why a partition that lost all its members gets none, as `ddd_diagnose` tells it; '' where upstream only logs it. */
  readonly reason?: string;
}

/** Who is to lead a partition without primary (`partition_guardian.cpp on_missing_primary`). */
export function choosePrimary(
  meta: MetaServer,
  app: AppRecord,
  pidx: number,
  partition: PartitionRecord,
): Choice {
  const { placement } = meta.actions;
  const { secondaries, last_drops: drops } = partition;
  if (secondaries.length > 0) {
    const alive = secondaries.filter((node) => meta.liveness.isAlive(node));
    return chosen('CT_UPGRADE_TO_PRIMARY', placement.fewestPrimaries(app, alive));
  }
  if (drops.length === 0) {
    return chosen('CT_ASSIGN_PRIMARY', placement.fewestPrimaries(app, meta.liveness.nodes('alive')));
  }
  if (drops.length === 1) return chosen('CT_ASSIGN_PRIMARY', drops[0]);
  return { type: 'CT_ASSIGN_PRIMARY', ...chooseBetweenLastTwo(meta, `${app.app_id}.${pidx}`, partition) };
}

function chosen(type: Choice['type'], node: string | undefined): Choice {
  return node === undefined ? { type } : { type, node };
}

/** The rule for a partition that lost two members or more: neither may have what the other lacks. */
function chooseBetweenLastTwo(
  meta: MetaServer,
  gpid: string,
  partition: PartitionRecord,
): { readonly node: string } | { readonly reason: string } {
  const collected: Dropped[] = [];
  let reason: string | undefined;
  for (const node of partition.last_drops.slice(-2)) {
    const info = reportedState(meta, gpid, node);
    if (typeof info === 'string') reason = info;
    else collected.push(info);
  }
  if (reason !== undefined) return { reason };
  const [p, r] = collected as [Dropped, Dropped];
  if (p.ballot === -1 && r.ballot === -1) {
    return { reason: 'no replica info collected from the last two drops' };
  }
  if ((p.ballot - r.ballot) * (p.committed - r.committed) < 0) {
    return {
      reason: 'for the last two drops, the node with larger ballot has smaller last committed decree',
    };
  }
  const prepared = Math.max(p.prepared, r.prepared);
  if (prepared < partition.last_committed_decree || prepared < Math.max(p.committed, r.committed)) {
    return { reason: '' };
  }
  const later = p.ballot - r.ballot || p.committed - r.committed || p.prepared - r.prepared;
  return { node: later > 0 ? p.node : r.node };
}

/** What is known of a dropped server's replica, or why nothing is. */
function reportedState(meta: MetaServer, gpid: string, node: string): Dropped | string {
  if (!meta.liveness.isAlive(node)) return `the last dropped node(${node}) hasn't come back yet`;
  const known = meta.memories.partitionContext(gpid).dropped.find((drop) => drop.node === node);
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
