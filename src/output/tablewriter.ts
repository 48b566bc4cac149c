import { bold } from './ansi.ts';
import { sanitize } from './sanitize.ts';
import { displayWidth } from './width.ts';
import { reflow, splitLines, type Wrapped } from './wrap.ts';

/** What one table of admin-cli shows. Cells are plain text; control characters in them are made harmless. */
export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly footer?: readonly string[];
  /** Cells longer than 30 columns are cut at spaces. Default: true. */
  readonly autoWrap?: boolean;
}

const WRAP_LIMIT = 30;

/**
 * A table as Go's olekukonko/tablewriter v0.0.5 draws it for admin-cli (`tabular/printer.go`): all borders,
 * bold centred header, left-aligned cells, plain centred footer.
 */
export function tablewriter(table: Table): string {
  const wrap = (cells: readonly string[]): Wrapped[] =>
    cells.map((cell) =>
      table.autoWrap === false ? splitLines(sanitize(cell)) : reflow(sanitize(cell), WRAP_LIMIT),
    );
  const header = wrap(table.header);
  const rows = table.rows.map(wrap);
  const footer = table.footer === undefined ? undefined : wrap(table.footer);
  const everyRow = [header, ...rows, ...(footer === undefined ? [] : [footer])];
  const widths = header.map((_, column) => Math.max(...everyRow.map((row) => row[column]!.width)));

  const rule = `+${widths.map((width) => `${'-'.repeat(width + 2)}+`).join('')}\n`;
  const lines = [rule, ...headerLines(header, widths), rule];
  for (const row of rows) lines.push(...bodyLines(row, widths));
  lines.push(rule);
  if (footer !== undefined) lines.push(...footerLines(footer, widths), rule);
  return lines.join('');
}

/** A list as admin-cli prints it (`tabular.Print`): an empty one is a table with the single header `result`. */
export function tabular(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return rows.length === 0 ? tablewriter({ header: ['result'], rows: [] }) : tablewriter({ header, rows });
}

function headerLines(cells: readonly Wrapped[], widths: readonly number[]): string[] {
  return everyLine(cells, (line) => {
    const shown = cells.map((cell, column) => ` ${bold(centred(cell.lines[line] ?? '', widths[column]!))} |`);
    return `|${shown.join('')}\n`;
  });
}

function bodyLines(cells: readonly Wrapped[], widths: readonly number[]): string[] {
  return everyLine(cells, (line) => {
    // A cell with fewer lines than its row is filled with two blanks, which is too wide in a column of width 1.
    const shown = cells.map((cell, column) => `| ${padded(cell.lines[line] ?? '  ', widths[column]!)} `);
    return `${shown.join('')}|\n`;
  });
}

function footerLines(cells: readonly Wrapped[], widths: readonly number[]): string[] {
  return everyLine(cells, (line) => {
    const shown = cells.map((cell, column) => {
      const end = cell.lines.every((text) => text === '') ? ' ' : '|';
      return ` ${centred(cell.lines[line] ?? '', widths[column]!)} ${end}`;
    });
    return `|${shown.join('')}\n`;
  });
}

function everyLine(cells: readonly Wrapped[], draw: (line: number) => string): string[] {
  const height = Math.max(...cells.map((cell) => cell.lines.length));
  return Array.from({ length: height }, (_, line) => draw(line));
}

function centred(text: string, width: number): string {
  const gap = Math.max(width - displayWidth(text), 0);
  const left = Math.floor(gap / 2);
  return ' '.repeat(left) + text + ' '.repeat(gap - left);
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(width - displayWidth(text), 0));
}
