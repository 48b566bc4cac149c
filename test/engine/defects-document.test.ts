import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fixedTable, openTable } from '../support/defects-table.ts';

test('docs/defects.md has the tables of all switches', () => {
  const text = readFileSync(new URL('../../docs/defects.md', import.meta.url), 'utf8');
  expect(text).toContain(fixedTable());
  expect(text).toContain(openTable());
});
