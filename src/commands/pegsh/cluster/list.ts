import type { ClusterState, RealCluster } from '../../../rpc/idl/control.ts';
import { readOwn } from '../../grammar/own.ts';
import { type Cell, columns } from '../shared/columns.ts';
import { own } from '../shared/own-command.ts';

interface Reply {
  readonly clusters: readonly ClusterState[];
  readonly real_clusters: readonly RealCluster[];
}

export default own<void, Reply>({
  name: 'cluster list',
  summary: 'List the clusters of this workspace, and the real ones that it remembers.',
  usage: 'cluster list',
  examples: ['pegsh cluster list'],
  isLook: true,
  parse(argv) {
    readOwn(argv, { command: 'cluster list' });
  },
  run: (ctx) => ctx.control.listClusters({}),
  print({ clusters, real_clusters: real }, _, { width }) {
    const simulated = columns(HEAD, clusters.map(rowOf), width);
    if (real.length === 0) return { out: simulated };
    return {
      out: `${simulated}\n${columns(['', 'real cluster', 'meta servers'], real.map(realRowOf), width)}`,
    };
  },
  json: ({ clusters, real_clusters: real }) => [
    ...clusters,
    ...real.map((cluster) => ({ ...cluster, is_real: true })),
  ],
});

function realRowOf({ name, metas, is_current }: RealCluster): Cell[] {
  return [is_current ? '*' : '', name, metas.join(',')];
}

const HEAD = ['', 'name', 'id', 'metas', 'replicas', 'leader', 'auth', 'defects'];

function rowOf(cluster: ClusterState): Cell[] {
  return [
    cluster.is_current ? '*' : '',
    cluster.name,
    cluster.cluster_id,
    cluster.metas.length,
    cluster.replicas.length,
    cluster.leader === '' ? { state: 'none', tone: 'bad' } : cluster.leader,
    authOf(cluster),
    cluster.defects.join(',') || '-',
  ];
}

/** What is configured: servers read `enable_auth` when they start. */
export function authOf(cluster: ClusterState): string {
  if (!cluster.enable_auth) return 'off';
  return cluster.mandatory_auth ? 'demanded' : 'on';
}
