import { inSeconds } from '../clock.ts';
import type { AppRecord } from '../documents/meta.ts';
import type { ReplicaServer } from '../replica/replica-server.ts';
import { type ToldTable, toldTable } from '../replica/told-tables.ts';
import type { Steps } from '../steps.ts';
import type { MetaServer } from './meta-server.ts';
import { areCompatible, conflict } from './recovery-conflict.ts';

/** Every table up to the highest id, ascending. @throws AssertionFailure where the servers do not agree */
export function* collectingTables(
  meta: MetaServer,
  servers: readonly ReplicaServer[],
  outcome: { hints: string },
): Steps<AppRecord[]> {
  const now = inSeconds(meta.cluster.universe.now);
  const known = new Map<number, AppRecord>();
  for (const server of servers) {
    for (const appId of server.tablesOnDisk()) {
      const table = toldTable(server, appId);
      if (table !== undefined) agree(known, server.node, recoveredApp(now, appId, table));
      yield;
    }
  }
  return tablesOf(now, known, outcome);
}

/** What was told first of a table counts. */
function agree(known: Map<number, AppRecord>, node: string, told: AppRecord): void {
  const before = known.get(told.app_id);
  if (before === undefined) known.set(told.app_id, told);
  else if (!areCompatible(told, before)) throw conflict(node, told, before);
}

/** Names are told apart from the highest id on. */
function tablesOf(
  now: number,
  told: ReadonlyMap<number, AppRecord>,
  outcome: { hints: string },
): AppRecord[] {
  const taken = new Set<string>();
  const ids = Array.from({ length: Math.max(0, ...told.keys()) }, (_, index) => index + 1);
  const apps = ids.reverse().map((appId) => {
    const app = told.get(appId);
    if (app === undefined) return placeholderApp(now, appId);
    let name = app.app_name;
    while (taken.has(name)) name += `__${appId}`;
    taken.add(name);
    if (name !== app.app_name) {
      outcome.hints += `WARNING: app(${appId})'s old name(${app.app_name}) is conflict with others, rename it to (${name})\n`;
    }
    return { ...app, app_name: name };
  });
  return apps.reverse();
}

/** What a replica tells of its table; the rest as in a new one. @param now seconds since 1970 */
export function recoveredApp(now: number, app_id: number, table: ToldTable): AppRecord {
  return {
    status: 'AS_AVAILABLE',
    app_type: 'pegasus',
    app_name: table.app_name,
    app_id,
    partition_count: table.partition_count,
    envs: table.envs,
    is_stateful: 1,
    max_replica_count: table.max_replica_count,
    expire_second: 0,
    create_second: table.create_second ?? now,
    drop_second: 0,
    duplicating: table.duplicating ? 1 : 0,
    init_partition_count: table.partition_count,
    is_bulk_loading: 0,
    atomic_idempotent: table.atomic_idempotent ?? 0,
  };
}

/** A table of which nobody has anything was dropped: its id stays taken. @param now seconds since 1970 */
export function placeholderApp(now: number, appId: number): AppRecord {
  const app_name = `__drop_holder__${appId}`;
  const table = { app_name, partition_count: 1, max_replica_count: 3, envs: {}, duplicating: false };
  return {
    ...recoveredApp(now, appId, table),
    status: 'AS_DROPPED',
    create_second: 0,
    expire_second: now,
    init_partition_count: -1,
  };
}
