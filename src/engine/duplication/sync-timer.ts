import { SECOND, tickBefore, tickFrom } from '../clock.ts';
import type { Cluster } from '../cluster.ts';
import type { ReplicaServer } from '../replica/replica-server.ts';

/** Has a server take part in the next duplication sync of its rhythm: every 10 s since it started. */
export function scheduleSync(server: ReplicaServer): void {
  const { universe, name } = server.cluster;
  if (!server.setting('replication.duplication_enabled')) return;
  const key = { cluster: name, node: server.node, kind: 'duplication-sync', gpid: '' } as const;
  universe.agenda.scheduleNoLater(key, syncTickFrom(server, universe.now + 1));
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
