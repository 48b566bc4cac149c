import { areEnvsAllowed } from '../../rpc/idl/app-envs.ts';
import type {
  AppInfo,
  PartitionConfiguration,
  QueryCfgRequest,
  QueryCfgResponse,
} from '../../rpc/idl/layer2.ts';
import type {
  ConfigurationCreateAppRequest,
  ConfigurationCreateAppResponse,
  ConfigurationDropAppRequest,
  ConfigurationListAppsRequest,
  ConfigurationListAppsResponse,
} from '../../rpc/idl/tables.ts';
import { rpcAddressOf } from '../address.ts';
import { inSeconds } from '../clock.ts';
import type { AppRecord, PartitionRecord } from '../documents/meta.ts';
import { announceChange } from '../replica/config-sync-timer.ts';
import { LongReply } from '../request.ts';
import type { Steps } from '../steps.ts';
import { busy } from './busy.ts';
import { applyChange } from './configuration.ts';
import { followerVerdict } from './follower-status.ts';
import type { MetaServer } from './meta-server.ts';
import { matchName } from './pattern.ts';
import { countRefusal } from './replica-count.ts';

/** Bit of `partition_flags` for a dropped table's partitions. */
export const DROPPED_FLAG = 1;
/** Upstream has no limit but what its machines can bear; here one request must not fill the memory. */
export const MOST_PARTITIONS = 16_384;

/** `create_app`: checks in upstream's order (`server_state.cpp`). */
export function createTable(
  meta: MetaServer,
  request: ConfigurationCreateAppRequest,
): ConfigurationCreateAppResponse {
  const { options, app_name } = request;
  if (meta.isAtMost('fl_freezed')) return { err: 'ERR_STATE_FREEZED', appid: 0 };
  const isAllowed =
    options.partition_count > 0 &&
    options.partition_count <= MOST_PARTITIONS &&
    countRefusal(meta, options.replica_count) === undefined &&
    areEnvsAllowed(options.envs);
  if (!isAllowed) return { err: 'ERR_INVALID_PARAMETERS', appid: 0 };
  const existing = meta.tree.appNamed(app_name);
  if (existing !== undefined) return existingTable(meta, existing, request);
  return makeTable(meta, newApp(meta, request));
}

/** Stores a table that is new, and nobody has a replica of. */
export function makeTable(meta: MetaServer, app: AppRecord): ConfigurationCreateAppResponse {
  meta.perform(makingTable(meta, app));
  return { err: 'ERR_OK', appid: app.app_id };
}

function* makingTable(meta: MetaServer, app: AppRecord): Steps {
  meta.tree.saveApp(app);
  for (let pidx = 0; pidx < app.partition_count; pidx++) {
    meta.tree.savePartition(app.app_id, pidx, newPartition(app.max_replica_count));
    yield;
  }
  if (!meta.isStorageSilent) finishCreation(meta, app);
}

/** All of a table is stored: the next check gives its partitions their members. */
export function finishCreation(meta: MetaServer, app: AppRecord): void {
  meta.tree.saveApp({ ...app, status: 'AS_AVAILABLE' });
  meta.needsAttention(app.app_id);
}

function existingTable(
  meta: MetaServer,
  app: AppRecord,
  { options }: ConfigurationCreateAppRequest,
): ConfigurationCreateAppResponse {
  const isBusy = busy(app);
  if (isBusy !== undefined) return { err: isBusy, appid: 0 };
  if (options.success_if_exist) {
    const err = isSameTable(app, options) ? 'ERR_OK' : 'ERR_INVALID_PARAMETERS';
    return { err, appid: err === 'ERR_OK' ? app.app_id : 0 };
  }
  if (!options.envs.has('duplication.master_cluster')) return { err: 'ERR_APP_EXIST', appid: 0 };
  const verdict = followerVerdict(app.envs, options.envs);
  if (verdict.err !== 'ERR_OK') return { err: verdict.err, appid: 0 };
  if (verdict.status !== undefined) {
    const envs = { ...app.envs, 'duplication.follower_app_status': verdict.status };
    meta.tree.saveApp({ ...app, envs });
    announceChange(meta.cluster, app.app_id);
  }
  return { err: 'ERR_OK', appid: app.app_id };
}

