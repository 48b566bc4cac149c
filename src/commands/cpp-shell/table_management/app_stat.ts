import { type CellValue, columns, printTable, real } from '../../../output/table-printer.ts';
import type { Context } from '../../command.ts';
import { mirrored, Refusal } from '../../mirrored.ts';
import { saveTo } from '../shared/output-file.ts';
import { flag, interval, outputFile, readOptions, text } from '../shared/read-options.ts';
import { METRICS, type Stats, statsOfPartitions, statsOfTables } from './table-stats.ts';

const USAGE =
  'app_stat [-a|--app_name str] [-q|--only_qps] [-u|--only_usage] [-j|--json] [-o|--output file_name] ' +
  '[-i|--sample_interval_ms num]';

const OPTIONS = {
  table: text('a', 'app_name'),
  onlyQps: flag('q', 'only_qps'),
  onlyUsage: flag('u', 'only_usage'),
  json: flag('j', 'json'),
  output: outputFile(),
  intervalMs: interval(USAGE),
};

interface Args {
  /** '' = all tables. */
  readonly table: string;
  readonly onlyQps: boolean;
  readonly onlyUsage: boolean;
  readonly json: boolean;
  readonly output: string | undefined;
  readonly intervalMs: number;
}

/** A table, or a partition of one. */
export interface Row {
  readonly name: string;
  readonly app_id: number;
  readonly partition_count: number;
  readonly stats: Stats;
}

const PRECISION = 3;

export default mirrored<Args, readonly Row[]>({
  dialect: 'cpp-shell',
  name: 'app_stat',
  summary: 'Show what is asked of tables, or of the partitions of one, and what they hold.',
  usage: USAGE,
  examples: ['app_stat', 'app_stat -a temp', 'app_stat -q'],
  isLook: true,
  parse(argv) {
    const { table = '', intervalMs = 1000, ...options } = readOptions(USAGE, argv, OPTIONS);
    return { table, intervalMs, ...options };
  },
  async run(ctx, args) {
    if (args.onlyQps && args.onlyUsage) {
      const err = 'ERROR: only_qps and only_usage should not be set at the same time\n';
      throw new Refusal('ERR_INVALID_PARAMETERS', { err, exitCode: 2 });
    }
    const rows = await rowsOf(ctx, args);
    await saveTo(ctx, args.output, () => render(rows, args));
    return rows;
  },
  print: (rows, args) => (args.output === undefined ? { out: render(rows, args) } : {}),
});

async function rowsOf(ctx: Context, { table, intervalMs }: Args): Promise<readonly Row[]> {
  return table === '' ? statsOfTables(ctx, intervalMs) : statsOfPartitions(ctx, table, intervalMs);
}

function render(rows: readonly Row[], args: Args): string {
  const total: Row = {
    // The original counts one row too few, and without any from the other end of what a size can be.
    name: `(total:${BigInt.asUintN(64, BigInt(rows.length - 1))})`,
    app_id: 0,
    partition_count: rows.reduce((sum, row) => sum + row.partition_count, 0),
    stats: summed(rows),
  };
  const isOfTables = args.table === '';
  const shown = COLUMNS.filter(({ group }) =>
    group === 'requests' ? !args.onlyUsage : group === 'usage' ? !args.onlyQps : true,
  );
  const titles = [...(isOfTables ? ['app_id', 'pcount'] : []), ...shown.map(({ title }) => title)];
  const table = {
    name: 'app_stat',
    columns: [...columns([isOfTables ? 'app_name' : 'pidx']), ...columns(titles, 'right')],
    rows: [...rows, total].map((row): CellValue[] => [
      row.name,
      ...(isOfTables ? [row.app_id, row.partition_count] : []),
      ...shown.map(({ cell }) => cell(row.stats)),
    ]),
  };
  return printTable(table, args.json);
}

function summed(rows: readonly Row[]): Stats {
  return Object.fromEntries(
    Object.keys(METRICS).map((name) => [name, rows.reduce((sum, { stats }) => sum + (stats[name] ?? 0), 0)]),
  );
}

interface StatColumn {
  readonly title: string;
  readonly group: 'requests' | 'usage' | 'rates';
  readonly cell: (stats: Stats) => CellValue;
}

const number = (value: number | undefined): CellValue => real(value ?? 0, PRECISION);
const ratio = (part: number, whole: number): CellValue => number(Math.abs(whole) < 1e-6 ? 0 : part / whole);

function requests(title: string, metric: string): StatColumn {
  return { title, group: 'requests', cell: (stats) => number(stats[metric]) };
}

function usage(title: string, cell: StatColumn['cell']): StatColumn {
  return { title, group: 'usage', cell };
}

function rate(title: string, of: (stat: (name: string) => number) => readonly [number, number]): StatColumn {
  return { title, group: 'rates', cell: (stats) => ratio(...of((name) => stats[name] ?? 0)) };
}

const COLUMNS: readonly StatColumn[] = [
  requests('GET', 'get_requests'),
  requests('MGET', 'multi_get_requests'),
  requests('BGET', 'batch_get_requests'),
  requests('PUT', 'put_requests'),
  requests('MPUT', 'multi_put_requests'),
  requests('DEL', 'remove_requests'),
  requests('MDEL', 'multi_remove_requests'),
  requests('INCR', 'incr_requests'),
  requests('CAS', 'check_and_set_requests'),
  requests('CAM', 'check_and_mutate_requests'),
  requests('SCAN', 'scan_requests'),
  requests('RCU', 'read_capacity_units'),
  requests('WCU', 'write_capacity_units'),
  requests('expire', 'read_expired_values'),
  requests('filter', 'read_filtered_values'),
  requests('abnormal', 'abnormal_read_requests'),
  requests('delay', 'throttling_delayed_write_requests'),
  requests('reject', 'throttling_rejected_write_requests'),
  usage('file_mb', (stats) => number(stats.rdb_total_sst_size_mb)),
  usage('file_num', (stats) => Math.trunc(stats.rdb_total_sst_files ?? 0)),
  usage('mem_tbl_mb', (stats) => number((stats.rdb_memtable_mem_usage_bytes ?? 0) / 2 ** 20)),
  usage('mem_idx_mb', (stats) => number((stats.rdb_index_and_filter_blocks_mem_usage_bytes ?? 0) / 2 ** 20)),
  rate('hit_rate', (stat) => [stat('rdb_block_cache_hit_count'), stat('rdb_block_cache_total_count')]),
  rate('seek_n_rate', (stat) => [
    stat('rdb_bloom_filter_seek_negatives'),
    stat('rdb_bloom_filter_seek_total'),
  ]),
  rate('point_n_rate', (stat) => {
    const negatives = stat('rdb_bloom_filter_point_lookup_negatives');
    return [negatives, negatives + stat('rdb_bloom_filter_point_lookup_positives')];
  }),
  rate('point_fp_rate', (stat) => {
    const positives = stat('rdb_bloom_filter_point_lookup_positives');
    const wrong = positives - stat('rdb_bloom_filter_point_lookup_true_positives');
    return [wrong, wrong + stat('rdb_bloom_filter_point_lookup_negatives')];
  }),
];
