import { type CellValue, columns, type PrintedTable, printTables } from '../../../output/table-printer.ts';
import { type NodeInfo, NodeStatus } from '../../../rpc/idl/cluster.ts';
import type { Context } from '../../command.ts';
import { mirrored } from '../../mirrored.ts';
import { AVAILABLE } from '../shared/list-app.ts';
import { callAndWait, callMeta, orRefuse } from '../shared/meta-call.ts';
import { aliveNodes } from '../shared/node.ts';
import { enumNamed, refuseWords } from '../shared/options.ts';
import { saveTo } from '../shared/output-file.ts';
import { byHostThenPort, membersOf } from '../shared/partitions.ts';
import { flag, interval, outputFile, readOptions, text } from '../shared/read-options.ts';
import {
  type Figures,
  QPS_COLUMNS,
  qpsCells,
  requestFigures,
  resourceUsage,
  USAGE_COLUMNS,
  usageCells,
} from './node-figures.ts';

const USAGE =
  'nodes [-d|--detailed] [-j|--json] [-r|--resolve_ip] [-u|--resource_usage] [-o|--output file_name] ' +
  '[-s|--status all|alive|unalive] [-q|--qps] [-i|--sample_interval_ms num]';

const OPTIONS = {
  detailed: flag('d', 'detailed'),
  resolveIp: flag('r', 'resolve_ip'),
  usage: flag('u', 'resource_usage'),
  qps: flag('q', 'qps'),
  json: flag('j', 'json'),
  status: text('s', 'status'),
  output: outputFile(),
  intervalMs: interval(USAGE),
};

interface Args {
  readonly detailed: boolean;
  readonly resolveIp: boolean;
  readonly json: boolean;
  /** As typed; undefined when not given. */
  readonly status: string | undefined;
  /** `NS_INVALID` = any. */
  readonly filter: NodeStatus;
  readonly output: string | undefined;
  readonly usage: boolean;
  readonly qps: boolean;
  readonly intervalMs: number;
}

interface NodeRow {
  readonly node: string;
  readonly address: string;
  readonly status: NodeInfo['status'];
  /** Present when asked for. */
  readonly replicas?: { readonly primary: number; readonly secondary: number };
  readonly usage?: Figures;
  readonly requests?: Figures;
}

export default mirrored<Args, readonly NodeRow[]>({
  dialect: 'cpp-shell',
  name: 'nodes',
  summary: 'List the replica servers.',
  usage: USAGE,
  examples: ['nodes', 'nodes -d', 'nodes -s unalive', 'nodes -u', 'nodes -q'],
  isLook: true,
  parse(argv) {
    const { status, intervalMs = 1000, ...options } = readOptions(USAGE, argv, OPTIONS);
    return { ...options, status, filter: statusFilter(status), intervalMs };
  },
  async run(ctx, args) {
    const rows = await withFigures(ctx, args, await list(ctx, args));
    await saveTo(ctx, args.output, () => render(rows, args));
    return rows;
  },
  print: (rows, args) => (args.output === undefined ? { out: render(rows, args) } : {}),
});

function statusFilter(text: string | undefined): NodeStatus {
  if (text === undefined || text === '' || text === 'all') return 'NS_INVALID';
  const status = enumNamed<NodeStatus>(NodeStatus.numbers, 'NS_', text);
  if (status === undefined) throw refuseWords(USAGE, `parse ${text} as node_status::type failed`);
  return status;
}

async function list(ctx: Context, args: Args): Promise<NodeRow[]> {
  const reply = await orRefuse(callMeta(ctx.meta.listNodes({ status: args.filter })), (error) => ({
    err: `list nodes failed, error=${error.code}\n`,
  }));
  const rows = reply.infos.map(({ node, hp_node, status }) => ({
    node: hp_node ?? node,
    address: node,
    status,
  }));
  rows.sort((a, b) => byHostThenPort(a.node, b.node));
  if (!args.detailed) return rows;
  const { primaries, secondaries } = await holders(ctx);
  const count = (list: readonly string[], node: string) => list.filter((one) => one === node).length;
  return rows.map((row) => ({
    ...row,
    replicas: { primary: count(primaries, row.node), secondary: count(secondaries, row.node) },
  }));
}

/** With what the live ones use, and what is asked of them. */
async function withFigures(
  ctx: Context,
  { usage, qps, intervalMs }: Args,
  rows: readonly NodeRow[],
): Promise<readonly NodeRow[]> {
  if (!usage && !qps) return rows;
  const nodes = await aliveNodes(ctx, () => ({ err: 'get replica server node list failed\n' }));
  const used = usage ? await resourceUsage(ctx, nodes) : undefined;
  const asked = qps ? await requestFigures(ctx, nodes, intervalMs) : undefined;
  return rows.map((row) => ({ ...row, usage: used?.get(row.node), requests: asked?.get(row.node) }));
}

/** Who holds the partitions of all available tables. */
async function holders({ meta }: Context): Promise<{ primaries: string[]; secondaries: string[] }> {
  const apps = await orRefuse(
    callAndWait(meta, 'RPC_CM_LIST_APPS', () => meta.listApps(AVAILABLE)),
    (error) => ({ err: `list apps failed, error=${error.message}\n` }),
  );
  const primaries: string[] = [];
  const secondaries: string[] = [];
  for (const { app_name } of apps.infos) {
    const config = await orRefuse(
      callMeta(meta.queryConfig({ app_name, partition_indices: [] })),
      (error) => ({ err: `list app ${app_name} failed, error=${error.code}\n` }),
    );
    for (const members of config.partitions.map(membersOf)) {
      primaries.push(members.primary);
      secondaries.push(...members.secondaries);
    }
  }
  return { primaries, secondaries };
}

function render(rows: readonly NodeRow[], args: Args): string {
  const tables: PrintedTable[] = [];
  const parameters: [string, CellValue][] = [];
  if (args.status !== undefined && args.status !== '') parameters.push(['status', args.status]);
  if (args.output !== undefined) parameters.push(['out_file', args.output]);
  if (parameters.length > 0) tables.push({ name: 'parameters', pairs: parameters });
  tables.push(details(rows, args), summary(rows));
  return printTables(tables, args.json);
}

function details(rows: readonly NodeRow[], { detailed, resolveIp, usage, qps }: Args): PrintedTable {
  const figures = [
    ...(detailed ? ['replica_count', 'primary_count', 'secondary_count'] : []),
    ...(usage ? USAGE_COLUMNS : []),
    ...(qps ? QPS_COLUMNS : []),
  ];
  return {
    name: 'details',
    columns: [...columns(['address', 'status']), ...columns(figures, 'right')],
    rows: rows.map(({ node, address, status, replicas, ...row }): CellValue[] => [
      resolveIp ? address : node,
      status.replace('NS_', ''),
      ...(replicas === undefined
        ? []
        : [replicas.primary + replicas.secondary, replicas.primary, replicas.secondary]),
      ...(usage ? usageCells(row.usage) : []),
      ...(qps ? qpsCells(row.requests) : []),
    ]),
  };
}

function summary(rows: readonly NodeRow[]): PrintedTable {
  const alive = rows.filter(({ status }) => status === 'NS_ALIVE').length;
  return {
    name: 'summary',
    pairs: [
      ['total_node_count', rows.length],
      ['alive_node_count', alive],
      ['unalive_node_count', rows.length - alive],
    ],
  };
}
