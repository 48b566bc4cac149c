import { printTable } from '../../../output/table-printer.ts';
import { RpcError } from '../../../rpc/client/meta/index.ts';
import { ofPegasusCode } from '../../../rpc/client/replica/errors.ts';
import type { Scanner, ScanOptions } from '../../../rpc/client/replica/scanner.ts';
import type { Context } from '../../command.ts';
import { type GetoptResult, isSet, optionValue } from '../../grammar/getopt.ts';
import { misuse } from '../../grammar/usage.ts';
import { mirrored, Refusal } from '../../mirrored.ts';
import { type Counted, countSplits, totalOf } from '../shared/count.ts';
import {
  COUNT_USAGE,
  type CountArgs,
  countsOnly,
  echo,
  estimate,
  opened,
  report,
} from '../shared/count-report.ts';
import { type Filter, filterOption, numberOption, serverFilter } from '../shared/filters.ts';
import { needTable } from '../shared/operation.ts';
import { parseGetopt } from '../shared/options.ts';

interface Reply {
  readonly cluster: string;
  readonly partitionCount: number;
  readonly counted: Counted;
}

export default mirrored<CountArgs, Reply>({
  dialect: 'cpp-shell',
  name: 'count_data',
  summary: 'Count the rows of the table in use.',
  usage: COUNT_USAGE,
  examples: ['count_data -c', 'count_data -c -a -n 3'],
  parse(argv, { session }) {
    needTable(session);
    const options = parseGetopt(COUNT_USAGE, argv, {
      short: 'cp:b:t:h:x:s:y:v:z:dan:r:',
      long: {
        c: 'precise',
        p: 'partition',
        b: 'max_batch_count',
        t: 'timeout_ms',
        h: 'hash_key_filter_type',
        x: 'hash_key_filter_pattern',
        s: 'sort_key_filter_type',
        y: 'sort_key_filter_pattern',
        v: 'value_filter_type',
        z: 'value_filter_pattern',
        d: 'diff_hash_key',
        a: 'stat_size',
        n: 'top_count',
        r: 'run_seconds',
      },
    });
    return checked(argsOf(options, session), options);
  },
  async run(ctx, args) {
    const scanners = await open(ctx, args);
    const chosen =
      args.partition === undefined ? scanners : scanners.slice(args.partition, args.partition + 1);
    const cluster = ctx.session.cluster;
    if (chosen.length === 0) {
      const out = echo(args, cluster) + opened(scanners.length);
      const err = `ERROR: invalid partition param: ${args.partition}\n`;
      throw new Refusal('ERR_INVALID_PARAMETERS', { out, err });
    }
    const counted = await countSplits(ctx, chosen, {
      filters: { sortKey: args.sortKey, value: args.value },
      hashKeys: args.diffHashKey,
      sizes: args.statSize,
      topCount: args.topCount,
      runSeconds: args.runSeconds,
    });
    return { cluster, partitionCount: scanners.length, counted };
  },
  print: ({ cluster, partitionCount, counted }, args) => {
    if (!args.precise) return { out: printTable(estimate(counted)) };
    const { out, err } = report(counted, args);
    const exitCode = counted.failures.length === 0 ? 0 : 1;
    return { out: echo(args, cluster) + opened(partitionCount) + out, err, exitCode };
  },
  json: ({ counted }, args) => ({
    partitions: counted.splits.map(({ rows }, at) => ({ pidx: args.partition ?? at, rows })),
    total: totalOf(counted.splits).rows,
    errors: counted.failures.map(({ text }) => text),
  }),
});

const refuse = (text: string) => misuse(COUNT_USAGE, `ERROR: ${text}\n`);
const refusePlain = (text: string) => misuse(COUNT_USAGE, `${text}\n`);

function argsOf(options: GetoptResult, session: Context['session']): CountArgs {
  const typed = optionValue(options, 'p');
  const filter = (what: string, typeLetter: string, patternLetter: string, allowsExact: boolean): Filter =>
    filterOption(options, { what, typeLetter, patternLetter, allowsExact, isEscaped: true }, refuse);
  return {
    table: session.table,
    precise: isSet(options, 'c'),
    partition: typed === undefined ? undefined : numberOption(typed, 0, 'partition', refuse),
    batchCount: numberOption(optionValue(options, 'b'), 500, 'max_batch_count', refuse),
    timeoutMs: numberOption(optionValue(options, 't'), session.dataTimeoutMs, 'timeout_ms', refuse),
    hashKey: filter('hash_key', 'h', 'x', false),
    sortKey: filter('sort_key', 's', 'y', true),
    value: filter('value', 'v', 'z', true),
    diffHashKey: isSet(options, 'd'),
    statSize: isSet(options, 'a'),
    topCount: numberOption(optionValue(options, 'n'), 0, 'top_count', refusePlain),
    runSeconds: numberOption(optionValue(options, 'r'), 0, 'run_seconds', refusePlain),
    escapeAll: session.escapeAll,
  };
}

/** @throws UsageError */
function checked(args: CountArgs, options: GetoptResult): CountArgs {
  if (args.partition !== undefined && args.partition < 0) throw refuse('partition should be greater than 0');
  if (!args.precise && options.options.length > 0) {
    throw refuse(
      'you must input [-c|--precise] flag when you expect to get precise result by scaning all record online',
    );
  }
  if (args.batchCount <= 1) throw refuse('max_batch_count should be greater than 1');
  if (args.timeoutMs <= 0) throw refuse('timeout_ms should be greater than 0');
  if (args.topCount < 0) throw refuse('top_count should be no less than 0');
  if (args.runSeconds < 0) throw refuse('run_seconds should be no less than 0');
  return args;
}

/** @throws Refusal */
async function open(ctx: Context, args: CountArgs): Promise<Scanner[]> {
  const options: ScanOptions = {
    hashKeyFilter: serverFilter(args.hashKey),
    sortKeyFilter: serverFilter(args.sortKey),
    batchSize: args.batchCount,
    timeoutMs: args.timeoutMs,
    onlyReturnCount: countsOnly(args),
  };
  try {
    return await ctx.data.table(args.table).fullScan(options);
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    if (!args.precise) throw new Refusal(error.code, { err: 'ERROR: get rdb_estimated_keys stats failed\n' });
    const err = `ERROR: open app scanner failed: ${ofPegasusCode(error.code).text}\n`;
    throw new Refusal(error.code, { out: echo(args, ctx.session.cluster), err });
  }
}
