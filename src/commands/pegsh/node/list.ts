import { dateTime } from '../../../output/time.ts';
import type { NodeState } from '../../../rpc/idl/control.ts';
import { readOwn } from '../../grammar/own.ts';
import { columns } from '../columns.ts';
import { own } from '../own-command.ts';

export default own<void, NodeState[]>({
  name: 'node list',
  summary: 'List the servers of the cluster and the state of their processes.',
  usage: 'node list',
  examples: ['pegsh node list', 'pegsh -C B node list'],
  isLook: true,
  parse(argv) {
    readOwn(argv, { command: 'node list' });
  },
  run: async (ctx) => (await ctx.control.listNodes({ name: ctx.session.cluster })).nodes,
  print: (nodes) => ({
    out: columns(
      ['name', 'address', 'role', 'state', 'since', 'crashes'],
      nodes.map((node) => [
        node.name,
        node.node,
        node.role,
        node.state,
        dateTime(node.since_us / 1000),
        node.crashes,
      ]),
    ),
  }),
});
