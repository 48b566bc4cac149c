import type { AppRecord, DuplicationContext, PartitionProgress } from '../documents/meta.ts';
import type { MetaServer } from './meta-server.ts';

/** The leader's memory of a duplication; after a change of the leader it is made again from the tree. */
export function contextOf(meta: MetaServer, app: AppRecord, dupid: number): DuplicationContext {
  const known = meta.memories.duplicationContext(app.app_id, dupid);
  if (known !== undefined) return known;
  const record = meta.tree.duplication(app.app_id, dupid);
  const context = newContext(meta, app);
  if (record !== undefined) Object.assign(context, { status: record.status, fail_mode: record.fail_mode });
  meta.memories.saveDuplicationContext(app.app_id, dupid, context);
  return context;
}

/** What a leader knows of a duplication that was added just now: nothing was reported yet. */
export function newContext(meta: MetaServer, app: AppRecord): DuplicationContext {
  return {
    status: 'DS_INIT',
    fail_mode: 'FAIL_SLOW',
    since_us: meta.cluster.universe.now,
    attempts: 0,
    partition_count: app.partition_count,
  };
}

/**
 * What the leader knows of a partition: what was reported, else what the tree tells. Undefined for a partition that the
 * duplication has not heard of (D7).
 */
export function progressOf(
  meta: MetaServer,
  app: AppRecord,
  dupid: number,
  pidx: number,
): PartitionProgress | undefined {
  const reported = meta.memories.progress(app.app_id, dupid, pidx);
  if (reported !== undefined) return reported;
  const { partition_count, progress } = contextOf(meta, app, dupid);
  if (partition_count === undefined) return progress?.[pidx];
  return pidx < partition_count ? newProgress(meta.tree.progress(app.app_id, dupid, pidx)) : undefined;
}

/** The same of all partitions, by ascending index. */
export function* progressOfAll(
  meta: MetaServer,
  app: AppRecord,
  dupid: number,
): Generator<[pidx: number, PartitionProgress], void> {
  // A split that was cancelled leaves the children that a leader found when it began.
  const { partition_count = 0 } = contextOf(meta, app, dupid);
  const count = Math.max(app.partition_count, partition_count);
  for (let pidx = 0; pidx < count; pidx++) {
    const progress = progressOf(meta, app, dupid, pidx);
    if (progress !== undefined) yield [pidx, progress];
  }
}

/** @param stored the decree up to which nothing has to be shipped; -1 = not known yet */
export function newProgress(stored = -1): PartitionProgress {
  return {
    last_committed_decree: -1,
    volatile_decree: stored,
    stored_decree: stored,
    checkpoint_prepared: false,
    last_update_us: 0,
  };
}
