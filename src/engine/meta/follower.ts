import { servesServer } from '../access.ts';
import { MS, SECOND } from '../clock.ts';
import type { Cluster } from '../cluster.ts';
import type { AppRecord, DuplicationRecord, DuplicationStatus } from '../documents/meta.ts';
import type { Timer } from '../documents/universe.ts';
import { CallFailure, callServer } from '../network.ts';
import { duplicationName, findPeer } from '../peers.ts';
import { busy } from './busy.ts';
import { contextOf, progressOfAll } from './duplication-context.ts';
import { enterStatus } from './duplication-modify.ts';
import type { MetaServer } from './meta-server.ts';
import { createTable } from './tables.ts';

/** How long a request to the remote meta server is under way, and how long A waits for a reply that never comes. */
const LATENCY_US = 1 * MS;
const RPC_TIMEOUT_US = 5 * SECOND;

/** What is asked of the remote cluster: the table; that it is marked as there; whether all its replicas are. */
type Step = 'create' | 'mark' | 'check';

/** A request that came to nothing: as upstream tells it, the call's own error apart from that in the reply. */
interface Failure {
  readonly step: Step;
  readonly callback_err: string;
  readonly resp_err: string;
}

interface Outcome {
  readonly appId: number;
  readonly dupid: number;
  /** The replica server at whose sync it was asked. */
  readonly asker: string;
  /** Set when the request was sent, and brought nothing within its time. */
  readonly failed?: Failure;
}

/** Asks the remote cluster for the next step of a duplication whose checkpoints are all prepared (`meta_duplication_service.cpp`). */
export function askFollower(meta: MetaServer, app: AppRecord, dupid: number, asker: string): void {
  const { universe } = meta.cluster;
  const key = timerKey(meta, app.app_id, dupid);
  if (universe.agenda.pending(key) !== undefined) return;
  const data: Outcome = { appId: app.app_id, dupid, asker };
  universe.agenda.schedule(key, universe.now + LATENCY_US, data, failsAgain(meta, app.app_id, dupid));
}

/** Whether the last two requests of a duplication failed in the same way, so that the next one does unless something happens. */
export function failsAgain(meta: MetaServer, appId: number, dupid: number): boolean {
  return meta.memories.duplicationContext(appId, dupid)?.last_error?.again === true;
}

/** Counts requests that are passed over, where a server's sync has just had one sent: they would all come to the same. */
export function passOver(meta: MetaServer, appId: number, dupid: number, asker: string, count: number): void {
  const { agenda, now } = meta.cluster.universe;
  const sent = agenda.pending(timerKey(meta, appId, dupid));
  const context = meta.memories.duplicationContext(appId, dupid);
  const isJustSent = sent?.at_us === now + LATENCY_US && (sent.data as Outcome).asker === asker;
  if (!isJustSent || context === undefined) return;
  meta.memories.saveDuplicationContext(appId, dupid, { ...context, attempts: context.attempts + count });
}

/** The request arrives at the remote cluster; or the time in which it could be answered is over. */
export function followerReplyArrives(cluster: Cluster, timer: Timer): void {
  const { meta } = cluster;
  const { appId, dupid, asker, failed } = timer.data as Outcome;
  const app = meta?.tree.app(appId);
  const record = meta?.tree.duplication(appId, dupid);
  if (meta === undefined || app === undefined || record === undefined || app.status !== 'AS_AVAILABLE')
    return;
  if (failed !== undefined) {
    noteFailure(meta, app, dupid, record, failed);
    return;
  }
  const failure = takeStep(meta, app, dupid, record);
  if (failure === undefined) return;
  if (failure.callback_err !== 'ERR_TIMEOUT') {
    noteFailure(meta, app, dupid, record, failure);
    return;
  }
  const { universe } = cluster;
  const data: Outcome = { appId, dupid, asker, failed: failure };
  universe.agenda.schedule(
    timerKey(meta, appId, dupid),
    universe.now + RPC_TIMEOUT_US - LATENCY_US,
    data,
    timer.retry,
  );
}

function takeStep(
  meta: MetaServer,
  app: AppRecord,
  dupid: number,
  record: DuplicationRecord,
): Failure | undefined {
  const { status } = contextOf(meta, app, dupid);
  const remote = findPeer(meta.cluster, record.remote)?.meta;
  const ask = (step: Step, request: (remote: MetaServer) => string) => attempt(meta, remote, step, request);
  if (status === 'DS_PREPARE') {
    const failure = ask('create', (there) => requestFollower(meta, there, app, record, 'creating'));
    if (failure !== undefined) return failure;
    moveOn(meta, app, dupid, record, 'DS_APP');
  } else if (status === 'DS_APP') {
    const isMarked = meta.cluster.hasDefect('2146');
    const failure =
      (isMarked ? undefined : ask('mark', (there) => requestFollower(meta, there, app, record, 'created'))) ??
      ask('check', (there) =>
        readiness(meta, there, app, record, [...progressOfAll(meta, app, dupid)].length),
      );
    if (failure !== undefined) return failure;
    moveOn(meta, app, dupid, record, 'DS_LOG');
  }
  return undefined;
}

