import { command } from '../command.ts';
import type { NewWorkspace } from '../shell.ts';
import { NEW_WORKSPACE_USAGE, readNewWorkspace } from './shared/new-workspace.ts';

export default command<NewWorkspace, { directory: string }>({
  dialect: 'pegsh',
  name: 'init',
  summary: 'Make a workspace with its default cluster, in .pegasus/ here or where -w says.',
  usage: `init ${NEW_WORKSPACE_USAGE}`,
  examples: ['pegsh init', 'pegsh init --seed 7 --clock manual', 'pegsh -w /tmp/lab init'],
  offline: true,
  parse: (argv) => readNewWorkspace(argv, 'init'),
  run: async (ctx, options) => ({ directory: await ctx.shell.workspace.create(options) }),
  print: (reply) => ({ out: `made a workspace in ${reply.directory}, with cluster onebox\n` }),
});
