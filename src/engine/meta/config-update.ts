import type { PartitionRecord } from '../documents/meta.ts';
import { CallFailure } from '../network.ts';
import { scheduleConfigSync } from '../replica/config-sync-timer.ts';
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
  // No answer: who asks tries again each second.
  if (meta.isStorageSilent) throw new CallFailure('ERR_TIMEOUT');
  if (isSame(current, ballot, change)) return { err: 'ERR_OK', partition: current };
  if (current.ballot + 1 !== ballot) return { err: 'ERR_INVALID_VERSION', partition: current };
  const next = applyChange(meta, app, pidx, change);
  meta.cureSoon(app.app_id, pidx);
  tellWhoLeft(meta, change);
  return { err: 'ERR_OK', partition: next };
}

/** The reply to this request was lost, and it comes again. */
function isSame(current: PartitionRecord, ballot: number, { primary, secondaries }: Change): boolean {
  return (
    current.ballot === ballot && current.primary === primary && `${current.secondaries}` === `${secondaries}`
  );
}

/** A server that is no member any more hears of it at its next config sync. */
function tellWhoLeft({ cluster }: MetaServer, { type, node }: Change): void {
  const gone = type === 'CT_DOWNGRADE_TO_INACTIVE' || type === 'CT_REMOVE';
  const server = gone ? cluster.replicaServer(node) : undefined;
  if (server !== undefined) scheduleConfigSync(server);
}
