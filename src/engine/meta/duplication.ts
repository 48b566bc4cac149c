import type {
  DuplicationAddRequest,
  DuplicationAddResponse,
  DuplicationEntry,
  DuplicationModifyRequest,
  DuplicationModifyResponse,
  DuplicationPartitionState,
  DuplicationQueryRequest,
  DuplicationQueryResponse,
} from '../../rpc/idl/duplication.ts';
import type { Cluster } from '../cluster.ts';
import { AssertionFailure } from '../crash.ts';
import type { AppRecord, DuplicationContext, DuplicationStatus, FailMode } from '../documents/meta.ts';
import { confirmedByNow } from '../duplication/idle.ts';
import { scheduleSyncs } from '../duplication/sync-timer.ts';
import { duplicationId, duplicationIds, duplicationName, metaListOf } from '../peers.ts';
import { announceChange } from '../replica/config-sync-timer.ts';
import { contextOf, newContext } from './duplication-context.ts';
import { hasLeftover } from './leftover-follower.ts';
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

/** `add_duplication`: checks and hints in upstream's order (`meta_duplication_service.cpp`). */
export function addDuplication(meta: MetaServer, request: DuplicationAddRequest): DuplicationAddResponse {
  const remoteName = request.remote_app_name ?? request.app_name;
  const refused = refuseAdd(meta, request, remoteName);
  if (refused !== undefined) return { appid: 0, dupid: 0, ...refused };
  const app = meta.tree.appNamed(request.app_name) as AppRecord;
  const existing = meta
    .duplicationIds(app.app_id)
    .find((id) => meta.tree.duplication(app.app_id, id)?.remote === request.remote_cluster_name);
  if (existing === undefined && hasLeftover(meta, request)) {
    const hint = `app ${remoteName} of an earlier duplication is still there: drop it on ${request.remote_cluster_name}, or choose another name`;
    return { err: 'ERR_APP_EXIST', appid: 0, dupid: 0, hint };
  }
  const dupid = existing ?? newDuplicationId(meta, app.app_id);
  const target = request.is_duplicating_checkpoint === false ? 'DS_LOG' : 'DS_PREPARE';
  const current = existing === undefined ? newContext(meta, app) : contextOf(meta, app, dupid);
  const err = current.altering === undefined ? checkEdge(current.status, target) : 'ERR_BUSY';
  if (err !== 'ERR_OK') {
    const hint = `start dup[${app.app_name}(${dupid})] failed: err = ${err}`;
    return { err, appid: 0, dupid: 0, hint };
  }
  if (existing === undefined) {
    meta.tree.saveDuplication(app.app_id, dupid, {
      remote: request.remote_cluster_name,
      status: target,
      create_timestamp_ms: Math.floor(meta.cluster.universe.now / 1000),
      fail_mode: 'FAIL_SLOW',
      remote_app_name: remoteName,
      remote_replica_count: (request.remote_replica_count ?? 0) || app.max_replica_count,
    });
  }
  // A second request does the same in RAM as the first, and is told that there is one already (D3, D2).
  const isMoved = existing === undefined || meta.cluster.hasDefect('D3');
  const isChanged = current.status !== target || current.fail_mode !== 'FAIL_SLOW';
  if (existing === undefined && meta.isStorageSilent) {
    const altering = { status: target, fail_mode: 'FAIL_SLOW' } as const;
    meta.saveDuplicationContext(app.app_id, dupid, { ...current, altering });
  } else {
    if (isMoved && isChanged) enterStatus(meta, app, dupid, current, target, 'FAIL_SLOW');
    refreshDuplicating(meta, app);
  }
  const record = meta.tree.duplication(app.app_id, dupid);
  if (meta.cluster.hasDefect('2039'))
    return { err: 'ERR_OK', appid: app.app_id, dupid, ...askedFor(app, request) };
  return {
    err: existing === undefined ? 'ERR_OK' : 'ERR_DUP_EXIST',
    appid: app.app_id,
    dupid,
    remote_app_name: record?.remote_app_name ?? remoteName,
    remote_replica_count: record?.remote_replica_count ?? 0,
  };
}

