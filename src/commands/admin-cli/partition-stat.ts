import { queryConfig } from './shared/config-query.ts';
import { grumbleCommand } from './shared/grumble-command.ts';
import { partitionStats, type Stats } from './shared/partition-stats.ts';
import { type StatTables, statTables } from './shared/stat-table.ts';

const TABLES: StatTables = {
  common: ['Pidx'],
  sections: {
    Overall: [
      { title: 'Get', stat: 'get_qps' },
      { title: 'Mget', stat: 'multi_get_qps' },
      { title: 'RBytes', stat: 'read_bytes', unit: 'byte' },
      { title: 'Put', stat: 'put_qps' },
      { title: 'Mput', stat: 'multi_put_qps' },
      { title: 'CAM', stat: 'check_and_mutate_qps' },
      { title: 'CAS', stat: 'check_and_set_qps' },
      { title: 'Incr', stat: 'incr_qps' },
      { title: 'WBytes', stat: 'write_bytes', unit: 'byte' },
      { title: 'Size', stat: 'sst_storage_mb', unit: 'MB' },
      { title: 'Abnormal', stat: 'recent_abnormal_count' },
    ],
  },
};

interface Partition {
  readonly pidx: number;
  readonly stats: Stats;
}

export default grumbleCommand<void, readonly Partition[]>({
  name: 'partition-stat',
  help: 'displays the metrics of partitions within a table',
  examples: ['partition-stat'],
  isLook: true,
  needsTable: true,
  parse: () => undefined,
  async run(ctx) {
    const { app_id } = await queryConfig(ctx, ctx.session.table);
    const table = (await partitionStats(ctx)).find(({ app }) => app.app_id === app_id);
    return (table?.partitions ?? []).map((stats, pidx) => ({ pidx, stats }));
  },
  print: (partitions) => ({
    out: statTables(
      TABLES,
      partitions.map(({ pidx, stats }) => ({ common: [String(pidx)], stats })),
    ),
  }),
});
