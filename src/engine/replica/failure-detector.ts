import { SECOND, tickBefore, tickFrom } from '../clock.ts';
import type { Cluster } from '../cluster.ts';
import type { Welcome } from '../meta/liveness.ts';
import type { MetaServer } from '../meta/meta-server.ts';
import { CallFailure, callServer, endOf, isDisturbed, isSevered } from '../network.ts';
import type { Steps } from '../steps.ts';
import { configSync } from './config-sync.ts';
import type { ReplicaServer } from './replica-server.ts';
import { suspend } from './role.ts';
import { settling } from './settle.ts';

/**
 * Beacons as a replica server sends them (`failure_detector.cpp`).
 *
 * While nothing is between a server and the leading meta server its beacons are not simulated: it is alive and has its
 * lease. Where a fault is, or nobody leads, each of them counts.
 */
export function sendBeacon(server: ReplicaServer): void {
  const { meta, universe } = server.cluster;
  if (meta === undefined || !server.sendsBeacons) return;
  const isInOrder = !isDisturbedBetween(server, meta);
  if (!isInOrder && !isSevered(universe.faults, endOf(server), endOf(meta))) {
    universe.agenda.schedule(timerOf(server, 'beacon'), nextBeacon(server));
  }
  const welcome = beaconArrives(server, meta);
  if (welcome === 'rejected') stopBeacons(server);
  if (welcome === 'ignored') universe.agenda.schedule(timerOf(server, 'beacon'), nextBeacon(server));
  if (welcome !== 'yes') return;
  universe.agenda.cancel(timerOf(server, 'lease'));
  if (!isInOrder) expectLeaseEnd(server, universe.now);
  if (!isLeased(server)) connect(server);
}

/** Something changed between a server and the leading meta server, or there is another one. */
function watchBeacons(server: ReplicaServer): void {
  const { meta, universe } = server.cluster;
  const isInOrder = meta !== undefined && !isDisturbedBetween(server, meta);
  const isWatched = universe.agenda.pending(timerOf(server, 'lease')) !== undefined;
  if (isInOrder && !isWatched && isLeased(server)) return;
  universe.agenda.scheduleNoLater(timerOf(server, 'beacon'), nextBeacon(server));
  if (isInOrder || isWatched || !isLeased(server)) return;
  const last = tickBefore(server.serviceUs, beaconInterval(server), universe.now);
  expectLeaseEnd(server, last);
  meta?.liveness.noticeSilence(server.node, last);
}

/** The same for every replica server of a cluster that runs. */
export function watchAllBeacons(cluster: Cluster): void {
  for (const server of cluster.runningReplicaServers()) watchBeacons(server);
}

/** The lease is over: the meta server may give its partitions to others, so it serves none until it is heard again. */
export function leaseIsOver(server: ReplicaServer): void {
  server.perform(suspending(server));
}

function* suspending(server: ReplicaServer): Steps {
  const { connecting: _connecting, ...process } = server.process;
  server.saveProcess({ ...process, connected: false });
  for (const replica of yield* settling(server, server.tablesOnDisk())) {
    if (replica.ram.status === 'PS_PRIMARY' || replica.ram.status === 'PS_SECONDARY') suspend(replica);
    replica.ram.reconfiguration = undefined;
    replica.saveRam();
    yield;
  }
}

/** From the first beacon on the server reports what it holds; once it has heard what it is it takes part. */
function connect(server: ReplicaServer): void {
  server.saveProcess({ ...server.process, connecting: true });
  server.markUnsynced('all');
  configSync(server);
}

/** Whether the leading meta server has acknowledged its beacons, so that there is a lease which can run out. */
function isLeased({ process }: ReplicaServer): boolean {
  return process.connected || process.connecting === true;
}

/** One that may not join sends no more beacons until it starts anew (`failure_detector.cpp end_ping_internal`). */
function stopBeacons(server: ReplicaServer): void {
  const { agenda, now } = server.cluster.universe;
  server.saveProcess({ ...server.process, rejected: true });
  agenda.cancel(timerOf(server, 'beacon'));
  if (isLeased(server) && agenda.pending(timerOf(server, 'lease')) === undefined) expectLeaseEnd(server, now);
}

function beaconArrives(server: ReplicaServer, meta: MetaServer): Welcome | 'no' {
  const timeoutUs = Math.floor((beaconInterval(server) * 2) / 3);
  try {
    return callServer(server, meta, () => meta.liveness.beaconArrives(server.node), timeoutUs);
  } catch (error) {
    if (!(error instanceof CallFailure)) throw error;
    return 'no';
  }
}

function expectLeaseEnd(server: ReplicaServer, lastAcknowledged: number): void {
  const { cluster, serviceUs } = server;
  if (server.setting('replication.fd_disabled')) return;
  const lease = server.setting('replication.fd_lease_seconds') * SECOND;
  const interval = server.setting('replication.fd_check_interval_seconds') * SECOND;
  const at = tickFrom(serviceUs, interval, lastAcknowledged + lease - interval + 1);
  cluster.universe.agenda.schedule(timerOf(server, 'lease'), Math.max(at, cluster.universe.now));
}

function nextBeacon(server: ReplicaServer): number {
  return tickFrom(server.serviceUs, beaconInterval(server), server.cluster.universe.now + 1);
}

function beaconInterval(server: ReplicaServer): number {
  return server.setting('replication.fd_beacon_interval_seconds') * SECOND;
}

function isDisturbedBetween(server: ReplicaServer, meta: MetaServer): boolean {
  return isDisturbed(server.cluster.universe.faults, endOf(server), endOf(meta));
}

function timerOf<K extends string>({ cluster, node }: ReplicaServer, kind: K) {
  return { cluster: cluster.name, node, kind, gpid: '' } as const;
}
