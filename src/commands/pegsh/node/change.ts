import { ClusterError } from '../../../errors.ts';
import type { NodeAction, NodeState } from '../../../rpc/idl/control.ts';
import type { AnyCommand, Context, Plan } from '../../command.ts';
import { SAMPLES } from '../../dry-run/samples.ts';
import { readOwn } from '../../grammar/own.ts';
import { own } from '../shared/own-command.ts';

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
    ...(action === 'wipe' && {
      confirmsPeopleOnly: true,
      confirm: ({ nodes }: Args) => nodes.join(' '),
    }),
    plan: (ctx, { nodes }) => planToChange(ctx, nodes, action),
    run: (ctx, { nodes }) => changeNodes(ctx, nodes, action),
    print: (nodes) => ({ out: shownChange(nodes, action) }),
  });
}

async function planToChange(ctx: Context, nodes: readonly string[], action: NodeAction): Promise<Plan> {
  const { cluster } = ctx.session;
  const servers: NodeState[] = [];
  for (const node of nodes) servers.push((await ctx.control.showNode({ cluster, node })).node);
  const inUse = await replicasInUse(ctx, servers);
  return {
    action: `${action === 'wipe' ? 'empty the disks of' : action} ${nodes.join(', ')} of cluster ${cluster}`,
    counts: { servers: nodes.length, ...(inUse && { replicas_in_use: inUse.length }) },
    samples: inUse?.slice(0, SAMPLES) ?? [],
  };
}

/**
 * What the meta server still counts on, undefined where none runs to tell it: what is on the disk of a server that is down
 * nobody knows.
 */
async function replicasInUse(ctx: Context, servers: readonly NodeState[]): Promise<string[] | undefined> {
  const { nodes } = await ctx.control.listNodes({ name: ctx.session.cluster });
  if (!nodes.some(({ role, state }) => role === 'meta' && state === 'running')) return undefined;
  const samples: string[] = [];
  const { infos } = await ctx.meta.listApps({ status: 'AS_AVAILABLE' });
  for (const { app_name } of infos) {
    const { partitions } = await ctx.meta.queryConfig({ app_name, partition_indices: [] });
    for (const { pid, primary, secondaries, hp_primary, hp_secondaries } of partitions) {
      const holders = [hp_primary ?? primary, ...(hp_secondaries ?? secondaries)];
      for (const { name } of servers.filter((server) => holders.includes(server.node)))
        samples.push(`${name}: partition ${pid.partition_index} of ${app_name}`);
    }
  }
  return samples;
}

/**
 * Does one thing to each server, one after another. A name that is no server's is refused before the first is changed.
 *
 * @throws ClusterError that says which were changed before the one that refused
 */
export async function changeNodes(
  ctx: Context,
  nodes: readonly string[],
  action: NodeAction,
): Promise<NodeState[]> {
  const { cluster } = ctx.session;
  if (nodes.length > 1) for (const node of nodes) await ctx.control.showNode({ cluster, node });
  const changed: NodeState[] = [];
  for (const node of nodes) {
    try {
      changed.push(await ctx.control.changeNode({ cluster, node, action }));
    } catch (error) {
      throw error instanceof ClusterError && changed.length > 0 ? afterOthers(error, changed) : error;
    }
  }
  return changed;
}

function afterOthers({ code, message, hint }: ClusterError, changed: readonly NodeState[]): ClusterError {
  const names = changed.map((node) => node.name).join(', ');
  return new ClusterError(code, `${message}; done before it: ${names}`, hint);
}

export function shownChange(nodes: readonly NodeState[], action: NodeAction): string {
  return nodes.map((node) => `${node.name} (${node.node}) ${DONE[action]}\n`).join('');
}
