import { UsageError } from '../../../errors.ts';
import { type CellValue, columns, type PrintedTable, printTables } from '../../../output/table-printer.ts';
import { type NodeInfo, NodeStatus } from '../../../rpc/idl/cluster.ts';
import type { Context } from '../../command.ts';
import { type GetoptResult, isSet, optionValue } from '../../grammar/getopt.ts';
import { uint32 } from '../../grammar/numbers.ts';
import { mirrored } from '../../mirrored.ts';
import { callAndWait, callMeta, orRefuse } from '../shared/meta-call.ts';
import { enumNamed, parseGetopt, refuseWords } from '../shared/options.ts';
import { saveTo } from '../shared/output-file.ts';
import { byHostThenPort, membersOf } from '../shared/partitions.ts';

const USAGE =
  'nodes [-d|--detailed] [-j|--json] [-r|--resolve_ip] [-u|--resource_usage] [-o|--output file_name] ' +
  '[-s|--status all|alive|unalive] [-q|--qps] [-i|--sample_interval_ms num]';

interface Args {
  readonly detailed: boolean;
  readonly resolveIp: boolean;
  readonly json: boolean;
  /** As typed; undefined when not given. */
  readonly status: string | undefined;
  /** `NS_INVALID` = any. */
  readonly filter: NodeStatus;
  readonly output: string | undefined;
}

interface NodeRow {
  readonly node: string;
  readonly address: string;
  readonly status: NodeInfo['status'];
  /** Present when asked for. */
  readonly replicas?: { readonly primary: number; readonly secondary: number };
}

export default mirrored<Args, readonly NodeRow[]>({
  dialect: 'cpp-shell',
  name: 'nodes',
  summary: 'List the replica servers.',
  usage: USAGE,
  examples: ['nodes', 'nodes -d', 'nodes -s unalive'],
  isLook: true,
  parse(argv) {
    const options = parseGetopt(USAGE, argv, {
      short: 'druqjs:o:i:',
      long: {
        d: 'detailed',
        r: 'resolve_ip',
        u: 'resource_usage',
        q: 'qps',
        j: 'json',
        s: 'status',
        o: 'output',
        i: 'sample_interval_ms',
      },
    });
    checkInterval(options);
    const status = optionValue(options, 's');
    const filter = statusFilter(status);
    if (isSet(options, 'u') || isSet(options, 'q')) {
      throw new UsageError('nodes -u and -q read metrics, which this cluster does not serve');
    }
    return {
      detailed: isSet(options, 'd'),
      resolveIp: isSet(options, 'r'),
      json: isSet(options, 'j'),
      status,
      filter,
      output: optionValue(options, 'o'),
    };
  },
  async run(ctx, args) {
    const rows = await list(ctx, args);
    saveTo(ctx, args.output, () => render(rows, args));
    return rows;
  },
  print: (rows, args) => (args.output === undefined ? { out: render(rows, args) } : {}),
});

function checkInterval(options: GetoptResult): void {
  const text = optionValue(options, 'i') ?? '1000';
  const interval = uint32(text);
  if (interval === undefined) throw refuseWords(USAGE, `parse sample_interval_ms(${text}) failed`);
  if (interval === 0) throw refuseWords(USAGE, 'sample_interval_ms should be > 0');
}

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

/** Who holds the partitions of all available tables. */
async function holders({ meta }: Context): Promise<{ primaries: string[]; secondaries: string[] }> {
  const request = { status: 'AS_AVAILABLE' as const };
  const apps = await orRefuse(
    callAndWait(meta, 'RPC_CM_LIST_APPS', () => meta.listApps(request)),
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

function details(rows: readonly NodeRow[], { detailed, resolveIp }: Args): PrintedTable {
  const counts = detailed ? ['replica_count', 'primary_count', 'secondary_count'] : [];
  return {
    name: 'details',
    columns: [...columns(['address', 'status']), ...columns(counts, 'right')],
    rows: rows.map(({ node, address, status, replicas }): CellValue[] => [
      resolveIp ? address : node,
      status.replace('NS_', ''),
      ...(replicas === undefined
        ? []
        : [replicas.primary + replicas.secondary, replicas.primary, replicas.secondary]),
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
