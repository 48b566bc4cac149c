import { RpcError } from '../../../rpc/client/meta/index.ts';
import type { Scanner } from '../../../rpc/client/replica/scanner.ts';
import type { Context } from '../../command.ts';
import { misuse } from '../../grammar/usage.ts';
import { Refusal } from '../../mirrored.ts';
import { invalidName, isAppName } from '../shared/app-name.ts';
import { BULK_OPTIONS, bulkArgs, checkNumbers, openScanners, scannersOf } from '../shared/bulk.ts';
import { bulkCommand } from '../shared/bulk-command.ts';
import { Count } from '../shared/count.ts';
import {
  COUNT_USAGE,
  type CountArgs,
  countsOnly,
  echo,
  estimate,
  hashKeysOf,
  partly,
  report,
} from '../shared/count-report.ts';
import { needTable } from '../shared/operation.ts';
import { flag, int, readOptions, type Valued } from '../shared/read-options.ts';
import { totalOf } from '../shared/splits.ts';

export default bulkCommand<CountArgs, Count>({
  name: 'count_data',
  summary: 'Count the rows of the table in use.',
  usage: COUNT_USAGE,
  examples: ['count_data -c', 'count_data -c -a -n 3'],
  isLook: true,
  parse(argv, { session }) {
    needTable(session);
    const options = readOptions(COUNT_USAGE, argv, OPTIONS, refuse);
    const { precise, diffHashKey, statSize, topCount = 0, runSeconds = 0 } = options;
    const isAnyTyped = Object.values(options).some((value) => value !== undefined && value !== false);
    if (isAnyTyped && !precise) throw refuse(NOT_PRECISE);
    const bulk = bulkArgs(options, session);
    if (precise) checkNumbers(bulk, refuse);
    if (topCount < 0) throw refuse('top_count should be no less than 0');
    if (runSeconds < 0) throw refuse('run_seconds should be no less than 0');
    return { ...bulk, precise, diffHashKey, statSize, topCount, runSeconds };
  },
  async begin(ctx, args) {
    if (!args.precise) return { told: undefined, ...work(args, await estimated(ctx, args)) };
    const told = echo(args, ctx.session.cluster);
    const { scanners, lines } = await openScanners(ctx, args, told, 'app', {
      onlyReturnCount: countsOnly(args),
    });
    return { told: told + lines, ...work(args, scanners) };
  },
  extra: hashKeysOf,
  end: (processed, args, count) => (args.precise ? report(processed, args, count) : estimate(processed)),
  reply: ({ splits, failures }, { partition, diffHashKey, statSize }, count) => ({
    partitions: splits.map(({ rows, hashKeys }, at) => ({
      pidx: partition ?? at,
      rows,
      hash_keys: diffHashKey ? hashKeys : undefined,
    })),
    total: totalOf(splits).rows,
    sizes: statSize
      ? Object.fromEntries(Object.entries(count.sizes).map(([name, sizes]) => [name, sizes.summary()]))
      : undefined,
    top: statSize
      ? count.largest.sorted.map(({ hashKey, sortKey, size }) => ({
          hash_key: hashKey,
          sort_key: sortKey,
          size,
        }))
      : undefined,
    errors: failures.map(({ text }) => text),
  }),
});

const NOT_PRECISE =
  'you must input [-c|--precise] flag when you expect to get precise result by scaning all record online';

const refuse = (text: string) => misuse(COUNT_USAGE, `ERROR: ${text}\n`);

/** An `int` whose refusal upstream does not call an error. */
function plainInt(letter: string, long: string): Valued<number> {
  const option = int(letter, long);
  return { ...option, read: (word) => option.read(word, (text) => misuse(COUNT_USAGE, `${text}\n`)) };
}

const OPTIONS = {
  precise: flag('c', 'precise'),
  ...BULK_OPTIONS,
  diffHashKey: flag('d', 'diff_hash_key'),
  statSize: flag('a', 'stat_size'),
  topCount: plainInt('n', 'top_count'),
  runSeconds: plainInt('r', 'run_seconds'),
};

function work(args: CountArgs, scanners: readonly Scanner[]) {
  const { sortKey, value, statSize: sizes, topCount, runSeconds } = args;
  const job = new Count(scanners.length, { filters: { sortKey, value }, sizes, topCount }, partly(args));
  return { scanners, job, runSeconds };
}

/** @throws Refusal */
function estimated(ctx: Context, args: CountArgs): Promise<Scanner[]> {
  return scannersOf(ctx, args, { onlyReturnCount: true }).catch((error: unknown) => {
    if (!(error instanceof RpcError)) throw error;
    const said = isAppName(args.table) ? '' : invalidName('app_name', args.table);
    throw new Refusal(error.code, { err: `${said}ERROR: get rdb_estimated_keys stats failed\n` });
  });
}
