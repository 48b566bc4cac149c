import type { Table } from '../../../rpc/client/replica/table.ts';
import { decodeKey } from '../../../rpc/idl/keys.ts';
import type { ScanResponse } from '../../../rpc/idl/scan.ts';
import { countRows } from '../../dry-run/table-plan.ts';
import { misuse } from '../../grammar/usage.ts';
import { mirrored } from '../../mirrored.ts';
import {
  BULK_OPTIONS,
  BULK_USAGE,
  type BulkArgs,
  bulkArgs,
  bulkLines,
  checkNumbers,
  openScanners,
} from '../shared/bulk.ts';
import { needTable } from '../shared/operation.ts';
import { flag, readOptions } from '../shared/read-options.ts';
import { isWanted } from '../shared/scan.ts';
import { noTotals, type Processed, runSplits, SplitError, type SplitJob } from '../shared/splits.ts';
import { endOfBulk, processedJson } from '../shared/splits-report.ts';

const USAGE = `clear_data ${BULK_USAGE} [-f|--force]`;

interface Reply {
  /** What was told before the clearing began. */
  readonly begun: string;
  readonly processed: Processed;
}

export default mirrored<BulkArgs, Reply>({
  dialect: 'cpp-shell',
  name: 'clear_data',
  summary: 'Delete the rows of the table in use.',
  usage: USAGE,
  examples: ['clear_data -f', 'clear_data -h prefix -x tmp_ -f'],
  parse(argv, { session }) {
    needTable(session);
    const refuse = (text: string) => misuse(USAGE, `ERROR: ${text}\n`);
    const options = readOptions(USAGE, argv, { ...BULK_OPTIONS, force: flag('f', 'force') }, refuse);
    const args = bulkArgs(options, session);
    checkNumbers(args, refuse);
    if (!options.force) throw misuse(USAGE, echo(args, session.cluster, false) + NOT_FORCED);
    return args;
  },
  confirm: ({ table }) => table,
  async plan(ctx, args) {
    const { scanners } = await openScanners(ctx, args, '', 'app', {});
    const { rows, samples } = await countRows(scanners, { isWanted: (row) => isWanted(row, args) });
    const action = `delete rows of table ${args.table} of cluster ${ctx.session.cluster}`;
    return { action, counts: { rows }, samples };
  },
  async run(ctx, args) {
    const told = echo(args, ctx.session.cluster, true);
    const noValue = args.value.typed === undefined;
    const { scanners, lines } = await openScanners(ctx, args, told, 'app', { noValue });
    const clear = new Clear(ctx.data.table(args.table), args, scanners.length);
    return { begun: told + lines, processed: await runSplits(ctx, scanners, clear) };
  },
  print({ begun, processed }) {
    const end = endOfBulk(processed, 'Clear', 'error occurred, terminate processing');
    return { ...end, out: begun + end.out };
  },
  json: ({ processed }, { partition }) => processedJson(processed, partition),
});

const NOT_FORCED = 'ERROR: be careful to clear data!!! Please specify --force if you are determined to do.\n';

function echo(args: BulkArgs, cluster: string, force: boolean): string {
  const table = `INFO: cluster_name = ${cluster}\nINFO: app_name = ${args.table}\n`;
  return `${table}${bulkLines(args)}INFO: force = ${force}\n`;
}

class Clear implements SplitJob {
  readonly totals: SplitJob['totals'];
  private readonly table: Table;
  private readonly args: BulkArgs;

  constructor(table: Table, args: BulkArgs, splits: number) {
    this.table = table;
    this.args = args;
    this.totals = noTotals(splits);
  }

  async take(split: number, { kvs }: ScanResponse): Promise<void> {
    for (const { key, value } of kvs) {
      const { hashKey, sortKey } = decodeKey(key);
      if (!isWanted({ sortKey, value }, this.args)) continue;
      const { error } = await this.table.del(hashKey, sortKey, this.args.timeoutMs);
      if (error.code !== 0) throw new SplitError(`async del failed: ${error.text}`);
      this.totals[split]!.rows += 1;
    }
  }
}
