import type { PartitionRecord } from '../documents/meta.ts';
import { applyChange, type Change } from './configuration.ts';
import type { MetaServer } from './meta-server.ts';

export interface UpdateReply {
  readonly err: 'ERR_OK' | 'ERR_STATE_FREEZED' | 'ERR_INVALID_VERSION' | 'ERR_OBJECT_NOT_FOUND';
  readonly partition: PartitionRecord | undefined;
}

/**
 * A replica server asks for a new configuration (`server_state.cpp on_update_configuration`).
 *
 * `ballot` is the one that the change brings: exactly one above the stored ballot.
 */
export function updateConfiguration(
  meta: MetaServer,
  appId: number,
  pidx: number,
  ballot: number,
  change: Change,
): UpdateReply {
  const app = meta.tree.app(appId);
  if (app === undefined || app.status !== 'AS_AVAILABLE')
    return { err: 'ERR_OBJECT_NOT_FOUND', partition: undefined };
  const current = meta.tree.partition(appId, pidx);
  if (meta.isAtMost('fl_freezed')) return { err: 'ERR_STATE_FREEZED', partition: current };
  if (current.ballot + 1 !== ballot) return { err: 'ERR_INVALID_VERSION', partition: current };
  const next = applyChange(meta, app, pidx, change);
  meta.cureSoon(app.app_id, pidx);
  return { err: 'ERR_OK', partition: next };
}
