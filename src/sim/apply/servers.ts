import type { NodeState } from '../../rpc/idl/control.ts';
import type { ServerOperation } from '../operation.ts';
import { answered, type World } from '../world.ts';

/** Does something to servers, or to what is between them. */
export async function applyServer(world: World, operation: ServerOperation): Promise<void> {
  switch (operation.kind) {
    case 'node':
      return changeNode(world, operation);
    case 'level':
      await answered(world.of(operation.cluster).meta.controlMeta({ level: operation.level }));
      return;
    case 'fault':
      await world.control.addFault(operation.fault);
      return;
    case 'clear_faults':
      await world.control.clearFaults({});
  }
}

/** What makes no sense for a server as it is, is left out. */
async function changeNode(
  world: World,
  { cluster, node, action }: Extract<ServerOperation, { kind: 'node' }>,
): Promise<void> {
  const { nodes } = await world.control.listNodes({ name: cluster });
  const server = nodes.find(({ name }) => name === node);
  if (server === undefined) return;
  const isRunning = server.state === 'running';
  if (action === 'wipe') return wipe(world, cluster, server, nodes);
  if (action !== 'restart' && (action === 'start') === isRunning) return;
  await world.control.changeNode({ cluster, node, action });
}

/** A disk may be lost only where every partition is whole elsewhere: Pegasus promises nothing else. */
async function wipe(
  world: World,
  cluster: string,
  server: NodeState,
  nodes: readonly NodeState[],
): Promise<void> {
  const { faults } = await world.control.listFaults({});
  if (faults.length > 0 || nodes.some(({ state }) => state !== 'running')) return;
  await answered(world.of(cluster).meta.controlMeta({ level: 'fl_steady' }));
  if (!(await isWhole(world, cluster))) return;
  await world.control.changeNode({ cluster, node: server.node, action: 'kill' });
  await world.control.changeNode({ cluster, node: server.node, action: 'wipe' });
  await world.sleep(30_000);
  await world.control.changeNode({ cluster, node: server.node, action: 'start' });
  await world.sleep(15 * 60_000);
}

async function isWhole(world: World, cluster: string): Promise<boolean> {
  const tables = await world.stored(cluster);
  return tables.every(
    ({ info: { status, max_replica_count }, partitions }) =>
      status === 'AS_AVAILABLE' &&
      max_replica_count >= 3 &&
      partitions.every(
        ({ hp_primary = '', hp_secondaries = [] }) =>
          hp_primary !== '' && hp_secondaries.length + 1 === max_replica_count,
      ),
  );
}
