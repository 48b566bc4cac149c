import type {
  ConfigurationRecoveryRequest,
  ConfigurationRecoveryResponse,
} from '../../rpc/idl/configuration.ts';
import { serverOf } from '../address.ts';
import { inSeconds } from '../clock.ts';
import type { AppRecord, Dropped, PartitionRecord } from '../documents/meta.ts';
import { CallFailure, callServer } from '../network.ts';
import { oncePerformed } from '../once-performed.ts';
import { announceChange } from '../replica/config-sync-timer.ts';
import type { ReplicaServer } from '../replica/replica-server.ts';
import { settling } from '../replica/settle.ts';
import { storedState } from '../replica/stored-state.ts';
import { type ToldTable, toldTable } from '../replica/told-tables.ts';
import type { LongReply } from '../request.ts';
import { keepingSome, type Steps } from '../steps.ts';
import { compareDrops, DropHistory } from './drop-history.ts';
import type { MetaServer } from './meta-server.ts';
import { areCompatible, conflict } from './recovery-conflict.ts';
import { DROPPED_FLAG, newPartition } from './tables.ts';

/** What a server told of a table. */
interface Told {
  readonly node: string;
  readonly appId: number;
  readonly table: ToldTable;
}

/** Who has a replica of a partition and in what state, by gpid; in the order in which they were asked. */
type Replicas = Map<string, Dropped[]>;

/** A partition as it was recovered, and whose replicas do not lead it. */
interface Recovered {
  readonly appId: number;
  readonly pidx: number;
  readonly partition: PartitionRecord;
  readonly others: readonly Dropped[];
}

interface Hints {
  text: string;
  isFatal: boolean;
}

/**
 * `start_recovery`: a leader without any state makes it anew from what the replica servers have
 * (`server_state.cpp on_start_recovery`).
 *
 * @throws AssertionFailure where they do not agree
 */
export function startRecovery(
  meta: MetaServer,
  request: ConfigurationRecoveryRequest,
): ConfigurationRecoveryResponse | LongReply<ConfigurationRecoveryResponse> {
  if (!meta.process.recovering) return { err: 'ERR_SERVICE_ALREADY_RUNNING', hint_message: '' };
  const hints: Hints = { text: '', isFatal: false };
  const servers = reach(meta, nodesOf(request), request.skip_bad_nodes, hints);
  if (hints.isFatal) return { err: 'ERR_TRY_AGAIN', hint_message: hints.text };
  const apps = tablesOf(meta, servers.flatMap(tablesToldBy), hints);
  meta.perform(recovering(meta, servers, apps, { skipLost: request.skip_lost_partitions, hints }));
  return oncePerformed(meta.cluster.universe, () => ({
    err: hints.isFatal ? 'ERR_TRY_AGAIN' : 'ERR_OK',
    hint_message: hints.text,
  }));
}

/** Of partitions that are lost there are hints. */
function* recovering(
  meta: MetaServer,
  servers: readonly ReplicaServer[],
  apps: readonly AppRecord[],
  { skipLost, hints }: { readonly skipLost: boolean; readonly hints: Hints },
): Steps {
  for (const server of servers) yield* keepingSome(settling(server, server.tablesOnDisk()));
  const replicas: Replicas = new Map();
  for (const server of servers) yield* collecting(server, replicas);
  const partitions: Recovered[] = [];
  for (const app of apps) {
    for (let pidx = 0; pidx < app.partition_count; pidx++) {
      partitions.push(partitionOf(app, pidx, replicas, skipLost, hints));
      yield;
    }
  }
  if (hints.isFatal) return;
  for (const app of apps) meta.tree.saveApp(app);
  for (const { appId, pidx, partition, others } of partitions) {
    meta.tree.savePartition(appId, pidx, partition);
    new DropHistory(meta, appId, pidx).remember(others);
    yield;
  }
  yield* meta.takingUpService();
  announceChange(meta.cluster, 'all');
}

function nodesOf({ recovery_nodes, hp_recovery_nodes = [] }: ConfigurationRecoveryRequest): string[] {
  return recovery_nodes.map((address, index) => serverOf(hp_recovery_nodes[index], address));
}

