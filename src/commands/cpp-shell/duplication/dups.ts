import { byteOrder } from '../../../output/json.ts';
import { type CellValue, columns, type PrintedTable, printTables } from '../../../output/table-printer.ts';
import type {
  DuplicationAppState,
  DuplicationEntry,
  DuplicationListResponse,
} from '../../../rpc/idl/duplication.ts';
import { dateTimeMs } from '../../../rpc/idl/time.ts';
import type { PatternMatchType } from '../../../rpc/idl/utils.ts';
import { hasFlag, paramOf } from '../../grammar/argh.ts';
import { errorLine } from '../../grammar/usage.ts';
import { mirrored } from '../../mirrored.ts';
import { callSync, orRefuse } from '../shared/meta-call.ts';
import { matchTypeOption, parseArgh, uintOption } from '../shared/options.ts';
import { saveTo } from '../shared/output-file.ts';

const USAGE =
  'dups [-a|--app_name_pattern str] [-m|--match_type all|exact|anywhere|prefix|postfix] [-p|--list_partitions] ' +
  '[-g|--progress_gap num] [-u|--show_unfinishd] [-o|--output file_name] [-j|--json]';

interface Args {
  readonly pattern: string;
  readonly matchType: PatternMatchType;
  readonly gap: number;
  readonly partitions: boolean;
  readonly unfinished: boolean;
  readonly json: boolean;
  readonly output: string | undefined;
}

export default mirrored<Args, DuplicationListResponse>({
  dialect: 'cpp-shell',
  name: 'dups',
  summary: 'List the duplications of all tables, and how far they are.',
  usage: USAGE,
  examples: ['dups', 'dups -p -u', 'dups -a temp -m exact -j'],
  isLook: true,
  parse(argv) {
    const parsed = parseArgh(USAGE, argv, {
      params: ['a', 'app_name_pattern', 'm', 'match_type', 'g', 'progress_gap', 'o', 'output'],
      flags: ['p', 'list_partitions', 'u', 'show_unfinishd', 'j', 'json'],
      positional: 0,
    });
    return {
      pattern: paramOf(parsed, 'a', 'app_name_pattern') ?? '',
      matchType: matchTypeOption(USAGE, paramOf(parsed, 'm', 'match_type')),
      gap: uintOption(USAGE, paramOf(parsed, 'g', 'progress_gap'), 0),
      partitions: hasFlag(parsed, 'p', 'list_partitions'),
      unfinished: hasFlag(parsed, 'u', 'show_unfinishd'),
      json: hasFlag(parsed, 'j', 'json'),
      output: paramOf(parsed, 'o', 'output') || undefined,
    };
  },
  async run(ctx, args) {
    const request = { app_name_pattern: args.pattern, match_type: args.matchType };
    const reply = await orRefuse(callSync(ctx.meta.listDuplication(request)), (error) => ({
      err: errorLine(`list duplications failed, error=${error.message}`),
    }));
    await saveTo(ctx, args.output, () => render(reply, args));
    return reply;
  },
  print: (reply, args) => (args.output === undefined ? { out: render(reply, args) } : {}),
});

/** One duplication of one app. */
interface Dup {
  readonly app: DuplicationAppState;
  readonly entry: DuplicationEntry;
}

/** One partition of one duplication. */
interface Progress extends Dup {
  readonly pidx: number;
  readonly confirmed: number;
  readonly last: number;
  readonly isUnfinished: boolean;
}

const TITLES = ['app_name', 'dup_id', 'create_time', 'status', 'follower_cluster', 'follower_app_name'];
const PARTITION_TITLES = ['partition_id', 'confirmed_decree', 'last_committed_decree', 'decree_gap'];

function render(reply: DuplicationListResponse, args: Args): string {
  const apps = [...reply.app_states.values()].sort((a, b) => a.appid - b.appid);
  const dups = apps.flatMap((app): Dup[] => {
    const entries = [...app.duplications.values()].sort((a, b) => a.dupid - b.dupid);
    return entries.map((entry) => ({ app, entry }));
  });
  const progress = dups.flatMap((dup) => progressOf(dup, args.gap));
  const shown = args.partitions ? byPartition(progress) : plain(dups);
  const tables: PrintedTable[] = [
    { name: 'duplications', ...shown },
    { name: 'summary', pairs: summary(apps, dups, progress) },
  ];
  if (args.unfinished)
    tables.push({ name: 'unfinished', ...byPartition(progress.filter((one) => one.isUnfinished)) });
  return printTables(tables, args.json);
}

function progressOf({ app, entry }: Dup, gap: number): Progress[] {
  const states = [...(entry.partition_states ?? [])].sort(([a], [b]) => a - b);
  return states.map(([pidx, { confirmed_decree: confirmed, last_committed_decree: last }]) => {
    const isUnfinished = entry.status !== 'DS_LOG' || last - confirmed > gap;
    return { app, entry, pidx, confirmed, last, isUnfinished };
  });
}

function plain(dups: readonly Dup[]) {
  return { columns: titles(TITLES), rows: dups.map(cells) };
}

function byPartition(progress: readonly Progress[]) {
  const rows = progress.map((one) => [
    ...cells(one),
    one.pidx,
    one.confirmed,
    one.last,
    one.last - one.confirmed,
  ]);
  return { columns: titles([...TITLES, ...PARTITION_TITLES]), rows };
}

function titles(right: readonly string[]) {
  return [...columns(['app_id']), ...columns(right, 'right')];
}

function cells({ app, entry }: Dup): CellValue[] {
  return [
    app.appid,
    app.app_name,
    entry.dupid,
    dateTimeMs(entry.create_ts),
    entry.status,
    entry.remote,
    entry.remote_app_name ?? app.app_name,
  ];
}

function summary(
  apps: readonly DuplicationAppState[],
  dups: readonly Dup[],
  progress: readonly Progress[],
): [string, number][] {
  const duplicating = apps.filter((app) => app.duplications.size > 0);
  const unfinished = progress.filter((one) => one.isUnfinished);
  const appCount = (list: readonly Dup[]) => new Set(list.map(({ app }) => app.appid)).size;
  const partitionCount = (list: readonly Progress[]) =>
    new Set(list.map(({ app, pidx }) => `${app.appid}.${pidx}`)).size;
  return [
    ['total_app_count', apps.length],
    ['duplicating_app_count', duplicating.length],
    ['unfinished_app_count', appCount(unfinished)],
    ['total_duplication_count', dups.length],
    ...counted(
      'duplication_count_by_status',
      dups.map(({ entry }) => entry.status),
    ),
    ...counted(
      'duplication_count_by_follower_cluster',
      dups.map(({ entry }) => entry.remote),
    ),
    ['total_partition_count', partitionsOf(apps)],
    ['duplicating_partition_count', partitionsOf(duplicating)],
    ['unfinished_partition_count', partitionCount(unfinished)],
  ];
}

/** All of a table count, whether anything is known of their progress or not. */
function partitionsOf(apps: readonly DuplicationAppState[]): number {
  return apps.reduce((sum, app) => sum + app.partition_count, 0);
}

function counted(title: string, values: readonly string[]): [string, number][] {
  const names = [...new Set(values)].sort(byteOrder);
  return names.map((name) => [`${title}(${name})`, values.filter((value) => value === name).length]);
}
