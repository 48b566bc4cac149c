import type { DuplicationEntry } from '../../rpc/idl/duplication.ts';
import { MS } from '../clock.ts';
import type { AppRecord, DuplicationContext } from '../documents/meta.ts';
import { contextOf, entryOf } from './duplication.ts';
import { askFollower } from './follower.ts';
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

/** Duplications by table and id, each with the progress that is stored. */
export type DuplicationMap = ReadonlyMap<number, ReadonlyMap<number, DuplicationEntry>>;

/**
 * A replica server's sync (`meta_duplication_service.cpp duplication_sync`): first what can move on moves on, then the
 * reported progress is taken in, so that a prepared checkpoint counts from the next sync on.
 */
export function duplicationSync(
  meta: MetaServer,
  node: string,
  confirms: readonly Confirm[],
): DuplicationMap {
  const map = new Map<number, Map<number, DuplicationEntry>>();
  for (const app of tablesLedBy(meta, node)) {
    const ids = meta.tree.duplicationIds(app.app_id);
    map.set(app.app_id, new Map(ids.map((dupid) => [dupid, serveEntry(meta, app, dupid)])));
  }
  for (const confirm of confirms) {
    const stored = takeProgress(meta, confirm);
    if (stored !== undefined) map.get(confirm.appId)?.get(confirm.dupid)?.progress?.set(confirm.pidx, stored);
  }
  return map;
}

function tablesLedBy(meta: MetaServer, node: string): AppRecord[] {
  return meta.tree
    .apps()
    .filter((app) => app.status === 'AS_AVAILABLE' && app.duplicating === 1)
    .filter((app) => meta.tree.partitions(app).some((partition) => partition.primary === node));
}

function serveEntry(meta: MetaServer, app: AppRecord, dupid: number): DuplicationEntry {
  const context = contextOf(meta, app, dupid);
  if (isMovable(context, app)) askFollower(meta, app, dupid);
  const progress = Object.entries(context.progress).map(
    ([pidx, p]) => [Number(pidx), p.stored_decree] as const,
  );
  return { ...entryOf(meta, app, dupid), progress: new Map(progress) };
}

/** Partitions that a split has added since have no progress, and so are never prepared (D7). */
function isMovable({ status, progress }: DuplicationContext, app: AppRecord): boolean {
  const isEarly = status === 'DS_PREPARE' || status === 'DS_APP';
  const prepared = Object.values(progress).filter((one) => one.checkpoint_prepared);
  return isEarly && prepared.length === app.partition_count;
}

/** Takes in one partition's report; the decree that was stored, if one was (`duplication_info::alter_progress`). */
function takeProgress(meta: MetaServer, confirm: Confirm): number | undefined {
  const app = meta.tree.app(confirm.appId);
  if (app === undefined || meta.tree.duplication(confirm.appId, confirm.dupid) === undefined)
    return undefined;
  const context = contextOf(meta, app, confirm.dupid);
  const progress = context.progress[confirm.pidx];
  if (progress === undefined) return undefined;
  progress.last_committed_decree = confirm.last_committed_decree;
  progress.checkpoint_prepared = confirm.checkpoint_prepared;
  progress.volatile_decree = Math.max(progress.volatile_decree, confirm.confirmed_decree);
  meta.saveDuplicationContext(confirm.appId, confirm.dupid, context);
  const { now } = meta.cluster.universe;
  const period = meta.setting('replication.dup_progress_min_update_period_ms') * MS;
  if (progress.volatile_decree === progress.stored_decree || progress.last_update_us + period > now)
    return undefined;
  meta.tree.saveProgress(confirm.appId, confirm.dupid, confirm.pidx, confirm.confirmed_decree);
  progress.stored_decree = progress.volatile_decree;
  progress.last_update_us = now;
  return progress.stored_decree;
}
