import { encodeKey, isKeyHashOfPartition, keyHash, NO_BYTES } from '../rpc/idl/keys.ts';
import type { PartitionConfiguration } from '../rpc/idl/layer2.ts';
import type { KeyHistory } from './key-history.ts';
import { bytes } from './names.ts';
import { answered, type KnownTable, type World } from './world.ts';

/** Faults that make a replica close itself when it writes (`replica_failover.cpp handle_local_failure`). */
const FAILS_WRITES = new Set(['disk_read_only', 'disk_write_fail']);

/**
 * Notes which keys may go back to an earlier state, although what they lose was acknowledged.
 *
 * A primary whose disk fails takes itself out and stays alive. Until its next config sync the meta server, which has
 * heard of everything else that it has, takes it for having nothing (`partition_guardian.cpp`, `has_collected`), and
 * the one that left before it gets the lead. What the primary wrote while it was the only member is lost then; and when
 * it learns again, it keeps what it has up to the decree that it has come to (`replica_learn.cpp`), so the members differ.
 */
export async function watchLonePrimaries(world: World): Promise<void> {
  const failing = await failingServers(world);
  for (const id of new Set([...world.tables.keys(), ...followersOf(world)])) {
    const [cluster = '', name = ''] = id.split('/');
    const isWatched =
      [...failing].some((node) => node.startsWith(`${cluster}/`)) || isAnyAtRisk(world.tables.get(id));
    if (isWatched) await watchTable(world, cluster, name, failing);
  }
}

function followersOf({ duplications }: World): string[] {
  return duplications.filter(({ isWhole }) => isWhole).map(({ remote, table }) => `${remote}/${table}`);
}

async function watchTable(
  world: World,
  cluster: string,
  name: string,
  failing: ReadonlySet<string>,
): Promise<void> {
  const { meta } = world.of(cluster);
  const reply = await answered(meta.queryConfig({ app_name: name, partition_indices: [] }));
  if (reply?.err !== 'ERR_OK') return;
  const table = world.table(cluster, name);
  for (const partition of reply.partitions) {
    const { pid, hp_primary = '', hp_secondaries = [] } = partition;
    const isFailing = hp_secondaries.length === 0 && failing.has(`${cluster}/${hp_primary}`);
    if (isFailing) world.torn.add(`${cluster}/${pid.app_id}.${pid.partition_index}`);
    const keys = keysOfPartition(table, pid.partition_index, reply.partition_count);
    for (const history of keys) judge(history, partition, isFailing);
  }
}

/** What the keys hold that a partition of a table has. */
export function keysOfPartition(
  table: KnownTable | undefined,
  pidx: number,
  partitionCount: number,
): KeyHistory[] {
  return [...(table?.keys ?? [])].flatMap(([hashKey, history]) =>
    isOfPartition(hashKey, pidx, partitionCount) ? [history] : [],
  );
}

export function isOfPartition(hashKey: string, pidx: number, partitionCount: number): boolean {
  return isKeyHashOfPartition(keyHash(encodeKey(bytes(hashKey), NO_BYTES)), pidx, partitionCount);
}

function judge(
  history: KeyHistory,
  { hp_primary = '', hp_secondaries = [] }: PartitionConfiguration,
  isFailing: boolean,
): void {
  if (hp_primary === '') return;
  if (isFailing) history.mayLoseWhatOnlyHas(hp_primary);
  else if (history.mayBeThePast) history.isLedBy(hp_primary, hp_secondaries.length > 0);
}

/** `<cluster>/<host:port>` of servers whose disks refuse writes, or will. */
async function failingServers({ control }: World): Promise<Set<string>> {
  const { faults } = await control.listFaults({});
  const found = new Set<string>();
  for (const { from } of faults.filter(({ kind }) => FAILS_WRITES.has(kind))) {
    const [cluster = '', server] = from.split('/');
    const { nodes } = await control.listNodes({ name: cluster });
    const node = nodes.find(({ name }) => name === server)?.node;
    if (node !== undefined) found.add(`${cluster}/${node}`);
  }
  return found;
}

function isAnyAtRisk(table: KnownTable | undefined): boolean {
  return [...(table?.keys.values() ?? [])].some(({ mayBeThePast }) => mayBeThePast);
}
