/**
 * Tables of the C++ shell (`src/utils/output_utils.{h,cpp}`): cells padded with blanks and nothing between them,
 * or JSON whose values are all texts.
 */
import { fixed } from './fixed.ts';
import { cppString } from './json.ts';
import { sanitize } from './sanitize.ts';

export type CellValue = string | number | bigint | boolean | Real;

/** A floating-point cell. */
export interface Real {
  readonly real: number;
  readonly decimals: number;
}

/** A floating-point cell, which the printer shows with so many decimals; what is next to nothing always with two. */
export function real(value: number, decimals = 2): Real {
  return { real: value, decimals };
}

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

/** A row of names over rows of values. */
export interface MultiColumn {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly CellValue[])[];
}

/** One `name : value` line per row. */
export interface SingleColumn {
  readonly name: string;
  readonly pairs: readonly (readonly [name: string, value: CellValue])[];
}

export type PrintedTable = MultiColumn | SingleColumn;

const GAP = 2;

/** By length: to put one of them beside a cell takes less than to pad the cell. */
const BLANKS = Array.from({ length: 64 }, (_, length) => ' '.repeat(length));

/** How cells become texts, and how wide these are. */
interface Manner {
  textOf(value: CellValue): string;
  widthOf(text: string): number;
}

/** Widths count bytes, as upstream does: a name outside ASCII is aligned short. */
const WITH_CARE: Manner = { textOf: cellText, widthOf: Buffer.byteLength };
/** The same for a table in which nothing stands that `NEEDS_CARE`: that shows soonest when it is drawn. */
const AS_IT_IS: Manner = {
  textOf: (value) => (typeof value === 'string' ? value : cellText(value)),
  widthOf: (text) => text.length,
};
const NEEDS_CARE = /[^\x20-\x7e\n]/;

/** One table; nothing after it. */
export function printTable(table: PrintedTable, json = false): string {
  return json ? jsonOf([table]) : tabularOf(table);
}

/** Several tables: an empty line after each, or all in one JSON object. */
export function printTables(tables: readonly PrintedTable[], json = false): string {
  return json ? jsonOf(tables) : tables.map((table) => `${tabularOf(table)}\n`).join('');
}

/** Columns of these titles, all of one alignment. */
export function columns(titles: readonly string[], align: 'left' | 'right' = 'left'): Column[] {
  return titles.map((title) => ({ title, align }));
}

function cellText(value: CellValue): string {
  if (typeof value === 'object')
    return Math.abs(value.real) < 1e-6 ? '0.00' : fixed(value.real, value.decimals);
  return typeof value === 'string' ? sanitize(value) : String(value);
}

function tabularOf(table: PrintedTable): string {
  const text = drawn(table, AS_IT_IS);
  return NEEDS_CARE.test(text) ? drawn(table, WITH_CARE) : text;
}

function drawn(table: PrintedTable, manner: Manner): string {
  const title = table.name === '' ? '' : `[${table.name}]\n`;
  if ('pairs' in table) return table.pairs.length === 0 ? '' : title + pairLines(table, manner);
  return title + rowLines(table, manner);
}

/** Texts are made twice, for their widths and for their lines: to keep those of thousands of rows takes longer. */
function rowLines({ columns, rows }: MultiColumn, manner: Manner): string {
  const titles = columns.map(({ title }) => title);
  const widths = widthsOf([titles, ...rows], manner);
  let lines = lineOf(titles, columns, widths, manner);
  for (const row of rows) lines += lineOf(row, columns, widths, manner);
  return lines;
}

function widthsOf(rows: MultiColumn['rows'], { textOf, widthOf }: Manner): number[] {
  const widths = rows[0]!.map(() => 0);
  for (const row of rows) {
    for (let at = 0; at < widths.length; at++) {
      const width = widthOf(textOf(row[at]!));
      if (width > widths[at]!) widths[at] = width;
    }
  }
  return widths;
}

function lineOf(
  cells: readonly CellValue[],
  columns: readonly Column[],
  widths: readonly number[],
  { textOf, widthOf }: Manner,
): string {
  let line = '';
  for (let at = 0; at < widths.length; at++) {
    const text = textOf(cells[at]!);
    line += padded(text, GAP + widths[at]! - widthOf(text), columns[at]!.align);
  }
  return `${line}\n`;
}

function pairLines({ pairs }: SingleColumn, { textOf, widthOf }: Manner): string {
  const lines = pairs.map(([name, value]) => [name, `: ${textOf(value)}`] as const);
  const nameWidth = GAP + widest(lines, 0, widthOf);
  const valueWidth = widest(lines, 1, widthOf);
  const lineOf = ([name, value]: readonly [string, string]): string =>
    `${padded(name, nameWidth - widthOf(name))}${padded(value, valueWidth - widthOf(value))}\n`;
  return lines.map(lineOf).join('');
}

function widest(lines: readonly (readonly string[])[], at: number, widthOf: Manner['widthOf']): number {
  let width = 0;
  for (const cells of lines) width = Math.max(width, widthOf(cells[at]!));
  return width;
}

function padded(cell: string, blanks: number, align: 'left' | 'right' = 'left'): string {
  const padding = BLANKS[blanks] ?? ' '.repeat(blanks);
  return align === 'left' ? cell + padding : padding + cell;
}

/** rapidjson's PrettyWriter over members in order; the same key may come twice. */
type Members = readonly (readonly [key: string, value: string | Members])[];

function jsonOf(tables: readonly PrintedTable[]): string {
  const members = tables.flatMap((table): Members => {
    const own = membersOf(table);
    if (table.name === '') return own;
    return 'pairs' in table && table.pairs.length === 0 ? [] : [[table.name, own]];
  });
  return `${pretty(members, '')}\n`;
}

function membersOf(table: PrintedTable): Members {
  if ('pairs' in table) return table.pairs.map(([name, value]) => [name, cellText(value)]);
  return table.rows.map((row) => [
    cellText(row[0]!),
    row.map((cell, at) => [table.columns[at]!.title, cellText(cell)] as const),
  ]);
}

function pretty(members: Members, indent: string): string {
  if (members.length === 0) return '{}';
  const deeper = `${indent}    `;
  const lines = members.map(([key, value]) => {
    const shown = typeof value === 'string' ? cppString(value) : pretty(value, deeper);
    return `${deeper}${cppString(key)}: ${shown}`;
  });
  return `{\n${lines.join(',\n')}\n${indent}}`;
}
