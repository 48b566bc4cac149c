import type { FaultKind, NodeState, ReplicaState, StoredTable } from '../../rpc/idl/control.ts';
import type { DuplicationState } from '../../rpc/idl/control-duplication.ts';
import type { AppInfo, PartitionConfiguration } from '../../rpc/idl/layer2.ts';
import type { World } from '../world.ts';

export interface PartitionView {
  readonly gpid: string;
  readonly ballot: number;
  /** What it was when the table was recalled last; 0 = never was. */
  readonly recalledBallot: number;
  readonly maxReplicaCount: number;
  readonly primary: string;
  readonly secondaries: readonly string[];
  readonly lastDrops: readonly string[];
  readonly committed: number;
}

/** A running replica server's replicas. */
export interface ServerView {
  readonly server: NodeState;
  readonly replicas: readonly ReplicaState[];
  /** The last one that is not Pegasus's answer to what was done; '' = none. */
  readonly lastCrash: string;
  /** It does not move at the moment, whatever it thinks it is. */
  readonly hangs: boolean;
}

/** What a cluster shows of itself at one moment. */
export interface ClusterView {
  readonly name: string;
  /** Undefined while its meta server does not answer. */
  readonly apps: readonly AppInfo[] | undefined;
  /** What is asked of a meta server is not stored yet: nothing comes to rest. */
  readonly isStorageSilent: boolean;
  /** Every table that there is or ever was. */
  readonly stored: readonly StoredTable[];
  /** Of the tables that are there, as they are stored. */
  readonly partitions: readonly PartitionView[];
  readonly servers: readonly ServerView[];
  readonly duplications: readonly DuplicationState[];
  /** Ids of tables whose duplication was asked for a second time. */
  readonly askedAgain: readonly number[];
}

/** What every cluster of a plan shows of itself now. */
export async function look(world: World): Promise<ClusterView[]> {
  const views: ClusterView[] = [];
  for (const { name } of world.plan.clusters) views.push(await lookAt(world, name));
  return views;
}

/**
 * A server dies where its log cannot be written. A replica on a disk that failed is not there for it, and it dies where
 * it is to lead again (`open_replica`).
 */
function isExplained({ hasAbnormalDisks }: World, assertion: string): boolean {
  if (assertion.includes('s_not_exit_on_log_failure')) return true;
  return hasAbnormalDisks && assertion.includes('cannot load replica');
}

async function lookAt(world: World, name: string): Promise<ClusterView> {
  const apps = await world.apps(name);
  const stored = await world.stored(name);
  const partitions = stored
    .filter(({ info }) => info.status === 'AS_AVAILABLE')
    .flatMap((table) => table.partitions.map((partition) => viewOf(world, name, partition)));
  const { faults } = await world.control.listFaults({});
  const hit = (kind: FaultKind) =>
    faults.filter((fault) => fault.kind === kind && fault.is_active).map(({ from }) => from);
  const hung = hit('node_hang');
  const isStorageSilent = hit('zookeeper_timeout').some((from) => from.startsWith(`${name}/`));
  const servers: ServerView[] = [];
  for (const server of (await world.control.listNodes({ name })).nodes) {
    const { replicas, crashes } = await world.control.showNode({ cluster: name, node: server.node });
    const hangs = hung.includes(`${name}/${server.name}`);
    const unexplained = crashes.filter(({ assertion }) => !isExplained(world, assertion));
    servers.push({ server, replicas, lastCrash: unexplained.at(-1)?.assertion ?? '', hangs });
  }
  const { duplications } = await world.control.duplicationStates({ cluster: name });
  const askedAgain = duplications
    .filter(({ app_id, app_name }) =>
      [app_id, app_name].some((table) => world.askedAgain.has(`${name}/${table}`)),
    )
    .map(({ app_id }) => app_id);
  return { name, apps, isStorageSilent, stored, partitions, servers, duplications, askedAgain };
}

function viewOf(world: World, cluster: string, partition: PartitionConfiguration): PartitionView {
  const gpid = `${partition.pid.app_id}.${partition.pid.partition_index}`;
  return {
    gpid,
    ballot: partition.ballot,
    recalledBallot: world.recalled.get(`${cluster}/${gpid}`) ?? 0,
    maxReplicaCount: partition.max_replica_count,
    primary: partition.hp_primary ?? '',
    secondaries: partition.hp_secondaries ?? [],
    lastDrops: partition.hp_last_drops ?? [],
    committed: partition.last_committed_decree,
  };
}
