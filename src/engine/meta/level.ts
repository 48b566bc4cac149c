import type {
  ConfigurationMetaControlRequest,
  ConfigurationMetaControlResponse,
} from '../../rpc/idl/cluster.ts';
import { scheduleCheck } from './check-timer.ts';
import type { MetaServer } from './meta-server.ts';

/** `control_meta`: asks for the stored level, or replaces it in memory (`meta_service.cpp`; cluster-engine.md 2.8). */
export function controlMeta(
  meta: MetaServer,
  { level }: ConfigurationMetaControlRequest,
): ConfigurationMetaControlResponse {
  const { process } = meta;
  if (level !== 'fl_invalid') {
    meta.saveProcess({ ...process, level });
    scheduleCheck(meta);
  }
  return { err: 'ERR_OK', old_level: process.level };
}
