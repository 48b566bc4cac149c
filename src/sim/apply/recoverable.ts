import type { StoredTable } from '../../rpc/idl/control.ts';
import type { AppInfo } from '../../rpc/idl/layer2.ts';
import type { World } from '../world.ts';

/** A table that expires sooner may be gone before it is asked for. */
const SPARE_SECONDS = 3600;

/**
 * Whether all that the meta servers of a cluster know is known to its replica servers, too. They tell of tables and
 * replicas, and of nothing else: what is split or duplicated goes by envs and by what the meta servers have stored.
 */
export async function isKnownToServers(world: World, cluster: string): Promise<boolean> {
  if (world.splitting.has(cluster) || world.policies.has(cluster)) return false;
  for (const { name } of world.plan.clusters) {
    const { duplications } = await world.control.duplicationStates({ cluster: name });
    if (duplications.some(({ remote }) => name === cluster || remote === cluster)) return false;
  }
  const tables = await world.stored(cluster);
  return tables.length > 0 && tables.every((table) => isOnDisks(table, world.nowMs / 1000));
}

/** Whether servers have had all of it, and have not begun to delete it. */
function isOnDisks({ info: { status, expire_second }, partitions }: StoredTable, now: number): boolean {
  const isKept = status === 'AS_DROPPED' && expire_second > now + SPARE_SECONDS;
  return (status === 'AS_AVAILABLE' || isKept) && partitions.every(({ ballot }) => ballot > 0);
}

/**
 * Whether each partition is led, and all that have been members of it tell the same of its table. One that left tells of it
 * as it was then, and a meta server that is told of a table in two ways aborts (`server_state.cpp construct_apps`).
 */
export function isToldInOneWay(world: World, cluster: string, tables: readonly StoredTable[]): boolean {
  const servers = world.plan.clusters.find(({ name }) => name === cluster)?.replicas ?? 0;
  return tables.every(({ info: { app_id, status }, partitions }) => {
    const wasChanged = world.changed.has(`${cluster}/${app_id}`);
    if (status === 'AS_DROPPED') return !wasChanged;
    return partitions.every(
      ({ hp_primary = '', hp_secondaries = [] }) =>
        hp_primary !== '' && (!wasChanged || hp_secondaries.length + 1 === servers),
    );
  });
}

/** What servers tell of these tables: those that were dropped are back, and of two of a name the later one has it. */
export function recovered(tables: readonly AppInfo[]): AppInfo[] {
  const taken = new Set<string>();
  const found = tables.toReversed().map((info) => {
    const { app_id, app_name } = info;
    const name = taken.has(app_name) ? `${app_name}__${app_id}` : app_name;
    taken.add(name);
    return { ...info, app_name: name, status: 'AS_AVAILABLE' as const };
  });
  return found.reverse();
}

/** Tables in words, but for the envs: of those come back only what servers began with. */
export function textOf(tables: readonly AppInfo[]): string {
  const texts = tables.map((info) => {
    const { app_id, app_name, status, partition_count, max_replica_count, duplicating } = info;
    const kinds = `duplicating ${duplicating}, idempotent ${info.atomic_idempotent}`;
    return `${app_id} ${app_name} ${status}, ${partition_count} partitions of ${max_replica_count}, ${kinds}`;
  });
  return texts.join('; ');
}
