import { UsageError } from '../../errors.ts';
import { sanitize } from '../../output/sanitize.ts';
import { planToCreate } from '../dry-run/create-plan.ts';
import { grumbleCommand } from './shared/grumble-command.ts';
import { answered } from './shared/meta-call.ts';
import { unshown, waitUntilReady } from './shared/wait-ready.ts';

interface Args {
  readonly table: string;
  readonly partitions: number;
  readonly replicas: number;
}

const LONG_HELP = `Create a Pegasus table.

Please pay attention to the partition number. It usually depends on the table's on-disk storage size.
To achieve an predictable performance, you should keep the average partition size within a acceptable
range.`;

export default grumbleCommand<Args, { app_name: string; app_id: number; partition_count: number }>({
  name: 'create',
  help: 'create a table',
  longHelp: LONG_HELP,
  usage: 'create [-p|--partitions <NUM>] [-r|--replica <NUM>] <table>',
  flags: [
    { long: 'partitions', short: 'p', type: 'int', help: 'the number of partitions', default: 4 },
    { long: 'replica', short: 'r', type: 'int', help: 'the number of replicas', default: 3 },
  ],
  args: [{ name: 'table', help: 'the table name' }],
  examples: ['create temp', 'create -p 8 temp'],
  parse({ flags, args }) {
    const partitions = Number(flags.get('partitions'));
    const replicas = Number(flags.get('replica'));
    if (partitions % 2 !== 0) throw new UsageError('partitions number must be a multiply of 2');
    if (partitions < 1) throw new UsageError('partitions count should >=1');
    if (replicas < 1) throw new UsageError('replica count should >=1');
    return { table: args[0]!, partitions, replicas };
  },
  plan: (ctx, { table, partitions, replicas }) =>
    planToCreate(ctx, { name: table, partitions, replicas, mayExist: false }),
  async run(ctx, args) {
    const options = {
      partition_count: args.partitions,
      // Upstream asks for 3 whatever is typed and then waits for what was typed, for ever.
      replica_count: args.replicas,
      success_if_exist: false,
      app_type: 'pegasus',
      is_stateful: true,
      envs: new Map<string, string>(),
    };
    const { appid } = await answered('CreateApp', ctx.meta.createApp({ app_name: args.table, options }));
    await waitUntilReady(ctx, args.table, args.partitions, args.replicas, created(args.table, appid));
    return { app_name: args.table, app_id: appid, partition_count: args.partitions };
  },
  print: ({ app_name, app_id }, _, terminal) => ({
    out: `${unshown(created(app_name, app_id), terminal)}Done!\n`,
  }),
});

function created(table: string, appId: number): string {
  return `Creating table "${sanitize(table)}" (AppID: ${appId})\nAvailable partitions:\n`;
}
