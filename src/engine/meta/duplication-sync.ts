import type { DuplicationEntry } from '../../rpc/idl/duplication.ts';
import type { AppRecord, DuplicationContext } from '../documents/meta.ts';
import type { Steps } from '../steps.ts';
import { contextOf, progressOfAll } from './duplication-context.ts';
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
    const entries = new Map<number, DuplicationEntry>();
    for (const dupid of ids) entries.set(dupid, yield* serveEntry(meta, app, dupid, node));
    map.set(app.app_id, entries);
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

function* serveEntry(meta: MetaServer, app: AppRecord, dupid: number, node: string): Steps<DuplicationEntry> {
  const progress = new Map<number, number>();
  let isPrepared = true;
  for (const [pidx, { stored_decree, checkpoint_prepared }] of progressOfAll(meta, app, dupid)) {
    progress.set(pidx, stored_decree);
    isPrepared &&= checkpoint_prepared;
    yield;
  }
  if (isPrepared && isEarly(contextOf(meta, app, dupid))) askFollower(meta, app, dupid, node);
  return { ...entryOf(meta, app, dupid), progress };
}

/**
 * Whether syncs lead to nothing until something else happens: the next step fails as it failed before, or checkpoints
 * are waited for that nobody reports any more (D1).
 */
export function isBlocked(meta: MetaServer, appId: number, dupid: number): boolean {
  const app = meta.tree.app(appId);
  const context = meta.memories.duplicationContext(appId, dupid);
  if (app === undefined || context === undefined || !isEarly(context)) return false;
  const isReported = context.status === 'DS_PREPARE' || !meta.cluster.hasDefect('D1');
  return failsAgain(meta, appId, dupid) || !(isReported || isPrepared(meta, app, dupid));
}

function isEarly({ status }: DuplicationContext): boolean {
  return status === 'DS_PREPARE' || status === 'DS_APP';
}

/** Partitions that a split has added since have no progress, and are not waited for (D7). */
function isPrepared(meta: MetaServer, app: AppRecord, dupid: number): boolean {
  for (const [, { checkpoint_prepared }] of progressOfAll(meta, app, dupid))
    if (!checkpoint_prepared) return false;
  return true;
}
