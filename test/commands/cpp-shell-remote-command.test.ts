import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWorkspace, type TestWorkspace } from '../../src/testing.ts';

let workspace: TestWorkspace;

beforeAll(async () => {
  workspace = await createWorkspace({ environment: { PEGSH_DIALECT: 'cpp-shell', NO_COLOR: '1' } });
});
afterAll(() => workspace.dispose());

async function answer(line: string) {
  const { stdout, stderr } = await workspace.run(line);
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

/** By reading upstream's: servers are counted as often as they were called, and shown once. */
test('a server that is named twice is called twice', async () => {
  const { details, succeed_count, failed_count } = await answer(
    'server_info -l "localhost:34801, localhost:34801 ,,"',
  );
  expect(Object.keys(details)).toEqual(['localhost:34801']);
  expect([succeed_count, failed_count]).toEqual([2, 0]);
});

test.each(['server_info -t ""', 'server_info -l ","', 'remote_command "" server_info -l ""'])(
  '%s asks all servers',
  async (line) => {
    const { command, succeed_count } = await answer(line);
    expect([command, succeed_count]).toEqual(['server-info ', 6]);
  },
);

test.each([
  ['remote_command ""', 'missing <command>'],
  ['remote_command x -l bad -i abc', "parse 'bad' as host:port failed"],
  ['remote_command x -t all -l bad', 'can not specify both node_type and nodes_str'],
  ['server_stat -i abc', "invalid command, 'abc' should be an unsigned integer"],
])('%s', async (line, said) => {
  const { stderr, exitCode } = await workspace.run(line);
  expect(stderr).toContain(`ERROR: ${said}\n`);
  expect(exitCode).toBe(2);
});

test('whom it asks: the meta servers, the replica servers that live', async () => {
  const roles = async (type: string) => {
    const { details } = await answer(`server_info -t ${type}`);
    return Object.values<{ role: string }>(details).map(({ role }) => role);
  };
  expect(await roles('meta-server')).toEqual(Array(3).fill('meta-server'));
  expect(await roles('replica-server')).toEqual(Array(3).fill('replica-server'));
});

test('an answer that is no JSON is its text', async () => {
  const { details } = await answer('remote_command -l localhost:34801 help');
  expect(details['localhost:34801'].message).toMatch(/^\S+ - .*\n/);
});

test('a server that does not answer is shown beside the others, and counted', async () => {
  await workspace.run('node kill replica3');
  const { stdout, exitCode } = await workspace.run('server_info -l localhost:34801,localhost:34803');
  const { details, succeed_count, failed_count } = JSON.parse(stdout);
  expect(details['localhost:34803']).toEqual({
    acked: false,
    message: 'ERR_NETWORK_FAILURE',
    role: 'user-specified',
  });
  expect(details['localhost:34801'].acked).toBe(true);
  expect([succeed_count, failed_count, exitCode]).toEqual([1, 1, 1]);
});
