/** Replicas that left: closed, thrown away, deleted (`replica_stub.cpp`, `disk_cleaner.cpp`; cluster-engine.md 3.5). */
import { MS, SECOND, tickFrom } from '../clock.ts';
import { garbageSince } from '../meta/garbage.ts';
import type { MetaServer } from '../meta/meta-server.ts';
import { scheduleConfigSyncAt } from './config-sync-timer.ts';
import type { Replica } from './replica.ts';
import type { ReplicaServer } from './replica-server.ts';

/** A replica that was removed stays open for a while: it may be wanted again. */
export function closeLater(replica: Replica): void {
  const { server, now } = replica;
  const delay = server.setting('replication.gc_memory_replica_interval_ms') * MS;
  server.cluster.universe.agenda.schedule(server.timer(replica, 'replica-close'), now + delay);
}

/** Nobody wanted it again. */
export function closeRemoved(replica: Replica): void {
  const { status, transient } = replica.ram;
  if (status === 'PS_INACTIVE' && !transient) replica.server.close(replica);
}

/** What the meta server calls garbage is thrown away: kept as `.gar` until the disk is cleaned. Only what is closed. */
export function discardGarbage(meta: MetaServer, server: ReplicaServer): void {
  if (meta.isAtMost('fl_steady')) return;
  const { now } = server.cluster.universe;
  for (const appId of server.tablesOnDisk()) {
    for (const pidx of server.partitionsOnDisk(appId)) {
      const since = garbageSince(meta, server.node, appId, pidx);
      if (since === undefined) continue;
      const isOpen = server.findUnsettled(`${appId}.${pidx}`) !== undefined;
      if (isOpen || since > now) scheduleConfigSyncAt(server, Math.max(since, now + 1));
      else server.discard(appId, pidx);
    }
  }
  scheduleCleaning(server);
}

/** The disk is looked at as often as it is measured, while there is something to delete. */
export function scheduleCleaning(server: ReplicaServer): void {
  const { cluster, node, startedUs } = server;
  if (server.setting('replication.disk_stat_disabled') || server.discarded().length === 0) return;
  const period = server.setting('replication.disk_stat_interval_seconds') * SECOND;
  const key = { cluster: cluster.name, node, kind: 'disk-clean', gpid: '' } as const;
  cluster.universe.agenda.scheduleNoLater(key, tickFrom(startedUs, period, cluster.universe.now + 1));
}

/** Deletes what was thrown away long enough ago. */
export function cleanDisk(server: ReplicaServer): void {
  const kept = server.setting('replication.gc_disk_garbage_replica_interval_seconds') * SECOND;
  const { now } = server.cluster.universe;
  for (const { appId, pidx, sinceUs } of server.discarded()) {
    if (sinceUs + kept <= now) server.erase(appId, pidx);
  }
  scheduleCleaning(server);
}
