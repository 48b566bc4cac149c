import type { Gpid } from '../../rpc/idl/schema.ts';
import { OTHER_DISK } from '../names.ts';
import type { UpkeepOperation } from '../operation.ts';
import { answered, type World } from '../world.ts';
import { maySpareDisk } from './disk-loss.ts';

const TIMEOUT_MS = 5000;
/** Until a replica that was moved is missed at a group check, which is every 100 s, and has learnt again. */
const RELEARN_MS = 200_000;

type Of<K> = Extract<UpkeepOperation, { readonly kind: K }>;

/** Does to a table what changes nothing of what it holds. */
export async function applyUpkeep(world: World, operation: UpkeepOperation): Promise<void> {
  const { cluster, table } = operation;
  switch (operation.kind) {
    case 'compact':
      if (!(await mayCompact(world, cluster, table))) return;
      await answered(world.of(cluster).meta.startManualCompact({ app_name: table }));
      return;
    case 'detect_hotkey':
      return detectHotkey(world, operation);
    case 'migrate_disk':
      return migrateDisk(world, operation);
  }
}

/** A compaction gives what has no time to live that of its table, each member at a time of its own. */
async function mayCompact(world: World, cluster: string, name: string): Promise<boolean> {
  const table = await world.storedTable(cluster, name);
  if (table === undefined) return true;
  const id = `${cluster}/${table.info.app_id}`;
  if (!world.defaultTtls.has(id)) world.compacted.add(id);
  return world.compacted.has(id);
}

async function detectHotkey(world: World, operation: Of<'detect_hotkey'>): Promise<void> {
  const { cluster, table, partition, type, action } = operation;
  const found = await partitionOf(world, cluster, table, partition);
  if (found === undefined || found.primary === '') return;
  const { pid, primary } = found;
  await answered(world.of(cluster).servers.detectHotkey(primary, { type, action, pid }, TIMEOUT_MS));
  world.lines.set(
    operation,
    `detect_hotkey -a ${pid.app_id} -p ${pid.partition_index} -t ${type.toLowerCase()} -c ${action.toLowerCase()} -d ${primary}`,
  );
}

/**
 * Whichever disk it is on: there are two. Its log stays behind, and with it what it has only prepared; the meta server takes
 * it for what it was when it closed (`replica_disk_migrator.cpp`, `begin_close_replica`). Until it has learnt again, another
 * must have all.
 */
async function migrateDisk(world: World, operation: Of<'migrate_disk'>): Promise<void> {
  const { cluster, table, partition, choice } = operation;
  const found = await partitionOf(world, cluster, table, partition);
  const node = found?.secondaries[choice % found.secondaries.length];
  if (found === undefined || node === undefined) return;
  if (!(await maySpareDisk(world, cluster))) return;
  const { pid } = found;
  const gpid = `${pid.app_id}.${pid.partition_index}`;
  for (const [origin_disk, target_disk] of Object.entries(OTHER_DISK)) {
    const request = { pid, origin_disk, target_disk };
    const reply = await answered(world.of(cluster).servers.migrateReplicaDisk(node, request, TIMEOUT_MS));
    if (reply?.err !== 'ERR_OK') continue;
    await world.sleep(RELEARN_MS);
    world.lines.set(
      operation,
      `disk-migrate -g ${gpid} -n ${node} -f ${origin_disk} -t ${target_disk}\nclock advance ${RELEARN_MS}ms`,
    );
    return;
  }
}

async function partitionOf(
  world: World,
  cluster: string,
  table: string,
  at: number,
): Promise<{ pid: Gpid; primary: string; secondaries: readonly string[] } | undefined> {
  const partitions = await world.partitionsOf(cluster, table);
  const found = partitions[at % partitions.length];
  if (found === undefined) return undefined;
  return { pid: found.pid, primary: found.hp_primary ?? '', secondaries: found.hp_secondaries ?? [] };
}
