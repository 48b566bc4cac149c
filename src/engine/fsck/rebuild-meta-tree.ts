import { inSeconds } from '../clock.ts';
import type { Cluster } from '../cluster.ts';
import type { AppRecord, PartitionRecord } from '../documents/meta.ts';
import type { ReplicaDisk, ReplicaMemory } from '../documents/replica.ts';
import { placeholderApp, recoveredApp } from '../meta/recovered-tables.ts';
import { DROPPED_FLAG, newPartition } from '../meta/tables.ts';
import { MetaTree } from '../meta/tree.ts';
import type { Universe } from '../universe.ts';
import type { Finding } from './finding.ts';
import type { Mended } from './rewrite.ts';

const IN_TREE = /^clusters\/([^/]+)\/meta\/(?:apps|apps\/\d+)\.json$/;
const OF_TABLE = /^(\d+)\.json$/;

/** A replica as its server has it; without `ram` where it is not open. */
interface Replica {
  readonly node: string;
  readonly appId: number;
  readonly pidx: number;
  readonly disk: ReplicaDisk;
  readonly ram: ReplicaMemory | undefined;
}

/** Whether damage is only in what meta servers keep. */
export function isInMetaTreesOnly(findings: readonly Finding[]): boolean {
  return findings.every(({ path }) => IN_TREE.test(path));
}

/**
 * Writes what is lost of a cluster's tables anew from what its replica servers know of them, as `recover` does: a primary
 * knows its partition's configuration, the table's environment variables and its duplications.
 *
 * @param findings errors in meta trees
 * @param universe of a workspace whose other files are sound
 */
export function rebuildMetaTrees(universe: Universe, findings: readonly Finding[]): Mended[] {
  return universe.clusters().flatMap((cluster) => {
    const lost = new Set(
      findings.map(({ path }) => path).filter((path) => IN_TREE.exec(path)?.[1] === cluster.name),
    );
    for (const path of lost) universe.store.remove(path);
    if (lost.size > 0) rebuild(cluster);
    return [...lost].map((path) => ({ path, how: howOf(path) }));
  });
}

function rebuild(cluster: Cluster): void {
  const { store } = cluster.universe;
  const tree = new MetaTree(store, cluster.name);
  const replicas = replicasOf(cluster);
  const kept = numbersOf(store.list(`clusters/${cluster.name}/meta/apps`));
  const ids = new Set([
    ...kept,
    ...replicas.map(({ appId }) => appId),
    ...tree.apps().map(({ app_id }) => app_id),
  ]);
  for (const appId of [...ids].sort((a, b) => a - b)) {
    const own = replicas.filter((replica) => replica.appId === appId);
    const app = tree.app(appId) ?? tableOf(cluster, tree, appId, own);
    tree.saveApp(app);
    for (let pidx = 0; pidx < app.partition_count; pidx++) {
      if (tree.hasPartition(appId, pidx)) continue;
      const members = own.filter((replica) => replica.pidx === pidx);
      tree.savePartition(appId, pidx, partitionOf(app, members));
      saveDuplications(tree, app, pidx, primaryOf(members));
    }
  }
}

function replicasOf(cluster: Cluster): Replica[] {
  const { store } = cluster.universe;
  return cluster.record.replicas.flatMap((node) => {
    const directory = cluster.nodeDirectory(node);
    return numbersOf(store.list(`${directory}/reps`)).flatMap((appId) => {
      const disks = store.document<ReplicaDisk>(`${directory}/reps/${appId}.json`);
      const memory = store.document<ReplicaMemory>(`${directory}/memory/${appId}.json`);
      return disks.keys().flatMap((pidx) => {
        const disk = disks.get(pidx)!;
        const replica = { node, appId, pidx: Number(pidx), disk, ram: memory.get(pidx) };
        return disk.discarded_us === undefined ? replica : [];
      });
    });
  });
}

/** Numbers among the names of documents: `12.json`. */
function numbersOf(names: readonly string[]): number[] {
  return names.flatMap((name) => (OF_TABLE.test(name) ? Number.parseInt(name, 10) : []));
}

/** A table that the index has lost. */
function tableOf(cluster: Cluster, tree: MetaTree, appId: number, replicas: readonly Replica[]): AppRecord {
  const now = inSeconds(cluster.universe.now);
  const witness = primaryOf(replicas) ?? replicas[0];
  if (witness === undefined) return placeholderApp(now, appId);
  const { disk, ram, node } = witness;
  const envs = cluster.replicaServer(node)?.envs.get(appId, ram?.envs) ?? {};
  const app = recoveredApp(now, appId, { ...disk, envs });
  const isDropped =
    tree.hasPartition(appId, 0) && (tree.partition(appId, 0).partition_flags & DROPPED_FLAG) !== 0;
  return isDropped ? { ...app, status: 'AS_DROPPED', drop_second: now, expire_second: now } : app;
}

/** As its primary has it; without one, it was with those who have a replica, the best of them last. */
function partitionOf(
  { status, max_replica_count }: AppRecord,
  replicas: readonly Replica[],
): PartitionRecord {
  const fresh = newPartition(max_replica_count);
  const primary = status === 'AS_DROPPED' ? undefined : primaryOf(replicas);
  if (primary?.ram !== undefined) {
    const { ballot, secondaries, last_committed_decree } = primary.ram;
    return { ...fresh, ballot, primary: primary.node, secondaries, last_committed_decree };
  }
  const known = [...replicas].sort((a, b) => ballotOf(a) - ballotOf(b) || decreeOf(a) - decreeOf(b));
  return {
    ...fresh,
    ballot: Math.max(0, ...known.map(ballotOf)),
    last_drops: known.map(({ node }) => node),
    partition_flags: status === 'AS_DROPPED' ? DROPPED_FLAG : 0,
  };
}

function saveDuplications(tree: MetaTree, app: AppRecord, pidx: number, primary: Replica | undefined): void {
  for (const [id, known] of Object.entries(primary?.ram?.duplicators ?? {})) {
    const dupid = Number(id);
    const { remote, status, fail_mode, remote_app_name, confirmed_decree } = known;
    tree.saveDuplication(app.app_id, dupid, {
      remote,
      status,
      fail_mode,
      remote_app_name,
      create_timestamp_ms: dupid * 1000,
      remote_replica_count: app.max_replica_count,
    });
    if (confirmed_decree >= 0) tree.saveProgress(app.app_id, dupid, pidx, confirmed_decree);
  }
}

function primaryOf(replicas: readonly Replica[]): Replica | undefined {
  const primaries = replicas.filter(({ ram }) => ram?.status === 'PS_PRIMARY');
  return primaries.sort((a, b) => ballotOf(b) - ballotOf(a))[0];
}

function ballotOf({ ram, disk }: Replica): number {
  return ram?.ballot ?? disk.init_ballot;
}

function decreeOf({ ram, disk }: Replica): number {
  return ram?.last_prepared_decree ?? disk.max_plog_decree;
}

function howOf(path: string): string {
  const what = path.endsWith('/apps.json') ? 'the tables' : 'the partitions and duplications';
  return `${what} were written anew from what the replica servers know`;
}