function isSameTable(app: AppRecord, options: ConfigurationCreateAppRequest['options']): boolean {
  return (
    app.partition_count === options.partition_count &&
    app.max_replica_count === options.replica_count &&
    app.app_type === options.app_type &&
    app.envs !== undefined &&
    Object.keys(app.envs).length === options.envs.size &&
    [...options.envs].every(([key, value]) => app.envs[key] === value)
  );
}

function newApp(meta: MetaServer, { app_name, options }: ConfigurationCreateAppRequest): AppRecord {
  return {
    status: 'AS_CREATING',
    app_type: options.app_type,
    app_name,
    app_id: meta.tree.nextAppId(),
    partition_count: options.partition_count,
    envs: Object.fromEntries(options.envs),
    is_stateful: 1,
    max_replica_count: options.replica_count,
    expire_second: 0,
    create_second: inSeconds(meta.cluster.universe.now),
    drop_second: 0,
    duplicating: 0,
    init_partition_count: options.partition_count,
    is_bulk_loading: 0,
    atomic_idempotent: options.atomic_idempotent === true ? 1 : 0,
  };
}

/** A partition that nobody has a replica of yet. */
export function newPartition(maxReplicaCount: number): PartitionRecord {
  return {
    ballot: 0,
    max_replica_count: maxReplicaCount,
    primary: '',
    secondaries: [],
    last_drops: [],
    last_committed_decree: 0,
    partition_flags: 0,
  };
}

/** `drop_app`: the name is free at once, the data can be recalled until it expires (`server_state.cpp`). */
export function dropTable(
  meta: MetaServer,
  { app_name, options }: ConfigurationDropAppRequest,
): { err: string } {
  const app = meta.tree.appNamed(app_name);
  if (app === undefined) return { err: options.success_if_not_exist ? 'ERR_OK' : 'ERR_APP_NOT_EXIST' };
  const isBusy = busy(app);
  if (isBusy !== undefined) return { err: isBusy };
  if (meta.memories.split(app.app_id) !== undefined) return { err: 'ERR_SPLITTING' };
  const now = inSeconds(meta.cluster.universe.now);
  const asked = options.reserve_seconds ?? 0;
  const kept = asked > 0 ? asked : meta.setting('meta_server.hold_seconds_for_dropped_app');
  const dropping: AppRecord = { ...app, status: 'AS_DROPPING', drop_second: now, expire_second: now + kept };
  meta.tree.saveApp(dropping);
  if (meta.canStoreConfigurations) meta.perform(finishingDrop(meta, dropping));
  return { err: 'ERR_OK' };
}

/** It is stored that a table is dropped: its partitions lose their members. */
export function* finishingDrop(meta: MetaServer, app: AppRecord): Steps {
  const dropped: AppRecord = { ...app, status: 'AS_DROPPED' };
  meta.tree.saveApp(dropped);
  for (let pidx = 0; pidx < app.partition_count; pidx++) {
    dropPartition(meta, dropped, pidx);
    yield;
  }
  meta.needsAttention(app.app_id);
  announceChange(meta.cluster, app.app_id);
}

function dropPartition(meta: MetaServer, app: AppRecord, pidx: number): void {
  const { primary } = meta.tree.partition(app.app_id, pidx);
  const next = applyChange(meta, app, pidx, {
    type: 'CT_DROP_PARTITION',
    node: primary,
    primary: '',
    secondaries: [],
  });
  meta.tree.savePartition(app.app_id, pidx, { ...next, partition_flags: DROPPED_FLAG });
  meta.memories.forgetDdd(`${app.app_id}.${pidx}`);
}

