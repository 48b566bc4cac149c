import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Disposable } from '../../src/shell/disposable.ts';
import { createWorkspace, type TestWorkspace } from '../../src/testing.ts';
import { SESSION } from '../commands/support/every-command.ts';

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

test('a table that is to be', async () => {
  const told = `would create table u in cluster onebox
  partitions  4
  replicas    8
  servers     3
nothing was done
`;
  expect(await planned('create -r 2 u')).toBe(told);
  expect(await planned('--dialect cpp-shell create u -r 2')).toBe(told);
  expect(await planned('create table u -r 2')).toBe(told);
  expect(await planned('--dialect cpp-shell create u -e default_ttl=5')).toContain('\n  default_ttl = 5\n');
  expect(await planned('--dialect cpp-shell create copy -p 4')).toMatch(
    /^would leave table copy \(id 2\) of cluster onebox as it is\n/,
  );
  for (const [line, why] of [
    ['create copy', "there is a table 'copy' already (ERR_APP_EXIST)"],
    ['--dialect cpp-shell create copy -f', "there is a table 'copy' already (ERR_APP_EXIST)"],
    ['--dialect cpp-shell create copy -p 8', "'copy' already, with 4 partitions, 3 replicas and 0 envs"],
    ['create -r 4 u', 'there are not enough alive replica servers(3) for the requested replica count(4)'],
    ['--dialect cpp-shell create u -e rocksdb.num_levels=x', "invalid value 'x'"],
  ] as const)
    expect(await workspace.run(`--dry-run ${line}`)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(why),
    });
});

test('a duplication that is to be', async () => {
  const told = `would duplicate table copy (id 2) of cluster onebox to B/copy, with what it holds
  partitions   4
  rows_copied  1
  obstacles    1
for example
  remote replica count: stuck in DS_PREPARE: create_err=ERR_INVALID_PARAMETERS
nothing was done
`;
  expect(await planned('add_dup copy B -s')).toBe(told);
  await workspace.run('use copy');
  expect(await planned('dup add -c B -p')).toBe(told);
  await workspace.run('use t');
  expect(await planned('add_dup copy B -s -r 2')).toContain('  obstacles    0\nnothing');
  expect(await planned('add_dup copy B')).toMatch(/B\/copy, from now on\n.*rows_copied {2}0\n/s);
  expect(await planned('add_dup t B')).toMatch(
    /^would leave duplication \d+ of table t .* as it is \(DS_LOG\)\n/,
  );
  expect(await workspace.run('--dry-run add_dup copy nosuch')).toMatchObject({ exitCode: 1 });
});

test('servers that are to be stopped', async () => {
  expect(await planned('node stop replica1')).toMatch(
    /^would stop replica1 of cluster onebox\n {2}servers +1\n {2}replicas_in_use +8\nfor example\n {2}replica1: partition 0 of t\n/,
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
  expect(await planned(`remove_dup t ${id}`)).toMatch(
    /\n {2}partitions {2}4\nfor example\n {2}partition 0: nothing was shipped yet\n/,
  );
  expect(await planned('reset')).toContain('  clusters  2\n');
});

test('changes of a table', async () => {
  expect(await planned('rename copy other')).toBe(
    'would rename table copy (id 2) of cluster onebox to other\n  partitions  4\nnothing was done\n',
  );
  expect(await workspace.run('--dry-run rename copy t')).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("there is a table 't' already"),
  });
  expect(await planned('set_replica_count copy 1')).toBe(
    `would set the replica count of table copy (id 2) of cluster onebox from 3 to 1
  partitions        4
  replicas_added    0
  replicas_removed  8
nothing was done
`,
  );
  await workspace.run('create table gone -p 4');
  await workspace.run('drop gone');
  for (const dialect of ['admin-cli', 'cpp-shell']) {
    expect(await planned(`--dialect ${dialect} recall 3 again`)).toBe(
      'would recall table gone (id 3) of cluster onebox as again\n  partitions  4\nnothing was done\n',
    );
    expect(await workspace.run(`--dry-run --dialect ${dialect} recall 3 t`)).toMatchObject({ exitCode: 1 });
    expect(await workspace.run(`--dry-run --dialect ${dialect} recall 1`)).toMatchObject({ exitCode: 1 });
  }
});

