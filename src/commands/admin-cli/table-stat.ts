import { sumByName } from '../sum.ts';
import { grumbleCommand } from './shared/grumble-command.ts';
import { partitionStats, type Stats } from './shared/partition-stats.ts';
import { type StatTables, statTables } from './shared/stat-table.ts';

const TABLES: StatTables = {
  common: ['AppID', 'Name', 'Partitions'],
  sections: {
    Request: [
      { title: 'Get', stat: 'get_qps' },
      { title: 'Mget', stat: 'multi_get_qps' },
      { title: 'Scan', stat: 'scan_qps' },
      { title: 'RBytes', stat: 'read_bytes', unit: 'byte' },
      { title: 'Put', stat: 'put_qps' },
      { title: 'Mput', stat: 'multi_put_qps' },
      { title: 'CAM', stat: 'check_and_mutate_qps' },
      { title: 'CAS', stat: 'check_and_set_qps' },
      { title: 'Incr', stat: 'incr_qps' },
      { title: 'WBytes', stat: 'write_bytes', unit: 'byte' },
      { title: 'Abnormal', stat: 'recent_abnormal_count' },
      { title: 'Expire', stat: 'recent_expire_count' },
      { title: 'Filter', stat: 'recent_filter_count' },
    ],
    Usage: [
      { title: 'KeyNum', stat: 'rdb_estimate_num_keys' },
      { title: 'TableSize', stat: 'sst_storage_mb', unit: 'MB' },
      { title: 'AvgPartitionSize', stat: 'avg_partition_mb', unit: 'MB', isAverage: true },
      { title: 'Index', stat: 'rdb_index_and_filter_blocks_mem_usage', unit: 'byte' },
      { title: 'MemTable', stat: 'rdb_memtable_mem_usage', unit: 'byte' },
    ],
  },
};

interface Table {
  readonly app_id: number;
  readonly app_name: string;
  readonly partitions: number;
  readonly stats: Stats;
}

export default grumbleCommand<void, readonly Table[]>({
  name: 'table-stat',
  help: 'displays tables performance metrics',
  examples: ['table-stat'],
  isLook: true,
  parse: () => undefined,
  async run(ctx) {
    const tables = (await partitionStats(ctx, 'failed to aggregate: ')).map(({ app, partitions }) => {
      const stats = sumByName(partitions.flatMap(Object.entries<number>));
      const average = (stats.sst_storage_mb ?? 0) / app.partition_count;
      return {
        app_id: app.app_id,
        app_name: app.app_name,
        partitions: app.partition_count,
        stats: { ...stats, avg_partition_mb: average },
      };
    });
    return tables.sort((a, b) => a.app_id - b.app_id);
  },
  print: (tables) => ({
    out: statTables(
      TABLES,
      tables.map(({ app_id, app_name, partitions, stats }) => ({
        common: [String(app_id), app_name, String(partitions)],
        stats,
      })),
    ),
  }),
});
