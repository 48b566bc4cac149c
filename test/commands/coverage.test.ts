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

const missing = COMMANDS.filter(({ isBuilt }) => !isBuilt);

test('a command of the C++ shell that is not here says so, whatever its words', async () => {
  const workspace = await createWorkspace();
  for (const { name } of missing.filter(({ dialect }) => dialect === 'cpp-shell')) {
    const { stdout, stderr, exitCode } = await workspace.run(`${name} a -b c`);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
    expect(stderr).toContain(`ERROR: ${name} is a command of the C++ shell that pegsh does not have`);
  }
  await workspace.dispose();
});

test('one of admin-cli shows its help, and says so where its words are right', async () => {
  const workspace = await createWorkspace();
  for (const { name } of missing.filter(({ dialect }) => dialect === 'admin-cli')) {
    const help = await workspace.run(`${name} --help`);
    expect(help).toMatchObject({ stdout: expect.stringContaining('Usage:\n  '), stderr: '', exitCode: 0 });
  }
  const { stderr, exitCode } = await workspace.run('nodes-balancer');
  expect(stderr).toContain('nodes-balancer is a command of admin-cli that pegsh does not have');
  expect(exitCode).toBe(2);
  await workspace.dispose();
});