/** Undefined where the remote meta server did as it was asked. */
function attempt(
  meta: MetaServer,
  remote: MetaServer | undefined,
  step: Step,
  request: (remote: MetaServer) => string,
): Failure | undefined {
  try {
    const resp_err = callServer(meta, remote, () => request(remote as MetaServer));
    return resp_err === 'ERR_OK' ? undefined : { step, callback_err: 'ERR_OK', resp_err };
  } catch (error) {
    if (!(error instanceof CallFailure)) throw error;
    return { step, callback_err: error.code, resp_err: 'ERR_OK' };
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
  remote: MetaServer,
  app: AppRecord,
  record: DuplicationRecord,
  followerStatus: 'creating' | 'created',
): string {
  if (!servesServer(meta, remote, 'RPC_CM_CREATE_APP')) return 'ERR_ACL_DENY';
  const envs = {
    'duplication.master_cluster': duplicationName(meta),
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
  // It is made, and answered, when it is stored.
  if (reply.err === 'ERR_OK' && remote.isStorageSilent) throw new CallFailure('ERR_TIMEOUT');
  return reply.err;
}

/** All of them; a table that is a follower itself passes on its own master with them (D6). */
function envsToCarry(meta: MetaServer, { envs }: AppRecord): Record<string, string> {
  if (meta.cluster.hasDefect('D6')) return envs;
  return Object.fromEntries(Object.entries(envs).filter(([key]) => !key.startsWith('duplication.')));
}

/**
 * Whether all replicas of the follower table are there.
 *
 * @param count partitions of the duplication: those that its table had when it was added, or when this leader began
 */
function readiness(
  meta: MetaServer,
  remote: MetaServer,
  app: AppRecord,
  record: DuplicationRecord,
  count: number,
): string {
  const name = meta.cluster.hasDefect('2025') ? app.app_name : record.remote_app_name;
  const follower = remote.tree.appNamed(name);
  if (follower === undefined) return 'ERR_OBJECT_NOT_FOUND';
  const isBusy = busy(follower);
  if (isBusy !== undefined) return isBusy;
  if (follower.partition_count !== count) return 'ERR_INCONSISTENT_STATE';
  for (const { primary, secondaries, max_replica_count } of remote.tree.lookAtAll(follower)) {
    if (primary === '') return 'ERR_INACTIVE_STATE';
    const needsSecondary = max_replica_count > 1 || meta.cluster.hasDefect('2092');
    if (needsSecondary && secondaries.length === 0) return 'ERR_NOT_ENOUGH_MEMBER';
  }
  return 'ERR_OK';
}

/** A failure changes nothing and is tried again at the next sync; upstream tells only its log. */
function noteFailure(
  meta: MetaServer,
  app: AppRecord,
  dupid: number,
  record: DuplicationRecord,
  failure: Failure,
): void {
  const context = contextOf(meta, app, dupid);
  const { step } = failure;
  const target = `follower app(cluster_name=${record.remote}, app_name=${record.remote_app_name})`;
  const source = `master_app_name=${app.app_name}, duplication_status=${context.status}`;
  const log_line = LOG_LINES[step](target, source, failure);
  meta.memories.saveDuplicationContext(app.app_id, dupid, {
    ...context,
    attempts: context.attempts + 1,
    last_error: {
      step: step === 'create' ? 'create follower table' : 'wait for follower table',
      code: codeOf(failure),
      at_us: meta.cluster.universe.now,
      log_line,
      again: context.last_error?.log_line === log_line,
    },
  });
}

function codeOf({ callback_err, resp_err }: Failure): string {
  return callback_err === 'ERR_OK' ? resp_err : callback_err;
}

/** In upstream's words. */
const LOG_LINES: Readonly<Record<Step, (target: string, source: string, failure: Failure) => string>> = {
  create: (target, source, failure) =>
    `create ${target} to trigger duplicate checkpoint failed: ${source}, create_err=${codeOf(failure)}, update_err=ERR_NO_NEED_OPERATE`,
  mark: (target, source, { callback_err, resp_err }) =>
    `mark ${target} as created failed: ${source}, callback_err=${callback_err}, resp_err=${resp_err}`,
  check: (target, source, failure) =>
    `check all replicas of creating ${target}: ${source}, query_err=${codeOf(failure)}, update_err=ERR_NO_NEED_OPERATE`,
};

function timerKey(meta: MetaServer, appId: number, dupid: number) {
  return {
    cluster: meta.cluster.name,
    node: meta.node,
    kind: 'rpc-done',
    gpid: `${appId}/${dupid}`,
  } as const;
}
