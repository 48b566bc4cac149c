import { ClusterError, UsageError } from '../../errors.ts';
import type { ClusterState, CreateClusterRequest, RealCluster } from '../../rpc/idl/control.ts';
import { hostPortOf } from '../address.ts';
import { SECOND } from '../clock.ts';
import type { Cluster } from '../cluster.ts';
import { removingCluster } from '../cluster-removal.ts';
import { DEFECTS, type Defect } from '../defects.ts';
import { startServer } from '../lifecycle.ts';
import { oncePerformed } from '../once-performed.ts';
import type { LongReply } from '../request.ts';
import type { Universe } from '../universe.ts';

/** Ports of the first cluster, as Pegasus's own onebox has them; each further cluster is this much higher. */
const META_PORT = 34601;
const REPLICA_PORT = 34801;
const PORTS_PER_CLUSTER = 1000;

/** Most servers of a role: their ports must not reach the next cluster's, nor the other role's. */
const MOST_SERVERS = 199;
const MOST_CLUSTERS = 30;

/** A cluster is handed over when its servers know each other. */
const START_UP_US = 1 * SECOND;

/** Makes a cluster and starts its servers. */
export function createCluster(universe: Universe, request: CreateClusterRequest): ClusterState {
  checkNew(universe, request);
  const number = universe.settings.clusters_made;
  const ports = (first: number, count: number): string[] =>
    Array.from({ length: count }, (_, i) => hostPortOf(first + number * PORTS_PER_CLUSTER + i));
  const metas = ports(META_PORT, request.metas);
  const replicas = ports(REPLICA_PORT, request.replicas);
  const cluster = universe.addCluster(request.name);
  cluster.save({
    name: request.name,
    cluster_id: number + 1,
    created_us: universe.now,
    metas,
    replicas,
    leader: '',
    defects: [...request.defects],
    repairs: [...(request.repairs ?? [])],
  });
  if (request.auth)
    cluster.saveOverrides({ 'security.enable_auth': 'true', 'security.mandatory_auth': 'true' });
  for (const node of metas) addNode(cluster, node, 'meta');
  for (const node of replicas) addNode(cluster, node, 'replica');
  universe.timeline.moveTo(universe.now + START_UP_US);
  return stateOf(universe, cluster);
}

/** Remembers a cluster elsewhere; nothing is asked of it. */
export function addRealCluster(
  universe: Universe,
  { name, metas }: { name: string; metas: readonly string[] },
): RealCluster {
  checkName(universe, name);
  const { settings } = universe;
  universe.saveSettings({ ...settings, real_clusters: { ...settings.real_clusters, [name]: [...metas] } });
  return { name, metas: [...metas], is_current: false };
}

function checkName(universe: Universe, name: string): void {
  if (!/^[0-9a-zA-Z][0-9a-zA-Z_.-]{0,63}$/.test(name))
    throw new UsageError(`'${name}' is not a name for a cluster`, 'use letters, digits, and _ . - inside');
  if (universe.findCluster(name) !== undefined || isReal(universe, name))
    throw new ClusterError('ERR_NODE_ALREADY_EXIST', `there is a cluster '${name}' already`);
}

function isReal(universe: Universe, name: string): boolean {
  return universe.realClusters().some((real) => real.name === name);
}

function checkNew(universe: Universe, request: CreateClusterRequest): void {
  checkName(universe, request.name);
  for (const [role, count] of [
    ['metas', request.metas],
    ['replicas', request.replicas],
  ] as const) {
    if (count < 1 || count > MOST_SERVERS)
      throw new UsageError(`--${role} takes 1 to ${MOST_SERVERS}, not ${count}`);
  }
  if (universe.settings.clusters_made >= MOST_CLUSTERS) {
    throw new ClusterError('ERR_CAPACITY_EXCEEDED', `a workspace has ports for ${MOST_CLUSTERS} clusters`);
  }
  checkDefects(request);
}

/** What is fixed can be switched on, what is open can be repaired; asking for what is there anyway does no harm. */
function checkDefects({ defects, repairs = [] }: CreateClusterRequest): void {
  const known = (isWanted: (defect: Defect) => boolean) => DEFECTS.filter(isWanted).map(({ issue }) => issue);
  const all = known(() => true);
  const unknown = defects.find((issue) => !all.includes(issue));
  if (unknown !== undefined)
    throw new UsageError(`there is no defect '${unknown}' to switch on`, `known: ${all.join(', ')}`);
  const open = known(({ state }) => state === 'open');
  const unrepairable = repairs.find((issue) => !open.includes(issue));
  if (unrepairable !== undefined)
    throw new UsageError(`there is no open defect '${unrepairable}' to repair`, `known: ${open.join(', ')}`);
  const both = repairs.find((issue) => defects.includes(issue));
  if (both !== undefined) throw new UsageError(`${both} cannot be switched on and repaired`);
}

function addNode(cluster: Cluster, node: string, role: 'meta' | 'replica'): void {
  cluster.saveNode(node, { role, state: 'stopped', since_us: cluster.universe.now, crashes: 0 });
  startServer(cluster, node);
}

/** Every simulated cluster in the order of creation, and the real ones that are remembered. */
export function listClusters(universe: Universe): { clusters: ClusterState[]; real_clusters: RealCluster[] } {
  return {
    clusters: universe.clusters().map((cluster) => stateOf(universe, cluster)),
    real_clusters: universe.realClusters(),
  };
}

/** Makes a cluster the current one. @throws ClusterError ERR_OBJECT_NOT_FOUND */
export function useCluster(universe: Universe, { name }: { name: string }): { name: string } {
  if (!isReal(universe, name)) universe.cluster(name);
  universe.saveSettings({ ...universe.settings, current_cluster: name });
  return { name };
}

/** A real cluster is only forgotten. @throws ClusterError ERR_OBJECT_NOT_FOUND */
export function removeCluster(
  universe: Universe,
  { name }: { name: string },
): LongReply<Record<string, never>> {
  if (isReal(universe, name)) universe.forgetRealCluster(name);
  else universe.timeline.performAll(removingCluster(universe.cluster(name)));
  return oncePerformed(universe, () => ({}));
}

function stateOf(universe: Universe, cluster: Cluster): ClusterState {
  const { name, cluster_id, metas, replicas, leader, defects, repairs = [] } = cluster.record;
  return {
    name,
    cluster_id,
    metas,
    replicas,
    leader,
    defects,
    repairs,
    enable_auth: cluster.setting('security.enable_auth'),
    mandatory_auth: cluster.setting('security.mandatory_auth'),
    is_current: universe.settings.current_cluster === name,
  };
}
