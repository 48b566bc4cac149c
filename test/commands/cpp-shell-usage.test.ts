import { expect, test } from 'vitest';
import { typed } from './support/cpp-shell.ts';
import { blocksOf, fixture } from './support/golden.ts';

/** Every line that the real shell refused with its usage: all commands without words, and many with wrong ones. */
const refused = blocksOf(fixture('cpp-shell/usage.txt')).map((block) => ({
  ...block,
  line: block.line.replace(/^\[[AB]\] /, ''),
}));

test('there are as many as were recorded', () => {
  expect(refused).toHaveLength(90);
});

test.each(refused)('$line', async ({ line, stdout, stderr }) => {
  const table = line === 'use' ? '' : 'temp';
  const got = await typed(line, { session: { table } });
  expect([stdout + stderr, stderr + stdout]).toContain(got.err);
  expect(got).toMatchObject({ out: '', exitCode: 2, sent: [] });
});
