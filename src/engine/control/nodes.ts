import { ClusterError } from '../../errors.ts';
import type { NodeAction, NodeState, ReplicaState, ShowNodeResponse } from '../../rpc/idl/control.ts';
import { serverOf } from '../address.ts';
import type { Cluster } from '../cluster.ts';
import { crashesOf, endingServer, startingServer, wipingServer } from '../lifecycle.ts';
import { oncePerformed } from '../once-performed.ts';
import { compactionStatus } from '../replica/compaction.ts';
import type { Replica } from '../replica/replica.ts';
import { LongReply } from '../request.ts';
import type { Steps } from '../steps.ts';
import type { Universe } from '../universe.ts';

/** Every server of a cluster, meta servers first. @throws ClusterError ERR_OBJECT_NOT_FOUND */
export function listServers(universe: Universe, { name }: { name: string }): { nodes: NodeState[] } {
  const cluster = universe.cluster(name);
  const { metas, replicas } = cluster.record;
  return { nodes: [...metas, ...replicas].map((node) => stateOf(cluster, node)) };
}

/** One server with its replicas and its crashes. @throws ClusterError ERR_OBJECT_NOT_FOUND */
export function showServer(
  universe: Universe,
  request: { cluster: string; node: string },
): LongReply<ShowNodeResponse> {
  const cluster = universe.cluster(request.cluster);
  return new LongReply(showing(cluster, resolveNode(cluster, request.node)));
}

function* showing(cluster: Cluster, node: string): Steps<ShowNodeResponse> {
  const replicas: ReplicaState[] = [];
  for (const replica of openReplicas(cluster, node)) {
    if (replica !== undefined) replicas.push(replicaState(replica));
    yield;
  }
  return {
    node: stateOf(cluster, node),
    crashes: crashesOf(cluster, node).map(({ node: _node, stack: _stack, ...crash }) => crash),
    replicas,
  };
}

/** Starts, stops, restarts, kills or wipes one server. @returns its state, once that is over */
export function changeServer(
  universe: Universe,
  request: { cluster: string; node: string; action: NodeAction },
): LongReply<NodeState> {
  const cluster = universe.cluster(request.cluster);
  const node = resolveNode(cluster, request.node);
  const isRunning = cluster.isRunning(node);
  const { action } = request;
  if (action === 'start' && isRunning) throw refused(`${node} is running already`);
  if ((action === 'stop' || action === 'kill') && !isRunning) {
    throw refused(`${node} is not running`, `start it: pegsh node start ${node}`);
  }
  universe.timeline.perform(cluster, node, changing(cluster, node, action));
  return oncePerformed(universe, () => stateOf(cluster, node));
}

/** Each as it is when it is asked for: the server may end or start meanwhile. */
function* openReplicas(cluster: Cluster, node: string): Generator<Replica | undefined, void> {
  const server = () => cluster.replicaServer(node);
  for (const appId of server()?.tablesOnDisk() ?? [])
    for (const pidx of server()?.partitionsOnDisk(appId) ?? []) yield server()?.find(`${appId}.${pidx}`);
}

function* changing(cluster: Cluster, node: string, action: NodeAction): Steps {
  if (action === 'stop' || action === 'restart') yield* endingServer(cluster, node, 'stopped');
  if (action === 'kill') yield* endingServer(cluster, node, 'killed');
  if (action === 'start' || action === 'restart') yield* startingServer(cluster, node);
  if (action === 'wipe') yield* wipingServer(cluster, node);
}

function refused(message: string, hint?: string): ClusterError {
  return new ClusterError('ERR_INVALID_STATE', message, hint);
}

/** `host:port`, or `meta1`, `replica2` by order of port. */
export function resolveNode(cluster: Cluster, text: string): string {
  const { metas, replicas } = cluster.record;
  const byName = /^(meta|replica)(\d+)$/.exec(text);
  const named =
    byName === null ? undefined : (byName[1] === 'meta' ? metas : replicas)[Number(byName[2]) - 1];
  const written = serverOf(undefined, text);
  const node = named ?? [...metas, ...replicas].find((known) => known === written);
  if (node !== undefined) return node;
  throw new ClusterError(
    'ERR_OBJECT_NOT_FOUND',
    `cluster '${cluster.name}' has no server '${text}'`,
    `it has meta1 to meta${metas.length} and replica1 to replica${replicas.length}: pegsh node list`,
  );
}

function stateOf(cluster: Cluster, node: string): NodeState {
  const { role, state, since_us, crashes } = cluster.node(node);
  return { name: shortName(cluster, node), node, role, state, since_us, crashes };
}

/** `meta1`, `replica2`. */
export function shortName(cluster: Cluster, node: string): string {
  const { role } = cluster.node(node);
  const { metas, replicas } = cluster.record;
  return `${role}${(role === 'meta' ? metas : replicas).indexOf(node) + 1}`;
}

function replicaState(replica: Replica): ReplicaState {
  const { gpid, ram, disk, plog } = replica;
  return {
    gpid,
    app_name: disk.app_name,
    status: ram.status,
    ballot: ram.ballot,
    last_committed_decree: ram.last_committed_decree,
    last_prepared_decree: ram.last_prepared_decree,
    last_durable_decree: disk.last_durable_decree,
    max_plog_decree: disk.max_plog_decree,
    plog_bytes: plog.bytes,
    compaction: compactionStatus(replica),
    envs: new Map(Object.entries(replica.envs).sort(([a], [b]) => (a < b ? -1 : 1))),
    max_replica_count: disk.max_replica_count,
    partition_count: disk.partition_count,
    max_gced_decree: plog.missingUpTo,
  };
}
