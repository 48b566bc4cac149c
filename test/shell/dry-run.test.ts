import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWorkspace, type TestWorkspace } from '../../src/testing.ts';

let workspace: TestWorkspace;

beforeAll(async () => {
  workspace = await createWorkspace();
  await workspace.run('create table t -p 4');
  await workspace.run('create table copy -p 4');
  await workspace.run('use copy');
  await workspace.run('set a 1 old');
  await workspace.run('use t');
  for (const line of ['set a 1 x', 'set a 2 "y\\x1b"', 'set b 1 z']) await workspace.run(line);
  await workspace.run('cluster create B --metas 1 --replicas 2');
  await workspace.run('-C B create table t -p 4 -r 1');
  await workspace.run('add_dup t B');
});

afterAll(() => workspace.dispose());

async function planned(line: string): Promise<string> {
  const { stdout, stderr, exitCode } = await workspace.run(`--dry-run ${line}`);
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  return stdout;
}

const ROWS = '  "a" : "1" => "x"\n  "a" : "2" => "y\\x1B"\n  "b" : "1" => "z"\n';

test.each(['drop t', '--dialect cpp-shell drop t'])('%s', async (line) => {
  expect(await planned(line)).toBe(`would drop table t (id 1) of cluster onebox
  partitions    4
  rows          3
  duplications  1
for example
${ROWS}nothing was done
`);
});

test('clear_data counts what its filters choose', async () => {
  expect(await planned('clear_data -f -h prefix -x b')).toBe(
    'would delete rows of table t of cluster onebox\n  rows  1\nfor example\n  "b" : "1" => "z"\nnothing was done\n',
  );
});

test('copy_data tells what it would overwrite', async () => {
  expect(await planned('copy_data -c onebox -a copy')).toContain('  rows         3\n  overwritten  1\n');
  expect(await planned('copy_data -c onebox -a copy -n')).toContain('  left_as_they_are  1\n');
});

test('load tells what it would overwrite', async () => {
  expect(await planned('load examples/records-10k.tsv --table t')).toContain(
    '  records      10008\n  overwritten  0\nfor example\n  "user:00001" : ',
  );
});

test('servers, clusters, duplications, everything', async () => {
  await workspace.run('node stop replica3');
  expect(await planned('node wipe replica3')).toMatch(
    /^would empty the disks of replica3 of cluster onebox\n {2}servers +1\n {2}replicas_in_use +\d\nfor example\n {2}replica3: partition \d of \w+\n/,
  );
  expect(await planned('cluster remove B')).toContain(
    '  servers  3\n  tables   1\nfor example\n  table t with',
  );
  const id = /\d{10}/.exec((await workspace.run('query_dup t')).stdout)![0];
  const removal = `would remove duplication ${id} of table t of cluster onebox to B/t (DS_`;
  expect(await planned(`remove_dup t ${id}`)).toContain(removal);
  expect(await planned(`dup remove -d ${id}`)).toContain(removal);
  expect(await planned('reset')).toContain('  clusters  2\n');
});

test('as JSON it has its fields, and nothing has happened', async () => {
  const { stdout } = await workspace.run('--json cluster remove B --dry-run');
  expect(Object.keys(JSON.parse(stdout) as object)).toEqual(['dry_run', 'action', 'counts', 'samples']);
  await workspace.run('node start replica3');
  await workspace.run('wait healthy');
  const { stdout: tables } = await workspace.run('--json ls');
  expect(JSON.parse(tables)).toHaveLength(2);
  expect((await workspace.run('count a')).stdout).toContain('2\n');
});

test('what has no plan is not done either', async () => {
  expect(await workspace.run('--dry-run create u')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('create has no dry run'),
  });
  expect(await workspace.run('--dry-run drop nowhere')).toMatchObject({ exitCode: 1 });
  expect(await workspace.run('--dry-run dup remove -d 5')).toMatchObject({ exitCode: 1 });
});
