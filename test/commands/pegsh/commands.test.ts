import { afterEach, beforeEach, expect, test } from 'vitest';
import { createWorkspace, type TestWorkspace } from '../../../src/testing.ts';

let workspace: TestWorkspace;
beforeEach(async () => {
  workspace = await createWorkspace();
});
afterEach(() => workspace.dispose());

const run = (line: string) => workspace.run(line);

async function out(line: string): Promise<string> {
  const { stdout, stderr, exitCode } = await run(line);
  expect([stderr, exitCode]).toEqual(['', 0]);
  return stdout;
}

async function json(line: string): Promise<unknown> {
  return JSON.parse(await out(`--json ${line}`));
}

test('clusters: made, listed, chosen, shown, removed', async () => {
  expect(await out('cluster create A --metas 1 --replicas 1 --defect 2098')).toBe(
    'cluster A made: 1 meta server (localhost:35601), 1 replica server (localhost:35801), with the defect of #2098\n',
  );
  expect(await out('cluster create B --auth')).toBe(
    'cluster B made: 3 meta servers (localhost:36601-36603), 3 replica servers (localhost:36801-36803), authentication demanded\n',
  );
  await out('cluster use A');
  expect(await out('cluster list')).toBe(
    `   NAME    ID  METAS  REPLICAS  LEADER           AUTH      DEFECTS
   onebox  1   3      3         localhost:34601  off       -
*  A       2   1      1         localhost:35601  off       2098
   B       3   3      3         localhost:36601  demanded  -
`,
  );
  expect(await out('cluster show B')).toContain('security.mandatory_auth  true   false\n');
  expect(await out('cluster remove A --yes')).toBe('cluster A removed\n');
  expect(await out('cluster show')).toMatch(/^name +onebox$/m);
});

test('a cluster is refused with a reason', async () => {
  expect(await run('cluster create onebox')).toMatchObject({ exitCode: 1 });
  expect(await run('cluster create ../x')).toMatchObject({ exitCode: 2 });
  expect(await run('cluster create A --defect 1')).toMatchObject({ exitCode: 2 });
  expect(await run('cluster create A --replicas many')).toMatchObject({ exitCode: 2 });
  expect(await run('cluster show nope')).toMatchObject({ exitCode: 1 });
  expect(await run('cluster use nope')).toMatchObject({ exitCode: 1 });
  expect(await run('cluster remove onebox')).toMatchObject({ exitCode: 2 });
  expect((await out('cluster list')).split('\n')).toHaveLength(3);
});

test('settings: all, one, changed at once or at the next start, and back', async () => {
  expect(await out('cluster config onebox')).toMatch(/^ +security\.enable_auth +false +/m);
  expect(await out('cluster config onebox security.mandatory_auth true')).toBe(
    'security.mandatory_auth = true: takes effect at once\n',
  );
  expect(await out('cluster config onebox pegsh.disk_capacity_mb 20')).toBe(
    'pegsh.disk_capacity_mb = 20: takes effect when disks are measured next\n',
  );
  expect(await out('cluster config onebox security.enable_auth true')).toBe(
    'security.enable_auth = true: takes effect when its servers start next\n',
  );
  expect(await out('cluster config onebox')).toMatch(/^\* +security\.enable_auth +true +/m);
  expect(await out('cluster config onebox security.enable_auth')).toContain('default     false\n');
  expect(await out('cluster config onebox --unset security.enable_auth')).toBe(
    'security.enable_auth = false (the default): takes effect when its servers start next\n',
  );
  expect(await out('cluster config onebox http.enable_http_server false')).toBe(
    'http.enable_http_server = false: kept, without effect here\n',
  );
  expect(await out('cluster config onebox')).toMatch(/^\*- +http\.enable_http_server +false +/m);
  expect(await out('cluster config onebox nfs.rpc_timeout_ms')).toContain(
    'effect here  none: it is only kept\n',
  );
  expect(await run('cluster config onebox security.nope')).toMatchObject({ exitCode: 2 });
  expect(await run('cluster config onebox security.enable_auth perhaps')).toMatchObject({ exitCode: 2 });
});

