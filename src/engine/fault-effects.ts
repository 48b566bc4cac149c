import { MS } from './clock.ts';
import type { Cluster } from './cluster.ts';
import type { FaultRecord } from './documents/fault.ts';
import type { Timer } from './documents/universe.ts';
import { isEnd, type NewFault } from './faults.ts';
import { endingServer, startingServer, wipingServer } from './lifecycle.ts';
import { finishingStaged } from './meta/staging.ts';
import { endOf } from './network.ts';
import { watchAllBeacons } from './replica/failure-detector.ts';
import { scheduleGroupCheck } from './replica/group-check-timer.ts';
import type { Replica } from './replica/replica.ts';
import type { ReplicaServer } from './replica/replica-server.ts';
import { leaderOf, settling } from './replica/settle.ts';
import { asPart, keepingSome, type Steps } from './steps.ts';
import type { Universe } from './universe.ts';

/** Takes in a fault: it begins now, in steps, or when its time has come. */
export function addFault(universe: Universe, asked: NewFault): FaultRecord {
  const fault = universe.faults.add(asked);
  if (fault.begins_us > universe.now) universe.agenda.schedule(timerOf(fault, 'begin'), fault.begins_us);
  else universe.timeline.performAll(beginning(universe, fault));
  return fault;
}

/** Heals faults, or calls off those whose time has not come. */
export function* clearing(universe: Universe, faults: readonly FaultRecord[]): Steps {
  for (const fault of faults) {
    for (const edge of ['begin', 'end'] as const) universe.agenda.cancel(timerOf(fault, edge));
    if (fault.is_active) yield* ending(universe, fault);
    else universe.faults.remove(fault);
  }
}

/** A fault begins or ends. */
export function faultIsDue(universe: Universe, timer: Timer): void {
  const [id, edge] = timer.gpid.split('/');
  const fault = universe.faults.find(Number(id));
  if (fault === undefined) return;
  universe.timeline.performAll((edge === 'begin' ? beginning : ending)(universe, fault));
}

/** Whether what a timer asks for would be done by a server that does not move. */
export function isHeldUp(cluster: Cluster, timer: Timer): boolean {
  const { faults } = cluster.universe;
  if (timer.kind === 'election') return false;
  return !faults.isQuiet && faults.has('node_hang', endOf({ cluster, node: actorOf(cluster, timer) }));
}

/** A process that is killed before the first server is struck begins it anew. */
function* beginning(universe: Universe, fault: FaultRecord): Steps {
  const { agenda, faults, now } = universe;
  agenda.schedule(timerOf(fault, 'begin'), now);
  // What idle servers did by themselves, they did under the faults of until now.
  yield* keepingSome(settlingConcerned(universe, fault));
  agenda.cancel(timerOf(fault, 'begin'));
  faults.activate(fault);
  if (fault.ends_us > 0) agenda.schedule(timerOf(fault, 'end'), fault.ends_us);
  yield* asPart(changing(universe, fault, striking));
}

function* ending(universe: Universe, fault: FaultRecord): Steps {
  universe.agenda.cancel(timerOf(fault, 'end'));
  universe.faults.remove(fault);
  yield* changing(universe, fault, healing);
}

/** @param change what becomes of a server that the fault names */
function* changing(
  universe: Universe,
  fault: FaultRecord,
  change: (cluster: Cluster, node: string, fault: FaultRecord) => Steps,
): Steps {
  for (const { cluster, node } of serversOf(universe, fault))
    yield* universe.timeline.guarding(cluster, node, change(cluster, node, fault));
  yield* reacting(universe, fault);
}

function* striking(cluster: Cluster, node: string, { kind }: FaultRecord): Steps {
  if (kind === 'node_kill' || kind === 'node_wipe') yield* endingServer(cluster, node, 'killed');
  if (kind === 'node_stop') yield* endingServer(cluster, node, 'stopped');
  if (kind === 'node_wipe') yield* wipingServer(cluster, node);
  if (kind === 'node_hang' && cluster.record.leader === node) {
    const key = { cluster: cluster.name, node, kind: 'election', gpid: '' } as const;
    // It keeps the leader's lock until its session is over.
    const sessionUs = cluster.settingOf(node, 'zookeeper.timeout_ms') * MS;
    cluster.universe.agenda.schedule(key, cluster.universe.now + sessionUs);
  }
}

function* healing(cluster: Cluster, node: string, { kind }: FaultRecord): Steps {
  const { agenda, now } = cluster.universe;
  const { meta } = cluster;
  if (kind === 'zookeeper_timeout' && meta?.node === node) yield* finishingStaged(meta);
  if (kind === 'node_kill' || kind === 'node_stop' || kind === 'node_wipe')
    yield* startingServer(cluster, node);
  if (kind !== 'node_hang') return;
  agenda.cancel({ cluster: cluster.name, node, kind: 'election', gpid: '' });
  agenda.release((timer) => timer.cluster === cluster.name && !isHeldUp(cluster, timer), now);
}

/** Those that a fault of servers names. */
function serversOf(universe: Universe, { kind, from }: FaultRecord) {
  if (!kind.startsWith('node_') && kind !== 'zookeeper_timeout') return [];
  return universe.clusters().flatMap((cluster) => {
    const { metas, replicas } = cluster.record;
    return [...metas, ...replicas]
      .filter((node) => isEnd(from, endOf({ cluster, node })))
      .map((node) => ({ cluster, node }));
  });
}

/** Replica servers that run and are an end of a fault, or led by one: they report to it. */
function concernedServers(universe: Universe, { from, to }: FaultRecord): ReplicaServer[] {
  const isConcerned = (name: string) => isEnd(from, name) || isEnd(to, name);
  return universe.clusters().flatMap((cluster) => {
    const servers = cluster.runningReplicaServers();
    const leader = endOf({ cluster, node: cluster.record.leader });
    return isConcerned(leader) ? servers : servers.filter((server) => isConcerned(endOf(server)));
  });
}

/** Brings the replicas of those servers up to date with the time. */
function* settlingConcerned(universe: Universe, fault: FaultRecord): Steps<Replica[]> {
  const replicas: Replica[][] = [];
  for (const server of concernedServers(universe, fault))
    replicas.push(yield* settling(server, server.tablesOnDisk()));
  return replicas.flat();
}

/** Servers notice what changed between them by their beacons and group checks. */
function* reacting(universe: Universe, fault: FaultRecord): Steps {
  for (const cluster of universe.clusters()) watchAllBeacons(cluster);
  for (const replica of yield* settlingConcerned(universe, fault)) {
    const primary = leaderOf(replica);
    if (primary.isPrimary && primary.ram.secondaries.length > 0) scheduleGroupCheck(primary);
    yield;
  }
}

/** That a replica server is silent is found by the leading meta server. */
function actorOf(cluster: Cluster, { kind, node }: Timer): string {
  return kind === 'failure-detector' ? cluster.record.leader : node;
}

function timerOf(fault: FaultRecord, edge: 'begin' | 'end') {
  return { cluster: '', node: '', kind: 'fault', gpid: `${fault.id}/${edge}` } as const;
}
