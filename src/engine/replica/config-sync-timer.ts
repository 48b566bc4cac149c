import { MS, tickFrom } from '../clock.ts';
import type { Cluster } from '../cluster.ts';
import type { ReplicaServer } from './replica-server.ts';

/** How soon a server asks again that was answered `ERR_BUSY` (`replica_stub.cpp on_node_query_reply`). */
const BUSY_US = 500 * MS;

/** Has every server of a cluster hear of a change of a table, or of all, at its next config sync. */
export function announceChange(cluster: Cluster, table: number | 'all'): void {
  noteChange(cluster, table);
  for (const server of cluster.runningReplicaServers()) scheduleConfigSync(server);
}

/** The same, at its next config sync if there is one: nobody waits for it. */
export function noteChange(cluster: Cluster, table: number | 'all'): void {
  for (const server of cluster.runningReplicaServers()) server.markUnsynced(table);
}

/** Has a server take part in the next config sync of its rhythm. */
export function scheduleConfigSync(server: ReplicaServer): void {
  scheduleConfigSyncAt(server, server.cluster.universe.now + 1);
}

/** Has a server look at a table in its first config sync from a time on. */
export function scheduleTableSync(server: ReplicaServer, appId: number, time: number): void {
  server.markUnsynced(appId);
  scheduleConfigSyncAt(server, time);
}

/** Has a server that was told to ask again later do so: only the sync that is answered is one that counts. */
export function scheduleSyncAfterBusy(server: ReplicaServer): void {
  const { agenda, now } = server.cluster.universe;
  agenda.scheduleNoLater(configSyncTimer(server), now + BUSY_US);
}

function scheduleConfigSyncAt(server: ReplicaServer, time: number): void {
  const { cluster, serviceUs } = server;
  if (server.setting('replication.config_sync_disabled')) return;
  const period = server.setting('replication.config_sync_interval_ms') * MS;
  const at = tickFrom(serviceUs, period, time);
  cluster.universe.agenda.scheduleNoLater(configSyncTimer(server), at);
}

/** The key of a server's config sync on the agenda. */
export function configSyncTimer({ cluster, node }: ReplicaServer) {
  return { cluster: cluster.name, node, kind: 'config-sync', gpid: '' } as const;
}
