import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWorkspace, type TestWorkspace } from '../../src/testing.ts';

let workspace: TestWorkspace;

beforeAll(async () => {
  workspace = await createWorkspace({ environment: { PEGSH_DIALECT: 'cpp-shell', NO_COLOR: '1' } });
  await workspace.run('create t -p 4 -r 3');
  await workspace.run('use t');
  await workspace.run('node kill replica1 replica2 replica3');
  await workspace.run('clock advance 1m');
});
afterAll(() => workspace.dispose());

/** By reading upstream's loop: splits run side by side, so that all of them have waited for their 5 s at the same time. */
test('a count that nobody answers takes as long as one request', async () => {
  const { stdout, stderr, exitCode } = await workspace.run('count_data -c');
  expect(stdout.match(/INFO: processed .*/g)).toEqual([
    ...[1, 2, 3, 4].map(
      (seconds) => `INFO: processed for ${seconds} seconds, (0/4) splits, total 0 rows, last second 0 rows`,
    ),
    'INFO: processed for 5 seconds, (4/4) splits, total 0 rows, last second 0 rows, error occurred, terminating...',
  ]);
  expect(stderr.match(/ERROR: split\[\d\] scan next failed: timeout/g)).toHaveLength(4);
  expect(exitCode).toBe(1);
});

test('it looks once where that is less than a second', async () => {
  await workspace.run('timeout 300');
  const { stdout } = await workspace.run('count_data -c');
  expect(stdout.match(/INFO: processed .*/g)).toEqual([
    'INFO: processed for 1 seconds, (4/4) splits, total 0 rows, last second 0 rows, error occurred, terminating...',
  ]);
});

test('a partition without a primary is shown as such', async () => {
  expect((await workspace.run('hash a b')).stdout).toMatch(/\nprimary +: invalid host_port +\n/);
  expect((await workspace.run('app_disk t')).stdout).toMatch(
    /\npartitions not counted +: 4\/4 +\nreplicas not counted +: 12\/12 *\n/,
  );
});
