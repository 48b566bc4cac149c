import { checkpointNow, checkpointPatience } from './checkpoint.ts';
import { readCheckpoint } from './checkpoint-file.ts';
import { tagForNewReplica } from './disks.ts';
import { minConfirmedDecree } from './log-collection.ts';
import { emptyDisk, openedMemory } from './memory.ts';
import type { Replica } from './replica.ts';
import type { ReplicaServer } from './replica-server.ts';
import { loadReplica } from './restart.ts';
import { learnTableFrom } from './table-info.ts';

/**
 * A server learns a partition from its primary: log where it reaches back far enough, else the primary's newest
 * checkpoint and the log after it (`replica_learn.cpp`; cluster-engine.md 3.6).
 */
export function learn(primary: Replica, server: ReplicaServer): Replica {
  const learner = openLearner(primary, server);
  learner.ram.status = 'PS_POTENTIAL_SECONDARY';
  if (learner.ram.last_committed_decree > primary.ram.last_committed_decree)
    return learnFromNothing(primary, server);
  const start = learnStart(primary, learner);
  const hasLog = primary.plog.missingUpTo < start;
  if (hasLog || start > primary.ram.last_committed_decree) learnLog(primary, learner, start);
  else learnCheckpoint(primary, learner);
  learnTableFrom(primary, learner);
  learner.saveRam();
  learner.saveDisk();
  return learner;
}

/** A secondary logs what its primary has prepared and it has not. */
export function copyLog(primary: Replica, secondary: Replica): void {
  for (const mutation of primary.plog.from(secondary.ram.last_prepared_decree + 1)) secondary.log(mutation);
}

/** Commits prepared mutations up to a decree; what they change is read from the log when somebody reads. */
export function commitUpTo(replica: Replica, decree: number): void {
  const { ram } = replica;
  const target = Math.min(decree, ram.last_prepared_decree);
  if (target <= ram.last_committed_decree) return;
  ram.last_committed_decree = target;
  replica.forgetRecords();
  replica.saveRam();
}

function openLearner(primary: Replica, server: ReplicaServer): Replica {
  const open = server.find(primary.gpid) ?? loadReplica(server, primary.appId, primary.pidx);
  if (open !== undefined) return open;
  const disk = { ...emptyDisk(primary.disk), disk_tag: tagForNewReplica(server, primary.appId) };
  const ram = openedMemory(disk, 0, 0, primary.now);
  const learner = server.open(primary.appId, primary.pidx, disk, ram);
  ram.checkpoint_timer_us = learner.now + checkpointPatience(learner, learner.now);
  return learner;
}

/** A learner that is ahead of its primary throws away what it has. */
function learnFromNothing(primary: Replica, server: ReplicaServer): Replica {
  const ahead = server.findUnsettled(primary.gpid);
  if (ahead !== undefined) server.close(ahead);
  server.erase(primary.appId, primary.pidx);
  return learn(primary, server);
}

/** While duplicating, a learner also gets the log that is not confirmed yet (duplication.md 3.8). */
function learnStart(primary: Replica, learner: Replica): number {
  const normal = learner.ram.last_committed_decree + 1;
  if (!primary.ram.duplication_master) return normal;
  const confirmed = minConfirmedDecree(primary);
  const forDuplication = (confirmed >= 0 ? confirmed : primary.plog.maxGcedDecree) + 1;
  const isMissing = forDuplication <= learner.plog.maxGcedDecree || learner.disk.plog.length === 0;
  return forDuplication < normal && isMissing ? forDuplication : normal;
}

function learnLog(primary: Replica, learner: Replica, start: number): void {
  const { ram } = learner;
  ram.last_prepared_decree = ram.last_committed_decree;
  if (start <= ram.last_committed_decree) learner.plog.reset(start - 1);
  for (const mutation of primary.plog.from(start)) learner.log(mutation);
  commitUpTo(learner, primary.ram.last_committed_decree);
}

/** The primary's newest checkpoint, and the log after it. */
function learnCheckpoint(primary: Replica, learner: Replica): void {
  const { ram, disk } = learner;
  const decree = primary.disk.last_durable_decree;
  learner.replaceRecords(readCheckpoint(primary));
  learner.plog.reset(decree);
  ram.last_committed_decree = decree;
  ram.last_prepared_decree = decree;
  disk.last_flushed_decree = decree;
  checkpointNow(learner);
  learnLog(primary, learner, decree + 1);
}
