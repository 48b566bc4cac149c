import { sanitize } from '../../../output/sanitize.ts';
import { planToClearLoad } from '../../dry-run/bulk-load-plan.ts';
import { grumbleCommand } from '../shared/grumble-command.ts';
import { answered } from '../shared/meta-call.ts';
import { TABLE_FLAG, tableOf } from '../shared/table-flag.ts';

interface Named {
  readonly table: string;
}

export default grumbleCommand<Named, Named>({
  name: 'bulk-load clear',
  help: 'clear bulk load for a specific table',
  usage: 'clear <-a|--tableName TABLE_NAME>',
  flags: [TABLE_FLAG],
  examples: ['bulk-load clear -a temp'],
  parse: (parsed) => ({ table: tableOf(parsed) }),
  plan: (ctx, { table }) => planToClearLoad(ctx, table),
  async run({ meta }, { table }) {
    await answered('ClearBulkLoad', meta.clearBulkLoad({ app_name: table }));
    return { table };
  },
  print: ({ table }) => ({ out: `Table ${sanitize(table)} clear bulk load succeed\n` }),
});
