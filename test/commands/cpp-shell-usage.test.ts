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

/** By reading upstream's loops over options: the first that is wrong is told of, whatever comes behind it. */
test.each([
  ['multi_get_range h a b -n x -b maybe', 'parse x as max_count failed\n'],
  ['multi_get_range h a b -b maybe -n x', 'invalid stop_inclusive param\n'],
  ['multi_get_range h a b -n x -Z', 'parse x as max_count failed\n'],
  ['multi_get_range h a b -Z -n x', "multi_get_range: invalid option -- 'Z'\n"],
  ['multi_get_range h a b -n x -n 5', 'parse x as max_count failed\n'],
  ['multi_del_range h a b -s what -a maybe', 'invalid sort_key_filter_type param\n'],
  ['check_and_set h -l x -t what', 'ERROR: invalid set_value_ttl_seconds param\n'],
  ['check_and_set h -t what -l x', 'ERROR: invalid check_type param\n'],
  ['check_and_mutate h -r -t what --no', 'ERROR: invalid check_type param\n'],
  ['multi_get_range h a b -n é', 'parse \\xC3\\xA9 as max_count failed\n'],
  [`full_scan -n "1'"`, "ERROR: parse 1\\' as max_count failed\n"],
  ['app "" -x', "app: invalid option -- 'x'\n"],
  ['hash_scan h a b -a maybe -n x', 'ERROR: invalid start_inclusive param\n'],
  ['full_scan -p -1 -n x', 'ERROR: invalid partition param, should > 0\n'],
  ['full_scan -h what -p x', 'ERROR: invalid hash_key_filter_type param\n'],
  ['clear_data -b x -p -1', 'ERROR: parse x as max_batch_count failed\n'],
  ['copy_data -o x -c', 'ERROR: parse x as scan_option_batch_size failed\n'],
  ['count_data -r x -p -1', 'parse x as run_seconds failed\n'],
  ['count_data -b 0', 'ERROR: you must input [-c|--precise] flag'],
  ['count_data --p 1', "count_data: option '--p' is ambiguous; possibilities: '--precise' '--partition'\n"],
])('%s', async (line, said) => {
  const { err, exitCode } = await typed(line, { session: { table: 'temp' } });
  expect(err.slice(0, said.length)).toBe(said);
  expect(exitCode).toBe(2);
});
