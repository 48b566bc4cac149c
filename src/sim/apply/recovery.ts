import type { NodeState } from '../../rpc/idl/control.ts';
import { heal } from '../heal.ts';
import type { RecoverOperation } from '../operation.ts';
import { answered, Violation, type World } from '../world.ts';
import { lookAtTables } from './tables.ts';

const SETTING = 'meta_server.recover_from_replica_server';
/** Every server has had its config sync by then. */
const CONFIG_SYNC_MS = 31_000;
/** Until no replica server leads any more. */
const LEASE_MS = 40_000;
const START_MS = 5_000;

/**
 * The meta servers of a cluster that is whole lose all they know, and an operator has it collected from the replica
 * servers (`recover`).
 *
 * @throws Violation where anything else comes back than there was
 */
export async function applyRecovery(world: World, operation: RecoverOperation): Promise<void> {
  const { cluster } = operation;
  if (!(await isKnownToServers(world, cluster))) return;
  const fromMs = world.nowMs;
  const lines = await heal(world);
  await world.sleep(CONFIG_SYNC_MS);
  const before = await tablesOf(world, cluster);
  lines.push(`cluster use ${cluster}`, ...(await collectAgain(world, cluster)));
  lines.push(...(await heal(world)));
  world.lines.set(operation, [...lines, `clock advance ${world.nowMs - fromMs}ms`].join('\n'));
  const after = await tablesOf(world, cluster);
  if (after !== before) throw new Violation(`${cluster}: of ${before} came back ${after}`);
  await lookAtTables(world, cluster);
}

/**
 * Servers tell of tables and replicas, and of nothing else. What is split or duplicated goes by envs and by what the meta
 * servers have stored; what was dropped comes back. And one that left a partition tells of the table as it was then, so
 * that a meta server that is told of it in two ways aborts (`server_state.cpp construct_apps`).
 */
async function isKnownToServers(world: World, cluster: string): Promise<boolean> {
  if (world.splitting.has(cluster) || world.policies.has(cluster)) return false;
  for (const { name } of world.plan.clusters) {
    const { duplications } = await world.control.duplicationStates({ cluster: name });
    if (duplications.some(({ remote }) => name === cluster || remote === cluster)) return false;
  }
  const tables = await world.stored(cluster);
  const servers = world.plan.clusters.find(({ name }) => name === cluster)?.replicas;
  return (
    tables.length > 0 &&
    tables.every(({ info: { app_id, status, max_replica_count } }) => {
      const isTheSame = max_replica_count === servers || !world.changed.has(`${cluster}/${app_id}`);
      return status === 'AS_AVAILABLE' && isTheSame;
    })
  );
}

/** Returns what was done, as lines of a script. */
async function collectAgain(world: World, cluster: string): Promise<string[]> {
  const { control } = world;
  const { nodes } = await control.listNodes({ name: cluster });
  const ofRole = (role: NodeState['role']) => nodes.filter((node) => node.role === role);
  const metas = ofRole('meta');
  // One that takes over, and was started to collect, dies of what is there by then.
  const [first, others] = [metas.slice(0, 1), metas.slice(1)];
  const servers = ofRole('replica').map(({ node }) => node);
  const lines: string[] = [];
  const set = async (value: 'true' | 'false') => {
    await control.setConfig({ name: cluster, key: SETTING, value });
    lines.push(`cluster config ${cluster} ${SETTING} ${value}`);
  };
  const change = async (action: 'stop' | 'wipe' | 'start' | 'restart', changed: readonly NodeState[]) => {
    for (const { node } of changed) await control.changeNode({ cluster, node, action });
    if (changed.length > 0) lines.push(`node ${action} ${changed.map(({ name }) => name).join(' ')}`);
  };
  const sleep = async (ms: number) => {
    await world.sleep(ms);
    lines.push(`clock advance ${ms}ms`);
  };
  await set('true');
  await change('stop', metas);
  await sleep(LEASE_MS);
  await change('wipe', metas);
  await change('start', first);
  await sleep(START_MS);
  const reply = await answered(
    world.of(cluster).meta.startRecovery({
      recovery_nodes: servers.map((node) => node.replace('localhost', '127.0.0.1')),
      hp_recovery_nodes: servers,
      skip_bad_nodes: false,
      skip_lost_partitions: false,
    }),
  );
  lines.push(`recover -s ${servers.join()}`);
  if (reply?.err !== 'ERR_OK' || reply.hint_message !== '')
    throw new Violation(`${cluster}: recover was answered ${reply?.err} ${reply?.hint_message}`);
  await set('false');
  await change('start', others);
  await change('restart', first);
  return lines;
}

/** What there is, in words, but for the envs: of those come back only what servers began with. */
async function tablesOf(world: World, cluster: string): Promise<string> {
  const tables = await world.stored(cluster);
  return tables
    .map(({ info }) => {
      const { app_id, app_name, status, partition_count, max_replica_count, duplicating, atomic_idempotent } =
        info;
      const counts = `${partition_count} partitions of ${max_replica_count}`;
      return `${app_id} ${app_name} ${status}, ${counts}, ${duplicating}, ${atomic_idempotent}`;
    })
    .join('; ');
}
