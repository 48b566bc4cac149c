import { CallFailure } from '../network.ts';
import { allOf, MAY_BE_KEPT, type Steps } from '../steps.ts';
import { LogLine } from '../storage/store.ts';
import { checkpointingNow, checkpointPatience, takingCheckpoint } from './checkpoint.ts';
import { readingCheckpoint, readingCheckpointFile } from './checkpoint-file.ts';
import { tagForNewReplica } from './disks.ts';
import { reopen } from './garbage.ts';
import { minConfirmedDecree } from './log-collection.ts';
import { emptyDisk, openedMemory } from './memory.ts';
import type { Replica } from './replica.ts';
import type { ReplicaServer } from './replica-server.ts';
import { loadingReplica } from './restart.ts';
import { beginWithEnvs, learnTableFrom, takesForDuplicated } from './table-info.ts';

/**
 * A server learns a partition from its primary: log where it reaches back far enough, else the primary's newest
 * checkpoint and the log after it. What it has learnt it keeps in a checkpoint of its own (`replica_learn.cpp`).
 *
 * @throws CallFailure where the server has no disk for it
 */
export function* learning(primary: Replica, server: ReplicaServer): Steps {
  const learner = yield* openingLearner(primary, server);
  learner.ram.status = 'PS_POTENTIAL_SECONDARY';
  learner.saveRam();
  if (learner.ram.last_committed_decree > primary.ram.last_committed_decree) {
    yield* learningFromNothing(primary, server);
    return;
  }
  const start = learnStart(primary, learner);
  if (learnsLog(primary, learner, start)) yield* learningLog(primary, learner, start);
  else yield* learningCheckpoint(primary, learner);
  learnTableFrom(primary, learner);
  yield* checkpointingNow(learner);
  learner.saveRam();
  learner.saveDisk();
}

/**
 * Log is learnt where there is no checkpoint of it, where the primary still has it in memory, and where segments before
 * it show that it is whole (`on_learn`, `mutation_log::get_learn_state`); else a checkpoint.
 */
function learnsLog(primary: Replica, learner: Replica, start: number): boolean {
  const { ram, disk, plog } = primary;
  if (start > ram.last_committed_decree || start <= learner.ram.last_committed_decree) return true;
  if (plog.missingUpTo >= start) return false;
  return (
    start > disk.last_durable_decree || isInMemory(primary, start) || plog.decreesBeforeSegmentOf(start) > 0
  );
}

function isInMemory({ ram, server }: Replica, decree: number): boolean {
  const count = server.setting('replication.max_mutation_count_in_prepare_list');
  return decree > ram.last_prepared_decree - count;
}

/** A secondary logs what its primary has prepared and it has not. */
export function copyLog(primary: Replica, secondary: Replica): void {
  allOf(copyingLog(primary, secondary, secondary.ram.last_prepared_decree + 1));
}

function* copyingLog(primary: Replica, other: Replica, from: number): Steps {
  // Where more is committed than the log has yet, whoever went on after that would leave a gap.
  const step = () => (other.disk.max_plog_decree < other.ram.last_committed_decree ? undefined : MAY_BE_KEPT);
  for (const part of primary.plog.partsFrom(from)) {
    yield step();
    for (const mutation of part) {
      other.log(mutation, LogLine.of(mutation));
      other.saveProgress();
      yield step();
    }
  }
}

/**
 * Commits prepared mutations up to a decree; what they change is read from the log when somebody reads. The caller saves
 * what the replica remembers.
 */
export function commitUpTo(replica: Replica, decree: number): void {
  const { ram } = replica;
  const target = Math.min(decree, ram.last_prepared_decree);
  if (target <= ram.last_committed_decree) return;
  ram.last_committed_decree = target;
  replica.forgetRecords();
}

function* openingLearner(primary: Replica, server: ReplicaServer): Steps<Replica> {
  const closing = server.findClosing(primary.gpid);
  if (closing !== undefined) reopen(closing);
  const open = server.find(primary.gpid) ?? (yield* loadingReplica(server, primary.appId, primary.pidx));
  if (open !== undefined) return open;
  const tag = tagForNewReplica(server, primary.appId);
  if (tag === undefined) throw new CallFailure('ERR_FILE_OPERATION_FAILED');
  // What it has is on a disk that failed.
  server.erase(primary.appId, primary.pidx);
  const isDuplicating = takesForDuplicated(primary) && !server.cluster.hasDefect('740');
  const disk = emptyDisk(primary.disk, isDuplicating, tag);
  const ram = openedMemory(disk, 0, 0, primary.now);
  const learner = server.open(primary.appId, primary.pidx, disk, ram);
  beginWithEnvs(learner, primary.firstEnvs);
  ram.checkpoint_timer_us = learner.now + checkpointPatience(learner, learner.now);
  return learner;
}