/** Before #2038 a repeated request was answered with what it asked for, as though that were there. */
function askedFor(app: AppRecord, request: DuplicationAddRequest) {
  return {
    remote_app_name: request.remote_app_name ?? app.app_name,
    remote_replica_count: (request.remote_replica_count ?? 0) || app.max_replica_count,
  };
}

interface Refusal {
  readonly err: string;
  readonly hint: string;
}

function refuseAdd(
  meta: MetaServer,
  request: DuplicationAddRequest,
  remoteName: string,
): Refusal | undefined {
  const remote = request.remote_cluster_name;
  if (remote === duplicationName(meta)) return invalid('illegal operation: adding duplication to itself');
  const stranger = refuseStranger(meta, remote);
  if (stranger !== undefined) return stranger;
  const replicas = request.remote_replica_count ?? 0;
  if (replicas < 0)
    return invalid(`invalid remote_replica_count(${replicas}) which should never be negative`);
  const app = meta.tree.appNamed(request.app_name);
  if (app === undefined) return { err: 'ERR_APP_NOT_EXIST', hint: `app ${request.app_name} was not found` };
  if (app.status !== 'AS_AVAILABLE') {
    const hint = `app status was not AS_AVAILABLE: name=${app.app_name}, status=app_status::${app.status}`;
    return { err: 'ERR_APP_NOT_EXIST', hint };
  }
  const rival = findRival(meta, app, remote, remoteName);
  if (rival === undefined) return undefined;
  return invalid(
    `illegal operation: another app(${rival}) is also duplicated to the same remote app(cluster=${remote}, app=${remoteName})`,
  );
}

/** A cluster has to be known by its id and by its meta servers. */
function refuseStranger(meta: MetaServer, remote: string): Refusal | undefined {
  const { cluster } = meta;
  const hasId = remote !== '' && duplicationId(cluster, remote) !== undefined;
  if (!hasId && !meta.setting('replication.dup_ignore_other_cluster_ids')) {
    return invalid(`get_duplication_cluster_id(${remote}) failed, error: ${idError(cluster, remote)}`);
  }
  if (metaListOf(cluster, remote) !== undefined) return undefined;
  if (cluster.hasDefect('413')) throw noMetaServers(remote);
  return invalid(`failed to find cluster[${remote}] address in config [pegasus.clusters]`);
}

function idError(cluster: Cluster, remote: string): string {
  if (remote === '') return 'ERR_INVALID_PARAMETERS: cluster_name is empty';
  if (duplicationIds(cluster).size === 0)
    return 'ERR_OBJECT_NOT_FOUND: `duplication-group` is not configured';
  return `ERR_OBJECT_NOT_FOUND: failed to get cluster id for  << ${remote}`;
}

/** Before rdsn#1045 the meta server asserted what it now refuses. */
function noMetaServers(remote: string): AssertionFailure {
  const site = {
    file: 'replication_common.cpp',
    line: 375,
    function: 'load_meta_servers',
    thread: 'meta.meta_state0.0000000000000001',
  };
  const text = `[servers.size() > 0] no meta server specified in config [pegasus.clusters].${remote}`;
  return new AssertionFailure(site, '', text);
}

function invalid(hint: string): Refusal {
  return { err: 'ERR_INVALID_PARAMETERS', hint };
}

/** Another table that duplicates into the same remote table. */
function findRival(meta: MetaServer, app: AppRecord, remote: string, remoteName: string): string | undefined {
  const goesThere = (id: number, target: string | undefined): boolean =>
    meta.duplicationIds(id).some((dupid) => {
      const record = meta.tree.duplication(id, dupid);
      return record?.remote === remote && (target === undefined || record.remote_app_name === target);
    });
  if (goesThere(app.app_id, undefined)) return undefined;
  const others = meta.tree
    .apps()
    .filter(({ app_id, status }) => app_id !== app.app_id && status !== 'AS_DROPPED')
    .map(({ app_id, app_name }) => (goesThere(app_id, remoteName) ? app_name : undefined));
  return others.filter((name) => name !== undefined).sort()[0];
}

