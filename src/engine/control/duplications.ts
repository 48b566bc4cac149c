import { ClusterError } from '../../errors.ts';
import type {
  DuplicationPartition,
  DuplicationState,
  FollowerState,
  OverdueRemoval,
} from '../../rpc/idl/control-duplication.ts';
import type { Cluster } from '../cluster.ts';
import type { AppRecord, DuplicationRecord } from '../documents/meta.ts';
import { lagOf, lagReadsFirst } from '../duplication/lag.ts';
import { contextOf, progressOf } from '../meta/duplication-context.ts';
import { setLimit, startLimit } from '../meta/duplication-limit.ts';
import type { MetaServer } from '../meta/meta-server.ts';
import { type Endpoint, isDeaf } from '../network.ts';
import { findPeer } from '../peers.ts';
import { LongReply } from '../request.ts';
import type { Steps } from '../steps.ts';
import type { Universe } from '../universe.ts';
import { minimumForWrites } from '../write-minimum.ts';

interface Request {
  readonly cluster: string;
  readonly app_name?: string;
  readonly with_lag?: boolean;
  readonly partition?: number;
}

interface Duplication {
  readonly meta: MetaServer;
  readonly app: AppRecord;
  readonly dupid: number;
}

interface States {
  readonly now_us: number;
  readonly duplications: readonly DuplicationState[];
  readonly overdue_removals: readonly OverdueRemoval[];
}

/** Every duplication of a cluster, or of one table, with what both sides know of it; those of dropped tables too. */
export function duplicationStates(universe: Universe, request: Request): LongReply<States> {
  return new LongReply(underOneLeader(universe, request));
}

/** Who asks is told what one meta server knows: it begins anew where another one leads meanwhile. */
function* underOneLeader(universe: Universe, request: Request): Steps<States> {
  for (;;) {
    const { meta } = universe.cluster(request.cluster);
    const steps = lookingAtAll(universe, meta, request);
    while (universe.cluster(request.cluster).meta === meta) {
      const step = steps.next();
      if (step.done === true) return step.value;
      yield;
    }
  }
}

function* lookingAtAll(universe: Universe, meta: MetaServer | undefined, request: Request): Steps<States> {
  if (meta === undefined) return { now_us: universe.now, duplications: [], overdue_removals: [] };
  const duplications: DuplicationState[] = [];
  for (const app of tablesOf(meta, request.app_name)) {
    for (const dupid of meta.duplicationIds(app.app_id)) {
      const state = yield* lookingAt({ meta, app, dupid }, request);
      if (state !== undefined) duplications.push(state);
    }
    yield;
  }
  return { now_us: universe.now, duplications, overdue_removals: removalsOf(meta, request.app_name) };
}

function tablesOf(meta: MetaServer, name: string | undefined): AppRecord[] {
  return meta.tree
    .apps()
    .filter(({ status }) => status === 'AS_AVAILABLE' || status === 'AS_DROPPED')
    .filter((app) => name === undefined || app.app_name === name);
}

/** Of tables that are there still, and have not been given another duplication to the same cluster. */
function removalsOf(meta: MetaServer, table: string | undefined): OverdueRemoval[] {
  const isMade = (appId: number, remote: string): boolean =>
    meta.duplicationIds(appId).some((dupid) => meta.tree.duplication(appId, dupid)?.remote === remote);
  return (meta.process.overdue_removals ?? [])
    .filter(
      ({ app_id, remote }) => meta.tree.app(app_id)?.status === 'AS_AVAILABLE' && !isMade(app_id, remote),
    )
    .map(({ app_id: _, ...removal }) => removal)
    .filter(({ app_name }) => table === undefined || app_name === table);
}