describe('in a workspace of its own', () => {
  let other: TestWorkspace;

  beforeAll(async () => {
    other = await createWorkspace();
    expect((await other.run('create table halves -p 4')).exitCode).toBe(0);
  });

  afterAll(() => other.dispose());

  test('a split', async () => {
    expect((await other.run('--dry-run partition-split start -a halves -p 8')).stdout).toBe(
      `would split the partitions of table halves (id 1) of cluster onebox
  partitions        4
  partitions_added  4
  replicas_added    12
for example
  0 into 0 and 4
  1 into 1 and 5
  2 into 2 and 6
  3 into 3 and 7
nothing was done
`,
    );
    const refused = async (count: number) =>
      (await other.run(`--dry-run partition-split start -a halves -p ${count}`)).stderr;
    expect(await refused(9)).toBe('error: wrong partition_count, should be 8 (ERR_INVALID_PARAMETERS)\n');
    expect((await other.run('partition-split start -a halves -p 8')).exitCode).toBe(0);
    expect(await refused(16)).toBe("error: table 'halves' is being split already (ERR_BUSY)\n");
  });

  test('a recovery', async () => {
    const refused = await other.run('--dry-run recover -s localhost:34801');
    expect(refused.stderr).toBe(
      'error: the meta server has its state: nothing is lost (ERR_SERVICE_ALREADY_RUNNING)\n',
    );
    for (const line of [
      'cluster config onebox meta_server.recover_from_replica_server true',
      'node stop meta1',
      'node stop meta2',
      'node stop meta3',
      'node wipe meta1',
      'node start meta1',
    ])
      expect((await other.run(line)).exitCode).toBe(0);
    const nodes = 'localhost:34801,localhost:34802,localhost:34899';
    expect(await other.run(`--dry-run recover -s ${nodes}`)).toMatchObject({
      exitCode: 1,
      stderr: 'error: localhost:34899 does not answer (ERR_TRY_AGAIN)\nhint: with -b it would be skipped\n',
    });
    expect((await other.run(`--dry-run recover -b -s ${nodes}`)).stdout).toBe(
      `would make the tables of cluster onebox anew from what its replica servers hold
  servers          2
  servers_skipped  1
for example
  localhost:34801
  localhost:34802
nothing was done
`,
    );
  });
});

test('envs: what is set anew, overwritten, deleted', async () => {
  await workspace.run('set_app_envs default_ttl 100');
  const set = `would set in the envs of table t (id 1) of cluster onebox
  added        0
  overwritten  1
for example
  default_ttl: 100 => 200
nothing was done
`;
  expect(await planned('set_app_envs default_ttl 200')).toBe(set);
  expect(await planned('table-env set default_ttl 200')).toBe(set);
  for (const [line, hint] of [
    ['set_app_envs default_ttl -1', "invalid value '-1', should be '>= 0'"],
    ['table-env set nosuch 1', "app_env 'nosuch' is not supported"],
  ] as const) {
    const { stderr, exitCode } = await workspace.run(`--dry-run ${line}`);
    expect({ stderr, exitCode }).toEqual({
      stderr: `error: ${hint} (ERR_INVALID_PARAMETERS)\n`,
      exitCode: 1,
    });
  }
  const deleted = `would delete from the envs of table t (id 1) of cluster onebox
  deleted  1
for example
  default_ttl = 100
nothing was done
`;
  for (const line of [
    'del_app_envs default_ttl',
    'clear_app_envs -a',
    'table-env delete default_ttl',
    'table-env clear',
  ])
    expect(await planned(line)).toBe(deleted);
  expect(await planned('clear_app_envs -p default')).toContain('  deleted  0\n');
  expect((await workspace.run('table-env list')).stdout).toBe('{\n  "default_ttl": "100"\n}\n');
});

