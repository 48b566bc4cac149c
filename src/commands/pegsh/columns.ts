import Table from 'cli-table3';
import { sanitize } from '../../output/sanitize.ts';

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
  middle: '  ',
};

/** Rows under a head, in columns of blanks: how pegsh's own commands show lists. Ends with a newline. */
export function columns(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const table = new Table({
    head: head.map((cell) => cell.toUpperCase()),
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows.map((row) => row.map((cell) => oneLine(String(cell)))));
  return `${trimLines(table.toString())}\n`;
}

/** Names with their values, one a line, the values in one column. Ends with a newline. */
export function fields(rows: readonly (readonly [string, string | number])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows
    .map(([name, value]) => `${`${name.padEnd(width)}  ${oneLine(String(value))}`.trimEnd()}\n`)
    .join('');
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
