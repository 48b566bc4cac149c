import { readOwn } from '../../grammar/own.ts';
import { own } from '../own-command.ts';

export default own<{ names: readonly string[] }, { removed: readonly string[] }>({
  name: 'snapshot remove',
  summary: 'Delete snapshots.',
  usage: 'snapshot remove NAME…',
  examples: ['pegsh snapshot remove before-upgrade'],
  offline: true,
  parse: (argv) => ({ names: readOwn(argv, { command: 'snapshot remove', words: ['NAME…'] }).words }),
  async run(ctx, { names }) {
    (await ctx.shell.workspace.snapshots()).remove(names);
    return { removed: names };
  },
  print: ({ removed }) => ({ out: removed.map((name) => `snapshot ${name} removed\n`).join('') }),
});
