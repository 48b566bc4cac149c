import { servesServer } from '../access.ts';
import { MS, SECOND } from '../clock.ts';
import type { Cluster } from '../cluster.ts';
import type { AppRecord, DuplicationRecord, DuplicationStatus } from '../documents/meta.ts';
import type { Timer } from '../documents/universe.ts';
import { CallFailure, callServer } from '../network.ts';
import { duplicationName, findPeer } from '../peers.ts';
import { enterStatus } from './duplication.ts';
import { contextOf } from './duplication-context.ts';
import type { MetaServer } from './meta-server.ts';
import { createTable } from './tables.ts';

/** How long a request to the remote meta server is under way, and how long A waits for a reply that never comes. */
const LATENCY_US = 1 * MS;
const RPC_TIMEOUT_US = 5 * SECOND;

interface Outcome {
  readonly appId: number;
  readonly dupid: number;
  /** Set when the request was sent, and brought nothing within its time. */
  readonly failed?: string;
}

/** Asks the remote cluster for the next step of a duplication whose checkpoints are all prepared (duplication.md 2.7). */
export function askFollower(meta: MetaServer, app: AppRecord, dupid: number): void {
  const { universe } = meta.cluster;
  const key = timerKey(meta, app.app_id, dupid);
  if (universe.agenda.pending(key) !== undefined) return;
  universe.agenda.schedule(key, universe.now + LATENCY_US, { appId: app.app_id, dupid } satisfies Outcome);
}

/** The request arrives at the remote cluster; or the time in which it could be answered is over. */
export function followerReplyArrives(cluster: Cluster, timer: Timer): void {
  const { meta } = cluster;
  const { appId, dupid, failed } = timer.data as Outcome;
  const app = meta?.tree.app(appId);
  const record = meta?.tree.duplication(appId, dupid);
  if (meta === undefined || app === undefined || record === undefined || app.status !== 'AS_AVAILABLE')
    return;
  if (failed !== undefined) {
    noteFailure(meta, app, dupid, record, failed);
    return;
  }
  try {
    takeStep(meta, app, dupid, record);
  } catch (error) {
    if (!(error instanceof CallFailure)) throw error;
    if (error.code !== 'ERR_TIMEOUT') {
      noteFailure(meta, app, dupid, record, error.code);
      return;
    }
    const { universe } = cluster;
    const data: Outcome = { appId, dupid, failed: error.code };
    universe.agenda.schedule(timerKey(meta, appId, dupid), universe.now + RPC_TIMEOUT_US - LATENCY_US, data);
  }
}

function takeStep(meta: MetaServer, app: AppRecord, dupid: number, record: DuplicationRecord): void {
  const { status } = contextOf(meta, app, dupid);
  const remote = findPeer(meta.cluster, record.remote)?.meta;
  if (status === 'DS_PREPARE') {
    callServer(meta, remote, () => requestFollower(meta, remote, app, record, 'creating'));
    moveOn(meta, app, dupid, record, 'DS_APP');
  } else if (status === 'DS_APP') {
    if (!meta.cluster.hasDefect('2146')) {
      callServer(meta, remote, () => requestFollower(meta, remote, app, record, 'created'));
    }
    callServer(meta, remote, () => checkReadiness(meta, remote, app, record));
    moveOn(meta, app, dupid, record, 'DS_LOG');
  }
}

/** The fail mode goes back to FAIL_SLOW at every automatic step, as upstream's does (D2). */
function moveOn(
  meta: MetaServer,
  app: AppRecord,
  dupid: number,
  record: DuplicationRecord,
  status: DuplicationStatus,
) {
  if (meta.isStorageSilent) return;
  const context = contextOf(meta, app, dupid);
  const fail_mode = meta.cluster.hasDefect('D2') ? 'FAIL_SLOW' : context.fail_mode;
  meta.tree.saveDuplication(app.app_id, dupid, { ...record, status, fail_mode });
  enterStatus(meta, app, dupid, context, status, fail_mode);
}

