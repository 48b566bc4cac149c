import { SECOND } from '../clock.ts';
import type { AppRecord, PartitionRecord } from '../documents/meta.ts';
import { scheduleSync } from '../duplication/sync-timer.ts';
import { scheduleCheck } from '../meta/check-timer.ts';
import { isMember } from '../meta/configuration.ts';
import { DropHistory } from '../meta/drop-history.ts';
import { collectCompactions } from '../meta/manual-compaction.ts';
import type { MetaServer } from '../meta/meta-server.ts';
import { CallFailure, callServer } from '../network.ts';
import { type CompactionStatus, compactionStatus, considerCompaction } from './compaction.ts';
import { configSyncTimer, scheduleConfigSync } from './config-sync-timer.ts';
import { discardGarbage } from './garbage.ts';
import { retryReconfiguration, takeConfiguration } from './group.ts';
import { askForConfiguration } from './reconfiguration.ts';
import { askForRemoval } from './removal.ts';
import type { Replica } from './replica.ts';
import type { ReplicaServer } from './replica-server.ts';
import { adoptConfiguration, changeStatus } from './role.ts';
import { storedState } from './stored-state.ts';
import { learnTable } from './table-info.ts';

/** A sync that failed is tried again so soon. */
const RETRY_US = 1 * SECOND;

/**
 * A replica server reports its replicas and learns what the meta server has to say of them
 * (`replica_stub.cpp on_node_query_reply`; cluster-engine.md 3.5).
 */
export function configSync(server: ReplicaServer): void {
  const { meta, universe } = server.cluster;
  if (meta === undefined || meta.process.recovering || !server.process.connected) return;
  if (!isHeard(meta, server)) {
    universe.agenda.schedule(configSyncTimer(server), universe.now + RETRY_US);
    return;
  }
  for (const replica of server.all()) learnConfiguration(meta, replica);
  leaveWhatIsMissing(meta, server);
  const isCompacting = server.all().some((replica) => compactionStatus(replica) === 'running');
  if (isCompacting) scheduleConfigSync(server);
  if (server.all().some((replica) => replica.ram.reconfiguration !== undefined)) scheduleConfigSync(server);
  discardGarbage(meta, server);
  scheduleSync(server);
  meta.deliver();
}

function isHeard(meta: MetaServer, server: ReplicaServer): boolean {
  try {
    callServer(server, meta, () => report(meta, server));
    return true;
  } catch (error) {
    if (!(error instanceof CallFailure)) throw error;
    return false;
  }
}

/** The leader hears of every replica that the server has, open or closed: of those that left it remembers what is said. */
function report(meta: MetaServer, server: ReplicaServer): void {
  if (meta.reports.arrive(server.node)) scheduleCheck(meta);
  for (const appId of server.tablesOnDisk()) {
    const app = meta.tree.app(appId);
    if (app?.status !== 'AS_AVAILABLE') continue;
    for (const pidx of server.partitionsOnDisk(appId)) rememberReplica(meta, server, app, pidx);
    collectCompactions(meta, appId, server.node, compactionsOf(server, appId));
  }
}

/** A replica of a server that is no member is kept in mind (`meta_data.cpp collect_replica`). */
function rememberReplica(meta: MetaServer, server: ReplicaServer, app: AppRecord, pidx: number): void {
  if (isMember(meta.tree.partition(app.app_id, pidx), server.node)) return;
  const history = new DropHistory(meta, app.app_id, pidx);
  if (history.collect(server.node, storedState(server, app.app_id, pidx))) meta.needsAttention(app.app_id);
}

/** Replicas that compact themselves or have done. */
function compactionsOf(server: ReplicaServer, appId: number) {
  const replicas = server.replicasOf(appId);
  const withStatus = (status: CompactionStatus) =>
    replicas.filter((replica) => compactionStatus(replica) === status).map(({ pidx }) => pidx);
  return { finished: withStatus('finished'), running: withStatus('running') };
}

/** Of a partition that it is said to lead and has nothing of, a server asks to be removed. */
function leaveWhatIsMissing(meta: MetaServer, server: ReplicaServer): void {
  for (const app of meta.tree.apps()) {
    if (app.status !== 'AS_AVAILABLE') continue;
    meta.tree.partitions(app).forEach((partition, pidx) => {
      if (partition.primary === server.node && server.find(`${app.app_id}.${pidx}`) === undefined)
        askForRemoval(server, app.app_id, pidx, partition);
    });
  }
}

/** Takes in what the meta server says of a replica; one that waits for an answer asks again. */
function learnConfiguration(meta: MetaServer, replica: Replica): void {
  const app = meta.tree.app(replica.appId);
  if (app === undefined || app.status === 'AS_DROPPED') {
    replica.server.close(replica);
    return;
  }
  learnTable(app, replica);
  considerCompaction(replica);
  const { ram, server } = replica;
  const partition = meta.tree.partition(replica.appId, replica.pidx);
  if (ram.reconfiguration !== undefined) retryReconfiguration(replica);
  else if (partition.ballot >= ram.ballot) learnRole(replica, partition, isMember(partition, server.node));
}

function learnRole(replica: Replica, partition: PartitionRecord, isMember: boolean): void {
  const { ram } = replica;
  const isWaiting = ram.status === 'PS_INACTIVE' && ram.transient;
  if (isMember) {
    const isOut = ram.status === 'PS_INACTIVE' && !ram.transient;
    const isAlone = partition.primary === '' || partition.primary === replica.server.node;
    if (isOut && isAlone) askForRemoval(replica.server, replica.appId, replica.pidx, partition);
    else if (isWaiting || partition.ballot > ram.ballot) resumeRole(replica, partition);
  } else if (ram.status === 'PS_PRIMARY' || ram.status === 'PS_SECONDARY') {
    changeStatus(replica, 'PS_INACTIVE');
  }
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
