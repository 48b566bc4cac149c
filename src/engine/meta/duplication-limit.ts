/** How long a full duplication may take to begin shipping: ours, not upstream's, which waits for ever. */
import type { TimerKey } from '../agenda.ts';
import { SECOND } from '../clock.ts';
import type { Cluster } from '../cluster.ts';
import type { AppRecord, DuplicationRecord } from '../documents/meta.ts';
import { modifyDuplication } from './duplication-modify.ts';
import type { MetaServer } from './meta-server.ts';

/** A duplication that may be over its time limit when its timer is due. */
export interface OverdueCandidate {
  readonly appId: number;
  readonly dupid: number;
}

/** The limit of a duplication in microseconds: its own, else its cluster's; 0 = as long as it takes. */
export function startLimit(cluster: Cluster, record?: DuplicationRecord): number {
  return record?.limit_us ?? cluster.setting('pegsh.dup_prepare_timeout_seconds') * SECOND;
}

/** Gives a duplication a limit of its own, in microseconds. */
export function setLimit(meta: MetaServer, app: AppRecord, dupid: number, limit_us: number): void {
  const record = meta.tree.duplication(app.app_id, dupid);
  if (record === undefined) return;
  meta.tree.saveDuplication(app.app_id, dupid, { ...record, limit_us });
  watchLimit(meta, { appId: app.app_id, dupid });
}

/** Has a duplication removed that does not ship in time from now on, where the cluster wants that. */
export function watchLimit(meta: MetaServer, candidate: OverdueCandidate): void {
  watchFrom(meta, candidate, meta.cluster.universe.now);
}

/** The same for all there are, each since it was added: the cluster wants something else now. */
export function watchLimits(meta: MetaServer): void {
  for (const candidate of candidatesOf(meta)) watchSinceAdded(meta, candidate);
}

/** The same for those whose time was over while no meta server led. */
export function watchForgottenLimits(meta: MetaServer): void {
  const { agenda } = meta.cluster.universe;
  for (const candidate of candidatesOf(meta))
    if (agenda.pending(timerOf(meta, candidate)) === undefined) watchSinceAdded(meta, candidate);
}

function candidatesOf({ tree }: MetaServer): OverdueCandidate[] {
  return tree
    .apps()
    .flatMap(({ app_id: appId }) => tree.duplicationIds(appId).map((dupid) => ({ appId, dupid })));
}

function watchSinceAdded(meta: MetaServer, candidate: OverdueCandidate): void {
  const { create_timestamp_ms } = meta.tree.duplication(candidate.appId, candidate.dupid)!;
  watchFrom(meta, candidate, create_timestamp_ms * 1000);
}

function watchFrom(meta: MetaServer, candidate: OverdueCandidate, from_us: number): void {
  const { cluster, tree } = meta;
  const limit = startLimit(cluster, tree.duplication(candidate.appId, candidate.dupid));
  if (limit === 0 || !meta.setting('pegsh.dup_prepare_timeout_remove')) return;
  const { universe } = cluster;
  universe.agenda.schedule(timerOf(meta, candidate), Math.max(universe.now, from_us + limit), candidate);
}

/** Not a server's own timer: it outlives the leader. */
function timerOf({ cluster }: MetaServer, { appId, dupid }: OverdueCandidate): TimerKey {
  return { cluster: cluster.name, node: '', kind: 'duplication-limit', gpid: `${appId}/${dupid}` };
}

/** The limit of a duplication is over: it goes, unless it ships by now. */
export function removeOverdue(cluster: Cluster, { appId, dupid }: OverdueCandidate): void {
  const { meta } = cluster;
  const app = meta?.tree.app(appId);
  const record = meta?.tree.duplication(appId, dupid);
  if (meta === undefined || app === undefined || record === undefined) return;
  if (record.status !== 'DS_PREPARE' && record.status !== 'DS_APP') return;
  if (!meta.setting('pegsh.dup_prepare_timeout_remove')) return;
  const { app_name } = app;
  if (modifyDuplication(meta, { app_name, dupid, status: 'DS_REMOVED' }).err !== 'ERR_OK') return;
  const { remote, remote_app_name } = record;
  const removal = { app_id: appId, app_name, dupid, remote, remote_app_name };
  const when = { at_us: cluster.universe.now, limit_us: startLimit(cluster, record) };
  const { process } = meta;
  const before = process.overdue_removals ?? [];
  meta.saveProcess({ ...process, overdue_removals: [...before, { ...removal, ...when }] });
}
