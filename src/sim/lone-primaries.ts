import type { StoredTable } from '../rpc/idl/control.ts';
import type { World } from './world.ts';

/** Faults that make a replica close itself when it writes or reads (`replica_failover.cpp handle_local_failure`). */
const CLOSES_REPLICAS = new Set(['disk_read_only', 'disk_read_fail', 'disk_write_fail']);

/**
 * Notes which partitions may go back to an earlier state, although what they lose was acknowledged.
 *
 * A primary whose disk fails takes itself out, and is alive for all the meta server knows. That has heard of everything
 * else that it has and, until its next config sync, takes it for having nothing (`partition_guardian.cpp`,
 * `has_collected`): the one that left before it gets the lead. What the primary wrote while it was the only member is lost
 * then; and when it learns again, it keeps what it has up to the decree that it has come to (`replica_learn.cpp`), so the
 * members differ.
 */
export async function watchLonePrimaries(world: World): Promise<void> {
  const failing = await failingServers(world);
  for (const { name } of world.plan.clusters) {
    const isFailing = [...failing].some((node) => node.startsWith(`${name}/`));
    if (isFailing || world.mayBeThePast(name)) watch(world, name, await world.stored(name), failing);
  }
}

function watch(
  world: World,
  cluster: string,
  tables: readonly StoredTable[],
  failing: ReadonlySet<string>,
): void {
  for (const { pid, ballot, hp_primary = '', hp_secondaries = [] } of tables.flatMap(
    ({ partitions }) => partitions,
  )) {
    if (hp_primary === '') continue;
    const divergence = world.divergence(cluster, pid.app_id, pid.partition_index);
    const isFailing = failing.has(`${cluster}/${hp_primary}`);
    if (isFailing && hp_secondaries.length === 0) divergence.mayLoseWhatOnlyHas(hp_primary, ballot);
    divergence.isLedBy(hp_primary, ballot, hp_secondaries.length);
  }
}

/** `<cluster>/<host:port>` of servers whose disks fail, or will. */
async function failingServers({ control }: World): Promise<Set<string>> {
  const { faults } = await control.listFaults({});
  const found = new Set<string>();
  for (const { from } of faults.filter(({ kind }) => CLOSES_REPLICAS.has(kind))) {
    const [cluster = '', server] = from.split('/');
    const { nodes } = await control.listNodes({ name: cluster });
    const node = nodes.find(({ name }) => name === server)?.node;
    if (node !== undefined) found.add(`${cluster}/${node}`);
  }
  return found;
}
