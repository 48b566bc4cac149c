import { byteOrder } from '../../output/json.ts';
import { tablewriter } from '../../output/tablewriter.ts';
import type { NodeInfo } from '../../rpc/idl/cluster.ts';
import type { Context } from '../command.ts';
import { queryConfig } from './config-query.ts';
import { grumbleCommand } from './grumble-command.ts';
import { answered, refused } from './meta-call.ts';

interface Row {
  /** `localhost(127.0.0.1:34801)`. */
  readonly node: string;
  readonly status: NodeInfo['status'];
  readonly primary: number;
  readonly secondary: number;
}

export default grumbleCommand<void, readonly Row[]>({
  name: 'nodes',
  help: 'displays the nodes overall status',
  examples: ['nodes'],
  parse: () => undefined,
  async run(ctx) {
    const { infos } = await answered('ListNodes', ctx.meta.listNodes({ status: 'NS_INVALID' }));
    const counts = await replicaCounts(ctx, infos);
    const rows = infos.map(
      (info): Row => ({ node: combined(info), status: info.status, ...counts(info.node) }),
    );
    return rows.sort((a, b) => byteOrder(a.node, b.node));
  },
  print: (rows) => ({ out: table(rows) }),
});

/** Host name and address; a node that nobody named is `unknown`. */
function combined({ node, hp_node }: NodeInfo): string {
  const host = hp_node?.slice(0, hp_node.lastIndexOf(':')) ?? '';
  return `${host === '' ? 'unknown' : host}(${node})`;
}

/** @throws Refusal when a replica lives on a node that is not listed */
async function replicaCounts(ctx: Context, infos: readonly NodeInfo[]) {
  const primaries: string[] = [];
  const secondaries: string[] = [];
  const { infos: apps } = await answered('ListApps', ctx.meta.listApps({ status: 'AS_AVAILABLE' }));
  for (const { app_name } of apps) {
    const config = await queryConfig(ctx, app_name, `query config failed for "${app_name}" : `);
    for (const partition of config.partitions) {
      if (partition.primary !== '') primaries.push(partition.primary);
      secondaries.push(...partition.secondaries);
    }
  }
  const listed = new Set(infos.map(({ node }) => node));
  if (![...primaries, ...secondaries].every((node) => listed.has(node))) {
    const text = 'fill nodes replica count info failed: inconsistent state: nodes are updated';
    throw refused('ERR_INCONSISTENT_STATE', text);
  }
  const count = (list: readonly string[], node: string) => list.filter((one) => one === node).length;
  return (node: string) => ({ primary: count(primaries, node), secondary: count(secondaries, node) });
}

function table(rows: readonly Row[]): string {
  const alive = rows.filter(({ status }) => status === 'NS_ALIVE').length;
  const sum = (of: (row: Row) => number) => String(rows.reduce((total, row) => total + of(row), 0));
  return tablewriter({
    header: ['Node', 'Status', 'Replica', 'Primary', 'Secondary'],
    rows: rows.map(({ node, status, primary, secondary }) => [
      node,
      status,
      String(primary + secondary),
      String(primary),
      String(secondary),
    ]),
    footer: [
      `Alive(${alive}) | Unalive(${rows.length - alive})`,
      `Total(${rows.length})`,
      sum(({ primary, secondary }) => primary + secondary),
      sum(({ primary }) => primary),
      sum(({ secondary }) => secondary),
    ],
  });
}
