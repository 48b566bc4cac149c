import { sanitize } from '../../output/sanitize.ts';
import type { AppInfo } from '../../rpc/idl/layer2.ts';
import { planToRecall } from '../dry-run/table-change-plan.ts';
import { grumbleCommand } from './shared/grumble-command.ts';
import { answered } from './shared/meta-call.ts';
import { unshown, waitUntilReady } from './shared/wait-ready.ts';

interface Args {
  readonly appId: number;
  /** '' = as before. */
  readonly newName: string;
}

const LONG_HELP = `Recall a dropped table.

Before the table being physically deleted, you can recall it alive and restore its data.
This command requires the table ID to restore, which you can see via "ls --drop" command.
By default, recall will create a new table with the same name as before.
You can specify a new table name as the second argument.

Sample:
  recall 16 new_table

Documentation:
  https://pegasus.apache.org/administration/table-soft-delete`;

export default grumbleCommand<Args, AppInfo>({
  name: 'recall',
  help: 'recall the dropped table',
  longHelp: LONG_HELP,
  usage: 'recall <ORIGIN_TABLE_ID> [NEW_TABLE_NAME]',
  args: [
    { name: 'originTableID', help: 'the orginal table ID', type: 'int' },
    { name: 'newTableName', help: 'the name of the recreated table', default: '' },
  ],
  examples: ['recall 3', 'recall 3 temp2'],
  parse: ({ args: [appId, newName] }) => ({ appId: Number(appId), newName: newName! }),
  plan: (ctx, { appId, newName }) => planToRecall(ctx, appId, newName),
  async run(ctx, { appId, newName }) {
    const { info } = await answered(
      'RecallApp',
      ctx.meta.recallApp({ app_id: appId, new_app_name: newName }),
    );
    const { app_name, partition_count, max_replica_count } = info;
    await waitUntilReady(ctx, app_name, partition_count, max_replica_count, recalling(app_name));
    return info;
  },
  print: ({ app_name }, _, terminal) => ({ out: `${unshown(recalling(app_name), terminal)}Done!\n` }),
});

function recalling(table: string): string {
  return `Recalling table "${sanitize(table)}", Available partitions:\n`;
}