test('nodes: by name or by address, refused where it makes no sense', async () => {
  expect(await out('node kill replica2')).toBe('replica2 (localhost:34802) killed\n');
  expect(await out('node list')).toMatch(
    /^replica2 +localhost:34802 +replica +killed +2026-01-01 00:00:0\d +0$/m,
  );
  expect(await run('node kill replica2')).toMatchObject({ exitCode: 1 });
  expect(await out('node wipe 127.0.0.1:34802')).toBe(
    'replica2 (localhost:34802) wiped: its disk is empty\n',
  );
  expect(await out('node start localhost:34802')).toBe('replica2 (localhost:34802) started\n');
  expect(await out('node restart meta1 replica1')).toBe(
    'meta1 (localhost:34601) restarted\nreplica1 (localhost:34801) restarted\n',
  );
  expect(await out('restart replica replica3')).toBe('replica3 (localhost:34803) restarted\n');
  expect(await run('restart replica meta1')).toMatchObject({ exitCode: 2 });
  expect(await run('node stop replica4')).toMatchObject({ exitCode: 1 });
  expect(await run('node stop')).toMatchObject({ exitCode: 2 });
});

test('several nodes: a wrong name changes nothing, a refusal in the middle tells what was done', async () => {
  expect(await run('node stop replica1 replica9')).toMatchObject({ exitCode: 1 });
  expect(await out('node list')).toMatch(/^replica1 .* running /m);
  await out('node stop replica2');
  expect(await run('node stop replica1 replica2 replica3')).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('localhost:34802 is not running; done before it: replica1'),
  });
});

test('the clock moves when told', async () => {
  const before = (await json('clock')) as { mode: string; now_us: number };
  const after = (await json('clock advance 2h')) as { mode: string; now_us: number };
  expect(before.mode).toBe('manual');
  expect(after.now_us - before.now_us).toBe(2 * 3_600_000_000 + 1000);
  expect(await out('clock')).toMatch(/^2026-01-01 02:00:0\d\.\d{3} UTC, manual\n$/);
  expect(await run('clock advance 5')).toMatchObject({ exitCode: 2 });
  expect(await run('clock set fast')).toMatchObject({ exitCode: 2 });
  expect(await out('clock set realtime')).toMatch(/realtime\n$/);
});

test('create table is create of the chosen dialect, flags after the name', async () => {
  expect(await out('create table plain -p 4 -r 1')).toContain('plain');
  expect(await out('--dialect cpp-shell create table other -p 4 -r 1')).toContain(
    'create app "other" succeed',
  );
  expect((await out('ls')).match(/plain|other/g)).toEqual(['plain', 'other']);
});

test('wait: for tables, servers, and no longer than allowed', async () => {
  await out('create table t -p 4 -r 3');
  expect(await out('wait healthy --table t')).toMatch(/^4 of 4 partitions are healthy, after /);
  expect(await out('wait --for=healthy')).toMatch(/^4 of 4 partitions are healthy, after /);
  expect(await out('wait --for balanced --timeout 1h')).toMatch(/^primaries and replicas are even, after /);
  await out('node kill replica2');
  expect(await out('wait --for=node=unalive --node replica2')).toMatch(
    /^replica2 is unalive to the meta server, after \d+s\n$/,
  );
  expect(await run('wait healthy --timeout 3s')).toEqual({
    stdout: '',
    stderr: expect.stringMatching(/^timed out after 3s; last seen: \d of 4 partitions are healthy\n$/),
    exitCode: 1,
  });
  expect(await out('wait --for=node=killed --node replica2')).toMatch(/^replica2 is killed, after/);
});

test.each([
  'wait',
  'wait rain',
  'wait healthy=1',
  'wait dup=DS_GONE --table t',
  'wait dup=log',
  'wait node=alive',
  'wait node=up --node replica1',
])('%s cannot be waited for', async (line) => {
  expect(await run(line)).toMatchObject({ exitCode: 2, stdout: '' });
});

test('wait for a duplication that is not there, or of a table that is not there, ends at once', async () => {
  await out('create table t -p 4 -r 1');
  expect(await run('wait dup=log --table t')).toMatchObject({ exitCode: 1 });
  expect(await run('wait caught-up --table t')).toMatchObject({ exitCode: 1 });
  expect(await run('wait healthy --table nope')).toMatchObject({ exitCode: 1 });
  expect(await out('wait dup=removed --table t')).toMatch(/^t has no duplication, after/);
});

