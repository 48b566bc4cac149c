import { sanitize } from '../../../output/sanitize.ts';
import { planToControlSplit } from '../../dry-run/table-change-plan.ts';
import { grumbleCommand } from '../shared/grumble-command.ts';
import { answered } from '../shared/meta-call.ts';
import { TABLE_FLAG, tableOf } from '../shared/table-flag.ts';
import { countFlag, countOf } from './partition-count.ts';

interface Args {
  readonly table: string;
  readonly oldCount: number;
}

/** Takes a split back (`executor/partition_split.go`). */
export default grumbleCommand<Args, Args>({
  name: 'partition-split cancel',
  help: 'cancel partition split for a specific table',
  usage: 'cancel <-a|--tableName TABLE_NAME> <-p|--oldPartitionCount OLD_PARTITION_COUNT>',
  flags: [TABLE_FLAG, countFlag('oldPartitionCount', 'table partition count before split')],
  examples: ['partition-split cancel -a temp -p 8'],
  parse: (parsed) => ({ table: tableOf(parsed), oldCount: countOf(parsed, 'oldPartitionCount') }),
  plan: (ctx, { table }) => planToControlSplit(ctx, table, 'cancel'),
  async run({ meta }, { table, oldCount }) {
    const request = {
      app_name: table,
      control_type: 'CANCEL',
      parent_pidx: -1,
      old_partition_count: oldCount,
    } as const;
    await answered('ControlPartitionSplit', meta.controlPartitionSplit(request));
    return { table, oldCount };
  },
  print: ({ table }) => ({ out: `Table ${sanitize(table)} cancel partition split succeed\n` }),
});