/** A learner that is ahead of its primary throws away what it has. */
function* learningFromNothing(primary: Replica, server: ReplicaServer): Steps {
  const ahead = server.findUnsettled(primary.gpid);
  if (ahead !== undefined) server.close(ahead);
  server.erase(primary.appId, primary.pidx);
  yield* learning(primary, server);
}

/** While duplicating, a learner also gets the log that is not confirmed yet (`replica_learn.cpp`). */
function learnStart(primary: Replica, learner: Replica): number {
  const normal = learner.ram.last_committed_decree + 1;
  if (!isDuplicated(primary, learner)) return normal;
  const confirmed = minConfirmedDecree(primary);
  const settled = confirmed >= 0 ? confirmed : primary.plog.maxGcedDecree;
  // There is no log of which anything could be missing: of a table that was restored from one that is duplicated.
  if (settled < 0) return normal;
  const forDuplication = settled + 1;
  const isMissing = forDuplication <= learner.plog.maxGcedDecree || learner.disk.plog.length === 0;
  return forDuplication < normal && isMissing ? forDuplication : normal;
}

/** Before rdsn#838 a learner went by what it knew itself, which is nothing before its first config sync (#740). */
function isDuplicated(primary: Replica, learner: Replica): boolean {
  const asker = primary.server.cluster.hasDefect('740') ? learner : primary;
  return asker.ram.duplication_master;
}

function* learningLog(primary: Replica, learner: Replica, start: number): Steps {
  const { ram } = learner;
  ram.last_prepared_decree = ram.last_committed_decree;
  const stepsBack = start <= ram.last_committed_decree;
  // Before rdsn#845 what it had learnt was lost where its log was replaced (#765).
  const first = stepsBack && primary.server.cluster.hasDefect('765') ? ram.last_committed_decree + 1 : start;
  if (stepsBack) learner.plog.reset(first - 1);
  const isApplied = isOnlyApplied(primary, learner, first);
  if (isApplied) yield* applyingLog(primary, learner);
  yield* copyingLog(primary, learner, isApplied ? ram.last_prepared_decree + 1 : first);
  commitUpTo(learner, primary.ram.last_committed_decree);
}

/** What is learnt from files of log is only applied, where nobody duplicates it: the own log begins after it (`apply_learned_state_from_private_log`). */
function isOnlyApplied(primary: Replica, learner: Replica, first: number): boolean {
  return learner.disk.plog.length === 0 && !isInMemory(primary, first) && !isDuplicated(primary, learner);
}

function* applyingLog(primary: Replica, learner: Replica): Steps {
  const { ram, plog } = learner;
  const { last_committed_decree: decree, last_timestamp_us } = primary.ram;
  learner.replaceRecords(yield* learner.recordsWith(primary.plog, decree));
  ram.last_committed_decree = decree;
  ram.last_prepared_decree = decree;
  ram.last_timestamp_us = Math.max(ram.last_timestamp_us, last_timestamp_us);
  plog.reset(decree);
  yield* checkpointingNow(learner);
  learner.forgetRecords();
}

/** The primary's newest checkpoint, and in another round the log after it; where that is duplicated, also what is not confirmed. */
function* learningCheckpoint(primary: Replica, learner: Replica): Steps {
  const { ram, disk } = learner;
  const decree = primary.disk.last_durable_decree;
  const isNewer = decree > disk.last_durable_decree;
  learner.plog.reset(decree);
  ram.last_committed_decree = decree;
  ram.last_prepared_decree = decree;
  disk.last_flushed_decree = decree;
  if (isNewer) yield* takingCheckpoint(learner, decree, yield* readingCheckpointFile(primary));
  if (isNewer) learner.forgetRecords();
  else learner.replaceRecords(yield* readingCheckpoint(primary));
  yield* learningLog(primary, learner, learnStart(primary, learner));
}
