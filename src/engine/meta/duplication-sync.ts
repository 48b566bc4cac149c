import type { DuplicationEntry } from '../../rpc/idl/duplication.ts';
import type { AppRecord, DuplicationContext } from '../documents/meta.ts';
import type { Steps } from '../steps.ts';
import { contextOf } from './duplication-context.ts';
import { type Confirm, takeProgress } from './duplication-progress.ts';
import { entryOf } from './duplication-query.ts';
import { askFollower, failsAgain } from './follower.ts';
import type { MetaServer } from './meta-server.ts';

/** Duplications by table and id, each with the progress that is stored. */
export type DuplicationMap = ReadonlyMap<number, ReadonlyMap<number, DuplicationEntry>>;

/**
 * A replica server's sync (`meta_duplication_service.cpp duplication_sync`): first what can move on moves on, then the
 * reported progress is taken in, so that a prepared checkpoint counts from the next sync on. Undefined where there is no
 * duplication service.
 */
export function* duplicationSync(
  meta: MetaServer,
  node: string,
  confirms: readonly Confirm[],
): Steps<DuplicationMap | undefined> {
  if (!meta.setting('replication.duplication_enabled')) return undefined;
  const map = new Map<number, Map<number, DuplicationEntry>>();
  for (const app of tablesLedBy(meta, node)) {
    const ids = meta
      .duplicationIds(app.app_id)
      .filter((dupid) => contextOf(meta, app, dupid).status !== 'DS_INIT');
    map.set(app.app_id, new Map(ids.map((dupid) => [dupid, serveEntry(meta, app, dupid, node)])));
    yield;
  }
  for (const confirm of confirms) {
    yield;
    const entry = map.get(confirm.appId)?.get(confirm.dupid);
    if (entry === undefined) continue;
    const stored = takeProgress(meta, confirm, meta.cluster.universe.now);
    if (stored !== undefined) entry.progress?.set(confirm.pidx, stored);
  }
  return map;
}

function tablesLedBy(meta: MetaServer, node: string): AppRecord[] {
  return meta.tree
    .apps()
    .filter((app) => app.status === 'AS_AVAILABLE' && app.duplicating === 1)
    .filter((app) => leadsAny(meta, app, node));
}

function leadsAny(meta: MetaServer, app: AppRecord, node: string): boolean {
  for (let pidx = 0; pidx < app.partition_count; pidx++)
    if (meta.tree.partition(app.app_id, pidx).primary === node) return true;
  return false;
}

function serveEntry(meta: MetaServer, app: AppRecord, dupid: number, node: string): DuplicationEntry {
  const context = contextOf(meta, app, dupid);
  if (isEarly(context) && isPrepared(context)) askFollower(meta, app, dupid, node);
  const progress = Object.entries(context.progress).map(
    ([pidx, p]) => [Number(pidx), p.stored_decree] as const,
  );
  return { ...entryOf(meta, app, dupid), progress: new Map(progress) };
}

/**
 * Whether syncs lead to nothing until something else happens: the next step fails as it failed before, or checkpoints
 * are waited for that nobody reports any more (D1).
 */
export function isBlocked(meta: MetaServer, appId: number, dupid: number): boolean {
  const context = meta.memories.duplicationContext(appId, dupid);
  if (context === undefined || !isEarly(context)) return false;
  const isReported = context.status === 'DS_PREPARE' || !meta.cluster.hasDefect('D1');
  return failsAgain(meta, appId, dupid) || !(isReported || isPrepared(context));
}

function isEarly({ status }: DuplicationContext): boolean {
  return status === 'DS_PREPARE' || status === 'DS_APP';
}

/** Partitions that a split has added since have no progress, and are not waited for (D7). */
function isPrepared({ progress }: DuplicationContext): boolean {
  return Object.values(progress).every((one) => one.checkpoint_prepared);
}
