import { MS } from '../clock.ts';
import type { Cluster } from '../cluster.ts';
import type { AppRecord, PartitionRecord } from '../documents/meta.ts';
import { scheduleSync } from '../duplication/sync-timer.ts';
import { scheduleCheck } from '../meta/check-timer.ts';
import { isMember } from '../meta/configuration.ts';
import { DropHistory } from '../meta/drop-history.ts';
import { collectCompactions } from '../meta/manual-compaction.ts';
import type { MetaServer } from '../meta/meta-server.ts';
import { isBeingLost } from '../meta/node-death.ts';
import { CallFailure, callServer, RPC_TIMEOUT_US } from '../network.ts';
import type { Steps } from '../steps.ts';
import { type CompactionStatus, compactionStatus, consideringCompaction } from './compaction.ts';
import { configSyncTimer, scheduleConfigSync, scheduleTableSync } from './config-sync-timer.ts';
import { discardingGarbage } from './garbage.ts';
import { retryReconfiguration, takeConfiguration } from './group.ts';
import { scheduleGroupCheck } from './group-check-timer.ts';
import { readingLongRecords } from './read-records.ts';
import { askForConfiguration } from './reconfiguration.ts';
import { askForRemoval } from './removal.ts';
import type { Replica } from './replica.ts';
import type { ReplicaServer } from './replica-server.ts';
import { adoptConfiguration } from './role.ts';
import { settlingForSync } from './settle.ts';
import { advancingSplit } from './split.ts';
import { storedState } from './stored-state.ts';
import { learnTable } from './table-info.ts';

/**
 * A replica server reports its replicas and learns what the meta server has to say of them
 * (`replica_stub.cpp on_node_query_reply`).
 */
export function configSync(server: ReplicaServer): void {
  server.perform(synchronizing(server));
}

function* synchronizing(server: ReplicaServer): Steps {
  const { meta } = server.cluster;
  const { connected, connecting = false } = server.process;
  if (!connected && !connecting) return;
  const tables = meta === undefined ? [] : tablesToSync(meta, server);
  const replicas = yield* settlingForSync(server, tables, configSyncTimer(server));
  const answer = meta === undefined ? 'none' : yield* asking(meta, server, tables);
  if (answer === 'busy') return;
  if (meta === undefined || answer === 'none') {
    if (connecting) askAfterTimeout(server);
    else scheduleConfigSync(server);
    return;
  }
  if (connecting) becomeConnected(server);
  if (meta.process.recovering) return;
  server.clearUnsynced();
  for (const { gpid } of replicas) {
    const replica = server.find(gpid);
    if (replica !== undefined) yield* learningConfiguration(meta, replica);
    yield;
  }
  for (const appId of tables) {
    yield* server.envs.forgettingUnused(appId, server.partitionsOnDisk(appId));
    yield;
  }
  for (const appId of tables) yield* leavingWhatIsMissing(meta, server, appId);
  for (const appId of tables) yield* lookingAgain(meta, server, appId);
  yield* discardingGarbage(meta, server, tables);
  scheduleSync(server);
}

/** A server that has not heard yet what it is asks again when it has waited for its answer in vain. */
function askAfterTimeout(server: ReplicaServer): void {
  const { agenda, now } = server.cluster.universe;
  agenda.schedule(configSyncTimer(server), now + RPC_TIMEOUT_US);
}

function becomeConnected(server: ReplicaServer): void {
  const { connecting: _connecting, ...process } = server.process;
  server.saveProcess({ ...process, connected: true });
}

/** Those where something changed; everything, for a server that has just come or a leader that has not heard of it. */
function tablesToSync(meta: MetaServer, server: ReplicaServer): readonly number[] {
  if (meta.process.workers[server.node]?.reported !== true) server.markUnsynced('all');
  const { unsynced } = server;
  const ids = unsynced === 'all' ? [...server.tablesOnDisk(), ...meta.tree.apps().map(idOf)] : unsynced;
  return [...new Set(ids)].sort((a, b) => a - b);
}