/** Gives a duplication a time limit of its own. @throws ClusterError when there is no such duplication */
export function limitDuplication(
  universe: Universe,
  request: { cluster: string; app_name: string; dupid: number; limit_us: number },
): Record<string, never> {
  const { meta } = universe.cluster(request.cluster);
  const app = meta?.tree.appNamed(request.app_name);
  if (
    meta === undefined ||
    app === undefined ||
    meta.tree.duplication(app.app_id, request.dupid) === undefined
  ) {
    throw new ClusterError(
      'ERR_OBJECT_NOT_FOUND',
      `table '${request.app_name}' has no duplication ${request.dupid}`,
    );
  }
  setLimit(meta, app, request.dupid, request.limit_us);
  return {};
}

/** @returns undefined for one that is gone meanwhile */
function* lookingAt(
  duplication: Duplication,
  { with_lag: withLag = false, partition: only }: Request,
): Steps<DuplicationState | undefined> {
  const { meta, app, dupid } = duplication;
  const partitions: DuplicationPartition[] = [];
  for (;;) {
    const record = meta.tree.duplication(app.app_id, dupid);
    if (record === undefined) return undefined;
    const pidx = (only ?? 0) + partitions.length;
    const isAskedFor = pidx === (only ?? pidx) && pidx >= 0 && pidx < app.partition_count;
    if (!isAskedFor) return { ...stateOf(duplication, record), partitions };
    const partition = partitionOf(duplication, pidx, { remote: record.remote, withLag });
    if (partition !== undefined) partitions.push(partition);
    yield;
  }
}

function stateOf(
  { meta, app, dupid }: Duplication,
  record: DuplicationRecord,
): Omit<DuplicationState, 'partitions'> {
  const context = contextOf(meta, app, dupid);
  const remote = findPeer(meta.cluster, record.remote);
  const error = context.last_error;
  return {
    app_name: app.app_name,
    app_id: app.app_id,
    dupid,
    status: context.status,
    stored_status: record.status,
    fail_mode: context.fail_mode,
    remote: record.remote,
    remote_app_name: record.remote_app_name,
    since_us: context.since_us,
    attempts: context.attempts,
    error_step: error?.step ?? '',
    error_code: error?.code ?? '',
    error_us: error?.at_us ?? 0,
    error_log_line: error?.log_line ?? '',
    ...remoteOf(meta, remote),
    follower: followerOf(remote, record),
    created_us: record.create_timestamp_ms * 1000,
    limit_us: startLimit(meta.cluster, record),
    is_enabled: meta.setting('replication.duplication_enabled'),
    is_dropped: app.status === 'AS_DROPPED',
    remote_replica_count: record.remote_replica_count,
    write_minimum: minimumForWrites(meta, app.max_replica_count),
  };
}

function remoteOf(meta: MetaServer, remote: Cluster | undefined) {
  return {
    remote_exists: remote !== undefined,
    remote_meta_runs: remote?.meta !== undefined,
    remote_demands_auth: remote?.meta?.enableAuth === true && remote.meta.setting('security.mandatory_auth'),
    local_has_auth: meta.enableAuth,
    is_deaf: remote?.meta !== undefined && isDeaf(meta, remote.meta),
    remote_alive: remote?.meta?.liveness.nodes('alive').length ?? 0,
    remote_level: remote?.meta?.levelSet ?? '',
    remote_down: remote === undefined ? [] : replicaServersDown(remote),
  };
}

function replicaServersDown(remote: Cluster): string[] {
  const { replicas } = remote.record;
  return replicas.flatMap((node, at) => (remote.isRunning(node) ? [] : [`replica${at + 1}`]));
}

/** Servers of the remote cluster whose replies do not reach a replica server, as `meta1`. */
function deafTo(server: Pick<Endpoint, 'deaf'> | undefined, remote: Cluster | undefined): string[] {
  if (server === undefined || remote === undefined) return [];
  const { metas, replicas, leader } = remote.record;
  const servers: readonly (readonly [name: string, to: Endpoint | undefined])[] = [
    [`meta${metas.indexOf(leader) + 1}`, remote.meta],
    ...replicas.map((node, at) => [`replica${at + 1}`, remote.replicaServer(node)] as const),
  ];
  return servers.flatMap(([name, to]) => (to !== undefined && isDeaf(server, to) ? [name] : []));
}

