import { RpcError } from '../../../rpc/client/meta/index.ts';
import type { AppInfo, QueryCfgResponse } from '../../../rpc/idl/layer2.ts';
import type { Context } from '../../command.ts';
import { answered, EXPIRED, refuseAny } from './meta-call.ts';
import { allPerfCounters } from './perf-counters.ts';

export type Stats = Record<string, number>;

/** What a counter is called from here on (`collector/aggregate/aggregatable.go`); others do not count. */
const NAMES: Readonly<Record<string, string>> = {
  ...appCounters('get_qps', 'multi_get_qps', 'put_qps', 'multi_put_qps', 'remove_qps', 'multi_remove_qps'),
  ...appCounters('incr_qps', 'check_and_set_qps', 'check_and_mutate_qps', 'scan_qps', 'duplicate_qps'),
  ...appCounters('dup_shipped_ops', 'dup_failed_shipping_ops', 'get_bytes', 'multi_get_bytes', 'scan_bytes'),
  ...appCounters('put_bytes', 'multi_put_bytes', 'check_and_set_bytes', 'check_and_mutate_bytes'),
  'replica*eon.replica*backup_request_qps': 'backup_request_qps',
  'replica*app.pegasus*recent.read.cu': 'recent_read_cu',
  'replica*app.pegasus*recent.write.cu': 'recent_write_cu',
  'replica*app.pegasus*recent.expire.count': 'recent_expire_count',
  'replica*app.pegasus*recent.filter.count': 'recent_filter_count',
  'replica*app.pegasus*recent.abnormal.count': 'recent_abnormal_count',
  'replica*eon.replica*recent.write.throttling.delay.count': 'recent_write_throttling_delay_count',
  'replica*eon.replica*recent.write.throttling.reject.count': 'recent_write_throttling_reject_count',
  'replica*app.pegasus*disk.storage.sst(MB)': 'sst_storage_mb',
  'replica*app.pegasus*disk.storage.sst.count': 'sst_count',
  'replica*app.pegasus*rdb.block_cache.hit_count': 'rdb_block_cache_hit_count',
  'replica*app.pegasus*rdb.block_cache.total_count': 'rdb_block_cache_total_count',
  'replica*app.pegasus*rdb.index_and_filter_blocks.memory_usage': 'rdb_index_and_filter_blocks_mem_usage',
  'replica*app.pegasus*rdb.memtable.memory_usage': 'rdb_memtable_mem_usage',
  'replica*app.pegasus*rdb.estimate_num_keys': 'rdb_estimate_num_keys',
  'replica*app.pegasus*rdb.bf_seek_negatives': 'rdb_bf_seek_negatives',
  'replica*app.pegasus*rdb.bf_seek_total': 'rdb_bf_seek_total',
  'replica*app.pegasus*rdb.bf_point_positive_true': 'rdb_bf_point_positive_true',
  'replica*app.pegasus*rdb.bf_point_positive_total': 'rdb_bf_point_positive_total',
  'replica*app.pegasus*rdb.bf_point_negatives': 'rdb_bf_point_negatives',
};

const READS = ['get', 'multi_get', 'scan'];
const WRITES = ['put', 'remove', 'multi_put', 'multi_remove', 'check_and_set', 'check_and_mutate'];

function appCounters(...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [`replica*app.pegasus*${name}`, name]));
}

export interface TableStats {
  readonly app: AppInfo;
  /** By index: what the primary of the partition counts. */
  readonly partitions: readonly Stats[];
}

/**
 * What the primaries of all tables count (`collector/aggregate/perf_client.go`). A table whose partitions the meta server
 * refuses to tell has none.
 *
 * @param before stands before an error
 * @throws Refusal
 */
export async function partitionStats(ctx: Context, before = ''): Promise<TableStats[]> {
  const { infos } = await answered('ListApps', ctx.meta.listApps({ status: 'AS_AVAILABLE' }), before);
  const failures: string[] = [];
  const tables = infos.map(async (app) => ({ app, config: await configOf(ctx, app.app_name, failures) }));
  const configs = await Promise.all(tables);
  refuseAny(failures, 'ERR_TIMEOUT', before);
  const counted = new Map<string, Stats>();
  for (const { server, counters } of await allPerfCounters(ctx, '@', before)) {
    for (const { name, value } of counters) {
      const at = name.lastIndexOf('@');
      const known = NAMES[name.slice(0, at)];
      if (known === undefined) continue;
      const place = `${server.address} ${name.slice(at + 1)}`;
      counted.set(place, { ...counted.get(place), [known]: value });
    }
  }
  return configs.map(({ app, config }) => ({
    app,
    partitions: config.partitions.map(({ pid, primary }) =>
      extended(counted.get(`${primary} ${app.app_id}.${pid.partition_index}`) ?? {}),
    ),
  }));
}

async function configOf(
  { meta }: Context,
  app_name: string,
  failures: string[],
): Promise<Pick<QueryCfgResponse, 'partitions'>> {
  try {
    return await meta.queryConfig({ app_name, partition_indices: [] });
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    failures.push(`failed on table(${app_name}): ${EXPIRED}`);
    return { partitions: [] };
  }
}

/** With the sums of all reads and of all writes. */
function extended(stats: Stats): Stats {
  const sum = (kinds: readonly string[], what: string): number =>
    kinds.reduce((total, kind) => total + (stats[`${kind}_${what}`] ?? 0), 0);
  return {
    ...stats,
    read_qps: sum(READS, 'qps'),
    read_bytes: sum(READS, 'bytes'),
    write_qps: sum(WRITES, 'qps'),
    write_bytes: sum(WRITES, 'bytes'),
  };
}