/** Those of some servers that answer. */
function reach(meta: MetaServer, nodes: readonly string[], skipBad: boolean, hints: Hints): ReplicaServer[] {
  const reached: ReplicaServer[] = [];
  for (const node of nodes) {
    const server = meta.cluster.replicaServer(node);
    try {
      callServer(meta, server, () => reached.push(server as ReplicaServer));
    } catch (error) {
      if (!(error instanceof CallFailure)) throw error;
      const failed = `collect app and replica info from node(${node}) failed with err(${error.code})`;
      if (skipBad) hints.text += `WARNING: ${failed}, skip the bad node`;
      else hints.text += `ERROR: ${failed}, you can skip it by set skip_bad_nodes option`;
      hints.isFatal ||= !skipBad;
    }
  }
  return reached;
}

function tablesToldBy(server: ReplicaServer): Told[] {
  const { node } = server;
  return server.tablesOnDisk().flatMap((appId) => {
    const table = toldTable(server, appId);
    return table === undefined ? [] : { node, appId, table };
  });
}

function* collecting(server: ReplicaServer, replicas: Replicas): Steps {
  const { node } = server;
  for (const appId of server.tablesOnDisk()) {
    for (const pidx of server.partitionsOnDisk(appId)) {
      const gpid = `${appId}.${pidx}`;
      const state = { node, time_us: 0, ...storedState(server, appId, pidx) };
      replicas.set(gpid, [...(replicas.get(gpid) ?? []), state]);
      yield;
    }
  }
}

/** Every table up to the highest id, ascending; names are told apart from the highest id on. */
function tablesOf(meta: MetaServer, tables: readonly Told[], hints: Hints): AppRecord[] {
  const now = inSeconds(meta.cluster.universe.now);
  const told = agreedOn(now, tables);
  const taken = new Set<string>();
  const ids = Array.from({ length: Math.max(0, ...told.keys()) }, (_, index) => index + 1);
  const apps = ids.reverse().map((appId) => {
    const app = told.get(appId);
    if (app === undefined) return placeholderApp(now, appId);
    let name = app.app_name;
    while (taken.has(name)) name += `__${appId}`;
    taken.add(name);
    if (name !== app.app_name) {
      hints.text += `WARNING: app(${appId})'s old name(${app.app_name}) is conflict with others, rename it to (${name})\n`;
    }
    return { ...app, app_name: name };
  });
  return apps.reverse();
}

/** What was told first of a table counts. */
function agreedOn(now: number, tables: readonly Told[]): Map<number, AppRecord> {
  const agreed = new Map<number, AppRecord>();
  for (const { node, appId, table } of tables) {
    const told = recoveredApp(now, appId, table);
    const known = agreed.get(appId);
    if (known === undefined) agreed.set(appId, told);
    else if (!areCompatible(told, known)) throw conflict(node, told, known);
  }
  return agreed;
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

/** The best replica leads, of equal ones that of the server that was asked first; the others have left, for all that is known. */
function partitionOf(
  app: AppRecord,
  pidx: number,
  replicas: Replicas,
  skipLost: boolean,
  hints: Hints,
): Recovered {
  const { app_id: appId, max_replica_count } = app;
  const fresh = newPartition(max_replica_count);
  if (app.status === 'AS_DROPPED')
    return { appId, pidx, partition: { ...fresh, partition_flags: DROPPED_FLAG }, others: [] };
  const known = replicas.get(`${appId}.${pidx}`) ?? [];
  const [best, ...others] = [...known].sort((a, b) => compareDrops(b, a));
  if (best === undefined) {
    hints.text += lostHint(appId, pidx, skipLost);
    hints.isFatal ||= !skipLost;
    return { appId, pidx, partition: fresh, others };
  }
  const drops = others
    .slice(0, max_replica_count - 1)
    .map(({ node }) => node)
    .reverse();
  if (drops.length + 1 < max_replica_count) {
    const count = `${drops.length + 1}/${max_replica_count}`;
    hints.text += `WARNING: partition(${appId}.${pidx}) only collects ${count} of replicas, may lost data\n`;
  }
  const partition = { ...fresh, ballot: best.ballot, primary: best.node, last_drops: drops };
  return { appId, pidx, partition, others: others.toReversed() };
}

function lostHint(appId: number, pidx: number, skipLost: boolean): string {
  const lost = `partition(${appId}.${pidx}) has no replica collected`;
  return skipLost
    ? `WARNING: ${lost}, force recover the lost partition to empty\n`
    : `ERROR: ${lost}, you can force recover it by set skip_lost_partitions option\n`;
}
