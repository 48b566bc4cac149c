import type { Table } from '../../../rpc/client/replica/table.ts';
import { decodeKey } from '../../../rpc/idl/keys.ts';
import type { ScanResponse } from '../../../rpc/idl/scan.ts';
import type { Context } from '../../command.ts';
import { countRows } from '../../dry-run/table-plan.ts';
import { misuse } from '../../grammar/usage.ts';
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
import { atOnce, type Flight } from '../shared/flight.ts';
import { needTable } from '../shared/operation.ts';
import { flag, readOptions } from '../shared/read-options.ts';
import { isWanted } from '../shared/scan.ts';
import { noTotals, SplitError, type SplitJob } from '../shared/splits.ts';
import { endOfBulk, processedJson } from '../shared/splits-report.ts';

const USAGE = `clear_data ${BULK_USAGE} [-f|--force]`;

export default bulkCommand<BulkArgs, Clear>({
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
  async begin(ctx, args) {
    const told = echo(args, ctx.session.cluster, true);
    const noValue = args.value.typed === undefined;
    const { scanners, lines } = await openScanners(ctx, args, told, 'app', { noValue });
    return { told: told + lines, scanners, job: new Clear(ctx, args, scanners.length) };
  },
  end: (processed) => endOfBulk(processed, 'Clear', 'error occurred, terminate processing'),
  reply: (processed, { partition }) => processedJson(processed, partition),
});

const NOT_FORCED = 'ERROR: be careful to clear data!!! Please specify --force if you are determined to do.\n';

function echo(args: BulkArgs, cluster: string, force: boolean): string {
  const table = `INFO: cluster_name = ${cluster}\nINFO: app_name = ${args.table}\n`;
  return `${table}${bulkLines(args)}INFO: force = ${force}\n`;
}

class Clear implements SplitJob {
  readonly totals: SplitJob['totals'];
  readonly atOnce: number;
  private readonly table: Table;
  private readonly args: BulkArgs;

  constructor({ data, meta }: Context, args: BulkArgs, splits: number) {
    this.table = data.table(args.table);
    this.args = args;
    this.atOnce = atOnce(meta, args.batchCount, splits);
    this.totals = noTotals(splits);
  }

  async take(split: number, { kvs }: ScanResponse, flight: Flight): Promise<void> {
    for (const { key, value } of kvs) {
      const { hashKey, sortKey } = decodeKey(key);
      if (!isWanted({ sortKey, value }, this.args)) continue;
      if (!(await flight.send(() => this.clear(split, hashKey, sortKey)))) return;
    }
  }

  private async clear(split: number, hashKey: Uint8Array, sortKey: Uint8Array): Promise<void> {
    const { error } = await this.table.del(hashKey, sortKey, this.args.timeoutMs);
    if (error.code !== 0) throw new SplitError(`async del failed: ${error.text}`);
    this.totals[split]!.rows += 1;
  }
}
