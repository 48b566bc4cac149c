import type { DuplicationAddRequest, DuplicationAddResponse } from '../../rpc/idl/duplication.ts';
import { inSeconds, MS } from '../clock.ts';
import type { Cluster } from '../cluster.ts';
import { AssertionFailure } from '../crash.ts';
import type { AppRecord, DuplicationRecord } from '../documents/meta.ts';
import { duplicationId, duplicationIds, duplicationName, metaListOf } from '../peers.ts';
import { contextOf, newContext } from './duplication-context.ts';
import { watchLimit } from './duplication-limit.ts';
import { checkEdge, enterStatus, refreshDuplicating } from './duplication-modify.ts';
import { hasLeftover } from './leftover-follower.ts';
import type { MetaServer } from './meta-server.ts';

/**
 * `add_duplication`: checks and hints in upstream's order (`meta_duplication_service.cpp`).
 *
 * @throws AssertionFailure with defect 413, where the remote cluster's meta servers are not configured
 */
export function addDuplication(meta: MetaServer, request: DuplicationAddRequest): DuplicationAddResponse {
  const reply = add(meta, request);
  if (reply.err === 'ERR_OK') watchLimit(meta, { appId: reply.appid, dupid: reply.dupid });
  return reply;
}

function add(meta: MetaServer, request: DuplicationAddRequest): DuplicationAddResponse {
  const remoteName = request.remote_app_name ?? request.app_name;
  const refusal = refuseAdd(meta, request, remoteName);
  if (refusal !== undefined) return refused(refusal);
  const app = meta.tree.appNamed(request.app_name) as AppRecord;
  const existing = meta
    .duplicationIds(app.app_id)
    .find((id) => meta.tree.duplication(app.app_id, id)?.remote === request.remote_cluster_name);
  if (existing !== undefined) return addAgain(meta, app, existing, request);
  if (hasLeftover(meta, request)) {
    const hint = `app ${remoteName} of an earlier duplication is still there: drop it on ${request.remote_cluster_name}, or choose another name`;
    return refused({ err: 'ERR_APP_EXIST', hint });
  }
  const dupid = newDuplicationId(meta, app.app_id);
  begin(meta, app, dupid, {
    remote: request.remote_cluster_name,
    status: statusAskedFor(request),
    create_timestamp_ms: Math.floor(meta.cluster.universe.now / MS),
    fail_mode: 'FAIL_SLOW',
    ...followerAskedFor(app, request),
  });
  return { err: 'ERR_OK', appid: app.app_id, dupid, ...followerAskedFor(app, request) };
}

function begin(meta: MetaServer, app: AppRecord, dupid: number, record: DuplicationRecord): void {
  meta.tree.saveDuplication(app.app_id, dupid, record);
  const context = newContext(meta, app);
  const { status, fail_mode } = record;
  if (meta.isStorageSilent) {
    meta.memories.saveDuplicationContext(app.app_id, dupid, { ...context, altering: { status, fail_mode } });
    return;
  }
  enterStatus(meta, app, dupid, context, status, fail_mode);
  refreshDuplicating(meta, app);
}

/**
 * A second request does the same in RAM as the first, and is told that there is one already (D3, D2). Before #2038 it was
 * answered with what it asks for, as though that were there.
 */
function addAgain(
  meta: MetaServer,
  app: AppRecord,
  dupid: number,
  request: DuplicationAddRequest,
): DuplicationAddResponse {
  const context = contextOf(meta, app, dupid);
  const status = statusAskedFor(request);
  const err = context.altering === undefined ? checkEdge(context.status, status) : 'ERR_BUSY';
  if (err !== 'ERR_OK')
    return refused({ err, hint: `start dup[${app.app_name}(${dupid})] failed: err = ${err}` });
  const isChanged = context.status !== status || context.fail_mode !== 'FAIL_SLOW';
  if (isChanged && meta.cluster.hasDefect('D3')) enterStatus(meta, app, dupid, context, status, 'FAIL_SLOW');
  refreshDuplicating(meta, app);
  if (meta.cluster.hasDefect('2039'))
    return { err: 'ERR_OK', appid: app.app_id, dupid, ...followerAskedFor(app, request) };
  const { remote_app_name, remote_replica_count } = meta.tree.duplication(app.app_id, dupid)!;
  return { err: 'ERR_DUP_EXIST', appid: app.app_id, dupid, remote_app_name, remote_replica_count };
}

function statusAskedFor({ is_duplicating_checkpoint: isFull }: DuplicationAddRequest) {
  return isFull === false ? 'DS_LOG' : 'DS_PREPARE';
}

/** Without a name of its own the follower table has the source's; without a count, or with 0, as many replicas. */
function followerAskedFor(app: AppRecord, request: DuplicationAddRequest) {
  return {
    remote_app_name: request.remote_app_name ?? app.app_name,
    remote_replica_count: request.remote_replica_count || app.max_replica_count,
  };
}

function refused(refusal: Refusal): DuplicationAddResponse {
  return { appid: 0, dupid: 0, ...refusal };
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
    thread: 'meta.meta_state0',
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
  let dupid = inSeconds(meta.cluster.universe.now);
  while (taken.has(dupid)) dupid++;
  return dupid;
}
