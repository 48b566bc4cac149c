/** Replicas that left: closed, thrown away, deleted (`replica_stub.cpp`, `disk_cleaner.cpp`). */
import { MS, SECOND, tickFrom } from '../clock.ts';
import { garbageSince } from '../meta/garbage.ts';
import type { MetaServer } from '../meta/meta-server.ts';
import type { Steps } from '../steps.ts';
import { scheduleTableSync } from './config-sync-timer.ts';
import type { Replica } from './replica.ts';
import type { ReplicaServer } from './replica-server.ts';
import type { Discarded } from './stored-replicas.ts';

/** A replica that was removed stays in memory for a while: it may be wanted again (`begin_close_replica`). */
export function closeLater(replica: Replica): void {
  const { server, now } = replica;
  const delay = server.setting('replication.gc_memory_replica_interval_ms') * MS;
  server.cluster.universe.agenda.schedule(server.timer(replica, 'replica-close'), now + delay);
}

/** It is wanted again (`begin_open_replica`): it is there, and has yet to hear what it is. */
export function reopen(replica: Replica): void {
  const { server, ram } = replica;
  server.cluster.universe.agenda.cancel(server.timer(replica, 'replica-close'));
  ram.transient = true;
  replica.saveRam();
  server.markUnsynced(replica.appId);
}

/** Nobody wanted it again. */
export function closeRemoved(server: ReplicaServer, gpid: string): void {
  const replica = server.findClosing(gpid);
  if (replica !== undefined) server.close(replica);
}

/** What the meta server calls garbage is thrown away: kept as `.gar` until the disk is cleaned. Only what is closed. */
export function* discardingGarbage(
  meta: MetaServer,
  server: ReplicaServer,
  tables: readonly number[],
): Steps {
  if (meta.isAtMost('fl_steady')) return;
  const { now } = server.cluster.universe;
  let isAny = false;
  for (const appId of tables) {
    for (const pidx of server.partitionsOnDisk(appId)) {
      yield;
      const since = garbageSince(meta, server.node, appId, pidx);
      if (since === undefined) continue;
      const isOpen = server.findHeld(`${appId}.${pidx}`) !== undefined;
      if (isOpen || since > now) scheduleTableSync(server, appId, Math.max(since, now + 1));
      else {
        server.discard(appId, pidx);
        isAny = true;
      }
    }
  }
  if (isAny) scheduleCleaning(server);
}

/** A damaged replica is kept as `.err`, for whoever wants to look at it. */
export function setAside(server: ReplicaServer, appId: number, pidx: number): void {
  server.discard(appId, pidx, true);
  scheduleCleaning(server);
}

/** The disk is looked at as often as it is measured: the first time that there is something to delete. */
export function scheduleCleaning(server: ReplicaServer): void {
  const ends = removable(server).map((one) => keptUntil(server, one));
  if (ends.length > 0) cleanDiskWhenDue(server, Math.min(...ends));
}

function cleanDiskWhenDue(server: ReplicaServer, time: number): void {
  const { cluster, node, startedUs } = server;
  if (server.setting('replication.disk_stat_disabled')) return;
  const period = server.setting('replication.disk_stat_interval_seconds') * SECOND;
  const due = Math.max(time, cluster.universe.now + 1);
  const key = { cluster: cluster.name, node, kind: 'disk-clean', gpid: '' } as const;
  cluster.universe.agenda.scheduleNoLater(key, tickFrom(startedUs, period, due));
}

/** What is on a disk that failed stays there. */
function removable(server: ReplicaServer): Discarded[] {
  const { broken_disks: broken = [] } = server.process;
  return server.discarded().filter(({ tag }) => !broken.includes(tag));
}

function keptUntil(server: ReplicaServer, { sinceUs, isDamaged }: Discarded): number {
  const seconds = isDamaged
    ? server.setting('replication.gc_disk_error_replica_interval_seconds')
    : server.setting('replication.gc_disk_garbage_replica_interval_seconds');
  return sinceUs + seconds * SECOND;
}

/** Deletes what was thrown away long enough ago. */
export function cleanDisk(server: ReplicaServer): void {
  const { now } = server.cluster.universe;
  for (const one of removable(server)) {
    if (keptUntil(server, one) <= now) server.erase(one.appId, one.pidx);
  }
  scheduleCleaning(server);
}
