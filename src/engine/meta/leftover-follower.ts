import type { DuplicationAddRequest } from '../../rpc/idl/duplication.ts';
import { CallFailure, callServer } from '../network.ts';
import { duplicationName, findPeer } from '../peers.ts';
import type { MetaServer } from './meta-server.ts';

/**
 * Whether the remote cluster has the table of an earlier duplication, which no other can take over: as it is, nobody
 * looks, and the new one waits for it for ever (D13). A cluster that does not answer may have anything.
 */
export function hasLeftover(meta: MetaServer, request: DuplicationAddRequest): boolean {
  const { remote_cluster_name: remote, is_duplicating_checkpoint: isFull, app_name } = request;
  if (isFull === false || meta.cluster.hasDefect('D13')) return false;
  const there = findPeer(meta.cluster, remote)?.meta;
  try {
    const table = callServer(meta, there, () => there?.tree.appNamed(request.remote_app_name ?? app_name));
    return (
      table?.envs['duplication.master_cluster'] === duplicationName(meta) &&
      table.envs['duplication.follower_app_status'] === 'created'
    );
  } catch (error) {
    if (error instanceof CallFailure) return false;
    throw error;
  }
}
