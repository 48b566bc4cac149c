import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { defectsTable } from '../support/defects-table.ts';

test('docs/defects.md has the table of all switches', () => {
  const path = new URL('../../docs/defects.md', import.meta.url);
  expect(readFileSync(path, 'utf8')).toContain(defectsTable());
});
