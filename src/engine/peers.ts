/** What a cluster's configuration says of the clusters around it: `[duplication-group]` and `[pegasus.clusters]`. */
import type { Cluster } from './cluster.ts';
import type { Endpoint } from './network.ts';
import type { Universe } from './universe.ts';

/** Clusters of a workspace know each other, unless these settings, followed by a cluster's name, say otherwise. */
export const ID_PREFIX = 'duplication-group.';
export const ADDRESS_PREFIX = 'pegasus.clusters.';

/** `[duplication-group]`: the id that `cluster` has for the cluster of a name; undefined where it has none. */
export function duplicationId(cluster: Cluster, name: string): number | undefined {
  const configured = cluster.overrides[`${ID_PREFIX}${name}`];
  const id =
    configured === undefined ? cluster.universe.findCluster(name)?.record.cluster_id : Number(configured);
  return id === 0 ? undefined : id;
}

/** Whether a cluster's configuration says anything of another. */
export function isConfigured({ overrides, universe }: Cluster, name: string): boolean {
  const keys = [`${ID_PREFIX}${name}`, `${ADDRESS_PREFIX}${name}`];
  return universe.findCluster(name) !== undefined || keys.some((key) => overrides[key] !== undefined);
}

/** What a server calls its cluster where it duplicates (`get_current_dup_cluster_name`). */
export function duplicationName(server: Endpoint): string {
  return server.setting('replication.dup_cluster_name') || server.cluster.name;
}

/** The id under which a server writes and ships. */
export function ownId(server: Endpoint): number | undefined {
  return duplicationId(server.cluster, duplicationName(server));
}

/** Every id of a cluster's `[duplication-group]`. */
export function duplicationIds(cluster: Cluster): ReadonlySet<number> {
  const configured = Object.keys(cluster.overrides)
    .filter((key) => key.startsWith(ID_PREFIX))
    .map((key) => key.slice(ID_PREFIX.length));
  const names = new Set([...cluster.universe.clusterNames(), ...configured]);
  return new Set([...names].flatMap((name) => duplicationId(cluster, name) ?? []));
}

/** `[pegasus.clusters]`: the meta servers that `cluster` knows of another; undefined where the list is unusable. */
export function metaListOf(cluster: Cluster, name: string): readonly string[] | undefined {
  const configured = cluster.overrides[`${ADDRESS_PREFIX}${name}`];
  const metas =
    configured === undefined ? cluster.universe.findCluster(name)?.record.metas : configured.split(',');
  const isUsable = metas?.every((address) => /^[^\s:,]+:\d{1,5}$/.test(address)) ?? false;
  return isUsable ? metas : undefined;
}

/** The cluster that answers at a list of meta servers. */
export function clusterAt(universe: Universe, metas: readonly string[] = []): Cluster | undefined {
  return universe.clusters().find((cluster) => cluster.record.metas.some((meta) => metas.includes(meta)));
}

/** The cluster that `cluster` reaches under a name. */
export function findPeer(cluster: Cluster, name: string): Cluster | undefined {
  return clusterAt(cluster.universe, metaListOf(cluster, name));
}
