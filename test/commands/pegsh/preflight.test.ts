import { afterEach, expect, test } from 'vitest';
import { createWorkspace } from '../../../src/testing.ts';

const workspaces: Awaited<ReturnType<typeof createWorkspace>>[] = [];

afterEach(async () => {
  for (const workspace of workspaces.splice(0)) await workspace.dispose();
});

/** Runs lines in a workspace of their own, and returns what the last one answers. */
async function last(...lines: string[]) {
  const workspace = await createWorkspace();
  workspaces.push(workspace);
  let answer = { stdout: '', stderr: '', exitCode: 0 };
  for (const line of lines) answer = await workspace.run(line);
  return answer;
}

const TABLE = 'create table t -p 2 -r 1';

test('two clusters that agree', async () => {
  const answer = await last('cluster create B', TABLE, 'dup preflight B --table t');
  expect(answer.exitCode).toBe(0);
  expect(answer.stdout).toMatch(/nothing speaks against it\n$/);
});

test.each([
  ['authentication', 'stuck in DS_PREPARE: create_err=ERR_TIMEOUT (#2098)', ['cluster create B --auth']],
  [
    'remote replica count',
    'ERR_INVALID_PARAMETERS',
    ['cluster create B --replicas 2'],
    '--remote-replicas 3',
  ],
  ['remote table', 'ERR_APP_EXIST', ['cluster create B', `-C B ${TABLE}`]],
  ['remote table', 'there is no table to take it', ['cluster create B'], '--incremental'],
  [
    'remote table',
    'partition counts',
    ['cluster create B', '-C B create table t -p 4 -r 1'],
    '--incremental',
  ],
  ['meta servers', 'ERR_NETWORK_FAILURE', ['cluster create B --metas 1', '-C B node stop meta1']],
  ['replica servers', 'ERR_STATE_FREEZED', ['cluster create B', '-C B node stop replica2 replica3']],
  ['names', 'adding duplication to itself', []],
])('%s: %s', async (check, consequence, before, flags = '') => {
  const remote = before.length === 0 ? 'onebox' : 'B';
  const answer = await last(...before, TABLE, `dup preflight ${remote} --table t ${flags}`);
  expect(answer.exitCode).toBe(1);
  expect(answer.stdout).toMatch(new RegExp(`^FAIL +${check}`, 'm'));
  expect(answer.stdout).toContain(consequence);
});

test.each([
  ['addresses', 'failed to find cluster[B] address', ["cluster config onebox pegasus.clusters.B ''"]],
  ['addresses', 'ERR_NETWORK_FAILURE', ['cluster config onebox pegasus.clusters.B localhost:1']],
  ['ids', 'get_duplication_cluster_id(B) failed', ['cluster config onebox duplication-group.B 0']],
  ['ids', 'request cluster id is unconfigured (D9)', ['cluster config B duplication-group.onebox 0']],
  ['ids', 'die at the first write that arrives', ['cluster config B duplication-group.B 0']],
  [
    'ids',
    'self-duplicating (D9)',
    ['cluster config B duplication-group.onebox 9', 'cluster config B duplication-group.B 1'],
  ],
  ['network', 'requests or replies do not arrive (fault 1)', ['fault add partition onebox B']],
  ['replica servers', 'ERR_STATE_FREEZED', ['-C B set_meta_level freezed']],
  ['sizes in bytes', 'ERR_INVALID_DATA', ['cluster config B replication.max_allowed_write_size 1000']],
  [
    'duplication enabled',
    'ERR_SERVICE_NOT_ACTIVE',
    ['cluster config onebox replication.duplication_enabled false'],
  ],
  ['duplications', 'ERR_DUP_EXIST', ['add_dup t B']],
  ['other sources', 'another app(t)', ['add_dup t B -a same', 'create table u -p 2 -r 1'], 'u', 'same'],
])('%s: %s', async (check, consequence, before, table = 't', remoteTable = table) => {
  const answer = await last(
    'cluster create B',
    TABLE,
    ...before,
    `dup preflight B --table ${table} --remote-table ${remoteTable}`,
  );
  expect(answer.stdout).toMatch(new RegExp(`^FAIL +${check}`, 'm'));
  expect(answer.stdout).toContain(consequence);
  expect(answer.exitCode).toBe(1);
});

test('a source with an old bug', async () => {
  const answer = await last('cluster create A --defect 2098', 'cluster create B', '-C A dup preflight B');
  expect(answer.stdout).toMatch(/^FAIL +versions +2\.6 with #2098/m);
  expect(answer.stdout).toContain('a restart in DS_PREPARE kills the replica server');
});

test('what it foretells of authentication comes true', async () => {
  const answer = await last(
    'cluster create B --auth',
    TABLE,
    'add_dup t B -s',
    'clock advance 2m',
    'dup diagnose t',
  );
  expect(answer.stdout).toContain('create follower table: ERR_TIMEOUT');
});

test('a follower that is duplicated on points at the wrong master', async () => {
  const answer = await last(
    'cluster create B',
    TABLE,
    'add_dup t B -s',
    'wait --for=dup=DS_LOG --table t',
    'cluster create C',
    '-C B dup preflight C --table t',
  );
  expect(answer.stdout).toContain('the follower copies from onebox, not from B');
});

test('ids that are wrong are told with those that are right', async () => {
  const answer = await last(
    'cluster create B',
    'cluster config B duplication-group.onebox 9',
    'dup preflight B',
  );
  expect(answer.stdout).toContain('\n  do  pegsh cluster config B duplication-group.onebox 1\n');
});

test('the follower of the duplication itself is no leftover', async () => {
  const answer = await last(
    'cluster create B',
    TABLE,
    'add_dup t B -s',
    'wait --for=dup=DS_LOG --table t',
    'dup preflight B --table t',
  );
  expect(answer.stdout).toMatch(/^ok +remote table +t, \d partitions +its follower, \d partitions$/m);
});

test('--json has these fields', async () => {
  const answer = await last('cluster create B', 'dup preflight B --json');
  const reply = JSON.parse(answer.stdout);
  expect(Object.keys(reply)).toEqual(['source', 'remote', 'checks']);
  expect(Object.keys(reply.checks[0])).toEqual(['name', 'ok', 'here', 'there', 'consequence', 'action']);
});
