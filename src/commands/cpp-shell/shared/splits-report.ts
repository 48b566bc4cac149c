import type { Printed } from '../../command.ts';
import { type Failure, type Processed, type Tick, type Totals, totalOf } from './splits.ts';

/** How totals are told where more than rows is counted. */
export type Extra = (totals: Totals) => string;

const NOTHING: Extra = () => '';

/** Progress, after a second. */
export function tickLine(tick: Tick, extra: Extra = NOTHING): string {
  const progress = `processed for ${tick.seconds} seconds, (${tick.splitsDone}/${tick.splits}) splits`;
  const rows = `total ${tick.rows} rows${extra(tick)}, last second ${tick.lastSecondRows} rows`;
  return `INFO: ${progress}, ${rows}${tick.failed ? ', error occurred, terminating...' : ''}\n${tick.note ?? ''}`;
}

export function splitLines(splits: readonly Totals[], extra: Extra = NOTHING): string {
  return splits.map((split, at) => `INFO: split[${at}]: ${split.rows} rows${extra(split)}\n`).join('');
}

/** What went wrong in which split. */
export function failureLine({ split, text }: Failure): string {
  return `ERROR: split[${split}] ${text}\n`;
}

/**
 * How `copy_data` and `clear_data` end.
 *
 * @param verb `Copy`, `Clear`
 * @param told what is said of an error
 */
export function endOfBulk({ splits, failures }: Processed, verb: string, told: string): Printed {
  const failed = failures.length > 0;
  const end = `\n${verb} ${failed ? 'terminated' : 'done'}, total ${totalOf(splits).rows} rows.\n`;
  return {
    out: splitLines(splits) + end,
    err: failed ? `ERROR: ${told}\n` : '',
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