/** Unix seconds of the creation, or the next number that is free. */
function newDuplicationId(meta: MetaServer, appId: number): number {
  const taken = new Set(meta.tree.duplicationIds(appId));
  let dupid = Math.floor(meta.cluster.universe.now / 1_000_000);
  while (taken.has(dupid)) dupid++;
  return dupid;
}

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
  meta.saveDuplicationContext(app.app_id, request.dupid, { ...context, altering });
  if (!meta.isStorageSilent) finishAltering(meta, app, request.dupid);
  return { err: 'ERR_OK', appid: app.app_id };
}

/** What a duplication waits for to be stored is: it becomes what it was to become (`persist_status`). */
export function finishAltering(meta: MetaServer, app: AppRecord, dupid: number): void {
  const record = meta.tree.duplication(app.app_id, dupid);
  const { altering, ...context } = meta.duplicationContext(app.app_id, dupid) ?? {};
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
  meta.forgetDuplication(app.app_id, dupid);
  refreshDuplicating(meta, app);
  scheduleSyncs(meta.cluster);
}

/** `query_duplication`: one entry per duplication, in the order of their ids. */
export function queryDuplication(
  meta: MetaServer,
  request: DuplicationQueryRequest,
): DuplicationQueryResponse {
  const app = meta.tree.appNamed(request.app_name);
  if (app === undefined || app.status !== 'AS_AVAILABLE')
    return { err: 'ERR_APP_NOT_EXIST', appid: 0, entry_list: [] };
  return { err: 'ERR_OK', appid: app.app_id, entry_list: duplicationEntries(meta, app) };
}

/**
 * The entries that queries and lists carry, with the decrees that the leader knows of. Those are looked up when they are
 * read: that takes every replica of the table, and who asks for a status or an id has no use for them.
 */
export function duplicationEntries(meta: MetaServer, app: AppRecord): DuplicationEntry[] {
  return meta.duplicationIds(app.app_id).map((dupid) => {
    let states: Map<number, DuplicationPartitionState> | undefined;
    return {
      ...entryOf(meta, app, dupid),
      get partition_states() {
        states ??= partitionStates(meta, app, dupid);
        return states;
      },
    };
  });
}

function partitionStates(
  meta: MetaServer,
  app: AppRecord,
  dupid: number,
): Map<number, DuplicationPartitionState> {
  const { progress } = contextOf(meta, app, dupid);
  const states = Object.entries(progress).map(([pidx, state]): [number, DuplicationPartitionState] => {
    const idle = confirmedWhenIdle(meta, app.app_id, Number(pidx), dupid);
    return [
      Number(pidx),
      {
        confirmed_decree: idle ?? state.stored_decree,
        last_committed_decree: idle ?? state.last_committed_decree,
      },
    ];
  });
  return new Map(states);
}

/** What the syncs of idle time have told, which nobody has made up for yet: to ask changes nothing. */
function confirmedWhenIdle(meta: MetaServer, appId: number, pidx: number, dupid: number): number | undefined {
  const { primary } = meta.tree.partition(appId, pidx);
  const replica = meta.cluster.replicaServer(primary)?.findUnsettled(`${appId}.${pidx}`);
  return replica === undefined ? undefined : confirmedByNow(replica, dupid);
}

/** What all forms of an entry have in common. */
export function entryOf(meta: MetaServer, app: AppRecord, dupid: number): DuplicationEntry {
  const record = meta.tree.duplication(app.app_id, dupid);
  if (record === undefined) throw new Error(`duplication ${dupid} of table ${app.app_id} is gone`);
  const context = contextOf(meta, app, dupid);
  return {
    dupid,
    status: context.status,
    remote: record.remote,
    create_ts: record.create_timestamp_ms,
    fail_mode: context.fail_mode,
    remote_app_name: record.remote_app_name,
    remote_replica_count: record.remote_replica_count,
  };
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
  meta.saveDuplicationContext(
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
