import { command } from '../command.ts';
import type { NewWorkspace } from '../shell.ts';
import { NEW_WORKSPACE_USAGE, readNewWorkspace } from './shared/new-workspace.ts';

export default command<NewWorkspace, { directory: string }>({
  dialect: 'pegsh',
  name: 'reset',
  summary: 'Delete everything in the workspace and make it anew.',
  usage: `reset ${NEW_WORKSPACE_USAGE} --yes`,
  examples: ['pegsh reset --yes'],
  offline: true,
  parse: (argv) => readNewWorkspace(argv, 'reset'),
  confirm: (_, ctx) => ctx.shell.workspace.directory,
  async plan(ctx) {
    const { clusters } = await ctx.control.listClusters({});
    return {
      action: `delete everything in ${ctx.shell.workspace.directory} and make it anew`,
      counts: { clusters: clusters.length },
      samples: clusters
        .slice(0, 5)
        .map(({ name, replicas }) => `cluster ${name} with ${replicas.length} replica servers`),
    };
  },
  async run(ctx, options) {
    await ctx.shell.workspace.reset(options);
    ctx.session.cluster = '';
    ctx.session.table = '';
    return { directory: ctx.shell.workspace.directory };
  },
  print: (reply) => ({ out: `made the workspace in ${reply.directory} anew, with cluster onebox\n` }),
});
