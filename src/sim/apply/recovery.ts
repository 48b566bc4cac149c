import type { NodeState, StoredTable } from '../../rpc/idl/control.ts';
import { clearAndStart } from '../clear-and-start.ts';
import { heal } from '../heal.ts';
import type { RecoverOperation } from '../operation.ts';
import { answered, Violation, type World } from '../world.ts';
import { isKnownToServers, isToldInOneWay, recovered, textOf } from './recoverable.ts';
import { lookAtTables } from './tables.ts';

const SETTING = 'meta_server.recover_from_replica_server';
/** A server that starts has heard by then of what its tables are, and has written it down. */
const SYNC_MS = 60_000;
/** Until no replica server leads any more. */
const LEASE_MS = 40_000;
const START_MS = 5_000;

/**
 * The meta servers of a cluster lose all they know, and an operator has it collected from the replica servers, which all
 * run (`recover`). Not every partition has to be whole, but each is led.
 *
 * @throws Violation where anything else comes back than servers know
 */
export async function applyRecovery(world: World, operation: RecoverOperation): Promise<void> {
  const { cluster } = operation;
  if (!(await isKnownToServers(world, cluster))) return;
  const lines = await clearAndStart(world);
  await world.sleep(SYNC_MS);
  lines.push(`cluster use ${cluster}`, `clock advance ${SYNC_MS}ms`);
  const tables = await world.stored(cluster);
  if (isToldInOneWay(world, cluster, tables)) lines.push(...(await recover(world, cluster, tables)));
  world.lines.set(operation, lines.join('\n'));
  await lookAtTables(world, cluster);
}

async function recover(world: World, cluster: string, tables: readonly StoredTable[]): Promise<string[]> {
  const lines = await collectAgain(world, cluster);
  const fromMs = world.nowMs;
  lines.push(...(await heal(world)), `clock advance ${world.nowMs - fromMs}ms`);
  const expected = textOf(recovered(tables.map(({ info }) => info)));
  const found = textOf((await world.stored(cluster)).map(({ info }) => info));
  if (found !== expected) throw new Violation(`${cluster}: recover brought back ${found}, not ${expected}`);
  return lines;
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
  // What they were told to go by is lost, too.
  world.frozen.delete(cluster);
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
  if (reply?.err !== 'ERR_OK')
    throw new Violation(`${cluster}: recover was answered ${reply?.err} ${reply?.hint_message}`);
  await set('false');
  await change('start', others);
  await change('restart', first);
  return lines;
}