function idOf({ app_id }: AppRecord): number {
  return app_id;
}

/** What waits for something is looked at again: at the next sync where that may help, or at the next that there is. */
function* lookingAgain(meta: MetaServer, server: ReplicaServer, appId: number): Steps {
  if ((yield* isBusy(server, appId)) || (yield* isUnlikeSaid(meta, server, appId)))
    scheduleTableSync(server, appId, server.cluster.universe.now + 1);
  else if (yield* hasWhatIsNotSaid(meta, server, appId)) server.markUnsynced(appId);
}

function* isBusy(server: ReplicaServer, appId: number): Steps<boolean> {
  for (const pidx of server.partitionsOnDisk(appId)) {
    const replica = server.find(`${appId}.${pidx}`);
    const isWaiting = replica?.ram.reconfiguration !== undefined;
    if (isWaiting || (replica !== undefined && compactionStatus(replica) === 'running')) return true;
    yield;
  }
  return false;
}

/** Whether a server is not what the meta server has it be: the two have to come to terms. */
function* isUnlikeSaid(meta: MetaServer, server: ReplicaServer, appId: number): Steps<boolean> {
  const app = meta.tree.app(appId);
  if (app?.status !== 'AS_AVAILABLE') return false;
  for (let pidx = 0; pidx < app.partition_count; pidx++) {
    const partition = meta.tree.partition(appId, pidx);
    if (isMember(partition, server.node)) {
      const ram = server.find(`${appId}.${pidx}`)?.ram;
      if (ram?.status === 'PS_INACTIVE' || ram?.ballot !== partition.ballot) return true;
    }
    yield;
  }
  return false;
}

/** Whether a server holds partitions of which the meta server does not have it be a member. */
function* hasWhatIsNotSaid(meta: MetaServer, server: ReplicaServer, appId: number): Steps<boolean> {
  const app = meta.tree.app(appId);
  const onDisk = server.partitionsOnDisk(appId);
  if (app?.status !== 'AS_AVAILABLE') return onDisk.length > 0;
  for (const pidx of onDisk) {
    if (!isMember(meta.tree.partition(appId, pidx), server.node)) return true;
    yield;
  }
  return false;
}

/** What the leader answers to a report; `busy` is `ERR_BUSY`: the server is told when to ask again. */
function* asking(
  meta: MetaServer,
  server: ReplicaServer,
  tables: readonly number[],
): Steps<'ok' | 'busy' | 'none'> {
  let isHeard = false;
  const answer = said(() =>
    callServer(server, meta, () => {
      isHeard = !isBeingLost(meta, server.node);
      return isHeard ? 'ok' : 'busy';
    }),
  );
  // An answer that is lost leaves what was heard.
  if (isHeard) yield* reporting(meta, server, tables);
  return answer;
}

function said(ask: () => 'ok' | 'busy'): 'ok' | 'busy' | 'none' {
  try {
    return ask();
  } catch (error) {
    if (!(error instanceof CallFailure)) throw error;
    return 'none';
  }
}

/** The leader hears of every replica of these tables that the server has, open or closed: of those that left it remembers what is said. */
function* reporting(meta: MetaServer, server: ReplicaServer, tables: readonly number[]): Steps {
  if (meta.process.recovering) return;
  if (meta.reports.arrive(server.node)) scheduleCheck(meta);
  for (const appId of tables) {
    const app = meta.tree.app(appId);
    if (app?.status !== 'AS_AVAILABLE') continue;
    const compactions: Record<CompactionStatus, number[]> = {
      idle: [],
      queuing: [],
      running: [],
      finished: [],
    };
    for (const pidx of server.partitionsOnDisk(appId)) {
      rememberReplica(meta, server, app, pidx);
      const replica = server.find(`${appId}.${pidx}`);
      if (replica !== undefined) compactions[compactionStatus(replica)].push(pidx);
      yield;
    }
    collectCompactions(meta, appId, server.node, compactions);
  }
}

