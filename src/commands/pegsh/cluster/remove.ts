import { ClusterError } from '../../../errors.ts';
import type { Plan } from '../../command.ts';
import { readOwn } from '../../grammar/own.ts';
import { own } from '../shared/own-command.ts';

interface Args {
  readonly name: string;
}

export default own<Args, { removed: string }>({
  name: 'cluster remove',
  summary: 'Remove a cluster with all its servers and data; a real one is only forgotten.',
  usage: 'cluster remove NAME --yes',
  examples: ['pegsh cluster remove B --yes'],
  parse: (argv) => ({
    name: readOwn(argv, { command: 'cluster remove', words: ['NAME'] }).words[0] as string,
  }),
  confirm: (args) => args.name,
  async plan(ctx, { name }): Promise<Plan> {
    const { clusters, real_clusters: real } = await ctx.control.listClusters({});
    if (real.some((one) => one.name === name)) {
      return { action: `forget the addresses of the real cluster ${name}`, counts: {}, samples: [] };
    }
    const cluster = clusters.find((one) => one.name === name);
    if (cluster === undefined)
      throw new ClusterError('ERR_OBJECT_NOT_FOUND', `there is no cluster '${name}' in this workspace`);
    const { infos } = await ctx.cluster(name).meta.listApps({ status: 'AS_AVAILABLE' });
    return {
      action: `remove cluster ${name} with all its servers and data`,
      counts: { servers: cluster.metas.length + cluster.replicas.length, tables: infos.length },
      samples: infos.slice(0, 5).map((app) => `table ${app.app_name} with ${app.partition_count} partitions`),
    };
  },
  async run(ctx, { name }) {
    await ctx.control.removeCluster({ name });
    if (ctx.session.cluster === name) {
      const { clusters } = await ctx.control.listClusters({});
      ctx.session.cluster = clusters.find((cluster) => cluster.is_current)?.name ?? '';
      ctx.session.table = '';
    }
    return { removed: name };
  },
  print: (reply) => ({ out: `cluster ${reply.removed} removed\n` }),
});
