import { restoringCheckpoint } from '../backup/restore-checkpoint.ts';
import { AssertionFailure } from '../crash.ts';
import type { AppRecord, PartitionRecord } from '../documents/meta.ts';
import type { MetaServer } from '../meta/meta-server.ts';
import { partitionCountFor } from '../meta/partition-split.ts';
import type { Steps } from '../steps.ts';
import { checkpointPatience } from './checkpoint.ts';
import { tagForNewReplica } from './disks.ts';
import { copyingFromMaster, isFollower } from './follower-copy.ts';
import { emptyDisk, openedMemory } from './memory.ts';
import type { Replica } from './replica.ts';
import type { ReplicaServer } from './replica-server.ts';
import { loadingReplica } from './restart.ts';
import { beginWithEnvs, hearWhetherDuplicated, learnTable } from './table-info.ts';

/**
 * A new partition gets an empty replica, its master's checkpoint, or that of a backup; one that was dropped is opened again
 * (`replica_stub.cpp open_replica`).
 *
 * @returns undefined where it could not be opened, and is to be proposed again
 * @throws AssertionFailure when a partition that had data is to be led by a server that has none of it
 */
export function* openingAsPrimary(
  meta: MetaServer,
  server: ReplicaServer,
  app: AppRecord,
  pidx: number,
  partition: PartitionRecord,
): Steps<Replica | undefined> {
  const appId = app.app_id;
  const loaded = yield* loadingReplica(server, appId, pidx);
  if (loaded !== undefined) {
    hearWhetherDuplicated(app, loaded);
    return loaded;
  }
  if (partition.ballot > 0) throw lostReplica(server, appId, pidx, partition);
  const tag = tagForNewReplica(server, appId);
  if (tag === undefined) return undefined;
  const table = { ...app, partition_count: partitionCountFor(meta, app, pidx) };
  const disk = emptyDisk(table, app.duplicating === 1, tag);
  const ram = openedMemory(disk, 0, 0, server.cluster.universe.now);
  const replica = server.open(appId, pidx, disk, ram);
  beginWithEnvs(replica, app.envs);
  learnTable(app, replica);
  ram.checkpoint_timer_us = replica.now + checkpointPatience(replica, replica.now);
  const isFilled =
    (app.envs['restore.policy_name'] === undefined || (yield* restoringCheckpoint(meta, replica, app))) &&
    (!isFollower(app) || (yield* copyingFromMaster(replica, app)));
  if (isFilled) return replica;
  server.close(replica);
  server.erase(appId, pidx);
  return undefined;
}

function lostReplica(
  server: ReplicaServer,
  appId: number,
  pidx: number,
  partition: PartitionRecord,
): AssertionFailure {
  const site = {
    file: 'replica_stub.cpp',
    line: 2052,
    function: 'open_replica',
    thread: 'replica.default0',
  };
  return new AssertionFailure(
    site,
    `${appId}.${pidx}`,
    `[false] [${server.node}] cannot load replica(${appId}.${pidx}.pegasus), ballot = ${partition.ballot}, ` +
      `last_committed_decree = ${partition.last_committed_decree}, but it does not existed!`,
  );
}
