import { isDeepStrictEqual } from 'node:util';
import type {
  QueryAppManualCompactRequest,
  QueryAppManualCompactResponse,
  StartAppManualCompactRequest,
  StartAppManualCompactResponse,
} from '../../rpc/idl/table-settings.ts';
import { inSeconds } from '../clock.ts';
import type { AppRecord, PartitionRecord } from '../documents/meta.ts';
import { isMember } from './configuration.ts';
import type { MetaServer } from './meta-server.ts';
import { writeTable } from './table-node.ts';

/**
 * `start_manual_compact`: sets the envs that have the replicas compact themselves once they learn of them
 * (`server_state.cpp on_start_manual_compact`).
 */
export function startManualCompaction(
  meta: MetaServer,
  request: StartAppManualCompactRequest,
): StartAppManualCompactResponse {
  const app = availableApp(meta, request.app_name);
  if ('err' in app) return app;
  if (app.envs['manual_compact.disabled'] === 'true') {
    return { err: 'ERR_OPERATION_DISABLED', hint_msg: `app ${app.app_name} disable manual compaction` };
  }
  const { target_level: level = -1, max_running_count: count = 0, trigger_time, bottommost } = request;
  if (level < -1) {
    return invalid(`invalid target_level(${level}), should in range of [-1, num_levels]`);
  }
  if (count < 0) return invalid(`invalid max_running_count(${count}), should be greater than 0`);
  const envs = {
    'manual_compact.once.target_level': `${level}`,
    ...(count > 0 ? { 'manual_compact.max_concurrent_running_count': `${count}` } : {}),
    'manual_compact.once.bottommost_level_compaction': bottommost === true ? 'force' : 'skip',
    'manual_compact.once.trigger_time': `${trigger_time ?? inSeconds(meta.cluster.universe.now)}`,
  };
  writeTable(meta, app, { envs });
  meta.memories.saveCompactions(app.app_id, { finished: [], running: [] });
  return { err: 'ERR_OK', hint_msg: 'succeed' };
}

/**
 * `query_manual_compact`: percent of the replicas that have reported to be done. Where all of them are idle there is none;
 * one that is missing counts as though there were.
 */
export function queryManualCompaction(
  meta: MetaServer,
  { app_name }: QueryAppManualCompactRequest,
): QueryAppManualCompactResponse {
  const app = availableApp(meta, app_name);
  if ('err' in app) return app;
  const { finished, running } = meta.memories.compactions(app.app_id);
  const partitions = meta.tree.lookAtAll(app);
  const done = finished.filter((replica) => isServing(partitions, replica)).length;
  const busy = done + running.filter((replica) => isServing(partitions, replica)).length;
  const total = app.partition_count * app.max_replica_count;
  if (membersOf(partitions) - busy === total) {
    return { err: 'ERR_INVALID_STATE', hint_msg: `app ${app_name} is not manual compaction` };
  }
  const progress = Math.floor((done * 100) / total);
  return { err: 'ERR_OK', hint_msg: 'succeed', progress };
}

/** Whether a replica, `<pidx>@<node>`, is a member. */
function isServing(partitions: readonly PartitionRecord[], replica: string): boolean {
  const end = replica.indexOf('@');
  const partition = partitions[Number(replica.slice(0, end))];
  return partition !== undefined && isMember(partition, replica.slice(end + 1));
}

/** Those of a new table count as idle, where upstream waits until they have been told of. */
function membersOf(partitions: readonly PartitionRecord[]): number {
  let members = 0;
  for (const { primary, secondaries } of partitions) members += Number(primary !== '') + secondaries.length;
  return members;
}

/** Takes in what a server reports of its replicas of a table, by partition. */
export function collectCompactions(
  meta: MetaServer,
  appId: number,
  node: string,
  reported: { readonly finished: readonly number[]; readonly running: readonly number[] },
): void {
  const known = meta.memories.compactions(appId);
  const merged = (before: readonly string[], now: readonly number[]): string[] => [
    ...before.filter((replica) => !replica.endsWith(`@${node}`)),
    ...now.map((pidx) => `${pidx}@${node}`),
  ];
  const next = {
    finished: merged(known.finished, reported.finished),
    running: merged(known.running, reported.running),
  };
  if (!isDeepStrictEqual(next, known)) meta.memories.saveCompactions(appId, next);
}

function availableApp(meta: MetaServer, name: string): AppRecord | StartAppManualCompactResponse {
  const app = meta.tree.appNamed(name);
  if (app === undefined) return { err: 'ERR_APP_NOT_EXIST', hint_msg: `app ${name} is not existed` };
  if (app.status === 'AS_AVAILABLE') return app;
  return { err: 'ERR_APP_DROPPED', hint_msg: `app ${name} is not available` };
}

function invalid(hint_msg: string): StartAppManualCompactResponse {
  return { err: 'ERR_INVALID_PARAMETERS', hint_msg };
}
