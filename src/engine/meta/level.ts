import type {
  ConfigurationMetaControlRequest,
  ConfigurationMetaControlResponse,
} from '../../rpc/idl/cluster.ts';
import { announceChange } from '../replica/config-sync-timer.ts';
import type { Steps } from '../steps.ts';
import { scheduleCheck } from './check-timer.ts';
import type { MetaServer } from './meta-server.ts';
import { finishingStaged } from './staging.ts';

/**
 * `control_meta`: asks for the stored level, or replaces it in memory (`meta_service.cpp`).
 *
 * Below lively nothing that is under way is gone on with.
 */
export function controlMeta(
  meta: MetaServer,
  { level }: ConfigurationMetaControlRequest,
): ConfigurationMetaControlResponse {
  const { process } = meta;
  if (level !== 'fl_invalid') {
    meta.saveProcess({ ...process, level });
    if (level !== 'fl_lively') meta.actions.dropAll();
    meta.perform(takingUp(meta));
  }
  return { err: 'ERR_OK', old_level: process.level };
}

function* takingUp(meta: MetaServer): Steps {
  yield* finishingStaged(meta);
  scheduleCheck(meta);
  announceChange(meta.cluster, 'all');
}
