import type { DuplicationModifyRequest, DuplicationModifyResponse } from '../../rpc/idl/duplication.ts';
import type { AppRecord, DuplicationContext, DuplicationStatus, FailMode } from '../documents/meta.ts';
import { scheduleSyncs } from '../duplication/sync-timer.ts';
import { announceChange } from '../replica/config-sync-timer.ts';
import { contextOf } from './duplication-context.ts';
import type { MetaServer } from './meta-server.ts';

/** Edges of the state machine besides staying and removal (`duplication_info.h is_valid_alteration`). */
const EDGES: Readonly<Record<DuplicationStatus, readonly DuplicationStatus[]>> = {
  DS_INIT: ['DS_PREPARE', 'DS_LOG'],
  DS_PREPARE: ['DS_APP'],
  DS_APP: ['DS_LOG'],
  DS_LOG: ['DS_PAUSE'],
  DS_PAUSE: ['DS_LOG'],
  DS_REMOVED: [],
};

/** `modify_duplication` (`meta_duplication_service.cpp`). */
export function modifyDuplication(
  meta: MetaServer,
  request: DuplicationModifyRequest,
): DuplicationModifyResponse {
  const app = meta.tree.appNamed(request.app_name);
  if (app === undefined || app.status !== 'AS_AVAILABLE') return { err: 'ERR_APP_NOT_EXIST', appid: 0 };
  const record = meta.tree.duplication(app.app_id, request.dupid);
  if (record === undefined) return { err: 'ERR_OBJECT_NOT_FOUND', appid: 0 };
  const context = contextOf(meta, app, request.dupid);
  if (context.altering !== undefined) return { err: 'ERR_BUSY', appid: 0 };
  const status = request.status ?? context.status;
  const failMode = request.fail_mode ?? context.fail_mode;
  const err = checkEdge(context.status, status);
  if (err !== 'ERR_OK') return { err, appid: 0 };
  if (status === context.status && failMode === context.fail_mode) return { err: 'ERR_OK', appid: 0 };
  const altering = { status, fail_mode: failMode };
  meta.memories.saveDuplicationContext(app.app_id, request.dupid, { ...context, altering });
  if (!meta.isStorageSilent) finishAltering(meta, app, request.dupid);
  return { err: 'ERR_OK', appid: app.app_id };
}

/** What a duplication waits for to be stored is: it becomes what it was to become (`persist_status`). */
export function finishAltering(meta: MetaServer, app: AppRecord, dupid: number): void {
  const record = meta.tree.duplication(app.app_id, dupid);
  const { altering, ...context } = meta.memories.duplicationContext(app.app_id, dupid) ?? {};
  if (record === undefined || altering === undefined) return;
  const { status, fail_mode } = altering;
  if (status === 'DS_REMOVED') {
    removeDuplication(meta, app, dupid);
    return;
  }
  meta.tree.saveDuplication(app.app_id, dupid, { ...record, status, fail_mode });
  enterStatus(meta, app, dupid, context as DuplicationContext, status, fail_mode);
  refreshDuplicating(meta, app);
}

function removeDuplication(meta: MetaServer, app: AppRecord, dupid: number): void {
  meta.tree.removeDuplication(app.app_id, dupid);
  meta.memories.forgetDuplication(app.app_id, dupid, app.partition_count);
  refreshDuplicating(meta, app);
  scheduleSyncs(meta.cluster);
}

/** The legality of a change, without making it (`duplication_info::alter_status`). */
export function checkEdge(
  from: DuplicationStatus,
  to: DuplicationStatus,
): 'ERR_OK' | 'ERR_INVALID_PARAMETERS' {
  return from === to || to === 'DS_REMOVED' || EDGES[from].includes(to) ? 'ERR_OK' : 'ERR_INVALID_PARAMETERS';
}

/** A status becomes the current one, and every replica server hears of it at its next sync. */
export function enterStatus(
  meta: MetaServer,
  app: AppRecord,
  dupid: number,
  context: DuplicationContext,
  status: DuplicationStatus,
  failMode: FailMode,
): void {
  const { last_error: _resolved, ...kept } = context;
  const entered = { ...kept, status, fail_mode: failMode, since_us: meta.cluster.universe.now, attempts: 0 };
  meta.memories.saveDuplicationContext(
    app.app_id,
    dupid,
    status === context.status ? { ...context, fail_mode: failMode } : entered,
  );
  scheduleSyncs(meta.cluster);
}

/** The table's own flag; upstream keeps it in RAM until something else writes the table's node. */
export function refreshDuplicating(meta: MetaServer, app: AppRecord): void {
  const duplicating = meta.duplicationIds(app.app_id).length > 0 ? 1 : 0;
  const stored = meta.tree.app(app.app_id) ?? app;
  if (stored.duplicating !== duplicating) meta.tree.saveApp({ ...stored, duplicating });
  announceChange(meta.cluster, app.app_id);
}
