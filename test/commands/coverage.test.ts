import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { COMMANDS } from '../../src/commands/index.ts';
import { createWorkspace } from '../../src/testing.ts';
import { coverageDocument } from '../support/coverage-table.ts';

const DOCUMENT = new URL('../../docs/coverage.md', import.meta.url);

/** `UPDATE=1 npx vitest run test/commands/coverage.test.ts` writes it anew. */
test('docs/coverage.md tells which commands of the originals are here', () => {
  if (process.env.UPDATE === '1') writeFileSync(DOCUMENT, coverageDocument());
  expect(readFileSync(DOCUMENT, 'utf8')).toBe(coverageDocument());
});

test('a command that is not here says so, whatever its words', async () => {
  const workspace = await createWorkspace();
  const missing = COMMANDS.filter(({ isBuilt }) => !isBuilt);
  expect(missing.length).toBeGreaterThan(0);
  for (const { name, dialect } of missing) {
    const { stdout, stderr, exitCode } = await workspace.run(`--dialect ${dialect} ${name} a -b c`);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
    expect(stderr).toContain(`${name} is a command of `);
    expect(stderr).toContain('docs/coverage.md');
  }
  await workspace.dispose();
});
