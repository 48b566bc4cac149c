import { columns, printTable, real } from '../../../output/table-printer.ts';
import type { Printed } from '../../command.ts';
import { type BulkArgs, bulkLines } from './bulk.ts';
import type { Count, Sizes } from './count.ts';
import { shownWith } from './operation.ts';
import { type Processed, totalOf } from './splits.ts';
import { type Extra, splitLines } from './splits-report.ts';

export const COUNT_USAGE =
  'count_data [-c|--precise][-p|--partition num] [-b|--max_batch_count num][-t|--timeout_ms num] ' +
  '[-h|--hash_key_filter_type anywhere|prefix|postfix] [-x|--hash_key_filter_pattern str] ' +
  '[-s|--sort_key_filter_type anywhere|prefix|postfix|exact] [-y|--sort_key_filter_pattern str] ' +
  '[-v|--value_filter_type anywhere|prefix|postfix|exact] [-z|--value_filter_pattern str]' +
  '[-d|--diff_hash_key] [-a|--stat_size] [-n|--top_count num] [-r|--run_seconds num]';

export interface CountArgs extends BulkArgs {
  readonly precise: boolean;
  readonly diffHashKey: boolean;
  readonly statSize: boolean;
  readonly topCount: number;
  readonly runSeconds: number;
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
    bulkLines(args),
    `INFO: diff_hash_key = ${args.diffHashKey}\n`,
    `INFO: stat_size = ${args.statSize}\n`,
    `INFO: top_count = ${args.topCount}\n`,
    `INFO: run_seconds = ${args.runSeconds}\n`,
    countsOnly(args) ? 'INFO: scanner only return kv count, not return value\n' : '',
  ].join('');
}

/** How it ended. */
export function report(processed: Processed, args: CountArgs, count: Count): Printed {
  const failed = processed.failures.length > 0;
  const out = [
    !failed && processed.isTimeUp ? 'INFO: reached run seconds, terminate processing\n' : '',
    state(count, args, ending(processed)),
    args.statSize ? topRows(count, args) : '',
  ].join('');
  return {
    out,
    err: failed ? 'ERROR: error occurred, terminate processing\n' : '',
    exitCode: failed ? 1 : 0,
  };
}

const PARTIAL_SECONDS = 10;

/** With `-a` the state is shown every 10 s while it goes on. */
export function partly(args: CountArgs): (count: Count, seconds: number) => string | undefined {
  return (count, seconds) =>
    args.statSize && seconds % PARTIAL_SECONDS === 0 ? state(count, args, 'partially') : undefined;
}

/** Hash keys are told where they are counted. */
export function hashKeysOf({ diffHashKey }: CountArgs): Extra {
  return ({ hashKeys }) => (diffHashKey ? ` (${hashKeys} hash keys)` : '');
}

function ending({ failures, isTimeUp }: Processed): string {
  if (failures.length > 0) return 'terminated as error occurred';
  return isTimeUp ? 'terminated as run time used out' : 'done';
}

/** The splits, all together, and their histograms (`print_current_scan_state`). */
function state({ totals, sizes }: Count, args: CountArgs, how: string): string {
  const extra = hashKeysOf(args);
  const total = totalOf(totals);
  const counted = `Count ${how}, total ${total.rows} rows.${extra(total)}\n`;
  return splitLines(totals, extra) + counted + (args.statSize ? histograms(sizes) : '');
}

const TITLE_WIDTH = 71;

function histograms(sizes: Sizes): string {
  const blocks = Object.entries(sizes).map(
    ([name, histogram]) => `\n${ruled(`[${name}]`)}\n${histogram}${ruled('')}`,
  );
  return `${blocks.join('')}\n\n`;
}

function topRows({ largest }: Count, { escapeAll }: CountArgs): string {
  const show = shownWith(escapeAll);
  const rows = largest.sorted.map(({ hashKey, sortKey, size }, at) => {
    const row = `[top][${at + 1}]`;
    return `${row}.hash_key = ${show(hashKey)}\n${row}.sort_key = ${show(sortKey)}\n${row}.row_size = ${size}\n`;
  });
  return rows.join('');
}

/** A title in the middle of a rule; an odd blank goes to its left. */
function ruled(title: string): string {
  const rest = TITLE_WIDTH - title.length;
  return '='.repeat(Math.ceil(rest / 2)) + title + '='.repeat(Math.floor(rest / 2));
}

/** The table without `-c`. The last row's number is one too small, as upstream's is. */
export function estimate({ splits, failures }: Processed): Printed {
  const rows = splits.map(({ rows: count }, pidx) => [pidx, real(count)]);
  const total = [`(total:${splits.length - 1})`, real(totalOf(splits).rows)];
  const table = { name: 'count_data', columns: columns(['pidx', 'estimate_count']), rows: [...rows, total] };
  return { out: printTable(table), exitCode: failures.length > 0 ? 1 : 0 };
}
