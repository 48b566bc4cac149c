import { SECOND, tickBefore, tickFrom } from '../clock.ts';
import type { Cluster } from '../cluster.ts';
import type { ReplicaServer } from '../replica/replica-server.ts';
import { retryAt } from '../retry.ts';

/** Has a server take part in the next duplication sync of its rhythm: every 10 s since it started. */
export function scheduleSync(server: ReplicaServer): void {
  const { universe } = server.cluster;
  if (!server.setting('replication.duplication_enabled')) return;
  universe.agenda.scheduleNoLater(syncTimer(server), syncTickFrom(server, universe.now + 1));
}

/**
 * The same for one whose duplications fail at each sync as they failed before. The last two syncs are made, so that it is
 * known what the first of them comes to.
 *
 * @returns how many are passed over
 */
export function retrySync(server: ReplicaServer): number {
  const { universe } = server.cluster;
  const period = syncPeriod(server);
  const next = syncTickFrom(server, universe.now + 1);
  const at = retryAt(universe, next, period, 2);
  universe.agenda.scheduleNoLater(syncTimer(server), at, undefined, true);
  return (at - next) / period;
}

/** The key of a server's duplication sync on the agenda. */
export function syncTimer({ cluster, node }: ReplicaServer) {
  return { cluster: cluster.name, node, kind: 'duplication-sync', gpid: '' } as const;
}

/** Every server of a cluster has something to ask or to report. */
export function scheduleSyncs(cluster: Cluster): void {
  for (const server of cluster.runningReplicaServers()) scheduleSync(server);
}

/** When a server's rhythm has it sync, at `time` or after. */
export function syncTickFrom(server: ReplicaServer, time: number): number {
  return tickFrom(server.serviceUs, syncPeriod(server), time);
}

/** When it had it sync last. */
export function lastSyncTick(server: ReplicaServer): number {
  return tickBefore(server.serviceUs, syncPeriod(server), server.cluster.universe.now);
}

function syncPeriod(server: ReplicaServer): number {
  return server.setting('replication.duplication_sync_period_second') * SECOND;
}
