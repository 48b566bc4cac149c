import Table from 'cli-table3';
import { type Tone, toned } from '../../../output/ansi.ts';
import { sanitize } from '../../../output/sanitize.ts';
import { displayWidth } from '../../../output/width.ts';

/** A cell that says how things stand, in words; colour says it again. */
export interface StateCell {
  readonly state: string;
  readonly tone: Tone;
}

export type Cell = string | number | StateCell;

const GAP = '  ';
/** Above this, cli-table3 takes seconds: its time grows with the square of the rows. */
const MOST_ROWS_OF_LIBRARY = 200;
const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: GAP,
};

/**
 * Rows under a head, in columns of blanks: how pegsh's own commands show lists. Ends with a newline.
 *
 * @param width of the terminal; rows that are wider are shown one name and value a line instead
 */
export function columns(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  width = Number.POSITIVE_INFINITY,
): string {
  const titles = head.map((cell) => cell.toUpperCase());
  const lines = [titles, ...rows.map((row) => row.map(plainText))];
  const widths = titles.map((_, at) => Math.max(...lines.map((line) => displayWidth(line[at]!))));
  const total = widths.reduce((sum, one) => sum + one, GAP.length * (widths.length - 1));
  if (total > width) return rows.map((row) => record(head, row)).join('\n');
  const shown = [titles, ...rows.map((row) => row.map(shownText))];
  const draw = rows.length > MOST_ROWS_OF_LIBRARY ? drawn : drawnByLibrary;
  return `${trimLines(draw(shown, lines, widths))}\n`;
}

/** Names with their values, one a line, the values in one column. Ends with a newline. */
export function fields(rows: readonly (readonly [string, Cell])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows
    .map(([name, value]) => `${`${name.padEnd(width)}${GAP}${shownText(value)}`.trimEnd()}\n`)
    .join('');
}

/** A row by itself; a column without a title is a mark, and stands alone. */
function record(head: readonly string[], row: readonly Cell[]): string {
  const named = row.map((cell, at): [string, Cell] => [head[at]!, cell]);
  return fields(named.filter(([name, cell]) => name !== '' || plainText(cell) !== ''));
}

function drawnByLibrary(shown: readonly (readonly string[])[]): string {
  const [head = [], ...rows] = shown;
  const table = new Table({
    head: [...head],
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
}

function drawn(
  shown: readonly (readonly string[])[],
  plain: readonly (readonly string[])[],
  widths: readonly number[],
): string {
  const padding = (row: number, at: number): string =>
    ' '.repeat(widths[at]! - displayWidth(plain[row]![at]!));
  return shown.map((cells, row) => cells.map((cell, at) => cell + padding(row, at)).join(GAP)).join('\n');
}

function plainText(cell: Cell): string {
  return oneLine(typeof cell === 'object' ? cell.state : String(cell));
}

function shownText(cell: Cell): string {
  return typeof cell === 'object' ? toned(plainText(cell), cell.tone) : plainText(cell);
}

function oneLine(text: string): string {
  return sanitize(text.replaceAll('\n', '\\n'));
}

function trimLines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
