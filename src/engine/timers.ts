import type { TimerKind } from './agenda.ts';
import { backUpPartition, checkPolicy, collectBackups } from './backup/policy-backup.ts';
import { continueBackup } from './backup/table-backup.ts';
import type { Cluster } from './cluster.ts';
import type { Timer } from './documents/universe.ts';
import { shipMutations } from './duplication/shipping.ts';
import { synchronizeDuplications } from './duplication/sync.ts';
import { sessionIsOver } from './lifecycle.ts';
import { type OverdueCandidate, removeOverdue } from './meta/duplication-limit.ts';
import { followerReplyArrives } from './meta/follower.ts';
import type { MetaServer } from './meta/meta-server.ts';
import { checkPartitions } from './meta/partition-check.ts';
import { continueCheckpoint } from './replica/checkpoint.ts';
import { finishCompaction } from './replica/compaction.ts';
import { configSync } from './replica/config-sync.ts';
import { finishMigration } from './replica/disk-migration.ts';
import { retryCheckpoint } from './replica/emergency-checkpoint.ts';
import { leaseIsOver, sendBeacon } from './replica/failure-detector.ts';
import { cleanDisk, closeRemoved } from './replica/garbage.ts';
import { retryReconfiguration, sendGroupCheck } from './replica/group.ts';
import type { Replica } from './replica/replica.ts';
import type { ReplicaServer } from './replica/replica-server.ts';
import { checkpointOverdue } from './replica/settle.ts';

/**
 * What is done when a timer is due. A timer whose server or replica is gone by then does nothing. What is seldom due is
 * named in functions: its modules are not needed before.
 */
const HANDLERS: Readonly<Record<Exclude<TimerKind, 'fault'>, (cluster: Cluster, timer: Timer) => void>> = {
  checkpoint: onReplica(continueCheckpoint),
  'checkpoint-retry': onReplica(retryCheckpoint),
  'checkpoint-overdue': onServer(checkpointOverdue),
  'rpc-done': (cluster, timer) => followerReplyArrives(cluster, timer),
  lease: onServer(leaseIsOver),
  beacon: onServer(sendBeacon),
  reconfiguration: onReplica(retryReconfiguration),
  'group-check': onReplica(sendGroupCheck),
  'failure-detector': (cluster, timer) => cluster.meta?.liveness.graceIsOver(timer.node),
  'duplication-sync': onServer(synchronizeDuplications),
  'config-sync': onServer(configSync),
  'partition-check': (cluster, { data }) => {
    if (cluster.meta !== undefined) checkPartitions(cluster.meta, data as readonly string[] | undefined);
  },
  'duplication-ship': onReplica(shipMutations),
  compaction: onReplica(finishCompaction),
  'disk-migration': onReplica(finishMigration),
  'replica-close': onServer((server, { gpid }) => closeRemoved(server, gpid)),
  'disk-clean': onServer(cleanDisk),
  'duplication-limit': (cluster, timer) => removeOverdue(cluster, timer.data as OverdueCandidate),
  'cold-backup': onMeta((meta, timer) => continueBackup(meta, timer)),
  'policy-check': onMeta((meta, timer) => checkPolicy(meta, timer)),
  'policy-backup': onMeta((meta, timer) => backUpPartition(meta, timer)),
  'policy-gc': onMeta((meta, timer) => collectBackups(meta, timer)),
  election: (cluster, timer) => sessionIsOver(cluster, timer.node),
};

/** Does what a timer that is due asks for; one of a fault the universe handles itself. */
export function handleTimer(cluster: Cluster, timer: Timer): void {
  HANDLERS[timer.kind as keyof typeof HANDLERS](cluster, timer);
}

function onMeta(run: (meta: MetaServer, timer: Timer) => void): (cluster: Cluster, timer: Timer) => void {
  return ({ meta }, timer) => {
    if (meta !== undefined) run(meta, timer);
  };
}

function onServer(
  run: (server: ReplicaServer, timer: Timer) => void,
): (cluster: Cluster, timer: Timer) => void {
  return (cluster, timer) => {
    const server = cluster.replicaServer(timer.node);
    if (server !== undefined) run(server, timer);
  };
}

function onReplica(run: (replica: Replica, timer: Timer) => void): (cluster: Cluster, timer: Timer) => void {
  return (cluster, timer) => {
    const replica = cluster.replicaServer(timer.node)?.find(timer.gpid);
    if (replica !== undefined) run(replica, timer);
  };
}
