import { printTable } from '../../../output/table-printer.ts';
import { RpcError } from '../../../rpc/client/meta/index.ts';
import type { Scanner } from '../../../rpc/client/replica/scanner.ts';
import type { Context } from '../../command.ts';
import { type GetoptResult, isSet, optionValue } from '../../grammar/getopt.ts';
import { misuse } from '../../grammar/usage.ts';
import { mirrored, Refusal } from '../../mirrored.ts';
import { BULK_OPTIONS, bulkArgs, openScanners, scannersOf, wrongNumbers } from '../shared/bulk.ts';
import { Count } from '../shared/count.ts';
import {
  COUNT_USAGE,
  type CountArgs,
  type Counted,
  countsOnly,
  echo,
  estimate,
  partly,
  report,
} from '../shared/count-report.ts';
import { numberOption } from '../shared/filters.ts';
import { needTable } from '../shared/operation.ts';
import { parseGetopt } from '../shared/options.ts';
import { runSplits, totalOf } from '../shared/splits.ts';

interface Reply extends Counted {
  /** What was told before the counting began. */
  readonly begun: string;
}

export default mirrored<CountArgs, Reply>({
  dialect: 'cpp-shell',
  name: 'count_data',
  summary: 'Count the rows of the table in use.',
  usage: COUNT_USAGE,
  examples: ['count_data -c', 'count_data -c -a -n 3'],
  isLook: true,
  parse(argv, { session }) {
    needTable(session);
    const options = parseGetopt(COUNT_USAGE, argv, {
      short: 'cp:b:t:h:x:s:y:v:z:dan:r:',
      long: {
        ...BULK_OPTIONS,
        c: 'precise',
        d: 'diff_hash_key',
        a: 'stat_size',
        n: 'top_count',
        r: 'run_seconds',
      },
    });
    const args = argsOf(options, session);
    if (!args.precise && options.options.length > 0) throw refuse(NOT_PRECISE);
    const wrong = wrongNumbers(args, refuse);
    if (wrong !== undefined) throw wrong;
    if (args.topCount < 0) throw refuse('top_count should be no less than 0');
    if (args.runSeconds < 0) throw refuse('run_seconds should be no less than 0');
    return args;
  },
  async run(ctx, args) {
    if (!args.precise) return { begun: '', ...(await counted(ctx, args, await estimated(ctx, args))) };
    const told = echo(args, ctx.session.cluster);
    const { scanners, lines } = await openScanners(ctx, args, told, 'app', {
      onlyReturnCount: countsOnly(args),
    });
    return { begun: told + lines, ...(await counted(ctx, args, scanners)) };
  },
  print: (reply, args) => {
    if (!args.precise) return { out: printTable(estimate(reply.processed)) };
    const { out, err } = report(reply, args);
    return { out: reply.begun + out, err, exitCode: err === '' ? 0 : 1 };
  },
  json: ({ processed, count }, { partition, diffHashKey, statSize }) => ({
    partitions: processed.splits.map(({ rows, hashKeys }, at) => ({
      pidx: partition ?? at,
      rows,
      hash_keys: diffHashKey ? hashKeys : undefined,
    })),
    total: totalOf(processed.splits).rows,
    sizes: statSize
      ? Object.fromEntries(Object.entries(count.sizes).map(([name, sizes]) => [name, sizes.summary()]))
      : undefined,
    top: statSize
      ? count.top.map(({ hashKey, sortKey, size }) => ({ hash_key: hashKey, sort_key: sortKey, size }))
      : undefined,
    errors: processed.failures.map(({ text }) => text),
  }),
});

const NOT_PRECISE =
  'you must input [-c|--precise] flag when you expect to get precise result by scaning all record online';

const refuse = (text: string) => misuse(COUNT_USAGE, `ERROR: ${text}\n`);
const refusePlain = (text: string) => misuse(COUNT_USAGE, `${text}\n`);

function argsOf(options: GetoptResult, session: Context['session']): CountArgs {
  return {
    ...bulkArgs(options, session, refuse),
    precise: isSet(options, 'c'),
    diffHashKey: isSet(options, 'd'),
    statSize: isSet(options, 'a'),
    topCount: numberOption(optionValue(options, 'n'), 0, 'top_count', refusePlain),
    runSeconds: numberOption(optionValue(options, 'r'), 0, 'run_seconds', refusePlain),
  };
}

async function counted(ctx: Context, args: CountArgs, scanners: readonly Scanner[]): Promise<Counted> {
  const { sortKey, value, statSize: sizes, topCount } = args;
  const count = new Count(scanners.length, { filters: { sortKey, value }, sizes, topCount }, partly(args));
  return { count, processed: await runSplits(ctx, scanners, count, args.runSeconds) };
}

/** @throws Refusal */
function estimated(ctx: Context, args: CountArgs): Promise<Scanner[]> {
  return scannersOf(ctx, args, { onlyReturnCount: true }).catch((error: unknown) => {
    if (!(error instanceof RpcError)) throw error;
    throw new Refusal(error.code, { err: 'ERROR: get rdb_estimated_keys stats failed\n' });
  });
}
