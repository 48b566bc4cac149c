import { type CellValue, real } from '../../../output/table-printer.ts';
import type { Context } from '../../command.ts';
import {
  type Entity,
  type Measure,
  measured,
  metricsOf,
  type Snapshot,
  sampledMetrics,
  sums,
} from '../shared/metrics.ts';

/** Numbers of one node, by the title of their column. */
export type Figures = Readonly<Record<string, number>>;

export const USAGE_COLUMNS = [
  'memused_res_mb',
  'block_cache_mb',
  'wbm_total_mb',
  'wbm_mutable_mb',
  'mem_tbl_mb',
  'mem_idx_mb',
  'disk_avl_total_ratio',
  'disk_avl_min_ratio',
];

/** `nodes -u` (`parse_resource_usage`): whole numbers. */
export async function resourceUsage(ctx: Context, nodes: readonly string[]): Promise<Map<string, Figures>> {
  const query = {
    types: ['server', 'replica', 'disk'],
    metrics: [
      'resident_mem_usage_mb',
      'rdb_block_cache_mem_usage_bytes',
      'rdb_wbm_total_mem_usage_bytes',
      'rdb_wbm_mutable_mem_usage_bytes',
      'rdb_memtable_mem_usage_bytes',
      'rdb_index_and_filter_blocks_mem_usage_bytes',
      'disk_capacity_total_mb',
      'disk_capacity_avail_mb',
    ],
  };
  const snapshots = await metricsOf(ctx, nodes, query, 'resource');
  return new Map(snapshots.map((snapshot) => [snapshot.node, usageOf(snapshot)]));
}

function usageOf(snapshot: Snapshot): Figures {
  const of = (type: string) => {
    const all = sums(snapshot, (entity) => entity.type === type);
    return (name: string): number => all[name] ?? 0;
  };
  const [server, replicas, disks] = [of('server'), of('replica'), of('disk')];
  const ratios = snapshot.entities.filter(({ type }) => type === 'disk').map(availableRatio);
  return {
    memused_res_mb: server('resident_mem_usage_mb'),
    block_cache_mb: mebibytes(server('rdb_block_cache_mem_usage_bytes')),
    wbm_total_mb: mebibytes(server('rdb_wbm_total_mem_usage_bytes')),
    wbm_mutable_mb: mebibytes(server('rdb_wbm_mutable_mem_usage_bytes')),
    mem_tbl_mb: mebibytes(replicas('rdb_memtable_mem_usage_bytes')),
    mem_idx_mb: mebibytes(replicas('rdb_index_and_filter_blocks_mem_usage_bytes')),
    disk_avl_total_ratio: percentage(disks('disk_capacity_avail_mb'), disks('disk_capacity_total_mb')),
    disk_avl_min_ratio: Math.min(100, ...ratios),
  };
}

function availableRatio({ metrics }: Entity): number {
  const value = (wanted: string): number => metrics.find(({ name }) => name === wanted)?.value ?? 0;
  return percentage(value('disk_capacity_avail_mb'), value('disk_capacity_total_mb'));
}

/** `calc_percentage`. */
function percentage(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part * 100) / whole);
}

function mebibytes(bytes: number): number {
  return Math.floor(bytes / 2 ** 20);
}

/** By column. */
const REQUESTS: Readonly<Record<string, readonly [metric: string, measure: Measure]>> = {
  get_qps: ['get_requests', 'rate'],
  mget_qps: ['multi_get_requests', 'rate'],
  bget_qps: ['batch_get_requests', 'rate'],
  read_cu: ['read_capacity_units', 'increase'],
  put_qps: ['put_requests', 'rate'],
  mput_qps: ['multi_put_requests', 'rate'],
  write_cu: ['write_capacity_units', 'increase'],
};

/** By column: the request whose latency is shown, in milliseconds. */
const LATENCIES: Readonly<Record<string, string>> = {
  'get_p99(ms)': 'RPC_RRDB_RRDB_GET',
  'mget_p99(ms)': 'RPC_RRDB_RRDB_MULTI_GET',
  'bget_p99(ms)': 'RPC_RRDB_RRDB_BATCH_GET',
  'put_p99(ms)': 'RPC_RRDB_RRDB_PUT',
  'mput_p99(ms)': 'RPC_RRDB_RRDB_MULTI_PUT',
};

export const QPS_COLUMNS = [...Object.keys(REQUESTS), ...Object.keys(LATENCIES)];

/** `nodes -q`: what was asked of each node within an interval, and how long it took. */
export async function requestFigures(
  ctx: Context,
  nodes: readonly string[],
  intervalMs: number,
): Promise<Map<string, Figures>> {
  const query = { types: ['replica'], metrics: Object.values(REQUESTS).map(([metric]) => metric) };
  const samples = await sampledMetrics(ctx, nodes, query, { intervalMs, what: 'rw requests' });
  const latencies = await metricsOf(
    ctx,
    nodes,
    { types: ['profiler'], metrics: ['profiler_server_rpc_latency_ns'], field: 'p99' },
    'profiler latency',
  );
  return new Map(
    samples.map((sample, at) => {
      const told = measured(sample);
      const requests = Object.entries(REQUESTS).map(
        ([column, [metric, measure]]) => [column, told(metric, measure)] as const,
      );
      const slowest = Object.entries(LATENCIES).map(
        ([column, task]) => [column, latencyOf(latencies[at]!, task)] as const,
      );
      return [sample.node, Object.fromEntries([...requests, ...slowest])];
    }),
  );
}

function latencyOf({ entities }: Snapshot, task: string): number {
  const found = entities.find(({ attributes }) => attributes.task_name === task);
  return (found?.metrics[0]?.p99 ?? 0) / 1e6;
}

/** The cells of a node; zeros for one that was not asked. */
export function usageCells(figures: Figures = {}): CellValue[] {
  return USAGE_COLUMNS.map((column) => figures[column] ?? 0);
}

export function qpsCells(figures: Figures = {}): CellValue[] {
  return QPS_COLUMNS.map((column) => real(figures[column] ?? 0));
}
