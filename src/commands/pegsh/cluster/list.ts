import type { ClusterState } from '../../../rpc/idl/control.ts';
import { readOwn } from '../../grammar/own.ts';
import { type Cell, columns } from '../columns.ts';
import { own } from '../own-command.ts';

export default own<void, ClusterState[]>({
  name: 'cluster list',
  summary: 'List the clusters of this workspace.',
  usage: 'cluster list',
  examples: ['pegsh cluster list'],
  isLook: true,
  parse(argv) {
    readOwn(argv, { command: 'cluster list' });
  },
  run: async (ctx) => (await ctx.control.listClusters({})).clusters,
  print: (clusters, _, { width }) => ({ out: columns(HEAD, clusters.map(rowOf), width) }),
});

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
