import { byteSize, mebibyteSize, significant, siNumber } from '../../../output/humanize.ts';
import { tablewriter } from '../../../output/tablewriter.ts';

export interface StatColumn {
  readonly title: string;
  /** The name of its value in a row. */
  readonly stat: string;
  readonly unit?: 'byte' | 'MB';
  /** In the last line: the average, not the sum. */
  readonly isAverage?: boolean;
}

/** One table after another, each with a title and the columns that all have before its own. */
export interface StatTables {
  readonly common: readonly string[];
  readonly sections: Readonly<Record<string, readonly StatColumn[]>>;
}

export interface StatRow {
  readonly common: readonly string[];
  readonly stats: Readonly<Record<string, number>>;
}

const FORMATS = { byte: byteSize, MB: mebibyteSize } as const;

/** Numbers of many rows, with their totals below (`admin-cli/tabular/template.go`). */
export function statTables({ common, sections }: StatTables, rows: readonly StatRow[]): string {
  const tables = Object.entries(sections).map(([title, columns]) => {
    const table = tablewriter({
      header: [...common, ...columns.map((column) => column.title)],
      rows: rows.map((row) => [
        ...row.common,
        ...columns.map((column) => shown(column, statOf(row, column))),
      ]),
      footer: footerOf(common, columns, rows),
    });
    return `[${title}]\n${table}`;
  });
  return tables.join('');
}

function footerOf(
  common: readonly string[],
  columns: readonly StatColumn[],
  rows: readonly StatRow[],
): string[] {
  const ofCommon = common.slice(1).map((_, at) => summed(rows.map((row) => numberOf(row.common[at + 1]!))));
  const ofColumns = columns.map((column) => {
    const divisor = column.isAverage === true ? rows.length : 1;
    return shown(column, Number(summed(rows.map((row) => statOf(row, column) / divisor))));
  });
  return ['total', ...ofCommon, ...ofColumns];
}

/** Each step is rounded to five digits. */
function summed(values: readonly number[]): string {
  return values.reduce((total, value) => significant(Number(total) + value, 5), '0');
}

function statOf({ stats }: StatRow, { stat }: StatColumn): number {
  return stats[stat] ?? 0;
}

function shown({ unit }: StatColumn, value: number): string {
  return (unit === undefined ? siNumber : FORMATS[unit])(value);
}

/** What is no number counts for nothing. */
function numberOf(text: string): number {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : 0;
}