/** A replica of a server that is no member is kept in mind (`meta_data.cpp collect_replica`). */
function rememberReplica(meta: MetaServer, server: ReplicaServer, app: AppRecord, pidx: number): void {
  if (isMember(meta.tree.partition(app.app_id, pidx), server.node)) return;
  const history = new DropHistory(meta, app.app_id, pidx);
  if (history.collect(server.node, storedState(server, app.app_id, pidx))) meta.needsAttention(app.app_id);
}

/**
 * Of a partition that it is said to lead and has nothing of, a server asks to be removed; one that it is said to follow has
 * a primary that finds it missing at its next group check.
 */
function* leavingWhatIsMissing(meta: MetaServer, server: ReplicaServer, appId: number): Steps {
  const app = meta.tree.app(appId);
  if (app?.status !== 'AS_AVAILABLE') return;
  for (const [pidx, partition] of meta.tree.lookAtAll(app).entries()) {
    const gpid = `${appId}.${pidx}`;
    if (isMember(partition, server.node) && server.find(gpid) === undefined) {
      if (partition.primary === server.node) askForRemoval(server, appId, pidx, partition);
      else letBeMissed(server.cluster, gpid, partition);
    }
    yield;
  }
}

function letBeMissed(cluster: Cluster, gpid: string, { primary: leader }: PartitionRecord): void {
  const primary = cluster.replicaServer(leader)?.find(gpid);
  if (primary?.isPrimary === true) scheduleGroupCheck(primary);
}

/** Takes in what the meta server says of a replica; one that waits for an answer asks again. */
function* learningConfiguration(meta: MetaServer, replica: Replica): Steps {
  const app = meta.tree.app(replica.appId);
  if (app === undefined || !hasMember(meta, app, replica)) {
    closeUnlessYoung(replica);
    return;
  }
  const partition = meta.tree.partition(replica.appId, replica.pidx);
  if (partition.ballot < replica.ram.ballot) return;
  learnTable(app, replica);
  yield* consideringCompaction(replica);
  if (partition.primary === replica.server.node && !replica.isPrimary) yield* readingLongRecords(replica);
  if (replica.ram.reconfiguration !== undefined) retryReconfiguration(replica);
  else learnRole(replica, partition);
  yield* advancingSplit(meta, replica, app);
}

function hasMember(meta: MetaServer, { app_id, status }: AppRecord, { pidx, server }: Replica): boolean {
  return status !== 'AS_DROPPED' && isMember(meta.tree.partition(app_id, pidx), server.node);
}

function learnRole(replica: Replica, partition: PartitionRecord): void {
  const { ballot, status } = replica.ram;
  if (status === 'PS_INACTIVE' || partition.ballot > ballot) resumeRole(replica, partition);
}

/**
 * A replica of which the meta server knows nothing is closed: a learner is not, nor is for a while one that was opened
 * and has not been anything (`on_node_query_reply_scatter2`).
 */
function closeUnlessYoung(replica: Replica): void {
  const { ram, server, appId, now } = replica;
  if (ram.status === 'PS_POTENTIAL_SECONDARY') return;
  const patience = server.setting('replication.gc_memory_replica_interval_ms') * MS;
  const oldEnough = (ram.opened_us ?? server.startedUs) + patience;
  if (ram.status === 'PS_INACTIVE' && now < oldEnough) scheduleTableSync(server, appId, oldEnough);
  else server.close(replica);
}

/** A server that came back before anyone missed it goes on where it was; a restarted primary needs a new ballot for that. */
function resumeRole(replica: Replica, partition: PartitionRecord): void {
  const { node } = replica.server;
  if (partition.primary !== node || replica.ram.initializing !== true) {
    takeConfiguration(replica, partition);
    return;
  }
  adoptConfiguration(replica, partition);
  const { secondaries } = partition;
  const change = { type: 'CT_PRIMARY_FORCE_UPDATE_BALLOT', node, primary: node, secondaries } as const;
  const accepted = askForConfiguration(replica, change);
  if (accepted !== undefined) takeConfiguration(replica, accepted);
}
