import type { StoredTable } from '../rpc/idl/control.ts';
import type { PartitionConfiguration } from '../rpc/idl/layer2.ts';
import { answered, isRegistered, Violation, type World } from './world.ts';

/** The tables of a cluster by id, as they are stored. */
export type FrozenCluster = ReadonlyMap<number, StoredTable>;

/** A cluster was told to go by a level: what there is of it while it is frozen. */
export async function noteLevel(world: World, cluster: string, level: string): Promise<void> {
  if (level !== 'fl_freezed') return;
  const tables = await world.stored(cluster);
  world.frozen.set(cluster, new Map(tables.map((table) => [table.info.app_id, table])));
}

/**
 * While a cluster is frozen no table is made but of a backup, no partition gets a member, and none loses a secondary.
 * Another leader knows nothing of the level.
 *
 * @throws Violation
 */
export async function checkFrozen(world: World, cluster: string): Promise<void> {
  const before = world.frozen.get(cluster);
  world.frozen.delete(cluster);
  const reply = await answered(world.of(cluster).meta.controlMeta({ level: 'fl_invalid' }));
  if (before === undefined || reply?.old_level !== 'fl_freezed') return;
  for (const table of await world.stored(cluster)) {
    const found = compare(world, cluster, before.get(table.info.app_id), table);
    if (found !== undefined) throw new Violation(`${cluster}: ${found} while all was frozen`);
  }
}

function compare(
  world: World,
  cluster: string,
  then: StoredTable | undefined,
  { info, partitions }: StoredTable,
): string | undefined {
  // Nobody asks for the level where a table is restored (`restore_app`).
  if (then === undefined) return info.envs.has('restore.backup_id') ? undefined : `${info.app_name} was made`;
  for (const [pidx, partition] of partitions.entries()) {
    const gpid = `${info.app_id}.${pidx}`;
    const old = then.partitions[pidx];
    // Nor does anybody where a split registers the child of a partition (`register_child_on_meta`).
    if (old === undefined || !isRegistered(old)) continue;
    const added = membersOf(partition).filter((node) => !membersOf(old).includes(node));
    if (added.length > 0) return `${gpid} got ${added}`;
    // A drop takes all members, also where a recall follows it.
    if (info.status !== 'AS_AVAILABLE' || world.recalled.has(`${cluster}/${gpid}`)) continue;
    const lost = (old.hp_secondaries ?? []).filter((node) => !membersOf(partition).includes(node));
    if (lost.length > 0) return `${gpid} lost ${lost}`;
  }
  return undefined;
}

function membersOf({ hp_primary = '', hp_secondaries = [] }: PartitionConfiguration): string[] {
  return [hp_primary, ...hp_secondaries].filter((node) => node !== '');
}
