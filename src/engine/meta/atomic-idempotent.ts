import type {
  ConfigurationGetAtomicIdempotentRequest,
  ConfigurationGetAtomicIdempotentResponse,
  ConfigurationSetAtomicIdempotentRequest,
  ConfigurationSetAtomicIdempotentResponse,
} from '../../rpc/idl/table-settings.ts';
import type { MetaServer } from './meta-server.ts';
import { writeTable } from './table-node.ts';
import { existingApp, FREEZED, notAvailable } from './table-refusals.ts';

/** `get_atomic_idempotent` (`server_state.cpp`). */
export function getAtomicIdempotent(
  meta: MetaServer,
  { app_name }: ConfigurationGetAtomicIdempotentRequest,
): ConfigurationGetAtomicIdempotentResponse {
  const app = existingApp(meta, app_name);
  if ('err' in app) return { ...app, atomic_idempotent: false };
  return { err: 'ERR_OK', atomic_idempotent: app.atomic_idempotent === 1, hint_message: '' };
}

/** `set_atomic_idempotent`: whether incr, check_and_set and check_and_mutate are made idempotent. */
export function setAtomicIdempotent(
  meta: MetaServer,
  { app_name, atomic_idempotent: wanted }: ConfigurationSetAtomicIdempotentRequest,
): ConfigurationSetAtomicIdempotentResponse {
  const app = existingApp(meta, app_name);
  if ('err' in app) return { ...app, old_atomic_idempotent: false };
  const old_atomic_idempotent = app.atomic_idempotent === 1;
  const unavailable = notAvailable(app);
  if (unavailable !== undefined) return { ...unavailable, old_atomic_idempotent };
  if (meta.isAtMost('fl_freezed')) return { ...FREEZED, old_atomic_idempotent };
  if (wanted === old_atomic_idempotent) {
    return {
      err: 'ERR_OK',
      old_atomic_idempotent,
      hint_message: "no need to update atomic_idempotent since it's unchanged",
    };
  }
  writeTable(meta, app, { atomic_idempotent: wanted ? 1 : 0 });
  return { err: 'ERR_OK', old_atomic_idempotent, hint_message: '' };
}
