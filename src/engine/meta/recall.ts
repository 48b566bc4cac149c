import type { ConfigurationRecallAppRequest, ConfigurationRecallAppResponse } from '../../rpc/idl/tables.ts';
import { inSeconds } from '../clock.ts';
import type { AppRecord } from '../documents/meta.ts';
import { announceChange } from '../replica/config-sync-timer.ts';
import type { Steps } from '../steps.ts';
import { busy } from './busy.ts';
import type { MetaServer } from './meta-server.ts';
import { infoOf } from './tables.ts';

/**
 * `recall_app`: a dropped table comes back, under its own name or another (`server_state.cpp`).
 *
 * Its partitions have no members then: the next checks give them back to the servers that had them last.
 */
export function recallTable(
  meta: MetaServer,
  request: ConfigurationRecallAppRequest,
): ConfigurationRecallAppResponse {
  const app = meta.tree.app(request.app_id);
  if (app === undefined) return { err: 'ERR_APP_NOT_EXIST', info: NO_INFO };
  if (app.status !== 'AS_DROPPED') return { err: busy(app) ?? 'ERR_APP_EXIST', info: NO_INFO };
  if (app.expire_second <= inSeconds(meta.cluster.universe.now))
    return { err: 'ERR_APP_NOT_EXIST', info: NO_INFO };
  const name = request.new_app_name === '' ? app.app_name : request.new_app_name;
  if (meta.tree.appNamed(name) !== undefined) return { err: 'ERR_INVALID_PARAMETERS', info: NO_INFO };
  const recalling: AppRecord = { ...app, status: 'AS_RECALLING', app_name: name };
  meta.tree.saveApp(recalling);
  if (!meta.isStorageSilent) meta.perform(finishingRecall(meta, recalling));
  return { err: 'ERR_OK', info: infoOf({ ...recalling, status: 'AS_AVAILABLE' }) };
}

/** It is stored that a table is back: its partitions are, without members. */
export function* finishingRecall(meta: MetaServer, app: AppRecord): Steps {
  meta.tree.saveApp({ ...app, status: 'AS_AVAILABLE' });
  for (let pidx = 0; pidx < app.partition_count; pidx++) {
    meta.tree.savePartition(app.app_id, pidx, {
      ...meta.tree.partition(app.app_id, pidx),
      partition_flags: 0,
    });
    yield;
  }
  meta.needsAttention(app.app_id);
  announceChange(meta.cluster, app.app_id);
}

/** What stands in a reply that refuses: the defaults of `app_info`. */
const NO_INFO: ConfigurationRecallAppResponse['info'] = {
  status: 'AS_INVALID',
  app_type: '',
  app_name: '',
  app_id: 0,
  partition_count: 0,
  envs: new Map(),
  is_stateful: false,
  max_replica_count: 0,
  expire_second: 0,
  create_second: 0,
  drop_second: 0,
  init_partition_count: -1,
};
