import { MS } from './clock.ts';
import type { Cluster } from './cluster.ts';
import type { FaultRecord } from './documents/fault.ts';
import type { Timer } from './documents/universe.ts';
import { isEnd, type NewFault } from './faults.ts';
import { endServer, startServer, wipeServer } from './lifecycle.ts';
import { finishingStaged } from './meta/staging.ts';
import { endOf } from './network.ts';
import { watchAllBeacons } from './replica/failure-detector.ts';
import { scheduleGroupCheck } from './replica/group-check-timer.ts';
import type { ReplicaServer } from './replica/replica-server.ts';
import { leaderOf } from './replica/settle.ts';
import type { Universe } from './universe.ts';

/** Takes in a fault: it begins at once, or when its time has come. */
export function addFault(universe: Universe, asked: NewFault): FaultRecord {
  const fault = universe.faults.add(asked);
  if (fault.begins_us > universe.now) universe.agenda.schedule(timerOf(fault, 'begin'), fault.begins_us);
  else beginFault(universe, fault);
  return universe.faults.find(fault.id) ?? fault;
}

/** Heals a fault, or calls off one whose time has not come. */
export function clearFault(universe: Universe, fault: FaultRecord): void {
  for (const edge of ['begin', 'end'] as const) universe.agenda.cancel(timerOf(fault, edge));
  if (fault.is_active) endFault(universe, fault);
  else universe.faults.remove(fault);
}

/** A fault begins or ends. */
export function faultIsDue(universe: Universe, timer: Timer): void {
  const [id, edge] = timer.gpid.split('/');
  const fault = universe.faults.find(Number(id));
  if (fault === undefined) return;
  if (edge === 'begin') beginFault(universe, fault);
  else endFault(universe, fault);
}

/** Drops the faults that name a cluster which is about to go. */
export function forgetFaultsOf(universe: Universe, cluster: string): void {
  for (const fault of universe.faults.all()) {
    const isNamed = [fault.from, fault.to].some((end) => end.startsWith(`${cluster}/`));
    if (isNamed) clearFault(universe, fault);
  }
}

/** Whether what a timer asks for would be done by a server that does not move. */
export function isHeldUp(cluster: Cluster, timer: Timer): boolean {
  const { faults } = cluster.universe;
  if (timer.kind === 'election') return false;
  return !faults.isQuiet && faults.has('node_hang', endOf({ cluster, node: actorOf(cluster, timer) }));
}

function beginFault(universe: Universe, fault: FaultRecord): void {
  // What idle servers did by themselves, they did under the faults of until now.
  for (const server of concernedServers(universe, fault)) server.settle();
  universe.faults.activate(fault);
  if (fault.ends_us > 0) universe.agenda.schedule(timerOf(fault, 'end'), fault.ends_us);
  for (const { cluster, node } of serversOf(universe, fault)) strike(cluster, node, fault);
  react(universe, fault);
}

function endFault(universe: Universe, fault: FaultRecord): void {
  universe.agenda.cancel(timerOf(fault, 'end'));
  universe.faults.remove(fault);
  for (const { cluster, node } of serversOf(universe, fault)) heal(cluster, node, fault);
  react(universe, fault);
}

function strike(cluster: Cluster, node: string, { kind }: FaultRecord): void {
  if (kind === 'node_kill' || kind === 'node_wipe') endServer(cluster, node, 'killed');
  if (kind === 'node_stop') endServer(cluster, node, 'stopped');
  if (kind === 'node_wipe') wipeServer(cluster, node);
  if (kind === 'node_hang' && cluster.record.leader === node) {
    const key = { cluster: cluster.name, node, kind: 'election', gpid: '' } as const;
    // It keeps the leader's lock until its session is over.
    const sessionUs = cluster.settingOf(node, 'zookeeper.timeout_ms') * MS;
    cluster.universe.agenda.schedule(key, cluster.universe.now + sessionUs);
  }
}

function heal(cluster: Cluster, node: string, { kind }: FaultRecord): void {
  const { agenda, now } = cluster.universe;
  const { meta } = cluster;
  if (kind === 'zookeeper_timeout' && meta?.node === node) meta.perform(finishingStaged(meta));
  if (kind === 'node_kill' || kind === 'node_stop' || kind === 'node_wipe') startServer(cluster, node);
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

/** Servers notice what changed between them by their beacons and group checks. */
function react(universe: Universe, fault: FaultRecord): void {
  for (const cluster of universe.clusters()) watchAllBeacons(cluster);
  for (const replica of concernedServers(universe, fault).flatMap((server) => server.all())) {
    const primary = leaderOf(replica);
    if (primary.isPrimary && primary.ram.secondaries.length > 0) scheduleGroupCheck(primary);
  }
}

/** That a replica server is silent is found by the leading meta server. */
function actorOf(cluster: Cluster, { kind, node }: Timer): string {
  return kind === 'failure-detector' ? cluster.record.leader : node;
}

function timerOf(fault: FaultRecord, edge: 'begin' | 'end') {
  return { cluster: '', node: '', kind: 'fault', gpid: `${fault.id}/${edge}` } as const;
}
