import type { Action, AppRecord, PartitionRecord } from '../../documents/meta.ts';
import type { Steps } from '../../steps.ts';
import type { MetaServer } from '../meta-server.ts';

/** A table as the balancer sees it. */
export interface Table {
  readonly app: AppRecord;
  readonly partitions: readonly PartitionRecord[];
  /** What each server has of it. */
  readonly shares: ReadonlyMap<string, Share>;
  /** Tag of the disk that a server has a partition on. */
  diskOf(pidx: number, node: string): string;
}

/** Partitions that a server has replicas of, ascending. */
interface Share {
  readonly primaries: number[];
  readonly secondaries: number[];
  readonly replicas: number[];
}

/** How many of some partitions a server has on each of its disks, by tag. */
export type DiskLoads = Map<string, number>;

/** How many of these partitions a server has on each of its disks, by tag. */
export function diskLoads(table: Table, node: string, held: readonly number[]): DiskLoads {
  const loads: DiskLoads = new Map();
  for (const pidx of held) addTo(loads, table.diskOf(pidx, node), 1);
  return loads;
}

/** Counts up or down what a disk has. */
export function addTo(loads: DiskLoads, tag: string, count: number): void {
  loads.set(tag, (loads.get(tag) ?? 0) + count);
}

export type MoveKind = 'move_pri' | 'copy_pri' | 'copy_sec';

/** One partition's primary or secondary goes from one server to another. */
export interface Move {
  readonly kind: MoveKind;
  readonly appId: number;
  readonly pidx: number;
  readonly from: string;
  readonly to: string;
  /** Who leads the partition. */
  readonly primary: string;
}

/** A table that the balancer may touch; undefined for others (`load_balance_policy.cpp execute_balance`). */
export function* lookingAtTable(meta: MetaServer, app: AppRecord): Steps<Table | undefined> {
  if (app.status !== 'AS_AVAILABLE' || app.is_bulk_loading === 1 || meta.memories.split(app.app_id))
    return undefined;
  if (meta.process.ignored_apps?.includes(app.app_id) === true) return undefined;
  const diskOf = (pidx: number, node: string): string =>
    meta.cluster.replicaServer(node)?.diskOf(app.app_id, pidx)?.disk_tag ?? '';
  return viewOf(app, yield* meta.tree.lookingAtAll(app), diskOf);
}

export function viewOf(
  app: AppRecord,
  partitions: readonly PartitionRecord[],
  diskOf: Table['diskOf'],
): Table {
  return { app, partitions, shares: sharesOf(partitions), diskOf };
}

function sharesOf(partitions: readonly PartitionRecord[]): Map<string, Share> {
  const shares = new Map<string, Share>();
  const shareOf = (node: string): Share => {
    const known = shares.get(node);
    if (known !== undefined) return known;
    const share = { primaries: [], secondaries: [], replicas: [] };
    shares.set(node, share);
    return share;
  };
  for (let pidx = 0; pidx < partitions.length; pidx++) {
    const { primary, secondaries } = partitions[pidx]!;
    const leader = shareOf(primary);
    leader.primaries.push(pidx);
    leader.replicas.push(pidx);
    for (const node of secondaries) {
      if (node === primary) continue;
      const follower = shareOf(node);
      follower.secondaries.push(pidx);
      follower.replicas.push(pidx);
    }
  }
  return shares;
}

/** Partitions that a server leads, ascending. */
export function primariesOn({ shares }: Table, node: string): readonly number[] {
  return shares.get(node)?.primaries ?? [];
}

/** Partitions that a server follows, ascending. */
export function secondariesOn({ shares }: Table, node: string): readonly number[] {
  return shares.get(node)?.secondaries ?? [];
}

/** Partitions that a server has a replica of, ascending. */
export function replicasOn({ shares }: Table, node: string): readonly number[] {
  return shares.get(node)?.replicas ?? [];
}

/** The steps that a move consists of (`generate_balancer_request`). */
export function stepsOf({ kind, from, to, primary }: Move): Action[] {
  switch (kind) {
    case 'move_pri':
      return [
        { type: 'CT_DOWNGRADE_TO_SECONDARY', target: from, node: from },
        { type: 'CT_UPGRADE_TO_PRIMARY', target: to, node: to },
      ];
    case 'copy_pri':
      return [
        { type: 'CT_ADD_SECONDARY_FOR_LB', target: from, node: to },
        { type: 'CT_DOWNGRADE_TO_SECONDARY', target: from, node: from },
        { type: 'CT_UPGRADE_TO_PRIMARY', target: to, node: to },
        { type: 'CT_REMOVE', target: to, node: from },
      ];
    case 'copy_sec':
      return [
        { type: 'CT_ADD_SECONDARY_FOR_LB', target: primary, node: to },
        { type: 'CT_REMOVE', target: primary, node: from },
      ];
  }
}
