import type { AppRecord, DuplicationContext, PartitionProgress } from '../documents/meta.ts';
import type { MetaServer } from './meta-server.ts';

/** The leader's memory of a duplication; after a change of the leader it is made again from the tree. */
export function contextOf(meta: MetaServer, app: AppRecord, dupid: number): DuplicationContext {
  const known = meta.memories.duplicationContext(app.app_id, dupid);
  if (known !== undefined) return known;
  const record = meta.tree.duplication(app.app_id, dupid);
  const context = newContext(meta, app);
  if (record !== undefined) Object.assign(context, { status: record.status, fail_mode: record.fail_mode });
  for (let pidx = 0; pidx < app.partition_count; pidx++) {
    const stored = meta.tree.progress(app.app_id, dupid, pidx);
    Object.assign(context.progress[pidx] ?? {}, { stored_decree: stored, volatile_decree: stored });
  }
  meta.memories.saveDuplicationContext(app.app_id, dupid, context);
  return context;
}

/** What a leader knows of a duplication that was added just now: nothing was reported yet. */
export function newContext(meta: MetaServer, app: AppRecord): DuplicationContext {
  const progress = Array.from({ length: app.partition_count }, (_, pidx) => [`${pidx}`, newProgress()]);
  return {
    status: 'DS_INIT',
    fail_mode: 'FAIL_SLOW',
    since_us: meta.cluster.universe.now,
    attempts: 0,
    progress: Object.fromEntries(progress),
  };
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
