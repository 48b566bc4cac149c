import type { Tone } from '../../../output/ansi.ts';
import type { NodeState } from '../../../rpc/idl/control.ts';
import { dateTime } from '../../../rpc/idl/time.ts';
import { readOwn } from '../../grammar/own.ts';
import { columns, type StateCell } from '../shared/columns.ts';
import { own } from '../shared/own-command.ts';

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
  print: (nodes, _, { width }) => ({
    out: columns(
      ['name', 'address', 'role', 'state', 'since', 'crashes'],
      nodes.map((node) => [
        node.name,
        node.node,
        node.role,
        nodeState(node.state),
        dateTime(node.since_us / 1000),
        node.crashes,
      ]),
      width,
    ),
  }),
});

const TONES: Readonly<Record<string, Tone>> = { running: 'good', stopped: 'between' };

export function nodeState(state: string): StateCell {
  return { state, tone: TONES[state] ?? 'bad' };
}
