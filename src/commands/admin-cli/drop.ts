import { sanitize } from '../../output/sanitize.ts';
import { planToDrop } from '../dry-run/table-plan.ts';
import { grumbleCommand } from './shared/grumble-command.ts';
import { answered } from './shared/meta-call.ts';

interface Args {
  readonly table: string;
  readonly reserved: number;
}

const LONG_HELP = `Drop a table.

After table dropped, it's inaccessible to clients.

To prevent misoperation, the actual table data will not be immediately deleted after calling this command.
Instead, it will be reserved for a period on disk. This feature we call it "soft-deletion".
The soft-deletion period can be specified with '-r' flag.
Please BE CAREFUL not to set a too short RESERVE_SECONDS on valuable data!!!

Sample:
  drop test_table -r 86400
This command will reserve the data of "test_table" for 1 day (86400 seconds).

Documentation:
  https://pegasus.apache.org/administration/table-soft-delete`;

export default grumbleCommand<Args, Args>({
  name: 'drop',
  help: 'drop a table',
  longHelp: LONG_HELP,
  usage: 'drop [-r|--reserved <RESERVE_SECONDS>] <TABLE>',
  flags: [
    {
      long: 'reserved',
      short: 'r',
      type: 'int',
      help: 'the soft-deletion period, which is the time before table actually deleted',
      default: 604800,
    },
  ],
  args: [{ name: 'table', help: 'the table name' }],
  examples: ['drop temp', 'drop -r 86400 temp'],
  parse: ({ flags, args }) => ({ table: args[0]!, reserved: Number(flags.get('reserved')) }),
  confirm: ({ table }) => table,
  plan: (ctx, { table }) => planToDrop(ctx, table),
  async run({ meta }, args) {
    const options = { success_if_not_exist: true, reserve_seconds: args.reserved };
    await answered('DropApp', meta.dropApp({ app_name: args.table, options }));
    return args;
  },
  print: ({ table }) => ({ out: `Dropped table "${sanitize(table)}"\n` }),
});
