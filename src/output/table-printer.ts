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
  const title = table.name === '' ? '' : `[${table.name}]\n`;
  if ('pairs' in table) return table.pairs.length === 0 ? '' : title + pairLines(table.pairs);
  const drawn = table.columns.map(({ title, align }, at) =>
    aligned([title, ...table.rows.map((row) => cellText(row[at]!))], align),
  );
  let text = title;
  for (let line = 0; line <= table.rows.length; line++) {
    for (const cells of drawn) text += cells[line];
    text += '\n';
  }
  return text;
}

function pairLines(pairs: SingleColumn['pairs']): string {
  const names = aligned(pairs.map(([name]) => name));
  const values = aligned(
    pairs.map(([, value]) => `: ${cellText(value)}`),
    'left',
    0,
  );
  return names.map((name, at) => `${name}${values[at]}\n`).join('');
}

/** The cells of a column, as wide as its widest. Widths count bytes, as upstream does: a name outside ASCII is aligned short. */
function aligned(cells: readonly string[], align: 'left' | 'right' = 'left', gap = GAP): string[] {
  const lengths = cells.map((cell) => Buffer.byteLength(cell));
  const width = gap + lengths.reduce((widest, length) => Math.max(widest, length), 0);
  return cells.map((cell, at) => {
    const blanks = ' '.repeat(width - lengths[at]!);
    return align === 'left' ? cell + blanks : blanks + cell;
  });
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
