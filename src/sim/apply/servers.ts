import type { AddFaultRequest } from '../../rpc/idl/control.ts';
import { checkFrozen, noteLevel } from '../frozen.ts';
import type { ServerOperation } from '../operation.ts';
import { answered, type World } from '../world.ts';
import { corrupt, wipe } from './disk-loss.ts';
import { applyMove } from './moves.ts';

/** Does something to servers, or to what is between them. */
export async function applyServer(world: World, operation: ServerOperation): Promise<void> {
  switch (operation.kind) {
    case 'node':
      return changeNode(world, operation);
    case 'level':
      await checkFrozen(world, operation.cluster);
      await answered(world.of(operation.cluster).meta.controlMeta({ level: operation.level }));
      return noteLevel(world, operation.cluster, operation.level);
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
  if (action === 'wipe') return wipe(world, cluster, server);
  if (action !== 'restart' && (action === 'start') === isRunning) return;
  await world.control.changeNode({ cluster, node, action });
}
