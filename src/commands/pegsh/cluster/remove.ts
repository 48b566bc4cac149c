import { readOwn } from '../../grammar/own.ts';
import { own } from '../own-command.ts';

interface Args {
  readonly name: string;
}

export default own<Args, { removed: string }>({
  name: 'cluster remove',
  summary: 'Remove a cluster with all its servers and data.',
  usage: 'cluster remove NAME --yes',
  examples: ['pegsh cluster remove B --yes'],
  parse: (argv) => ({
    name: readOwn(argv, { command: 'cluster remove', words: ['NAME'] }).words[0] as string,
  }),
  confirm: (args) => args.name,
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
