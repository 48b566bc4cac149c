import { tabular } from '../../../output/tablewriter.ts';
import type { SplitStatus } from '../../../rpc/idl/metadata.ts';
import { grumbleCommand } from '../shared/grumble-command.ts';
import { answered } from '../shared/meta-call.ts';
import { TABLE_FLAG, tableOf } from '../shared/table-flag.ts';

interface Reply {
  readonly partitions: readonly { readonly pidx: number; readonly status: SplitStatus | 'COMPLETED' }[];
  readonly splitting: number;
  readonly completed: number;
}

/** How far each partition is split (`executor/partition_split.go`). */
export default grumbleCommand<{ readonly table: string }, Reply>({
  name: 'partition-split query',
  help: 'query partition split status for a specific table',
  usage: 'query <-a|--tableName TABLE_NAME>',
  flags: [TABLE_FLAG],
  examples: ['partition-split query -a temp'],
  isLook: true,
  parse: (parsed) => ({ table: tableOf(parsed) }),
  async run({ meta }, { table }) {
    const reply = await answered('QuerySplitStatus', meta.queryPartitionSplit({ app_name: table }));
    const partitions = Array.from({ length: reply.new_partition_count / 2 }, (_, pidx) => ({
      pidx,
      status: reply.status.get(pidx) ?? ('COMPLETED' as const),
    }));
    const splitting = reply.status.size;
    return { partitions, splitting, completed: partitions.length - splitting };
  },
  print({ partitions, splitting, completed }) {
    const rows = partitions.map(({ pidx, status }) => [String(pidx), status]);
    const sums = [[String(splitting), String(completed)]];
    return {
      out:
        `[AllPartitionStatus]\n${tabular(['Pidx', 'SplitStatus'], rows)}` +
        `[Summary]\n${tabular(['SplittingCount', 'CompletedCount'], sums)}`,
    };
  },
});
