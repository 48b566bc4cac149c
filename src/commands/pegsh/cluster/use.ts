import { ClusterError } from '../../../errors.ts';
import type { Context } from '../../command.ts';
import { readOwn } from '../../grammar/own.ts';
import { own } from '../shared/own-command.ts';

export default own<{ name: string }, { name: string }>({
  name: 'cluster use',
  summary: 'Choose the cluster that commands address from now on.',
  usage: 'cluster use NAME',
  examples: ['pegsh cluster use B'],
  parse: (argv) => ({ name: readOwn(argv, { command: 'cluster use', words: ['NAME'] }).words[0] as string }),
  // The lines below are planned where they would run.
  async plan(ctx, { name }) {
    const { clusters, real_clusters } = await ctx.control.listClusters({});
    if (![...clusters, ...real_clusters].some((one) => one.name === name))
      throw new ClusterError('ERR_OBJECT_NOT_FOUND', `there is no cluster '${name}' in this workspace`);
    address(ctx, name);
    return { action: `use cluster ${name}`, counts: {}, samples: [] };
  },
  async run(ctx, { name }) {
    const chosen = await ctx.control.useCluster({ name });
    address(ctx, name);
    return chosen;
  },
  print: (chosen) => ({ out: `commands now address cluster ${chosen.name}\n` }),
});

function address({ session }: Context, cluster: string): void {
  session.cluster = cluster;
  session.table = '';
}
