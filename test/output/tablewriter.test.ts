import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { tablewriter, tabular } from '../../src/output/tablewriter.ts';

interface Vector {
  readonly name: string;
  readonly header: string[];
  readonly rows: string[][] | null;
  readonly footer: string[] | null;
  readonly autoWrap: boolean;
  readonly out: string;
}

/** Tables drawn by the Go library itself. */
const path = new URL('../fixtures/golden/admin-cli/tables.json', import.meta.url);
const vectors: Vector[] = JSON.parse(readFileSync(path, 'utf8'));

test.each(vectors)('$name', ({ header, rows, footer, autoWrap, out }) => {
  expect(tablewriter({ header, rows: rows ?? [], footer: footer ?? undefined, autoWrap })).toBe(out);
});

test('an empty list is a table of nothing', () => {
  expect(tabular(['ID', 'Name'], [])).toBe('+--------+\n| \x1b[1mresult\x1b[0m |\n+--------+\n+--------+\n');
});

test('cells cannot drive the terminal', () => {
  expect(tablewriter({ header: ['A'], rows: [['\x1b[31mred\x07']] })).toContain('| \\x1B[31mred\\x07 |');
});
