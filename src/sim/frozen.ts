import type { StoredTable } from '../rpc/idl/control.ts';
import type { PartitionConfiguration } from '../rpc/idl/layer2.ts';
import { answered, Violation, type World } from './world.ts';

/** The tables of a cluster by id, each with the members of its partitions. */
export type FrozenCluster = ReadonlyMap<number, readonly (readonly string[])[]>;

/** A cluster was told to go by a level: what there is of it while it is frozen. */
export async function noteLevel(world: World, cluster: string, level: string): Promise<void> {
  if (level !== 'fl_freezed') return;
  const tables = await world.stored(cluster);
  world.frozen.set(cluster, new Map(tables.map((table) => [table.info.app_id, membersOf(table)])));
}

/**
 * While a cluster is frozen no table is made and no partition gets a member (cluster-engine.md 8.1, 9). Another leader
 * knows nothing of the level.
 *
 * @throws Violation
 */
export async function checkFrozen(world: World, cluster: string): Promise<void> {
  const before = world.frozen.get(cluster);
  world.frozen.delete(cluster);
  const reply = await answered(world.of(cluster).meta.controlMeta({ level: 'fl_invalid' }));
  if (before === undefined || reply?.old_level !== 'fl_freezed') return;
  for (const table of await world.stored(cluster)) {
    const { app_id, app_name } = table.info;
    const then = before.get(app_id);
    if (then === undefined) throw new Violation(`${cluster}: ${app_name} was made while all was frozen`);
    membersOf(table).forEach((members, pidx) => {
      const added = members.filter((node) => then[pidx]?.includes(node) !== true);
      if (added.length > 0)
        throw new Violation(`${cluster}: ${app_id}.${pidx} got ${added} while all was frozen`);
    });
  }
}

function membersOf({ partitions }: StoredTable): string[][] {
  return partitions.map(({ hp_primary = '', hp_secondaries = [] }: PartitionConfiguration) =>
    [hp_primary, ...hp_secondaries].filter((node) => node !== ''),
  );
}
