import { ClusterError } from '../../../errors.ts';
import { NOT_FOUND } from '../../../rpc/client/replica/errors.ts';
import type { Context, Session } from '../../command.ts';
import { countRows, hasRows } from '../../dry-run/table-plan.ts';
import { misuse } from '../../grammar/usage.ts';
import { Refusal } from '../../mirrored.ts';
import {
  BULK_OPTIONS,
  BULK_USAGE,
  type BulkArgs,
  bulkArgs,
  bulkLines,
  checkNumbers,
  openScanners,
} from '../shared/bulk.ts';
import { bulkCommand } from '../shared/bulk-command.ts';
import { type Copier, CopyRows, CopyRowsTogether, type CopyTarget } from '../shared/copy.ts';
import { codeOf, needTable } from '../shared/operation.ts';
import { flag, int, readOptions, type Typed, text } from '../shared/read-options.ts';
import { BATCH_SIZE, isWanted } from '../shared/scan.ts';
import { endOfBulk, processedJson } from '../shared/splits-report.ts';

const USAGE =
  `copy_data <-c|--target_cluster_name str> <-a|--target_app_name str> ${BULK_USAGE} ` +
  '[-m|--max_multi_set_concurrency] [-o|--scan_option_batch_size] [-e|--no_ttl] [-n|--no_overwrite] ' +
  '[-i|--no_value] [-g|--geo_data] [-u|--use_multi_set]';

const OPTIONS = {
  targetCluster: text('c', 'target_cluster_name'),
  targetTable: text('a', 'target_app_name'),
  ...BULK_OPTIONS,
  concurrency: int('m', 'max_multi_set_concurrency'),
  scanBatch: int('o', undefined, 'scan_option_batch_size'),
  noOverwrite: flag('n', 'no_overwrite'),
  noValue: flag('i', 'no_value'),
  geoData: flag('g', 'geo_data'),
  noTtl: flag('e', 'no_ttl'),
  multiSet: flag('u'),
};

interface Args extends BulkArgs {
  readonly targetCluster: string;
  readonly targetTable: string;
  readonly concurrency: number;
  readonly scanBatch: number;
  readonly noTtl: boolean;
  readonly noOverwrite: boolean;
  readonly noValue: boolean;
  readonly multiSet: boolean;
}

export default bulkCommand<Args, Copier>({
  name: 'copy_data',
  summary: 'Copy the rows of the table in use into another table, of this or another cluster.',
  usage: USAGE,
  examples: ['copy_data -c onebox -a temp2', 'copy_data -c onebox2 -a temp -n'],
  parse(argv, { session }) {
    needTable(session);
    return argsOf(readOptions(USAGE, argv, OPTIONS, refuse), session);
  },
  async confirm({ targetCluster, targetTable, noOverwrite }, ctx) {
    const mayOverwrite = !noOverwrite && (await hasRows(ctx.cluster(targetCluster).data.table(targetTable)));
    return mayOverwrite ? targetTable : undefined;
  },
  async plan(ctx, args) {
    const { targetCluster, targetTable } = args;
    await openTarget(ctx, args, '');
    const { scanners } = await openScanners(ctx, args, '', 'source app', {});
    const target = ctx.cluster(targetCluster).data.table(targetTable);
    const { rows, samples, there } = await countRows(scanners, {
      isWanted: (row) => isWanted(row, args),
      target,
    });
    return {
      action: `copy rows of table ${args.table} to table ${targetTable} of cluster ${targetCluster}`,
      counts: { rows, [args.noOverwrite ? 'left_as_they_are' : 'overwritten']: there },
      samples,
    };
  },
  async begin(ctx, args) {
    const told = echo(args, ctx.session.cluster);
    const target = await openTarget(ctx, args, told);
    const { scanners, lines } = await openScanners(ctx, args, told, 'source app', {
      batchSize: args.scanBatch,
      noValue: args.noValue,
      returnExpireTs: !args.noTtl,
    });
    const begun = told + lines + (args.multiSet ? workers(scanners.length, told + lines) : '');
    const Job = args.multiSet ? CopyRowsTogether : CopyRows;
    return { told: begun, scanners, job: new Job(target, args, scanners.length, ctx.meta) };
  },
  end: (processed) => endOfBulk(processed, 'Copy', 'error occurred, processing terminated'),
  reply: (processed, { partition }) => processedJson(processed, partition),
});

