import type { AddFaultRequest, NodeState } from '../../rpc/idl/control.ts';
import type { ServerOperation } from '../operation.ts';
import { answered, type World } from '../world.ts';
import { applyMove } from './moves.ts';

/** Does something to servers, or to what is between them. */
export async function applyServer(world: World, operation: ServerOperation): Promise<void> {
  switch (operation.kind) {
    case 'node':
      return changeNode(world, operation);
    case 'level':
      await answered(world.of(operation.cluster).meta.controlMeta({ level: operation.level }));
      return;
    case 'fault':
      noteAbnormalDisk(world, operation.fault);
      await world.control.addFault(operation.fault);
      return;
    case 'clear_faults':
      await world.control.clearFaults({});
      return;
    case 'corrupt':
      return corrupt(world, operation);
    case 'move':
      return applyMove(world, operation);
  }
}

/**
 * While a secondary's disk is full or broken, its primary answers writes with nothing that says so
 * (`replica_2pc.cpp on_client_write`, `secondary_disk_abnormal`): what a duplication ships is taken for done, and is not.
 */
function noteAbnormalDisk(world: World, { kind, from }: AddFaultRequest): void {
  if (kind === 'disk_read_fail') world.brokenDisks.add(from);
  if (kind !== 'disk_read_fail' && kind !== 'disk_full') return;
  world.hasAbnormalDisks = true;
  const [cluster] = from.split('/');
  for (const duplication of world.duplications)
    if (duplication.remote === cluster) duplication.isWhole = false;
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
  if (!(await maySpareServer(world, cluster, nodes))) return;
  await world.control.changeNode({ cluster, node: server.node, action: 'kill' });
  await world.control.changeNode({ cluster, node: server.node, action: 'wipe' });
  await world.sleep(30_000);
  await world.control.changeNode({ cluster, node: server.node, action: 'start' });
  await world.sleep(15 * 60_000);
}

/** What is lost is there elsewhere, as with a disk. */
async function corrupt(
  world: World,
  { cluster, node }: Extract<ServerOperation, { kind: 'corrupt' }>,
): Promise<void> {
  const { nodes } = await world.control.listNodes({ name: cluster });
  if (await maySpareServer(world, cluster, nodes)) await world.control.addFault(corruption(cluster, node));
}

export function corruption(cluster: string, node: string): AddFaultRequest {
  return {
    cluster,
    kind: 'disk_corrupt',
    from: `${cluster}/${node}`,
    to: '',
    one_way: false,
    ratio: 0.5,
    min_us: 0,
    max_us: 0,
    after_us: 0,
    for_us: 60_000_000,
  };
}

async function maySpareServer(world: World, cluster: string, nodes: readonly NodeState[]): Promise<boolean> {
  const { faults } = await world.control.listFaults({});
  if (faults.length > 0 || nodes.some(({ state }) => state !== 'running')) return false;
  await answered(world.of(cluster).meta.controlMeta({ level: 'fl_steady' }));
  return isWhole(world, cluster);
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
