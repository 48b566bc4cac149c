import { type CellValue, columns, type PrintedTable, printTables } from '../../../output/table-printer.ts';
import type { PartitionConfiguration, QueryCfgResponse } from '../../../rpc/idl/layer2.ts';
import { misuse } from '../../grammar/usage.ts';
import { mirrored } from '../../mirrored.ts';
import { listApp } from '../shared/list-app.ts';
import { saveTo } from '../shared/output-file.ts';
import { byHostThenPort, healthOf, membersOf, replicaCountOf } from '../shared/partitions.ts';
import { flag, outputFile, readOptions } from '../shared/read-options.ts';

const USAGE = 'app <app_name> [-d|--detailed] [-r|--resolve_ip] [-o|--output file_name] [-j|--json]';

const OPTIONS = {
  detailed: flag('d', 'detailed'),
  resolveIp: flag('r', 'resolve_ip'),
  output: outputFile(),
  json: flag('j', 'json'),
};

interface Args {
  readonly name: string;
  readonly detailed: boolean;
  readonly resolveIp: boolean;
  readonly json: boolean;
  readonly output: string | undefined;
}

export default mirrored<Args, QueryCfgResponse>({
  dialect: 'cpp-shell',
  name: 'app',
  summary: "Show a table's partitions and who holds them.",
  usage: USAGE,
  examples: ['app temp', 'app temp -d'],
  isLook: true,
  parse(argv) {
    const [name] = argv;
    if (name === undefined) throw misuse(USAGE);
    const options = readOptions(USAGE, argv, OPTIONS);
    if (name === '') throw misuse(USAGE, 'ERROR: null app name\n');
    return { name, ...options };
  },
  async run(ctx, args) {
    const reply = await listApp(ctx, args.name, (code) => `query app ${args.name} failed, error=${code}\n`);
    await saveTo(ctx, args.output, () => render(reply, args));
    return reply;
  },
  print: (reply, args) => (args.output === undefined ? { out: render(reply, args) } : {}),
});

function render(reply: QueryCfgResponse, args: Args): string {
  const { partitions } = reply;
  const parameters: [string, CellValue][] = [['app_name', args.name]];
  if (args.output !== undefined) parameters.push(['out_file', args.output]);
  parameters.push(['detailed', args.detailed]);
  const tables: PrintedTable[] = [
    { name: 'parameters', pairs: parameters },
    {
      name: 'general',
      pairs: [
        ['app_name', args.name],
        ['app_id', reply.app_id],
        ['partition_count', reply.partition_count],
        ['max_replica_count', partitions[0]?.max_replica_count ?? 0],
      ],
    },
  ];
  if (args.detailed)
    tables.push(replicas(partitions), nodes(partitions, args.resolveIp), healthy(partitions));
  return printTables(tables, args.json);
}

function replicas(partitions: readonly PartitionConfiguration[]): PrintedTable {
  // Most partitions of a large table share the list of their secondaries with others.
  const shown = new Map<readonly string[], string>();
  const show = (nodes: readonly string[]): string => {
    const known = shown.get(nodes) ?? `[${nodes.join(',')}]`;
    shown.set(nodes, known);
    return known;
  };
  const rows = partitions.map((partition): CellValue[] => {
    const members = membersOf(partition);
    return [
      partition.pid.partition_index,
      partition.ballot,
      `${replicaCountOf(members)}/${partition.max_replica_count}`,
      members.primary === '' ? '-' : members.primary,
      show(members.secondaries),
    ];
  });
  return {
    name: 'replicas',
    columns: columns(['pidx', 'ballot', 'replica_count', 'primary', 'secondaries']),
    rows,
  };
}

/** One row for each node that holds a replica, then a row without a name: the totals. */
function nodes(partitions: readonly PartitionConfiguration[], resolveIp: boolean): PrintedTable {
  const counts = new Map<string, Counts>();
  const countsOf = (node: string): Counts => {
    const known = counts.get(node) ?? { primary: 0, secondary: 0 };
    counts.set(node, known);
    return known;
  };
  for (const partition of partitions) {
    const { primary, secondaries } = membersOf(partition);
    if (primary !== '') countsOf(primary).primary += 1;
    for (const node of secondaries) countsOf(node).secondary += 1;
  }
  const addresses = resolveIp ? addressesOf(partitions) : undefined;
  const names = [...counts.keys()].sort(byHostThenPort);
  const total = { primary: 0, secondary: 0 };
  const rows = names.map((name) => {
    const own = counts.get(name)!;
    total.primary += own.primary;
    total.secondary += own.secondary;
    return countsRow(addresses?.get(name) ?? name, own);
  });
  rows.push(countsRow('', total));
  return { name: 'nodes', columns: columns(['node', 'primary', 'secondary', 'total']), rows };
}

interface Counts {
  primary: number;
  secondary: number;
}

function countsRow(shown: string, { primary, secondary }: Counts): CellValue[] {
  return [shown, primary, secondary, primary + secondary];
}

/** The ip:port of each node, as the same answer gives it beside the host name. */
function addressesOf(partitions: readonly PartitionConfiguration[]): Map<string, string> {
  const addresses = new Map<string, string>();
  for (const partition of partitions) {
    const { primary, secondaries } = membersOf(partition);
    addresses.set(primary, partition.primary);
    secondaries.forEach((node, at) => {
      addresses.set(node, partition.secondaries[at] ?? node);
    });
  }
  return addresses;
}

function healthy(partitions: readonly PartitionConfiguration[]): PrintedTable {
  const health = healthOf(partitions);
  return {
    name: 'healthy',
    pairs: [
      ['fully_healthy_partition_count', health.fullyHealthy],
      ['unhealthy_partition_count', health.unhealthy],
      ['write_unhealthy_partition_count', health.writeUnhealthy],
      ['read_unhealthy_partition_count', health.readUnhealthy],
    ],
  };
}
