import type { ClusterState } from '../../../rpc/idl/control.ts';
import { readOwn } from '../../grammar/own.ts';
import { columns } from '../columns.ts';
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
  print: (clusters) => ({
    out: columns(['', 'name', 'id', 'metas', 'replicas', 'leader', 'auth', 'defects'], clusters.map(rowOf)),
  }),
});

function rowOf(cluster: ClusterState): (string | number)[] {
  return [
    cluster.is_current ? '*' : '',
    cluster.name,
    cluster.cluster_id,
    cluster.metas.length,
    cluster.replicas.length,
    cluster.leader === '' ? 'none' : cluster.leader,
    authOf(cluster),
    cluster.defects.join(',') || '-',
  ];
}

/** What is configured: servers read `enable_auth` when they start. */
export function authOf(cluster: ClusterState): string {
  if (!cluster.enable_auth) return 'off';
  return cluster.mandatory_auth ? 'demanded' : 'on';
}