/** `list_apps` (`server_state.cpp`). */
export function listTables(
  meta: MetaServer,
  request: ConfigurationListAppsRequest,
): ConfigurationListAppsResponse {
  const { app_name_pattern: pattern, match_type: matchType } = request;
  const hasStatus = (app: AppRecord) => request.status === 'AS_INVALID' || app.status === request.status;
  const infos: AppInfo[] = [];
  for (const app of meta.tree.apps()) {
    if (pattern !== undefined && matchType !== undefined) {
      const match = matchName(app.app_name, pattern, matchType);
      if (match.err !== 'ERR_OK') return { err: match.err, infos: [], hint_message: match.hint };
      if (!match.matches) continue;
    }
    if (hasStatus(app)) infos.push(infoOf(app));
  }
  return { err: 'ERR_OK', infos };
}

/** A table as messages have it (`app_info`), its envs in the order of their names. */
export function infoOf(app: AppRecord): AppInfo {
  return {
    ...app,
    envs: new Map(Object.entries(app.envs).sort(([a], [b]) => (a < b ? -1 : 1))),
    is_stateful: app.is_stateful === 1,
    duplicating: app.duplicating === 1,
    is_bulk_loading: app.is_bulk_loading === 1,
    atomic_idempotent: app.atomic_idempotent === 1,
  };
}

/** `query_configuration_by_index`: the partitions asked for, or all (`server_state.cpp`). */
export function queryConfiguration(
  meta: MetaServer,
  request: QueryCfgRequest,
): QueryCfgResponse | LongReply<QueryCfgResponse> {
  const app = meta.tree.appNamed(request.app_name);
  if (app === undefined) {
    return { err: 'ERR_OBJECT_NOT_FOUND', app_id: 0, partition_count: 0, is_stateful: false, partitions: [] };
  }
  const isBusy = busy(app);
  if (isBusy !== undefined) {
    return { err: isBusy, app_id: 0, partition_count: 0, is_stateful: false, partitions: [] };
  }
  const wanted = request.partition_indices.filter((pidx) => pidx >= 0 && pidx < app.partition_count);
  const indices = wanted.length > 0 ? wanted : [...Array(app.partition_count).keys()];
  return new LongReply(describing(app, indices, meta.tree.lookAtPartitions(app.app_id, indices)));
}

function* describing(
  app: AppRecord,
  indices: readonly number[],
  records: readonly PartitionRecord[],
): Steps<QueryCfgResponse> {
  const { app_id, partition_count } = app;
  const partitions: PartitionConfiguration[] = [];
  // Most partitions of a large table have an equal record: what is made of it is shared.
  const known = new Map<PartitionRecord, PartitionConfiguration>();
  for (let at = 0; at < indices.length; at++) {
    const partition = records[at]!;
    const partition_index = indices[at]!;
    const equal = known.get(partition);
    const configuration = equal ?? configurationOf(app_id, partition_index, partition);
    if (equal === undefined) known.set(partition, configuration);
    partitions.push(equal === undefined ? configuration : { ...equal, pid: { app_id, partition_index } });
    yield;
  }
  return { err: 'ERR_OK', app_id, partition_count, is_stateful: true, partitions };
}

/** A partition as messages have it (`partition_configuration`): every server by address and by host and port. */
export function configurationOf(
  app_id: number,
  partition_index: number,
  partition: PartitionRecord,
): PartitionConfiguration {
  return {
    pid: { app_id, partition_index },
    ballot: partition.ballot,
    max_replica_count: partition.max_replica_count,
    primary: rpcAddressOf(partition.primary),
    secondaries: partition.secondaries.map(rpcAddressOf),
    last_drops: partition.last_drops.map(rpcAddressOf),
    last_committed_decree: partition.last_committed_decree,
    partition_flags: partition.partition_flags,
    hp_primary: partition.primary === '' ? undefined : partition.primary,
    hp_secondaries: partition.secondaries,
    hp_last_drops: partition.last_drops,
  };
}