/** What the remote meta server does with the request for the follower table. */
function requestFollower(
  meta: MetaServer,
  remote: MetaServer | undefined,
  app: AppRecord,
  record: DuplicationRecord,
  followerStatus: 'creating' | 'created',
): void {
  if (remote === undefined) throw new CallFailure('ERR_NETWORK_FAILURE');
  if (!servesServer(meta, remote, 'RPC_CM_CREATE_APP')) throw new CallFailure('ERR_ACL_DENY');
  const envs = {
    'duplication.master_cluster': duplicationName(meta.cluster),
    'duplication.master_metas': meta.cluster.record.metas.join(','),
    'duplication.master_app_name': app.app_name,
    // Before #2144 a request that was repeated because its reply was lost could not be told from a foreign one.
    ...(meta.cluster.hasDefect('2146') ? {} : { 'duplication.follower_app_status': followerStatus }),
    ...envsToCarry(meta, app),
  };
  const reply = createTable(remote, {
    app_name: record.remote_app_name,
    options: {
      partition_count: app.partition_count,
      replica_count: record.remote_replica_count,
      success_if_exist: false,
      app_type: app.app_type,
      is_stateful: true,
      envs: new Map(Object.entries(envs)),
    },
  });
  if (reply.err !== 'ERR_OK') throw new CallFailure(reply.err);
  // It is made, and answered, when it is stored.
  if (remote.isStorageSilent) throw new CallFailure('ERR_TIMEOUT');
}

/** All of them; a table that is a follower itself passes on its own master with them (D6). */
function envsToCarry(meta: MetaServer, { envs }: AppRecord): Record<string, string> {
  if (meta.cluster.hasDefect('D6')) return envs;
  return Object.fromEntries(Object.entries(envs).filter(([key]) => !key.startsWith('duplication.')));
}

function checkReadiness(
  meta: MetaServer,
  remote: MetaServer | undefined,
  app: AppRecord,
  record: DuplicationRecord,
): void {
  const name = meta.cluster.hasDefect('2025') ? app.app_name : record.remote_app_name;
  const follower = remote?.tree.appNamed(name);
  if (remote === undefined || follower === undefined) throw new CallFailure('ERR_OBJECT_NOT_FOUND');
  if (follower.partition_count !== app.partition_count) throw new CallFailure('ERR_INCONSISTENT_STATE');
  for (const partition of remote.tree.partitions(follower)) {
    if (partition.primary === '') throw new CallFailure('ERR_INACTIVE_STATE');
    const needsSecondary = partition.max_replica_count > 1 || meta.cluster.hasDefect('2092');
    if (needsSecondary && partition.secondaries.length === 0) throw new CallFailure('ERR_NOT_ENOUGH_MEMBER');
  }
}

/** A failure changes nothing and is tried again at the next sync; upstream tells only its log. */
function noteFailure(
  meta: MetaServer,
  app: AppRecord,
  dupid: number,
  record: DuplicationRecord,
  code: string,
): void {
  const context = contextOf(meta, app, dupid);
  const isCreation = context.status === 'DS_PREPARE';
  const target = `follower app(cluster_name=${record.remote}, app_name=${record.remote_app_name})`;
  const source = `master_app_name=${app.app_name}, duplication_status=${context.status}`;
  const log_line = isCreation
    ? `create ${target} to trigger duplicate checkpoint failed: ${source}, create_err=${code}, update_err=ERR_NO_NEED_OPERATE`
    : `check all replicas of creating ${target}: ${source}, query_err=${code}, update_err=${code}`;
  meta.saveDuplicationContext(app.app_id, dupid, {
    ...context,
    attempts: context.attempts + 1,
    last_error: {
      step: isCreation ? 'create follower table' : 'wait for follower table',
      code,
      at_us: meta.cluster.universe.now,
      log_line,
    },
  });
}

function timerKey(meta: MetaServer, appId: number, dupid: number) {
  return {
    cluster: meta.cluster.name,
    node: meta.node,
    kind: 'rpc-done',
    gpid: `${appId}/${dupid}`,
  } as const;
}
