import { SECOND } from '../clock.ts';
import { isMember } from './configuration.ts';
import type { MetaServer } from './meta-server.ts';

/**
 * When a replica that a server has closed may be thrown away at level lively, in microseconds; undefined = not as
 * things are (`server_state.cpp on_config_sync`). At lower levels nothing ever is.
 */
export function garbageSince(
  meta: MetaServer,
  node: string,
  appId: number,
  pidx: number,
): number | undefined {
  const app = meta.tree.app(appId);
  if (app === undefined) return undefined;
  if (app.status === 'AS_DROPPED') return app.expire_second * SECOND;
  if (app.status !== 'AS_AVAILABLE' || isMember(meta.tree.partition(appId, pidx), node)) return undefined;
  const { dropped } = meta.memories.partitionContext(`${appId}.${pidx}`);
  return dropped.some((drop) => drop.node === node) ? undefined : meta.cluster.universe.now;
}
