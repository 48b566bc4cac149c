import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWorkspace, type TestWorkspace } from '../../src/testing.ts';

let workspace: TestWorkspace;

beforeAll(async () => {
  workspace = await createWorkspace({ environment: { PEGSH_DIALECT: 'cpp-shell', NO_COLOR: '1' } });
  for (const line of ['create temp -p 1', 'use temp', 'set a b c', 'set a c d']) await workspace.run(line);
});
afterAll(() => workspace.dispose());

/** What the primary of the only partition, or any server, answers. */
async function asked(server: string, ...words: string[]): Promise<unknown> {
  const { stdout } = await workspace.run(`remote_command -l ${server} ${words.join(' ')}`);
  return JSON.parse(stdout).details[server].message;
}

test('how far a replica is', async () => {
  const message = await asked('localhost:34801', 'replica.query-progress', '1.0,1.7');
  expect(message).toBe(`1 processed, 1 not found
    1.0@localhost:34801@P : {
    "max_prepared_decree": 2,
    "max_plog_decree": 2,
    "max_plog_decree_on_disk": 2,
    "max_plog_commit_on_disk": 1,
    "last_committed_decree": 2,
    "last_applied_decree": 2,
    "last_flushed_decree": 0,
    "last_durable_decree": 0,
    "max_gc_decree": 0
}
    1.7@localhost:34801 : not found`);
  expect(await asked('localhost:34801', 'replica.query-progress', 'x')).toBe('invalid arguments');
});

test('settings of one server, in the words of Pegasus', async () => {
  const told = (...words: string[]) => asked('localhost:34601', 'meta.live_percentage', ...words);
  expect(await told('50')).toEqual({ error: 'ok' });
  expect(await told()).toEqual({ error: 'ok', 'meta.live_percentage': '50' });
  expect(await told('default')).toEqual({ error: 'ok', 'meta.live_percentage': 65 });
  expect(await told('101')).toEqual({
    error: "ERR: invalid argument '101', the value is not acceptable",
  });
  expect(await told('1', '2')).toEqual({
    error: "ERR: invalid arguments '1 2', only one argument is acceptable",
  });
  expect(await asked('localhost:34801', 'replica.deny-client', 'yes')).toEqual({
    error: "ERR: invalid arguments, 'yes' is not a boolean",
  });
});

test('a server that was told to deny clients does', async () => {
  await asked('localhost:34801', 'replica.deny-client', 'true');
  expect((await workspace.run('get a b')).stderr).toContain('ERROR: timeout\n');
  await asked('localhost:34801', 'replica.deny-client', 'false');
  expect((await workspace.run('get a b')).stdout).toMatch(/^"c"\n/);
});

test('meta servers that do not lead answer too, servers that are down do not', async () => {
  expect(await asked('localhost:34603', 'server-info')).toMatchObject({ version: '2.6.0-SNAPSHOT' });
  await workspace.run('node kill replica3');
  expect(await asked('localhost:34803', 'server-info')).toBe('ERR_NETWORK_FAILURE');
  expect(await asked('localhost:34801', 'help', 'server-info')).toBe(
    'server-info - Query server information\nserver-info',
  );
});
