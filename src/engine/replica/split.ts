/** A partition is split in two (`src/replica/split/replica_split_manager.cpp`). */
import { AssertionFailure } from '../crash.ts';
import type { AppRecord } from '../documents/meta.ts';
import { trackChild } from '../meta/duplication-progress.ts';
import type { MetaServer } from '../meta/meta-server.ts';
import { isRegistered, registerChild, splitStatus, stopSplit } from '../meta/partition-split.ts';
import { CallFailure, callServer } from '../network.ts';
import type { Steps } from '../steps.ts';
import { checkpointingNow, checkpointPatience } from './checkpoint.ts';
import { scheduleTableSync } from './config-sync-timer.ts';
import { bringInStep, commitEmptyWrite, takeConfiguration } from './group.ts';
import { emptyDisk, openedMemory } from './memory.ts';
import { readingLongRecords } from './read-records.ts';
import type { Replica } from './replica.ts';
import type { ReplicaServer } from './replica-server.ts';
import { beginWithEnvs, learnTableFrom, takesForDuplicated } from './table-info.ts';

/** What the config sync tells a primary of the split of its partition; what does not succeed is tried at the next. */
export function* advancingSplit(meta: MetaServer, parent: Replica, app: AppRecord): Steps {
  const { appId, pidx, server, ram, disk } = parent;
  if (!parent.isPrimary || ram.reconfiguration !== undefined || disk.partition_count === app.partition_count)
    return;
  if (disk.partition_count * 2 !== app.partition_count) throw missedSplits(parent, app);
  const status = splitStatus(meta, appId, pidx);
  if (status === undefined) hearOfChild(meta, parent, app);
  else if (status === 'PAUSING' || status === 'CANCELING') stopSplit(meta, app, pidx);
  else if (status === 'SPLITTING' && !(yield* splitting(meta, parent, app)))
    scheduleTableSync(server, appId, parent.now + 1);
}

/** One that was away while its partition was split leads it: what it is told is that the child is there (`query_child_state`). */
function hearOfChild(meta: MetaServer, parent: Replica, app: AppRecord): void {
  if (!isRegistered(meta.tree.partition(app.app_id, childOf(parent, app)))) return;
  parent.disk.partition_count = app.partition_count;
  parent.saveDisk();
  bringInStep(parent);
}

/** One that was away while its table was split twice cannot go on. */
function missedSplits({ gpid, disk, server }: Replica, { partition_count }: AppRecord): AssertionFailure {
  const site = {
    file: 'replica_split_manager.cpp',
    line: 1211,
    function: 'trigger_primary_parent_split',
    thread: 'replica.default0',
  };
  const text = `[_replica->_app_info.partition_count * 2 == meta_partition_count] ${disk.partition_count * 2} vs ${partition_count} `;
  return new AssertionFailure(site, gpid, `[${gpid}@${server.node}] ${text}`);
}

/**
 * Every member of a whole group makes a child of the records of its half and the other's; nobody reads there what the
 * hash of its key sends elsewhere, and a compaction removes it. Whether it worked.
 */
function* splitting(meta: MetaServer, parent: Replica, app: AppRecord): Steps<boolean> {
  if (wholeGroup(parent) === undefined) return false;
  yield* readingLongRecords(parent);
  // Upstream's sync point: what was prepared before the children were there is committed with it.
  commitEmptyWrite(parent);
  const { ram } = parent;
  if (!parent.isPrimary || ram.last_committed_decree < ram.last_prepared_decree) return false;
  bringInStep(parent);
  // Somebody may have been dropped meanwhile (`update_child_group_partition_count`).
  const members = parent.isPrimary ? wholeGroup(parent) : undefined;
  if (members === undefined) return false;
  const registered = registerChild(meta, app, parent.pidx, ram.ballot);
  if (registered === undefined) return false;
  trackChild(meta, app, childOf(parent, app), ram.last_committed_decree);
  const children: Replica[] = [];
  for (const server of members) children.push(yield* openingChild(parent, server, app));
  const [primary, ...secondaries] = children as [Replica, ...Replica[]];
  for (const secondary of secondaries) takeConfiguration(secondary, registered);
  yield* readingLongRecords(primary);
  takeConfiguration(primary, registered);
  return true;
}

function childOf({ pidx }: Replica, { partition_count }: AppRecord): number {
  return pidx + partition_count / 2;
}

/** The servers of a partition, the primary's first; undefined where one does not answer, or is missing. */
function wholeGroup(parent: Replica): ReplicaServer[] | undefined {
  const { server, ram, disk, gpid } = parent;
  if (ram.secondaries.length + 1 !== disk.max_replica_count) return undefined;
  try {
    const others = ram.secondaries.map((node) => {
      const member = server.cluster.replicaServer(node);
      callServer(server, member, () => {
        if (member?.findUnsettled(gpid)?.ram.status !== 'PS_SECONDARY')
          throw new CallFailure('ERR_INVALID_STATE');
      });
      return member as ReplicaServer;
    });
    return [server, ...others];
  } catch (error) {
    if (!(error instanceof CallFailure)) throw error;
    return undefined;
  }
}

/** A child has its parent's records, and a log of its own that begins after them. */
function* openingChild(primary: Replica, server: ReplicaServer, app: AppRecord): Steps<Replica> {
  const parent = server.findUnsettled(primary.gpid) as Replica;
  const { partition_count } = app;
  parent.disk.partition_count = partition_count;
  parent.saveDisk();
  const table = { ...parent.disk, partition_count };
  const disk = emptyDisk(table, takesForDuplicated(parent), parent.disk.disk_tag);
  const ram = openedMemory(disk, 0, 0, parent.now);
  const child = server.open(app.app_id, childOf(primary, app), disk, ram);
  const decree = primary.ram.last_committed_decree;
  beginWithEnvs(child, parent.firstEnvs);
  child.plog.reset(decree);
  Object.assign(ram, { last_committed_decree: decree, last_prepared_decree: decree });
  // They are the parent's own: it must not go on with them.
  child.replaceRecords(yield* primary.recordsAsOf(decree));
  yield* checkpointingNow(child);
  child.forgetRecords();
  learnTableFrom(parent, child);
  child.saveDisk();
  ram.checkpoint_timer_us = child.now + checkpointPatience(child, child.now);
  return child;
}
