import { byteOrder } from '../../output/json.ts';
import { sumByName } from '../sum.ts';
import { grumbleCommand } from './shared/grumble-command.ts';
import { allPerfCounters } from './shared/perf-counters.ts';
import { type StatTables, statTables } from './shared/stat-table.ts';

interface Node {
  readonly node: string;
  readonly stats: Readonly<Record<string, number>>;
}

const TABLES: StatTables = {
  common: ['Node'],
  sections: {
    Usage: [
      { title: 'DiskTotal', stat: 'replica*eon.replica_stub*disk.capacity.total(MB)', unit: 'MB' },
      { title: 'DiskAvailable', stat: 'replica*eon.replica_stub*disk.available.total(MB)', unit: 'MB' },
      {
        title: 'DiskAvaRatio(%)',
        stat: 'replica*eon.replica_stub*disk.available.total.ratio',
        isAverage: true,
      },
      { title: 'MemUsed', stat: 'replica*server*memused.res(MB)', unit: 'MB' },
      { title: 'BlockCache', stat: 'replica*app.pegasus*rdb.block_cache.memory_usage', unit: 'byte' },
      {
        title: 'IndexMem',
        stat: 'replica*app.pegasus*rdb.index_and_filter_blocks.memory_usage',
        unit: 'byte',
      },
    ],
    Request: [
      { title: 'Get', stat: 'replica*app.pegasus*get_qps' },
      { title: 'Mget', stat: 'replica*app.pegasus*multi_get_qps' },
      { title: 'Put', stat: 'replica*app.pegasus*put_qps' },
      { title: 'Mput', stat: 'replica*app.pegasus*multi_put_qps' },
      { title: 'GetBytes', stat: 'replica*app.pegasus*get_bytes', unit: 'byte' },
      { title: 'MGetBytes', stat: 'replica*app.pegasus*multi_get_bytes', unit: 'byte' },
      { title: 'PutBytes', stat: 'replica*app.pegasus*put_bytes', unit: 'byte' },
      { title: 'MputBytes', stat: 'replica*app.pegasus*multi_put_bytes', unit: 'byte' },
    ],
  },
};

export default grumbleCommand<void, readonly Node[]>({
  name: 'node-stat',
  help: 'query all nodes perf stat in the cluster',
  examples: ['node-stat'],
  isLook: true,
  parse: () => undefined,
  async run(ctx) {
    const all = await allPerfCounters(ctx, 'replica');
    const nodes = all.map(({ server, counters }) => ({
      address: server.address,
      node: server.shown,
      stats: sumByName(counters.map(({ name, value }) => [name.split('@')[0]!, value])),
    }));
    return nodes.sort((a, b) => byteOrder(a.address, b.address)).map(({ node, stats }) => ({ node, stats }));
  },
  print: (nodes) => ({
    out: statTables(
      TABLES,
      nodes.map(({ node, stats }) => ({ common: [node], stats })),
    ),
  }),
});
