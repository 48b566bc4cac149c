import { type CellValue, columns, type PrintedTable, printTables } from '../../../output/table-printer.ts';
import { type AppInfo, AppStatus } from '../../../rpc/idl/layer2.ts';
import { dateTime } from '../../../rpc/idl/time.ts';
import type { PatternMatchType } from '../../../rpc/idl/utils.ts';
import type { Context } from '../../command.ts';
import { hasFlag, type Parsed, paramOf } from '../../grammar/argh.ts';
import { mirrored } from '../../mirrored.ts';
import { callAndWait, callMeta, orRefuse } from '../shared/meta-call.ts';
import { enumNamed, matchTypeOption, parseArgh, refuseWords } from '../shared/options.ts';
import { saveTo } from '../shared/output-file.ts';
import { type Health, healthOf } from '../shared/partitions.ts';

const USAGE =
  'ls [-a|--all] [-d|--detailed] [-j|--json] [-o|--output file_name] ' +
  '[-s|--status all|available|creating|dropping|dropped] [-p|--app_name_pattern str] ' +
  '[-m|--match_type all|exact|anywhere|prefix|postfix]';

interface Args {
  /** `AS_INVALID` = any. */
  readonly status: AppStatus;
  readonly pattern: string;
  readonly matchType: PatternMatchType;
  readonly detailed: boolean;
  readonly json: boolean;
  readonly output: string | undefined;
}

interface Reply {
  readonly apps: readonly AppInfo[];
  /** By app id, of available tables; empty unless asked for. */
  readonly health: ReadonlyMap<number, Health>;
}

export default mirrored<Args, Reply>({
  dialect: 'cpp-shell',
  name: 'ls',
  summary: 'List the tables.',
  usage: USAGE,
  examples: ['ls', 'ls -d', 'ls -s all -j'],
  isLook: true,
  parse(argv) {
    const parsed = parseArgh(USAGE, argv, {
      params: ['o', 'output', 's', 'status', 'p', 'app_name_pattern', 'm', 'match_type'],
      flags: ['a', 'all', 'd', 'detailed', 'j', 'json'],
      positional: 0,
    });
    return {
      status: statusOption(parsed),
      pattern: paramOf(parsed, 'p', 'app_name_pattern') ?? '',
      matchType: matchTypeOption(USAGE, paramOf(parsed, 'm', 'match_type')),
      detailed: hasFlag(parsed, 'd', 'detailed'),
      json: hasFlag(parsed, 'j', 'json'),
      output: paramOf(parsed, 'o', 'output') || undefined,
    };
  },
  async run(ctx, args) {
    const reply = await orRefuse(list(ctx, args), (error) => ({
      err: `list apps failed, error=${error.message}\n`,
    }));
    await saveTo(ctx, args.output, () => render(reply, args));
    return reply;
  },
  print: (reply, args) => (args.output === undefined ? { out: render(reply, args) } : {}),
  json: ({ apps, health }, { detailed }) =>
    apps.map((app) => (detailed ? { ...app, health: health.get(app.app_id) } : app)),
});

function statusOption(parsed: Parsed): AppStatus {
  const text = paramOf(parsed, 's', 'status') ?? '';
  if (text === '') return hasFlag(parsed, 'a', 'all') ? 'AS_INVALID' : 'AS_AVAILABLE';
  if (text === 'all') return 'AS_INVALID';
  const status = enumNamed<AppStatus>(AppStatus.numbers, 'AS_', text);
  if (status === undefined || status === 'AS_INVALID')
    throw refuseWords(USAGE, `parse ${text} as app_status::type failed`);
  return status;
}

async function list(ctx: Context, args: Args): Promise<Reply> {
  const request = { status: args.status, app_name_pattern: args.pattern, match_type: args.matchType };
  const reply = await callAndWait(ctx.meta, 'RPC_CM_LIST_APPS', () => ctx.meta.listApps(request));
  const health = new Map<number, Health>();
  const available = reply.infos.filter((app) => app.status === 'AS_AVAILABLE');
  for (const { app_id, app_name } of args.detailed ? available : []) {
    const config = await callMeta(ctx.meta.queryConfig({ app_name, partition_indices: [] }));
    health.set(app_id, healthOf(config.partitions));
  }
  return { apps: reply.infos, health };
}

function render({ apps, health }: Reply, { json }: Args): string {
  const available = apps.filter((app) => app.status === 'AS_AVAILABLE');
  const tables: PrintedTable[] = [generalInfo(apps)];
  if (health.size > 0) tables.push(healthyInfo(available, health));
  tables.push({ name: 'summary', pairs: summary(available, health) });
  return printTables(tables, json);
}

const GENERAL =
  'app_id status app_name app_type partition_count replica_count is_stateful create_time drop_time drop_expire ' +
  'envs_count atomic_idempotent';

function generalInfo(apps: readonly AppInfo[]): PrintedTable {
  const rows = apps.map((app): CellValue[] => {
    const kept = app.status === 'AS_DROPPED' && app.expire_second > 0;
    return [
      app.app_id,
      app.status.replace('AS_', ''),
      app.app_name,
      app.app_type,
      app.partition_count,
      app.max_replica_count,
      app.is_stateful,
      timeOr(app.create_second > 0, app.create_second),
      timeOr(kept && app.drop_second > 0, app.drop_second),
      timeOr(kept, app.expire_second),
      app.envs.size,
      app.atomic_idempotent ?? false,
    ];
  });
  return { name: 'general_info', columns: columns(GENERAL.split(' ')), rows };
}

function timeOr(isSet: boolean, seconds: number): string {
  return isSet ? dateTime(seconds * 1000).replace(' ', '_') : '-';
}

const HEALTHY = 'app_id app_name partition_count fully_healthy unhealthy write_unhealthy read_unhealthy';

function healthyInfo(apps: readonly AppInfo[], health: Reply['health']): PrintedTable {
  const rows = apps.map((app): CellValue[] => {
    const one = health.get(app.app_id)!;
    const counts = [one.fullyHealthy, one.unhealthy, one.writeUnhealthy, one.readUnhealthy];
    return [app.app_id, app.app_name, app.partition_count, ...counts];
  });
  return { name: 'healthy_info', columns: columns(HEALTHY.split(' ')), rows };
}

function summary(available: readonly AppInfo[], health: Reply['health']): [string, number][] {
  const total: [string, number] = ['total_app_count', available.length];
  if (health.size === 0) return [total];
  const apps = [...health.values()];
  const count = (test: (one: Health) => boolean) => apps.filter(test).length;
  return [
    total,
    ['fully_healthy_app_count', count((one) => one.unhealthy === 0)],
    ['unhealthy_app_count', count((one) => one.unhealthy > 0)],
    ['write_unhealthy_app_count', count((one) => one.writeUnhealthy > 0)],
    ['read_unhealthy_app_count', count((one) => one.readUnhealthy > 0)],
  ];
}
