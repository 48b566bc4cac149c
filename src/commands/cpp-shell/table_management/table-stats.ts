import type { QueryCfgResponse } from '../../../rpc/idl/layer2.ts';
import type { Context } from '../../command.ts';
import { sumByName } from '../../sum.ts';
import { AVAILABLE, listApp } from '../shared/list-app.ts';
import { callAndWait, orRefuse } from '../shared/meta-call.ts';
import { type Measure, measured, type Sample, sampledMetrics } from '../shared/metrics.ts';
import { aliveNodes } from '../shared/node.ts';
import { membersOf } from '../shared/partitions.ts';
import type { Row } from './app_stat.ts';

/** What the primaries of a table or a partition tell of themselves, by metric. */
export type Stats = Readonly<Record<string, number>>;

export const METRICS: Readonly<Record<string, Measure>> = {
  get_requests: 'rate',
  multi_get_requests: 'rate',
  batch_get_requests: 'rate',
  put_requests: 'rate',
  multi_put_requests: 'rate',
  remove_requests: 'rate',
  multi_remove_requests: 'rate',
  incr_requests: 'rate',
  check_and_set_requests: 'rate',
  check_and_mutate_requests: 'rate',
  scan_requests: 'rate',
  read_capacity_units: 'increase',
  write_capacity_units: 'increase',
  read_expired_values: 'increase',
  read_filtered_values: 'increase',
  abnormal_read_requests: 'increase',
  throttling_delayed_write_requests: 'increase',
  throttling_rejected_write_requests: 'increase',
  rdb_total_sst_size_mb: 'sum',
  rdb_total_sst_files: 'sum',
  rdb_memtable_mem_usage_bytes: 'sum',
  rdb_index_and_filter_blocks_mem_usage_bytes: 'sum',
  rdb_block_cache_hit_count: 'sum',
  rdb_block_cache_total_count: 'sum',
  rdb_bloom_filter_seek_negatives: 'sum',
  rdb_bloom_filter_seek_total: 'sum',
  rdb_bloom_filter_point_lookup_true_positives: 'sum',
  rdb_bloom_filter_point_lookup_positives: 'sum',
  rdb_bloom_filter_point_lookup_negatives: 'sum',
};

const FAILED = 'ERROR: query app stat from server failed\n';
const failed = () => ({ err: FAILED });

/** A row for each table (`get_table_stats`, `src/shell/command_helper.h`). @throws Refusal */
export async function statsOfTables(ctx: Context, intervalMs: number): Promise<Row[]> {
  const { infos } = await orRefuse(
    callAndWait(ctx.meta, 'RPC_CM_LIST_APPS', () => ctx.meta.listApps(AVAILABLE)),
    failed,
  );
  const samples = await samplesOf(ctx, intervalMs);
  const rows = infos.map(async ({ app_id, app_name, partition_count }) => {
    const { partitions } = await configOf(ctx, app_name);
    const primaries = new Map(
      partitions.map((one) => [`${one.pid.partition_index}`, membersOf(one).primary]),
    );
    return { name: app_name, app_id, partition_count, stats: statsOf(samples, app_id, primaries) };
  });
  return Promise.all(rows);
}

/** A row for each partition of a table (`get_partition_stats`). @throws Refusal */
export async function statsOfPartitions(ctx: Context, table: string, intervalMs: number): Promise<Row[]> {
  const { app_id, partitions } = await configOf(ctx, table);
  const samples = await samplesOf(ctx, intervalMs, app_id);
  return partitions.map((partition, pidx) => ({
    name: String(pidx),
    app_id: 0,
    partition_count: 0,
    stats: statsOf(samples, app_id, new Map([[String(pidx), membersOf(partition).primary]])),
  }));
}

function configOf(ctx: Context, table: string): Promise<QueryCfgResponse> {
  return listApp(ctx, table, () => FAILED);
}

async function samplesOf(ctx: Context, intervalMs: number, tableId?: number): Promise<Sample[]> {
  const nodes = await aliveNodes(ctx, failed);
  const query = { types: ['replica'], metrics: Object.keys(METRICS), tableId };
  const what = `row data requests${tableId === undefined ? '' : ` for table(id=${tableId})`}`;
  return sampledMetrics(ctx, nodes, query, { intervalMs, what });
}

/** Of what servers tell of a table's partitions, what their primaries tell. */
function statsOf(samples: readonly Sample[], appId: number, primaries: ReadonlyMap<string, string>): Stats {
  const stats = samples.flatMap((sample) => {
    const told = measured(sample, ({ attributes: { table_id, partition_id = '' } }) => {
      return table_id === String(appId) && primaries.get(partition_id) === sample.node;
    });
    return Object.entries(METRICS).map(([metric, measure]) => [metric, told(metric, measure)] as const);
  });
  return sumByName(stats);
}
