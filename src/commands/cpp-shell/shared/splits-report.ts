import { type Processed, type Tick, type Totals, totalOf } from './splits.ts';

/** How totals are told where more than rows is counted. */
export type Extra = (totals: Totals) => string;

const NOTHING: Extra = () => '';

/** Progress, second by second. */
export function tickLines({ ticks, splits }: Processed, extra: Extra = NOTHING): string {
  const line = (tick: Tick, at: number) =>
    tickLine(tick, ticks[at - 1]?.rows ?? 0, splits.length, extra(tick)) + (tick.note ?? '');
  return ticks.map(line).join('');
}

function tickLine(tick: Tick, rowsBefore: number, splits: number, extra: string): string {
  const progress = `processed for ${tick.seconds} seconds, (${tick.splitsDone}/${splits}) splits`;
  const rows = `total ${tick.rows} rows${extra}, last second ${tick.rows - rowsBefore} rows`;
  return `INFO: ${progress}, ${rows}${tick.failed ? ', error occurred, terminating...' : ''}\n`;
}

export function splitLines(splits: readonly Totals[], extra: Extra = NOTHING): string {
  return splits.map((split, at) => `INFO: split[${at}]: ${split.rows} rows${extra(split)}\n`).join('');
}

/** What went wrong in which split. */
export function failureLines({ failures }: Processed): string {
  return failures.map(({ split, text }) => `ERROR: split[${split}] ${text}\n`).join('');
}

/**
 * How `copy_data` and `clear_data` end.
 *
 * @param verb `Copy`, `Clear`
 * @param told what is said of an error
 */
export function endOfBulk(
  processed: Processed,
  verb: string,
  told: string,
): { out: string; err: string; exitCode: number } {
  const { splits, failures } = processed;
  const failed = failures.length > 0;
  const end = `\n${verb} ${failed ? 'terminated' : 'done'}, total ${totalOf(splits).rows} rows.\n`;
  return {
    out: tickLines(processed) + splitLines(splits) + end,
    err: failed ? `${failureLines(processed)}ERROR: ${told}\n` : '',
    exitCode: failed ? 1 : 0,
  };
}

/** @param partition the only one that was asked for */
export function processedJson({ splits, failures }: Processed, partition: number | undefined): unknown {
  return {
    partitions: splits.map(({ rows }, at) => ({ pidx: partition ?? at, rows })),
    total: totalOf(splits).rows,
    errors: failures.map(({ text }) => text),
  };
}
