import type { NodeAction, NodeState } from '../../../rpc/idl/control.ts';
import type { AnyCommand, Context } from '../../command.ts';
import { readOwn } from '../../grammar/own.ts';
import { own } from '../own-command.ts';

interface Args {
  readonly nodes: readonly string[];
}

const DONE: Readonly<Record<NodeAction, string>> = {
  start: 'started',
  stop: 'stopped',
  restart: 'restarted',
  kill: 'killed',
  wipe: 'wiped: its disk is empty',
};

/** `node start`, `node stop` …: does one thing to servers, one after another; the first refusal ends it. */
export function nodeCommand(action: NodeAction, summary: string, example: string): AnyCommand {
  const name = `node ${action}`;
  return own<Args, NodeState[]>({
    name,
    summary,
    usage: `${name} NODE…`,
    examples: [`pegsh ${name} ${example}`],
    parse: (argv) => ({ nodes: readOwn(argv, { command: name, words: ['NODE…'] }).words }),
    run: (ctx, { nodes }) => changeNodes(ctx, nodes, action),
    print: (nodes) => ({ out: shownChange(nodes, action) }),
  });
}

export async function changeNodes(
  ctx: Context,
  nodes: readonly string[],
  action: NodeAction,
): Promise<NodeState[]> {
  const changed: NodeState[] = [];
  for (const node of nodes)
    changed.push(await ctx.control.changeNode({ cluster: ctx.session.cluster, node, action }));
  return changed;
}

export function shownChange(nodes: readonly NodeState[], action: NodeAction): string {
  return nodes.map((node) => `${node.name} (${node.node}) ${DONE[action]}\n`).join('');
}
