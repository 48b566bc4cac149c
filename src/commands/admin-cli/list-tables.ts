import { tabular } from '../../output/tablewriter.ts';
import type { AppInfo } from '../../rpc/idl/layer2.ts';
import { dateTime } from '../../rpc/idl/time.ts';
import { type Health, healthOf, queryConfig } from './shared/config-query.ts';
import { grumbleCommand } from './shared/grumble-command.ts';
import { answered } from './shared/meta-call.ts';

interface Row {
  readonly app: AppInfo;
  /** Of available tables. */
  readonly health: Health | undefined;
}

export default grumbleCommand<{ dropped: boolean }, readonly Row[]>({
  name: 'list-tables',
  aliases: ['ls'],
  help: 'list all tables in the cluster',
  flags: [{ long: 'drop', type: 'bool', help: 'only show dropped table information', default: false }],
  examples: ['ls', 'list-tables --drop'],
  isLook: true,
  parse: ({ flags }) => ({ dropped: flags.get('drop') === true }),
  async run(ctx, { dropped }) {
    const status = dropped ? 'AS_DROPPED' : 'AS_AVAILABLE';
    const { infos } = await answered('ListApps', ctx.meta.listApps({ status }));
    const rows: Row[] = [];
    for (const app of infos) {
      rows.push({ app, health: dropped ? undefined : healthOf(await queryConfig(ctx, app.app_name)) });
    }
    return rows;
  },
  print: (rows, { dropped }) => ({ out: dropped ? droppedTables(rows) : availableTables(rows) }),
  json: (rows) => rows.map(({ app, health }) => ({ ...app, health })),
});

const AVAILABLE =
  'ID Name Partitions Unhealthy WriteUnhealthy ReadUnhealthy CreateTime WReqRateLimit WBytesRateLimit';

function availableTables(rows: readonly Row[]): string {
  const cells = rows.map(({ app, health }) => [
    String(app.app_id),
    app.app_name,
    String(app.partition_count),
    String(health?.unhealthy),
    String(health?.writeUnhealthy),
    String(health?.readUnhealthy),
    goDate(app.create_second),
    app.envs.get('replica.write_throttling') ?? '',
    app.envs.get('replica.write_throttling_by_size') ?? '',
  ]);
  return tabular(AVAILABLE.split(' '), cells);
}

function droppedTables(rows: readonly Row[]): string {
  const cells = rows.map(({ app }) => [
    String(app.app_id),
    app.app_name,
    String(app.partition_count),
    goDate(app.drop_second),
    goDate(app.expire_second),
  ]);
  return tabular(['ID', 'Name', 'PartitionCount', 'DropTime', 'ExpireTime'], cells);
}

/** `FormatDate`: `2024-05-01`, or `unknown` for 0. */
function goDate(seconds: number): string {
  return seconds === 0 ? 'unknown' : dateTime(seconds * 1000).slice(0, 10);
}
