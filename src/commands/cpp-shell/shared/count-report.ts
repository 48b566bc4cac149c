import { columns, type PrintedTable, real } from '../../../output/table-printer.ts';
import { type Counted, type Tick, type Totals, totalOf } from './count.ts';
import { type Filter, filterLines } from './filters.ts';
import { shownWith } from './operation.ts';

export const COUNT_USAGE =
  'count_data [-c|--precise][-p|--partition num] [-b|--max_batch_count num][-t|--timeout_ms num] ' +
  '[-h|--hash_key_filter_type anywhere|prefix|postfix] [-x|--hash_key_filter_pattern str] ' +
  '[-s|--sort_key_filter_type anywhere|prefix|postfix|exact] [-y|--sort_key_filter_pattern str] ' +
  '[-v|--value_filter_type anywhere|prefix|postfix|exact] [-z|--value_filter_pattern str]' +
  '[-d|--diff_hash_key] [-a|--stat_size] [-n|--top_count num] [-r|--run_seconds num]';

export interface CountArgs {
  readonly table: string;
  readonly precise: boolean;
  /** Undefined = all. */
  readonly partition: number | undefined;
  readonly batchCount: number;
  readonly timeoutMs: number;
  readonly hashKey: Filter;
  readonly sortKey: Filter;
  readonly value: Filter;
  readonly diffHashKey: boolean;
  readonly statSize: boolean;
  readonly topCount: number;
  readonly runSeconds: number;
  readonly escapeAll: boolean;
}

/** Servers send numbers only where the shell needs to see no row. */
export function countsOnly({ diffHashKey, statSize, value, sortKey }: CountArgs): boolean {
  return !diffHashKey && !statSize && value.typed === undefined && sortKey.type !== 'exact';
}

/** What was asked for, line by line. */
export function echo(args: CountArgs, cluster: string): string {
  return [
    `INFO: cluster_name = ${cluster}\n`,
    `INFO: app_name = ${args.table}\n`,
    `INFO: partition = ${args.partition ?? 'all'}\n`,
    `INFO: max_batch_count = ${args.batchCount}\n`,
    `INFO: timeout_ms = ${args.timeoutMs}\n`,
    filterLines('hash_key', args.hashKey, ' = ', 'INFO: '),
    filterLines('sort_key', args.sortKey, ' = ', 'INFO: '),
    filterLines('value', args.value, ' = ', 'INFO: '),
    `INFO: diff_hash_key = ${args.diffHashKey}\n`,
    `INFO: stat_size = ${args.statSize}\n`,
    `INFO: top_count = ${args.topCount}\n`,
    `INFO: run_seconds = ${args.runSeconds}\n`,
    countsOnly(args) ? 'INFO: scanner only return kv count, not return value\n' : '',
  ].join('');
}

export function opened(partitionCount: number): string {
  return `INFO: open app scanner succeed, partition_count = ${partitionCount}\n`;
}

/** What came of it: progress, splits, the end; errors apart. */
export function report(counted: Counted, args: CountArgs): { out: string; err: string } {
  const { splits, ticks, failures } = counted;
  const keys = ({ hashKeys }: Totals) => (args.diffHashKey ? ` (${hashKeys} hash keys)` : '');
  const total = totalOf(splits);
  const failed = failures.length > 0;
  const out = [
    `INFO: prepare scanners succeed, split_count = ${splits.length}\n`,
    ...ticks.map((tick, at) => tickLine(tick, ticks[at - 1]?.rows ?? 0, splits.length, keys(tick))),
    !failed && counted.isTimeUp ? 'INFO: reached run seconds, terminate processing\n' : '',
    ...splits.map((split, at) => `INFO: split[${at}]: ${split.rows} rows${keys(split)}\n`),
    `Count ${ending(counted)}, total ${total.rows} rows.${keys(total)}\n`,
    args.statSize ? sizes(counted, args) : '',
  ].join('');
  const told = failures
    .map(({ split, text }) => `ERROR: split[${split}] scan next failed: ${text}\n`)
    .join('');
  return { out, err: failed ? `${told}ERROR: error occurred, terminate processing\n` : '' };
}

function tickLine(tick: Tick, rowsBefore: number, splits: number, keys: string): string {
  const progress = `processed for ${tick.seconds} seconds, (${tick.splitsDone}/${splits}) splits`;
  const rows = `total ${tick.rows} rows${keys}, last second ${tick.rows - rowsBefore} rows`;
  return `INFO: ${progress}, ${rows}${tick.failed ? ', error occurred, terminating...' : ''}\n`;
}

function ending({ failures, isTimeUp }: Counted): string {
  if (failures.length > 0) return 'terminated as error occurred';
  return isTimeUp ? 'terminated as run time used out' : 'done';
}

const TITLE_WIDTH = 71;

function sizes({ sizes: histograms, top }: Counted, { escapeAll }: CountArgs): string {
  const show = shownWith(escapeAll);
  const blocks = Object.entries(histograms).map(
    ([name, histogram]) => `\n${ruled(`[${name}]`)}\n${histogram}${ruled('')}`,
  );
  const rows = top.map(({ hashKey, sortKey, size }, at) => {
    const row = `[top][${at + 1}]`;
    return `${row}.hash_key = ${show(hashKey)}\n${row}.sort_key = ${show(sortKey)}\n${row}.row_size = ${size}\n`;
  });
  return `${blocks.join('')}\n\n${rows.join('')}`;
}

/** A title in the middle of a rule; an odd blank goes to its left. */
function ruled(title: string): string {
  const rest = TITLE_WIDTH - title.length;
  return '='.repeat(Math.ceil(rest / 2)) + title + '='.repeat(Math.floor(rest / 2));
}

/** The table without `-c`. The last row's number is one too small, as upstream's is. */
export function estimate({ splits }: Counted): PrintedTable {
  const rows = splits.map(({ rows: count }, pidx) => [pidx, real(count)]);
  const total = [`(total:${splits.length - 1})`, real(totalOf(splits).rows)];
  return {
    name: 'count_data',
    columns: columns(['pidx', 'estimate_count']),
    rows: [...rows, total],
  };
}
