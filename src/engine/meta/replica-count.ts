import type {
  ConfigurationGetMaxReplicaCountRequest,
  ConfigurationGetMaxReplicaCountResponse,
  ConfigurationSetMaxReplicaCountRequest,
  ConfigurationSetMaxReplicaCountResponse,
} from '../../rpc/idl/table-settings.ts';
import type { AppRecord } from '../documents/meta.ts';
import { announceChange } from '../replica/config-sync-timer.ts';
import type { Steps } from '../steps.ts';
import type { MetaServer } from './meta-server.ts';
import { existingApp, FREEZED, notAvailable, type Refusal } from './table-refusals.ts';

/** An env that marks a change of the replica count on its way; a client can give it at creation only. */
export const UPDATING_ENV = 'max_replica_count.update';

/** `get_max_replica_count` (`server_state.cpp`). */
export function getReplicaCount(
  meta: MetaServer,
  { app_name }: ConfigurationGetMaxReplicaCountRequest,
): ConfigurationGetMaxReplicaCountResponse {
  const app = consistentApp(meta, app_name);
  if ('err' in app) return { ...app, max_replica_count: 0 };
  return { err: 'ERR_OK', max_replica_count: app.max_replica_count, hint_message: '' };
}

/** `set_max_replica_count`: the next partition checks add or remove replicas (`server_state.cpp`). */
export function setReplicaCount(
  meta: MetaServer,
  { app_name, max_replica_count: wanted }: ConfigurationSetMaxReplicaCountRequest,
): ConfigurationSetMaxReplicaCountResponse {
  const app = consistentApp(meta, app_name);
  if ('err' in app) return { ...app, old_max_replica_count: 0 };
  const refusal = refusalOf(meta, app, wanted);
  if (refusal === undefined) {
    if (meta.isStorageSilent) meta.postpone({ app_id: app.app_id, max_replica_count: wanted });
    else meta.perform(changingReplicaCount(meta, app, wanted));
  }
  return {
    err: 'ERR_OK',
    hint_message: '',
    ...refusal,
    old_max_replica_count: app.max_replica_count,
  };
}

/** Why a table cannot have so many replicas; undefined where it can. */
export function countRefusal(meta: MetaServer, wanted: number): string | undefined {
  const most = meta.setting('meta_server.max_allowed_replica_count');
  const least = meta.setting('meta_server.min_allowed_replica_count');
  const alive = meta.liveness.nodes('alive').length;
  if (wanted > most || wanted < least) {
    return `requested replica count(${wanted}) must be within the range of [min=${least}, max=${most}]`;
  }
  if (wanted > alive) {
    return `there are not enough alive replica servers(${alive}) for the requested replica count(${wanted})`;
  }
  return undefined;
}

function refusalOf(meta: MetaServer, app: AppRecord, wanted: number): Refusal | undefined {
  const unavailable = notAvailable(app);
  if (unavailable !== undefined) return unavailable;
  if (meta.isAtMost('fl_freezed')) return FREEZED;
  const hint = countRefusal(meta, wanted);
  if (hint !== undefined) return { err: 'ERR_INVALID_PARAMETERS', hint_message: hint };
  if (wanted === app.max_replica_count) {
    return { err: 'ERR_OK', hint_message: "no need to update max_replica_count since it's not changed" };
  }
  if (app.envs[UPDATING_ENV]?.split(';')[0] === 'updating') {
    return {
      err: 'ERR_OPERATION_DISABLED',
      hint_message:
        `max_replica_count of app(${app.app_name}) is being updated, ` +
        'thus this request would be rejected',
    };
  }
  return undefined;
}

/** It is stored that a table has another replica count: so has each of its partitions. */
export function* changingReplicaCount(meta: MetaServer, app: AppRecord, max_replica_count: number): Steps {
  for (let pidx = 0; pidx < app.partition_count; pidx++) {
    yield;
    const partition = meta.tree.partition(app.app_id, pidx);
    if (partition.max_replica_count === max_replica_count) continue;
    meta.tree.savePartition(app.app_id, pidx, {
      ...partition,
      ballot: partition.ballot + 1,
      max_replica_count,
    });
  }
  meta.tree.saveApp({ ...app, max_replica_count });
  meta.needsAttention(app.app_id);
  announceChange(meta.cluster, app.app_id);
}

function consistentApp(meta: MetaServer, name: string): AppRecord | Refusal {
  const app = existingApp(meta, name);
  if ('err' in app) return app;
  const odd = meta.tree
    .lookAtAll(app)
    .findIndex((partition) => partition.max_replica_count !== app.max_replica_count);
  if (odd === -1) return app;
  const count = meta.tree.partition(app.app_id, odd).max_replica_count;
  return {
    err: 'ERR_INCONSISTENT_STATE',
    hint_message:
      `partition_max_replica_count(${count}) != app_max_replica_count(${app.max_replica_count}) ` +
      `for partition ${app.app_id}.${odd}`,
  };
}
