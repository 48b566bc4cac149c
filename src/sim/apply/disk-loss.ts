import { lastingFault } from '../../rpc/client/lasting-fault.ts';
import type { NodeState } from '../../rpc/idl/control.ts';
import type { CorruptOperation } from '../operation.ts';
import { faultLine } from '../script.ts';
import { answered, type World } from '../world.ts';
import { applyData } from './data.ts';

/** Until what was lost is learnt from the others: so long the meta server waits for a server that left, and some more. */
const RECOVERY_MS = 15 * 60_000;

/** A server loses its disk. */
export async function wipe(world: World, cluster: string, { node }: NodeState): Promise<void> {
  if (!(await maySpareDisk(world, cluster))) return;
  await world.control.changeNode({ cluster, node, action: 'kill' });
  await world.control.changeNode({ cluster, node, action: 'wipe' });
  await world.sleep(30_000);
  await world.control.changeNode({ cluster, node, action: 'start' });
  await world.sleep(RECOVERY_MS);
}

/** A server finds everything damaged that is read of its disk. */
export async function corrupt(world: World, operation: CorruptOperation): Promise<void> {
  const { cluster, node } = operation;
  if (!(await maySpareDisk(world, cluster))) return;
  const corruption = lastingFault(cluster, 'disk_corrupt', `${cluster}/${node}`);
  await world.control.addFault(corruption);
  const lines = [faultLine(corruption)];
  for (const [id, { keys }] of [...world.tables].filter(([id]) => id.startsWith(`${cluster}/`))) {
    const table = id.slice(cluster.length + 1);
    lines.push(`use ${table}`);
    for (const hashKey of keys.keys()) {
      await applyData(world, { kind: 'multi_get', cluster, table, hashKey });
      lines.push(`multi_get ${hashKey}`);
    }
  }
  await world.control.clearFaults({});
  await world.sleep(RECOVERY_MS);
  world.lines.set(operation, [...lines, 'fault clear', `clock advance ${RECOVERY_MS}ms`].join('\n'));
}

/** What a disk has may be lost only where every partition is whole elsewhere: Pegasus promises nothing else. */
export async function maySpareDisk(world: World, cluster: string): Promise<boolean> {
  const { faults } = await world.control.listFaults({});
  const { nodes } = await world.control.listNodes({ name: cluster });
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
