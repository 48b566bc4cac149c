import { readOwn } from '../../grammar/own.ts';
import { own } from '../own-command.ts';

export default own<{ name: string }, { name: string }>({
  name: 'cluster use',
  summary: 'Choose the cluster that commands address from now on.',
  usage: 'cluster use NAME',
  examples: ['pegsh cluster use B'],
  parse: (argv) => ({ name: readOwn(argv, { command: 'cluster use', words: ['NAME'] }).words[0] as string }),
  async run(ctx, { name }) {
    const chosen = await ctx.control.useCluster({ name });
    ctx.session.cluster = name;
    ctx.session.table = '';
    return chosen;
  },
  print: (chosen) => ({ out: `commands now address cluster ${chosen.name}\n` }),
});
