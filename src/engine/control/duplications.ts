import type { DuplicationPartition, DuplicationState, FollowerState } from '../../rpc/idl/control.ts';
import type { Cluster } from '../cluster.ts';
import type { AppRecord, DuplicationContext, DuplicationRecord } from '../documents/meta.ts';
import { contextOf } from '../meta/duplication.ts';
import { startLimit } from '../meta/duplication-limit.ts';
import type { MetaServer } from '../meta/meta-server.ts';
import { findPeer } from '../peers.ts';
import type { Universe } from '../universe.ts';

/** Every duplication of a cluster, or of one table, with what both sides know of it. */
export function duplicationStates(
  universe: Universe,
  request: { cluster: string; app_name?: string },
): { now_us: number; duplications: DuplicationState[] } {
  const { meta } = universe.cluster(request.cluster);
  const apps = meta?.tree.apps().filter((app) => app.status === 'AS_AVAILABLE') ?? [];
  const wanted = apps.filter((app) => request.app_name === undefined || app.app_name === request.app_name);
  const duplications = wanted.flatMap((app) =>
    meta === undefined ? [] : meta.tree.duplicationIds(app.app_id).map((dupid) => stateOf(meta, app, dupid)),
  );
  return { now_us: universe.now, duplications };
}

function stateOf(meta: MetaServer, app: AppRecord, dupid: number): DuplicationState {
  const record = meta.tree.duplication(app.app_id, dupid) as DuplicationRecord;
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
    remote_exists: remote !== undefined,
    remote_meta_runs: remote?.meta !== undefined,
    remote_demands_auth: remote?.meta?.enableAuth === true && remote.setting('security.mandatory_auth'),
    local_has_auth: meta.enableAuth,
    is_deaf: remote?.meta !== undefined && isDeaf(meta, remote.meta),
    partitions: Array.from({ length: app.partition_count }, (_, pidx) =>
      partitionOf(meta, app, dupid, pidx, context),
    ),
    follower: followerOf(remote, record),
    created_us: record.create_timestamp_ms * 1000,
    limit_us: startLimit(meta.cluster),
  };
}

function isDeaf(from: MetaServer, to: MetaServer): boolean {
  return to.cluster.hasDefect('D16') && from.deaf.includes(`${to.cluster.name}/${to.node}@${to.startedUs}`);
}

function partitionOf(
  meta: MetaServer,
  app: AppRecord,
  dupid: number,
  pidx: number,
  context: DuplicationContext,
): DuplicationPartition {
  const { primary } = meta.tree.partition(app.app_id, pidx);
  const replica = meta.cluster.replicaServer(primary)?.find(`${app.app_id}.${pidx}`);
  const duplicator = replica?.ram.duplicators[dupid];
  const known = context.progress[pidx];
  return {
    pidx,
    primary,
    primary_is_alive: replica !== undefined,
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
  };
}

function followerOf(remote: Cluster | undefined, record: DuplicationRecord): FollowerState {
  const app = remote?.meta?.tree.appNamed(record.remote_app_name);
  if (remote?.meta === undefined || app === undefined) {
    return { exists: false, partition_count: 0, without_primary: 0, not_full: 0, copy_error: '' };
  }
  const partitions = remote.meta.tree.partitions(app);
  return {
    exists: true,
    partition_count: app.partition_count,
    without_primary: partitions.filter((partition) => partition.primary === '').length,
    not_full: partitions.filter((p) => p.secondaries.length + 1 < p.max_replica_count).length,
    copy_error: copyError(remote, app.app_id),
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
