import { SECOND } from '../clock.ts';
import type { Cluster } from '../cluster.ts';
import { modifyDuplication } from './duplication.ts';
import type { MetaServer } from './meta-server.ts';

/** A duplication that may be over its time limit when its timer is due. */
export interface OverdueCandidate {
  readonly appId: number;
  readonly dupid: number;
}

/** How long a full duplication may take to begin shipping, in microseconds; 0 = as long as it takes. Ours, not upstream's. */
export function startLimit(cluster: Cluster): number {
  return cluster.setting('pegsh.dup_prepare_timeout_seconds') * SECOND;
}

/** Has a duplication removed that does not ship in time, where the cluster wants that. */
export function watchLimit(meta: MetaServer, candidate: OverdueCandidate): void {
  const limit = startLimit(meta.cluster);
  if (limit === 0 || !meta.setting('pegsh.dup_prepare_timeout_remove')) return;
  const { universe, name } = meta.cluster;
  // Not a server's own timer: it outlives the leader.
  const key = {
    cluster: name,
    node: '',
    kind: 'duplication-limit',
    gpid: `${candidate.appId}/${candidate.dupid}`,
  } as const;
  universe.agenda.schedule(key, universe.now + limit, candidate);
}

/** The limit of a duplication is over: it goes, unless it ships by now. */
export function removeOverdue(cluster: Cluster, { appId, dupid }: OverdueCandidate): void {
  const { meta } = cluster;
  const app = meta?.tree.app(appId);
  const status = meta?.tree.duplication(appId, dupid)?.status;
  if (meta === undefined || app === undefined || (status !== 'DS_PREPARE' && status !== 'DS_APP')) return;
  modifyDuplication(meta, { app_name: app.app_name, dupid, status: 'DS_REMOVED' });
}