/** @returns undefined where its log has to be read first, which has begun */
function partitionOf(
  { meta, app, dupid }: Duplication,
  pidx: number,
  { remote, withLag }: { readonly remote: string; readonly withLag: boolean },
): DuplicationPartition | undefined {
  const { primary, secondaries } = meta.tree.partition(app.app_id, pidx);
  const server = meta.cluster.replicaServer(primary);
  const replica = server?.find(`${app.app_id}.${pidx}`);
  const duplicator = replica?.ram.duplicators[dupid];
  const isBehind = withLag && replica !== undefined && duplicator !== undefined;
  if (isBehind && lagReadsFirst(replica, duplicator)) return undefined;
  const lag = isBehind ? lagOf(replica, duplicator) : undefined;
  const known = progressOf(meta, app, dupid, pidx);
  return {
    pidx,
    primary,
    primary_is_alive: replica !== undefined,
    members: secondaries.length + Number(primary !== ''),
    has_duplicator: duplicator !== undefined,
    min_checkpoint_decree: duplicator?.min_checkpoint_decree ?? -1,
    last_durable_decree: replica?.disk.last_durable_decree ?? -1,
    last_committed_decree: replica?.ram.last_committed_decree ?? known?.last_committed_decree ?? -1,
    last_decree: duplicator?.last_decree ?? -1,
    confirmed_decree: duplicator?.confirmed_decree ?? -1,
    stored_decree: known?.stored_decree ?? -1,
    checkpoint_prepared: known?.checkpoint_prepared ?? false,
    ship_error: duplicator?.last_error?.code ?? '',
    ship_error_us: duplicator?.last_error?.at_us ?? 0,
    ship_error_since_us: duplicator?.last_error?.since_us ?? 0,
    shipped_us: duplicator?.shipped_us ?? 0,
    plog_bytes: replica?.plog.bytes ?? 0,
    load_failures: duplicator?.load_failures ?? 0,
    lost_mutations: duplicator?.lost_mutations ?? 0,
    is_untracked: known === undefined,
    deaf_to: deafTo(server, findPeer(meta.cluster, remote)),
    ...(lag === undefined ? {} : { lag_us: lag.ageUs, lag_bytes: lag.bytes }),
  };
}

function followerOf(remote: Cluster | undefined, record: DuplicationRecord): FollowerState {
  const meta = remote?.meta;
  const app = meta?.tree.appNamed(record.remote_app_name);
  const partitions = meta === undefined || app === undefined ? [] : meta.tree.lookAtAll(app);
  const isDropped = ({ status, app_name }: AppRecord) =>
    status === 'AS_DROPPED' && app_name === record.remote_app_name;
  const dropped = meta?.tree.apps().filter(isDropped) ?? [];
  return {
    exists: app !== undefined,
    partition_count: app?.partition_count ?? 0,
    without_primary: partitions.filter((partition) => partition.primary === '').length,
    not_full: partitions.filter((p) => p.secondaries.length + 1 < p.max_replica_count).length,
    copy_error: remote === undefined || app === undefined ? '' : copyError(remote, app.app_id),
    master_cluster: app?.envs['duplication.master_cluster'] ?? '',
    master_metas: app?.envs['duplication.master_metas'] ?? '',
    app_status: app?.envs['duplication.follower_app_status'] ?? '',
    max_replica_count: app?.max_replica_count ?? 0,
    denies: app?.envs['replica.deny_client_request'] ?? '',
    ...(dropped.length > 0 && { dropped_id: Math.max(...dropped.map(({ app_id }) => app_id)) }),
  };
}

function copyError(remote: Cluster, appId: number): string {
  for (const server of remote.runningReplicaServers()) {
    for (const [gpid, error] of Object.entries(server.process.follower_errors)) {
      if (gpid.startsWith(`${appId}.`)) return error.code;
    }
  }
  return '';
}
