import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

test('processes killed in the middle of their work lose nothing that they acknowledged', {
  timeout: 300_000,
}, () => {
  const args = ['test/storage/torture.js', '4', '8', '1'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^4 runs, 4 killed: .*are as they were acknowledged, fsck is clean$/m);
  expect(stdout).toMatch(/^8 processes at once .*are as they were acknowledged, fsck is clean$/m);
});
