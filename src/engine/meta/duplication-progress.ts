import { MS } from '../clock.ts';
import type { AppRecord } from '../documents/meta.ts';
import { newProgress, progressOf } from './duplication-context.ts';
import type { MetaServer } from './meta-server.ts';

/** What a primary's duplicator reports of its partition. */
export interface Confirm {
  readonly appId: number;
  readonly pidx: number;
  readonly dupid: number;
  readonly confirmed_decree: number;
  readonly checkpoint_prepared: boolean;
  readonly last_committed_decree: number;
}

/**
 * Takes in one partition's report of a time; the decree that was stored, if one was (`duplication_info::alter_progress`).
 * That is the reported one, also where an earlier primary has reported more: it counts as stored from then on.
 */
export function takeProgress(meta: MetaServer, confirm: Confirm, now: number): number | undefined {
  const app = meta.tree.app(confirm.appId);
  // What was dropped keeps the progress that it had.
  if (app?.status !== 'AS_AVAILABLE') return undefined;
  if (meta.tree.duplication(confirm.appId, confirm.dupid) === undefined) return undefined;
  const progress = progressOf(meta, app, confirm.dupid, confirm.pidx);
  if (progress === undefined) return undefined;
  progress.last_committed_decree = confirm.last_committed_decree;
  progress.checkpoint_prepared = confirm.checkpoint_prepared;
  progress.volatile_decree = Math.max(progress.volatile_decree, confirm.confirmed_decree);
  meta.memories.saveProgress(confirm.appId, confirm.dupid, confirm.pidx, progress);
  const period = meta.setting('replication.dup_progress_min_update_period_ms') * MS;
  if (progress.volatile_decree === progress.stored_decree || progress.last_update_us + period > now)
    return undefined;
  if (meta.isStorageSilent) return undefined;
  meta.tree.saveProgress(confirm.appId, confirm.dupid, confirm.pidx, confirm.confirmed_decree);
  progress.stored_decree = progress.volatile_decree;
  progress.last_update_us = now;
  return confirm.confirmed_decree;
}

/** A partition that a split adds is shipped from where it begins; as it is, no duplication hears of it (D7). */
export function trackChild(meta: MetaServer, app: AppRecord, pidx: number, decree: number): void {
  if (meta.cluster.hasDefect('D7')) return;
  for (const dupid of meta.duplicationIds(app.app_id)) {
    meta.memories.saveProgress(app.app_id, dupid, pidx, newProgress(decree));
    meta.tree.saveProgress(app.app_id, dupid, pidx, decree);
  }
}
