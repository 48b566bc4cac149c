import { ScanError } from '../../rpc/client/replica/scanner.ts';
import { RpcError } from '../../rpc/transport/transport.ts';
import { effectOf, recordsText } from '../effects.ts';
import { text } from '../names.ts';
import type { ScanOperation } from '../operation.ts';
import { isRegistered, Violation, type World } from '../world.ts';
import { applyServer } from './servers.ts';

/** Until another server leads what the one led that something was done to. */
const FAILOVER_MS = 40_000;

type Records = Map<string, [sortKey: string, value: string][]>;

/**
 * Reads all of a table, while a server that it may be reading from goes away, and holds what was read against what each key
 * may hold. What may yet change, or expire on the way, is left out: batches of one scan may show it at different times.
 */
export async function applyScan(world: World, operation: ScanOperation): Promise<void> {
  const { cluster, table } = operation;
  const known = world.table(cluster, table);
  if (known === undefined) return;
  const from = world.seconds;
  const isUnsure = await mayShowTwice(world, operation);
  const found = await scan(world, operation);
  if (found === undefined || isUnsure) return;
  for (const hashKey of new Set([...known.keys.keys(), ...found.keys()])) {
    const history = world.history(known, hashKey);
    if (!history.isSettled) continue;
    const told = recordsText(found.get(hashKey) ?? []);
    const effect = effectOf({ kind: 'multi_get', cluster, table, hashKey }, 0);
    if (!history.answered(effect, told, { from, to: world.seconds }))
      throw new Violation(
        `${cluster} ${table} ${hashKey}: full_scan answered '${told}', the key can only hold ${history.describe()}`,
      );
  }
}

/**
 * A parent answers for the children that are not there yet, whichever is asked for; who scans it while they come does not
 * hear of them, and it leaves out what is theirs (`pegasus_client_impl.cpp async_get_unordered_scanners`,
 * `pegasus_server_impl.cpp validate_key_value_for_scan`). Nothing is left out of a table that was made of the backup of one
 * that was split: its envs are not backed up (`backup_engine.cpp`).
 */
async function mayShowTwice(world: World, { cluster, table }: ScanOperation): Promise<boolean> {
  const known = world.table(cluster, table);
  const stored = (await world.stored(cluster)).find(({ info }) => info.app_id === known?.appId);
  if (stored === undefined) return false;
  const { init_partition_count, partition_count, envs } = stored.info;
  const wasSplit = init_partition_count < partition_count;
  return !stored.partitions.every(isRegistered) || (wasSplit && envs.has('restore.backup_id'));
}

/** Undefined where not all of it could be read. */
async function scan(world: World, operation: ScanOperation): Promise<Records | undefined> {
  const { cluster, table, batch: batchSize } = operation;
  const found: Records = new Map();
  let records = 0;
  try {
    for (const scanner of await world.of(cluster).data.table(table).fullScan({ batchSize })) {
      for await (const { hashKey, sortKey, value } of scanner) {
        const rows = found.get(text(hashKey)) ?? [];
        found.set(text(hashKey), rows);
        rows.push([text(sortKey), text(value)]);
        if (++records === operation.after) await disturb(world, operation);
      }
    }
  } catch (error) {
    if (error instanceof ScanError || error instanceof RpcError) return undefined;
    throw error;
  }
  return found;
}

async function disturb(world: World, operation: ScanOperation): Promise<void> {
  const { cluster, node, action, batch } = operation;
  await applyServer(world, { kind: 'node', cluster, node, action });
  await world.sleep(FAILOVER_MS);
  world.lines.set(
    operation,
    `node ${action} ${node}\nclock advance ${FAILOVER_MS}ms\n# a full_scan in batches of ${batch} had begun before`,
  );
}
