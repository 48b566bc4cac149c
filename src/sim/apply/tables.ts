import type { AppInfo } from '../../rpc/idl/layer2.ts';
import { wrongTableReply } from '../checkers/table-replies.ts';
import type { TableOperation } from '../operation.ts';
import { answered, Violation, type World } from '../world.ts';
import { applyEnv } from './envs.ts';

type Change = Exclude<TableOperation, { readonly kind: 'set_env' | 'del_env' }>;
type Reply = { readonly err: string } | undefined;

/** What servers keep of a table is another after these. */
const CHANGES: ReadonlySet<string> = new Set(['rename', 'set_replica_count', 'set_atomic_idempotent']);

/** Does a table operation, and looks at what is there afterwards: also a request without answer may have been done. */
export async function applyTable(world: World, operation: TableOperation): Promise<void> {
  if (operation.kind === 'set_env' || operation.kind === 'del_env') await applyEnv(world, operation);
  else await change(world, operation);
  await lookAtTables(world, operation.cluster);
}

/** Holds the answer against what is stored, where nothing comes between. */
async function change(world: World, operation: Change): Promise<void> {
  const { cluster, table } = operation;
  const appId =
    operation.kind === 'recall'
      ? lastDropped(world, operation)
      : (await world.storedTable(cluster, table))?.info.app_id;
  if (CHANGES.has(operation.kind)) world.changed.add(`${cluster}/${appId}`);
  const before = await world.stored(cluster);
  const reply = await send(world, operation, appId);
  const { faults } = await world.control.listFaults({});
  if (reply === undefined || faults.length > 0) return;
  const wrong = wrongTableReply(before, await world.stored(cluster), operation, appId, reply.err);
  if (wrong !== undefined) throw new Violation(`${cluster} ${table}: ${wrong}`);
}

/** Takes in anew which tables a cluster has. */
export async function lookAtTables(world: World, cluster: string): Promise<void> {
  world.forgetClients(cluster);
  const apps = await world.apps(cluster);
  for (const known of knownIn(world, cluster)) world.tables.delete(known);
  if (apps !== undefined) remember(world, cluster, apps);
}

async function send(world: World, operation: Change, appId: number | undefined): Promise<Reply> {
  const { cluster, table } = operation;
  const { meta } = world.of(cluster);
  switch (operation.kind) {
    case 'create': {
      const { partitions: partition_count, replicas: replica_count } = operation;
      const atomic_idempotent = operation.idempotent === true;
      const options = { app_type: 'pegasus', is_stateful: true, success_if_exist: false, envs: new Map() };
      return answered(
        meta.createApp({
          app_name: table,
          options: { ...options, partition_count, replica_count, atomic_idempotent },
        }),
      );
    }
    case 'drop':
      if (!(await canComeBack(world, cluster, table))) return undefined;
      return answered(meta.dropApp({ app_name: table, options: { success_if_not_exist: false } }));
    case 'recall':
      if (appId === undefined) return undefined;
      world.ids.set(operation, appId);
      return recall(world, cluster, appId, operation.to);
    case 'rename':
      return answered(meta.renameApp({ old_app_name: table, new_app_name: operation.to }));
    case 'set_replica_count':
      if (!(await isBegun(world, cluster, table))) return undefined;
      return recount(world, operation);
    case 'set_atomic_idempotent':
      if (!operation.isOn) noteNotIdempotent(world, cluster, table);
      return answered(meta.setAtomicIdempotent({ app_name: table, atomic_idempotent: operation.isOn }));
  }
}

function lastDropped(world: World, { cluster, table }: Change): number | undefined {
  const dropped = [...world.dropped].filter(
    ([key, { name }]) => key.startsWith(`${cluster}/`) && name === table,
  );
  return dropped.at(-1)?.[1].appId;
}

/** Also a request without answer may have been done. */
function noteNotIdempotent(world: World, cluster: string, table: string): void {
  const known = world.table(cluster, table);
  if (known !== undefined) world.wereNotIdempotent.add(`${cluster}/${known.appId}`);
}

async function recall(world: World, cluster: string, app_id: number, new_app_name = ''): Promise<Reply> {
  if (new_app_name !== '') world.changed.add(`${cluster}/${app_id}`);
  const reply = await answered(world.of(cluster).meta.recallApp({ app_id, new_app_name }));
  const table = (await world.stored(cluster)).find(({ info }) => info.app_id === app_id);
  for (const { pid, ballot } of table?.partitions ?? [])
    world.recalled.set(`${cluster}/${app_id}.${pid.partition_index}`, ballot);
  return reply;
}

/**
 * With the replica count falls the room for what the leader knows of members that left: of a partition without primary
 * it may forget the one that has most, and let another lead (`meta_data.cpp config_context::check_size`).
 */
async function recount(
  world: World,
  { cluster, table, replicas }: Extract<TableOperation, { kind: 'set_replica_count' }>,
): Promise<Reply> {
  const { meta } = world.of(cluster);
  const request = { app_name: table, max_replica_count: replicas };
  const servers = world.plan.clusters.find(({ name }) => name === cluster)?.replicas ?? 0;
  if (replicas < 1 || replicas > servers) {
    const reply = await answered(meta.setMaxReplicaCount(request));
    if (reply?.err === 'ERR_OK')
      throw new Violation(`${cluster} ${table}: ${replicas} replicas on ${servers} servers`);
    return reply;
  }
  for (const { pid, hp_primary = '' } of await world.partitionsOf(cluster, table)) {
    world.recounted.add(`${cluster}/${pid.app_id}`);
    if (hp_primary === '') world.divergence(cluster, pid.app_id, pid.partition_index).leaderWasChosen();
  }
  return answered(meta.setMaxReplicaCount(request));
}

/**
 * Whether a recall will find what was written. It chooses between the last two servers that left, and takes one that has
 * not reported since for empty: of a partition with a single member it may choose one that left before.
 */
async function canComeBack(world: World, cluster: string, app_name: string): Promise<boolean> {
  const partitions = await world.partitionsOf(cluster, app_name);
  return partitions.every(({ hp_primary = '', hp_secondaries = [], hp_last_drops = [] }) => {
    const members = hp_secondaries.length + Number(hp_primary !== '');
    return members >= 2 || (members === 1 && hp_last_drops.length === 0);
  });
}

/**
 * Whether every partition has had a primary. Another replica count raises the ballot, and a server that shall lead a
 * partition of which it has nothing takes a ballot above 0 for lost data, and aborts.
 */
async function isBegun(world: World, cluster: string, app_name: string): Promise<boolean> {
  return (await world.partitionsOf(cluster, app_name)).every(({ ballot }) => ballot > 0);
}

function knownIn(world: World, cluster: string): string[] {
  return [...world.tables.keys()].filter((key) => key.startsWith(`${cluster}/`));
}

/** Takes in which tables there are; what a table holds goes with its id. */
function remember(world: World, cluster: string, apps: readonly AppInfo[]): void {
  for (const app of apps) {
    const key = `${cluster}/${app.app_id}`;
    if (app.atomic_idempotent !== true) world.wereNotIdempotent.add(key);
    if (world.isFollower(cluster, app)) continue;
    const { app_id: appId, partition_count: partitions } = app;
    const table = { cluster, appId, partitions, keys: world.keysOf(cluster, app) };
    if (app.status === 'AS_AVAILABLE') {
      world.tables.set(`${cluster}/${app.app_name}`, table);
      world.dropped.delete(key);
    } else {
      world.dropped.set(key, { ...table, name: app.app_name });
    }
  }
}
