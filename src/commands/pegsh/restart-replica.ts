import { UsageError } from '../../errors.ts';
import type { NodeState } from '../../rpc/idl/control.ts';
import { readOwn } from '../grammar/own.ts';
import { changeNodes, shownChange } from './node/change.ts';
import { own } from './shared/own-command.ts';

export default own<{ node: string }, NodeState[]>({
  name: 'restart replica',
  summary: 'Stop a replica server gracefully and start it again.',
  usage: 'restart replica NODE',
  examples: ['pegsh restart replica replica1', 'pegsh restart replica localhost:34802'],
  parse: (argv) => ({
    node: readOwn(argv, { command: 'restart replica', words: ['NODE'] }).words[0] as string,
  }),
  async run(ctx, { node }) {
    const { node: found } = await ctx.control.showNode({ cluster: ctx.session.cluster, node });
    if (found.role === 'replica') return changeNodes(ctx, [node], 'restart');
    throw new UsageError(`${node} is a meta server`, `pegsh node restart ${node}`);
  },
  print: (nodes) => ({ out: shownChange(nodes, 'restart') }),
});
