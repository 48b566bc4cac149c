import { significant } from '../../../output/humanize.ts';
import {
  type CellValue,
  columns,
  type PrintedTable,
  printTables,
  real,
} from '../../../output/table-printer.ts';
import type { PartitionConfiguration } from '../../../rpc/idl/layer2.ts';
import type { Context } from '../../command.ts';
import { misuse } from '../../grammar/usage.ts';
import { mirrored } from '../../mirrored.ts';
import { listApp } from '../shared/list-app.ts';
import { metricsOf } from '../shared/metrics.ts';
import { addressOf, aliveNodes } from '../shared/node.ts';
import { saveTo } from '../shared/output-file.ts';
import { membersOf, replicaCountOf } from '../shared/partitions.ts';
import { flag, outputFile, readOptions } from '../shared/read-options.ts';

const USAGE = 'app_disk <app_name> [-d|--detailed] [-r|--resolve_ip] [-j|--json] [-o|--output file_name]';

const OPTIONS = {
  detailed: flag('d', 'detailed'),
  resolveIp: flag('r', 'resolve_ip'),
  json: flag('j', 'json'),
  output: outputFile(),
};

interface Args {
  readonly name: string;
  readonly detailed: boolean;
  readonly resolveIp: boolean;
  readonly json: boolean;
  readonly output: string | undefined;
}

/** What a replica holds; undefined where its server does not tell. */
interface Held {
  /** As it is shown. */
  readonly node: string;
  readonly sst_mb: number | undefined;
  readonly sst_files: number | undefined;
}

interface Partition {
  readonly pidx: number;
  readonly ballot: number;
  readonly replica_count: string;
  readonly primary: Held | undefined;
  readonly secondaries: readonly Held[];
}

interface Reply {
  readonly app_id: number;
  readonly partition_count: number;
  readonly max_replica_count: number;
  readonly partitions: readonly Partition[];
}

export default mirrored<Args, Reply>({
  dialect: 'cpp-shell',
  name: 'app_disk',
  summary: 'Show how much the replicas of a table hold on disk.',
  usage: USAGE,
  examples: ['app_disk temp', 'app_disk temp -d'],
  isLook: true,
  parse(argv) {
    if (argv.length === 0) throw misuse(USAGE);
    const options = readOptions(USAGE, argv, OPTIONS);
    if (argv[0] === '') throw misuse(USAGE, 'ERROR: null app name\n');
    return {
      name: argv[0]!,
      ...options,
    };
  },
  async run(ctx, args) {
    const reply = await heldBy(ctx, args);
    await saveTo(ctx, args.output, () => render(reply, args));
    return reply;
  },
  print: (reply, args) => (args.output === undefined ? { out: render(reply, args) } : {}),
});

async function heldBy(ctx: Context, { name, resolveIp }: Args): Promise<Reply> {
  const { app_id, partition_count, partitions } = await listApp(
    ctx,
    name,
    (code) => `ERROR: list app ${name} failed, error=${code}\n`,
  );
  const nodes = await aliveNodes(ctx, () => ({ err: 'ERROR: get replica server node list failed\n' }));
  const query = {
    types: ['replica'],
    metrics: ['rdb_total_sst_files', 'rdb_total_sst_size_mb'],
    tableId: app_id,
  };
  const told = new Map<string, number>();
  for (const { node, entities } of await metricsOf(ctx, nodes, query, 'sst')) {
    for (const { attributes, metrics } of entities) {
      for (const metric of metrics)
        told.set(`${node} ${attributes.partition_id} ${metric.name}`, metric.value ?? 0);
    }
  }
  const held = async (node: string, pidx: number): Promise<Held> => ({
    node: resolveIp ? ((await addressOf(node)) ?? node) : node,
    sst_mb: told.get(`${node} ${pidx} rdb_total_sst_size_mb`),
    sst_files: told.get(`${node} ${pidx} rdb_total_sst_files`),
  });
  const all = partitions.map(async (partition): Promise<Partition> => {
    const members = membersOf(partition);
    const pidx = partition.pid.partition_index;
    return {
      pidx,
      ballot: Number(partition.ballot),
      replica_count: `${replicaCountOf(members)}/${partition.max_replica_count}`,
      primary: members.primary === '' ? undefined : await held(members.primary, pidx),
      secondaries: await Promise.all(members.secondaries.map((node) => held(node, pidx))),
    };
  });
  const max_replica_count = (partitions as readonly PartitionConfiguration[])[0]?.max_replica_count ?? 0;
  return { app_id, partition_count, max_replica_count, partitions: await Promise.all(all) };
}

function render(reply: Reply, args: Args): string {
  const parameters: [string, CellValue][] = [['app_name', args.name]];
  if (args.output !== undefined) parameters.push(['out_file', args.output]);
  parameters.push(['detailed', args.detailed]);
  const tables: PrintedTable[] = [{ name: 'parameters', pairs: parameters }, result(reply, args)];
  if (args.detailed) tables.push(details(reply));
  return printTables(tables, args.json);
}

function result(
  { app_id, partition_count, max_replica_count, partitions }: Reply,
  { name }: Args,
): PrintedTable {
  const primaries = partitions.flatMap(({ primary }) => primary ?? []).filter(isCounted);
  const secondaries = partitions.flatMap((partition) => partition.secondaries).filter(isCounted);
  const size = (held: readonly Held[]) => real(held.reduce((sum, { sst_mb = 0 }) => sum + sst_mb, 0));
  const all = partition_count * max_replica_count;
  return {
    name: 'result',
    pairs: [
      ['app_name', name],
      ['app_id', app_id],
      ['partition_count', partition_count],
      ['max_replica_count', max_replica_count],
      ['disk_used_for_primary_replicas(MB)', size(primaries)],
      ['disk_used_for_all_replicas(MB)', size([...primaries, ...secondaries])],
      ['partitions not counted', `${partition_count - primaries.length}/${partition_count}`],
      ['replicas not counted', `${all - primaries.length - secondaries.length}/${all}`],
    ],
  };
}

function isCounted({ sst_mb }: Held): boolean {
  return sst_mb !== undefined;
}

function details({ partitions }: Reply): PrintedTable {
  return {
    name: 'details',
    columns: columns(['pidx', 'ballot', 'replica_count', 'primary', 'secondaries']),
    rows: partitions.map(({ pidx, ballot, replica_count, primary, secondaries }) => [
      pidx,
      ballot,
      replica_count,
      primary === undefined ? '-' : shown(primary),
      `[${secondaries.map(shown).join(',')}]`,
    ]),
  };
}

/** `localhost:34801(12,#3)` */
function shown({ node, sst_mb, sst_files }: Held): string {
  const size = sst_mb === undefined ? '-' : streamed(sst_mb);
  return `${node}(${size},${sst_files === undefined ? '-' : `#${streamed(sst_files)}`})`;
}

/** A double as a C++ stream writes it. */
function streamed(value: number): string {
  return significant(value, 6);
}