test('an incremental duplication is diagnosed and verified, on both sides equal and not', async () => {
  await out('cluster create B --metas 1 --replicas 1');
  await out('create table t -p 4 -r 1');
  await out('-C B create table t -p 4 -r 1');
  expect(await out('dup diagnose t')).toBe('no duplication of t\n');
  expect(await run('dup diagnose nope')).toMatchObject({ exitCode: 1, stdout: '' });
  // Decree 1 of an empty partition is never shipped (D5): the group check's empty write takes it.
  await out('clock advance 200s');
  await out('add_dup t B');
  await out('clock advance 30s');
  await out('use t');
  await out('set user 1 one');
  expect(await out('wait caught-up')).toMatch(/^everything is shipped/);
  expect(await out('dup diagnose')).toContain('DS_LOG, OK');
  expect(await out('dup verify t')).toBe('t (1 records) and B/t (1 records): equal\n');
  await out('cluster use B');
  await out('use t');
  await out('set user 2 strange');
  await out('cluster use onebox');
  expect(await run('dup verify t')).toEqual({
    stdout:
      't (1 records) and B/t (2 records): 0 missing, 0 different, 1 only on B\n  surplus    "user" : "2"  partition 0\n',
    stderr: '',
    exitCode: 1,
  });
  expect(await run('dup verify nope')).toMatchObject({ exitCode: 1 });
  expect(await run('dup verify t --dup 5')).toMatchObject({ exitCode: 1 });
});

test('each reply has its fields', async () => {
  await out('create table t -p 4 -r 1');
  await out('cluster create B --metas 1 --replicas 1');
  await out('add_dup t B -s');
  const fields = async (line: string) => {
    const { stdout } = await run(`--json ${line}`);
    const reply = JSON.parse(stdout) as unknown;
    return Object.keys((Array.isArray(reply) ? reply[0] : reply) as object);
  };
  const cluster = [
    'name',
    'cluster_id',
    'metas',
    'replicas',
    'leader',
    'defects',
    'repairs',
    'enable_auth',
    'mandatory_auth',
    'is_current',
  ];
  expect(await fields('cluster list')).toEqual(cluster);
  expect(await fields('cluster show')).toEqual([...cluster, 'changed']);
  expect(await fields('cluster use onebox')).toEqual(['name']);
  expect(await fields('cluster config onebox')).toEqual(['rows']);
  expect(await fields('cluster config onebox security.mandatory_auth false')).toEqual(['rows', 'effect']);
  const node = ['name', 'node', 'role', 'state', 'since_us', 'crashes'];
  expect(await fields('node list')).toEqual(node);
  expect(await fields('node restart replica1')).toEqual(node);
  expect(await fields('node show replica1')).toEqual(['node', 'crashes', 'replicas']);
  expect(await fields('clock')).toEqual(['mode', 'now_us']);
  expect(await fields('wait healthy')).toEqual(['done', 'text', 'waited_ms']);
  expect(await fields('load examples/records-10k.tsv --table t')).toEqual([
    'table',
    'records',
    'hash_keys',
    'requests',
  ]);
  expect(await fields('incident list')).toEqual(['issue', 'title', 'reported', 'fixed_by']);
  expect(await fields('incident show 2098')).toEqual(['issue', 'defect', 'script']);
  const { duplications } = JSON.parse((await run('--json dup diagnose')).stdout) as {
    duplications: object[];
  };
  expect(Object.keys(duplications[0] ?? {}).sort()).toEqual([
    'actions',
    'decrees',
    'dupid',
    'error',
    'nodes',
    'partition_count',
    'partitions',
    'prepared',
    'reason',
    'remote',
    'remote_table',
    'side',
    'since_ms',
    'status',
    'table',
    'verdict',
  ]);
});

test('load: a bad file loads nothing, a missing table is told', async () => {
  expect(await run('load nowhere.tsv --table t')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('cannot read nowhere.tsv: there is no such file'),
  });
  expect(await run('load examples/make-records.js --table t')).toMatchObject({ exitCode: 2 });
  expect(await run('load examples/records-10k.tsv --table nope')).toMatchObject({ exitCode: 1 });
  expect(await run('load examples/records-10k.tsv')).toMatchObject({ exitCode: 2 });
  expect(await run('load a.csv --table t --format csv')).toMatchObject({ exitCode: 2 });
});