const refuse = (text: string) => misuse(USAGE, `ERROR: ${text}\n`);

/** @throws UsageError in upstream's order of checks */
function argsOf(options: Typed<typeof OPTIONS>, session: Session): Args {
  const { targetCluster = '', targetTable = '', concurrency = 20, scanBatch = BATCH_SIZE } = options;
  const { noOverwrite, noValue, noTtl, multiSet } = options;
  const bulk = bulkArgs(options, session);
  if (targetCluster === '') throw refuse('target_cluster_name not specified');
  if (targetTable === '') throw refuse('target_app_name not specified');
  checkNumbers(bulk, refuse);
  if (bulk.value.typed !== undefined && noValue) {
    throw refuse('no_value should not be set when value_filter_type is set');
  }
  if (concurrency <= 0) throw refuse('max_multi_set_concurrency should be greater than 0');
  if (multiSet && noOverwrite) throw refuse('copy with multi_set not support no_overwrite!');
  if (options.geoData) throw refuse('pegsh has no geo index: copy without --geo_data');
  return {
    ...bulk,
    targetCluster,
    targetTable,
    concurrency,
    scanBatch,
    noOverwrite,
    noValue,
    noTtl,
    multiSet,
  };
}

function echo(args: Args, cluster: string): string {
  return [
    `INFO: source_cluster_name = ${cluster}\n`,
    `INFO: source_app_name = ${args.table}\n`,
    `INFO: target_cluster_name = ${args.targetCluster}\n`,
    `INFO: target_app_name = ${args.targetTable}\n`,
    args.multiSet
      ? `INFO: copy use asyncer_multi_set, max_multi_set_concurrency = ${args.concurrency}\n`
      : '',
    bulkLines(args),
    `INFO: no_overwrite = ${args.noOverwrite}\n`,
    `INFO: no_value = ${args.noValue}\n`,
  ].join('');
}

const PROBE_TIMEOUT_MS = 5000;

/** The table to copy to, after it was asked for one key. @throws Refusal */
async function openTarget(ctx: Context, args: Args, told: string): Promise<CopyTarget> {
  const { targetCluster, targetTable } = args;
  const refused = (code: string, text: string) => new Refusal(code, { out: told, err: `ERROR: ${text}\n` });
  if (targetCluster === ctx.session.cluster && targetTable === args.table) {
    throw refused('ERR_INVALID_PARAMETERS', 'source app and target app is the same');
  }
  const { data, meta } = ctx.cluster(targetCluster);
  const table = data.table(targetTable);
  const bytes = (text: string) => new TextEncoder().encode(text);
  const probe = await table.ttl(bytes('a'), bytes('b'), PROBE_TIMEOUT_MS).catch((error: unknown) => {
    throw error instanceof ClusterError ? refused(error.code, 'get target app client failed') : error;
  });
  const { error } = probe;
  if (error.code === 0 || error.code === NOT_FOUND.code) return { table, meta };
  throw refused(codeOf(error), `test target app failed: ${error.text}`);
}

/** Threads of upstream's default pool; each split that copies with `-u` blocks one. */
const WORKER_COUNT = 20;

/** @throws Refusal when there are more splits than threads */
function workers(splits: number, told: string): string {
  const warned =
    'WARN: used multi_set will lose accurate ttl time per value! ttl time will be assign the max value of this batch data.\n' +
    `INFO: THREAD_POOL_DEFAULT worker_count = ${WORKER_COUNT}\n`;
  if (splits < WORKER_COUNT) return warned;
  const err = `INFO: THREAD_POOL_DEFAULT worker_count should greater than source app scanner count ${splits}\n`;
  throw new Refusal('ERR_INVALID_PARAMETERS', { out: told + warned, err });
}
