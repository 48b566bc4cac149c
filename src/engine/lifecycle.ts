import { ClusterError } from '../errors.ts';
import type { Cluster } from './cluster.ts';
import { type AssertionFailure, fatalLogLine } from './crash.ts';
import type { CrashRecord, NodeRecord } from './documents/cluster.ts';
import { emptying } from './emptying.ts';
import { endOf } from './network.ts';
import { watchAllBeacons } from './replica/failure-detector.ts';
import { settling } from './replica/settle.ts';
import { readAtStart } from './settings.ts';
import { allOf, keepingSome, type Steps } from './steps.ts';
import type { Doc } from './storage/store.ts';

/** Starts a server that is down: its memory is empty, its disk is as it was left. */
export function startServer(cluster: Cluster, node: string): void {
  allOf(startingServer(cluster, node));
}

/** The same in steps. */
export function* startingServer(cluster: Cluster, node: string): Steps {
  const record = cluster.node(node);
  if (record.state === 'running') return;
  setState(cluster, node, { ...record, state: 'running', flags: readAtStart(cluster.overrides) });
  const server = cluster.replicaServer(node);
  if (server === undefined) yield* startingMeta(cluster, node);
  else yield* server.starting();
}

/**
 * Ends a server's process: `stopped` after a graceful end, `killed` after kill -9. It ends with the last step; what idle
 * replicas did by themselves before may be kept without that.
 */
export function* endingServer(cluster: Cluster, node: string, how: 'stopped' | 'killed'): Steps {
  const record = cluster.node(node);
  if (record.state !== 'running') return;
  const server = cluster.replicaServer(node);
  if (server !== undefined) yield* keepingSome(settling(server, server.tablesOnDisk()));
  if (cluster.record.leader === node) yield* keepingSome(settlingDuplications(cluster));
  yield* endingSettled(cluster, node, { ...record, state: how });
}

/** Ends a server's process as `kill -9` does, without a look at what it knew: that can be read no more. */
export function abandonServer(cluster: Cluster, node: string): void {
  const record = cluster.node(node);
  if (record.state !== 'running') return;
  allOf(forgettingProcess(cluster, node, { ...record, state: 'killed' }, cluster.universe.now));
}

/** A failed assertion: the process is gone, and its last words are kept. */
export function crashServer(cluster: Cluster, node: string, failure: AssertionFailure): CrashRecord {
  const now = cluster.universe.now;
  const record = cluster.node(node);
  const crash: CrashRecord = {
    time_us: now,
    node,
    gpid: failure.gpid,
    location: `${failure.site.file}:${failure.site.line}:${failure.site.function}()`,
    assertion: `assertion expression: ${failure.text}`,
    log_line: fatalLogLine(failure, now),
    stack: [failure.site.function],
  };
  cluster.replicaServer(node)?.settle();
  if (cluster.record.leader === node) allOf(settlingDuplications(cluster));
  allOf(endingSettled(cluster, node, { ...record, state: 'crashed', crashes: record.crashes + 1 }));
  crashDocument(cluster, `${crashDirectory(cluster, node)}/${now}.json`).set('crash', crash);
  return crash;
}

/** Every crash of a server, oldest first. */
export function crashesOf(cluster: Cluster, node: string): CrashRecord[] {
  const directory = crashDirectory(cluster, node);
  return cluster.universe.store
    .list(directory)
    .flatMap((name) => crashDocument(cluster, `${directory}/${name}`).get('crash') ?? []);
}

/** Empties the disk of a server that is down; of a meta server while none runs, the state that they share. */
export function* wipingServer(cluster: Cluster, node: string): Steps {
  const record = cluster.node(node);
  if (record.state === 'running') {
    throw new ClusterError(
      'ERR_INVALID_STATE',
      `${node} is running`,
      `stop it first: pegsh node stop ${node}`,
    );
  }
  const { store } = cluster.universe;
  yield* emptying(store, `${cluster.nodeDirectory(node)}/reps`);
  if (record.role !== 'meta' || cluster.record.leader !== '') return;
  const shared = `clusters/${cluster.name}/meta`;
  yield* emptying(store, `${shared}/apps`);
  yield* emptying(store, shared);
}

function* startingMeta(cluster: Cluster, node: string): Steps {
  if (cluster.record.leader !== '') return;
  yield* settlingDuplications(cluster);
  yield* takingLead(cluster, node);
}

/** Ends a process of which every replica is up to date with the time, as is every duplication where it leads. */
function* endingSettled(cluster: Cluster, node: string, next: NodeRecord): Steps {
  const serviceUs = cluster.replicaServer(node)?.serviceUs ?? cluster.universe.now;
  yield* forgettingProcess(cluster, node, next, serviceUs);
}

function* forgettingProcess(cluster: Cluster, node: string, next: NodeRecord, serviceUs: number): Steps {
  const { universe } = cluster;
  universe.agenda.cancelAll(cluster.name, node);
  universe.store.remove(`${cluster.nodeDirectory(node)}/process.json`);
  universe.store.remove(`${cluster.nodeDirectory(node)}/memory`);
  universe.store.remove(`${cluster.nodeDirectory(node)}/envs`);
  cluster.forget(node);
  const { flags: _gone, ...ended } = next;
  setState(cluster, node, ended);
  if (next.role === 'replica') cluster.meta?.liveness.processEnded(node, serviceUs);
  else if (cluster.record.leader === node) yield* electingLeader(cluster);
}

/** A leader that does not move any more has lost its lock, and dies of that; another takes over where there is one. */
export function sessionIsOver(cluster: Cluster, node: string): void {
  cluster.universe.timeline.perform(cluster, node, endingServer(cluster, node, 'killed'));
}

/** What idle duplications reported by themselves, they reported to the leader of until now. */
function* settlingDuplications(cluster: Cluster): Steps {
  for (const server of cluster.runningReplicaServers()) yield* settling(server, server.duplicated);
}

/** The lock of a leader that is gone falls to the next meta server that runs. */
function* electingLeader(cluster: Cluster): Steps {
  const { faults } = cluster.universe;
  const isAble = (node: string) =>
    cluster.isRunning(node) && !faults.has('node_hang', endOf({ cluster, node }));
  yield* takingLead(cluster, cluster.record.metas.find(isAble) ?? '');
}

function* takingLead(cluster: Cluster, leader: string): Steps {
  cluster.save({ ...cluster.record, leader });
  if (cluster.meta !== undefined)
    yield* cluster.universe.timeline.guarding(cluster, leader, cluster.meta.leading());
  watchAllBeacons(cluster);
}

function setState(cluster: Cluster, node: string, record: NodeRecord): void {
  cluster.saveNode(node, { ...record, since_us: cluster.universe.now });
}

function crashDirectory(cluster: Cluster, node: string): string {
  return `${cluster.nodeDirectory(node)}/crashes`;
}

function crashDocument(cluster: Cluster, path: string): Doc<CrashRecord> {
  return cluster.universe.store.document(path);
}