test('multi_del_range counts what is in its range', async () => {
  expect(await planned('multi_del_range a 2 ""')).toBe(
    `would delete sort keys of "a" from table t of cluster onebox
  rows  1
for example
  "a" : "2" => "y\\x1B"
nothing was done
`,
  );
});

test('snapshot restore tells what has changed since', async () => {
  await workspace.run('snapshot save now');
  expect(await planned('snapshot restore now')).toContain('  files    0\n  records  0\n');
  await workspace.run('set c 1 new');
  expect(await planned('snapshot restore now')).toMatch(
    /^would make the workspace .* snapshot now\n {2}files +[1-9]/,
  );
  expect((await workspace.run('exist c 1')).stdout).toContain('True');
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

test('what has no plan is told as it was typed, and not done either', async () => {
  expect(await planned('snapshot save later')).toBe('would run snapshot save later\nnothing was done\n');
  expect((await workspace.run('snapshot list')).stdout).not.toContain('later');
  expect(await workspace.run('--dry-run drop nowhere')).toMatchObject({ exitCode: 1 });
  expect(await workspace.run('--dry-run dup remove -d 5')).toMatchObject({ exitCode: 1 });
});

test('writes of single keys', async () => {
  const where = 'table t of cluster onebox';
  expect(await planned('set a 1 new')).toBe(
    `would change values of "a" in ${where}\n  added        0\n  overwritten  1\n  deleted      0\n` +
      'for example\n  "a" : "1" => "new" (was "x")\nnothing was done\n',
  );
  expect(await planned('multi_set a 1 p 9 q')).toContain('  added        1\n  overwritten  1\n');
  expect(await planned('multi_del a 1 9')).toContain(
    '  deleted      1\nfor example\n  "a" : "1" => "x" (deleted)\n',
  );
  expect(await planned('del a 9')).toContain('  deleted      0\nnothing');
  expect(await planned('incr n 1 -5')).toContain('  "n" : "1" => "-5" (new)\n');
  expect(await planned('check_and_set a -c 1 -t exist -s 2 -v new')).toMatch(
    /^would change, if the check holds, values of "a" in .*"a" : "2" => "new" \(was "y\\x1B"\)\n/s,
  );
  const mutations = '\nset 1 new\ndel 2\nok';
  const { stdout } = await workspace.run(`--dry-run check_and_mutate a -c 1 -t exist${mutations}`);
  expect(stdout).toContain('  added        0\n  overwritten  1\n  deleted      1\n');
  expect((await workspace.run('get a 1')).stdout).toMatch(/^"x"\n/);
  expect(await workspace.run('--dry-run incr a 1')).toMatchObject({
    stderr: 'error: its value is no integer (ERR_INVALID_PARAMETERS)\n',
    exitCode: 1,
  });
});

test('proposals', async () => {
  const move = 'balance -g 1.0 -p move_pri -f localhost:34801 -t localhost:34802';
  expect(await planned(move)).toMatch(
    /^would change who holds partition 1\.0 \(table t\) of cluster onebox\n {2}steps {2}2\nfor example\n {2}now primary localhost:3480\d, secondaries localhost:3480\d, localhost:3480\d\n {2}localhost:34801: CT_DOWNGRADE_TO_SECONDARY localhost:34801\n/,
  );
  expect(
    await planned('propose -g 1.0 -p DOWNGRADE_TO_INACTIVE -t localhost:34801 -n localhost:34802'),
  ).toContain('  localhost:34801: CT_DOWNGRADE_TO_INACTIVE localhost:34802\n');
  expect(await workspace.run(`--dry-run ${move.replace('1.0', '1.9')}`)).toMatchObject({
    stderr: expect.stringContaining('there is no partition 1.9'),
    exitCode: 1,
  });
});

test('levels of the meta server, and what there would be to do', async () => {
  const told = `would set the meta level of cluster onebox from fl_steady to fl_lively
  unhealthy_partitions  0
  move_pri              0
  copy_pri              0
  copy_sec              0
nothing was done
`;
  expect(await planned('meta-level set lively')).toBe(told);
  expect(await planned('set_meta_level lively')).toBe(told);
});

test('a compaction', async () => {
  expect(await planned('manual-compaction start -a t')).toBe(
    `would compact the replicas of table t (id 1) of cluster onebox
  partitions  4
  replicas    12
nothing was done
`,
  );
});

test('configurations of servers', async () => {
  expect(await planned('server-config replica checkpoint_reserve_min_count set 3')).toBe(
    `would set checkpoint_reserve_min_count to 3 on servers of cluster onebox
  servers  3
  changed  3
for example
  localhost:34801: 2 => 3
  localhost:34802: 2 => 3
  localhost:34803: 2 => 3
nothing was done
`,
  );
  for (const [name, why] of [
    ['nosuch', "ERR_OBJECT_NOT_FOUND: 'nosuch' is not found"],
    [
      'checkpoint_max_interval_hours',
      'checkpoint_max_interval_hours is not mutable (ERR_INVALID_PARAMETERS)',
    ],
  ])
    expect(await workspace.run(`--dry-run server-config replica ${name} set 3`)).toMatchObject({
      stderr: `error: ${why}\n`,
      exitCode: 1,
    });
});

test('bulk loads', async () => {
  const load = 'would load files of local_service /root/onebox/t into table t of cluster onebox\n';
  for (const line of [
    'bulk-load start -a t -c onebox -p local_service -r /root',
    'start_bulk_load -a t -c onebox -p local_service -r /root',
  ])
    expect(await planned(line)).toMatch(
      new RegExp(`^${load} {2}partitions {20}4\n {2}rows_that_may_be_overwritten {2}\\d\nfor example\n {2}"`),
    );
  for (const verb of ['pause', 'restart', 'cancel'])
    for (const line of [`bulk-load ${verb} -a t`, `${verb}_bulk_load -a t`])
      expect(await workspace.run(`--dry-run ${line}`)).toMatchObject({
        stderr: "error: table 't' is not being loaded (ERR_INACTIVE_STATE)\n",
        exitCode: 1,
      });
  expect(await planned('clear_bulk_load -a t')).toContain('  partition 0: BLS_INVALID\n');
  expect(await workspace.run('--dry-run bulk-load clear -a nosuch')).toMatchObject({ exitCode: 1 });
});

test('primaries for partitions that lost all replicas', async () => {
  expect(await planned('ddd_diagnose -d -a')).toBe(
    `would propose primaries for partitions of cluster onebox that lost all their replicas
  partitions                  0
  with_a_recommended_primary  0
nothing was done
`,
  );
  expect(await planned('ddd_diagnose')).toBe('Total 0 ddd partitions:\n\nDiagnose ddd done.\n');
});

test('a whole script: what looks or chooses is done for the lines below', async () => {
  const other = new Disposable({ workingDirectory: '.' });
  await other.invoke(['-c', 'create -p 2 t; use t; set a 1 x; cluster create B --metas 1']);
  const script = 'use t; hash a 1; set a 1 y; expect /x/; wait healthy; cluster use B; create b; drop t';
  const { stdout, stderr, exitCode } = await other.invoke(['--dry-run', '-c', script]);
  expect(stdout.match(/^(ok|key_hash|would.*)/gm)).toEqual([
    'ok',
    'key_hash',
    'would change values of "a" in table t of cluster onebox',
    'would wait for healthy',
    'would use cluster B',
    'would create table b in cluster B',
  ]);
  expect(stderr).toContain("there is no table 't'");
  expect(exitCode).toBe(1);
  expect((await other.invoke(['cluster', 'list'])).stdout).toContain('*  onebox');
  other.dispose();
});

test('snapshots', async () => {
  await workspace.run('snapshot save one');
  expect(await planned('snapshot remove one')).toMatch(
    /^would delete snapshot one\n {2}files +\d+\n {2}bytes +\d+\n/,
  );
  expect((await workspace.run('snapshot list')).stdout).toContain('one');
});

test('servers of a cluster that no meta server leads', async () => {
  const other = await createWorkspace();
  await other.run('node stop meta1 meta2 meta3');
  for (const [line, action] of [
    ['node start meta1', 'start meta1'],
    ['node wipe meta1 meta2', 'empty the disks of meta1, meta2'],
  ] as const)
    expect(await other.run(`--dry-run ${line}`)).toMatchObject({
      stdout: expect.stringMatching(
        `^would ${action} of cluster onebox\n  servers  \\d\nnothing was done\n$`,
      ),
      stderr: '',
    });
  await other.dispose();
});

test('settings, faults, and what a duplication does', async () => {
  const other = await createWorkspace();
  for (const line of [
    'create -p 4 t',
    'cluster create B --metas 1',
    'add_dup t B',
    'fault add hang replica1',
  ])
    expect((await other.run(line)).exitCode).toBe(0);
  const id = /\d{10}/.exec((await other.run('query_dup t')).stdout)![0];
  const duplication = `duplication ${id} of table t of cluster onebox to B/t`;
  const told = async (line: string) => (await other.run(`--dry-run ${line}`)).stdout.split('\n', 1)[0];
  expect(await told(`pause_dup t ${id}`)).toMatch(`would pause ${duplication} (DS_`);
  expect(await told(`start_dup t ${id}`)).toMatch(`would start ${duplication} (DS_`);
  expect(await told(`set_dup_fail_mode t ${id} skip`)).toMatch(
    new RegExp(`^would set the fail mode of ${duplication} \\(DS_\\w+\\) from FAIL_SLOW to FAIL_SKIP$`),
  );
  await other.run('use t');
  expect(await told(`duplication pause -d ${id}`)).toMatch(`would pause ${duplication} (DS_`);
  expect((await other.run('--dry-run pause_dup t 5')).stderr).toContain("table 't' has no duplication 5");
  expect(await told('enable_atomic_idempotent t')).toBe(
    'would set atomic_idempotent of table t (id 1) of cluster onebox from false to true',
  );
  const setting = 'security.mandatory_auth';
  expect((await other.run(`--dry-run cluster config B ${setting} true`)).stdout).toBe(
    `would set ${setting} of cluster B from false to true\nfor example\n  takes effect at once\nnothing was done\n`,
  );
  expect(await told(`cluster config B --unset ${setting}`)).toBe(
    `would set ${setting} of cluster B from false to false, the default`,
  );
  expect(await other.run('--dry-run cluster config B nosuch 1')).toMatchObject({ exitCode: 2 });
  expect((await other.run('--dry-run fault clear')).stdout).toMatch(
    /^would heal every fault\n {2}faults {2}1\nfor example\n {2}1: node_hang /,
  );
  await other.dispose();
});

/** What passes with time alone. */
const OF_TIME = /^agenda\.json |^workspace\.json clock$|\/memory\//;

test('no line of any command does what it tells', async () => {
  const other = await createWorkspace();
  const made = ['create -p 4 t', 'create -p 2 a', 'use t', 'set h s v', 'cluster create B', 'add_dup t B -s'];
  for (const line of [...made, 'snapshot save before']) expect((await other.run(line)).exitCode).toBe(0);
  for (const [line] of SESSION) await other.run(`--dry-run ${line}`);
  const { stdout } = await other.run('--json snapshot diff before');
  const { differences } = JSON.parse(stdout) as { differences: { path: string; record: string }[] };
  expect(differences.filter(({ path, record }) => !OF_TIME.test(`${path} ${record}`))).toEqual([]);
  await other.dispose();
});
