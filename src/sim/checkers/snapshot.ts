import type { DuplicationState, NodeState, ReplicaState } from '../../rpc/idl/control.ts';
import type { AppInfo } from '../../rpc/idl/layer2.ts';
import { answered, type World } from '../world.ts';

export interface PartitionView {
  readonly gpid: string;
  readonly ballot: number;
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
  readonly lastCrash: string;
  /** It does not move at the moment, whatever it thinks it is. */
  readonly hangs: boolean;
}

/** What a cluster shows of itself at one moment. */
export interface ClusterView {
  readonly name: string;
  /** Undefined while its meta server does not answer. */
  readonly apps: readonly AppInfo[] | undefined;
  /** Of the tables that are there. */
  readonly partitions: readonly PartitionView[];
  readonly servers: readonly ServerView[];
  readonly duplications: readonly DuplicationState[];
  /** Ids of tables whose duplication was asked for a second time. */
  readonly askedAgain: readonly number[];
}

export async function look(world: World): Promise<ClusterView[]> {
  const views: ClusterView[] = [];
  for (const { name } of world.plan.clusters) views.push(await lookAt(world, name));
  return views;
}

async function lookAt(world: World, name: string): Promise<ClusterView> {
  const apps = await world.apps(name);
  const partitions: PartitionView[] = [];
  for (const app of apps ?? []) {
    if (app.status === 'AS_AVAILABLE') partitions.push(...(await partitionsOf(world, name, app.app_name)));
  }
  const { faults } = await world.control.listFaults({});
  const hung = faults
    .filter(({ kind, is_active }) => kind === 'node_hang' && is_active)
    .map(({ from }) => from);
  const servers: ServerView[] = [];
  for (const server of (await world.control.listNodes({ name })).nodes) {
    const { replicas, crashes } = await world.control.showNode({ cluster: name, node: server.node });
    const hangs = hung.includes(`${name}/${server.name}`);
    servers.push({ server, replicas, lastCrash: crashes.at(-1)?.assertion ?? '', hangs });
  }
  const { duplications } = await world.control.duplicationStates({ cluster: name });
  const askedAgain = duplications
    .filter(({ app_id, app_name }) =>
      [app_id, app_name].some((table) => world.askedAgain.has(`${name}/${table}`)),
    )
    .map(({ app_id }) => app_id);
  return { name, apps, partitions, servers, duplications, askedAgain };
}

async function partitionsOf(world: World, cluster: string, app_name: string): Promise<PartitionView[]> {
  const reply = await answered(world.of(cluster).meta.queryConfig({ app_name, partition_indices: [] }));
  return (reply?.partitions ?? []).map((partition) => ({
    gpid: `${partition.pid.app_id}.${partition.pid.partition_index}`,
    ballot: partition.ballot,
    maxReplicaCount: partition.max_replica_count,
    primary: partition.hp_primary ?? '',
    secondaries: partition.hp_secondaries ?? [],
    lastDrops: partition.hp_last_drops ?? [],
    committed: partition.last_committed_decree,
  }));
}
