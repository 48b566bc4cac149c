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

test('replicas are named in several words, as C reads them, and told of by id', async () => {
  const named = async (...words: string[]) => {
    const message = (await asked(
      'localhost:34801',
      'replica.query-plog-gc-enabled-status',
      ...words,
    )) as string;
    return message.replaceAll('localhost:34801', 'HERE');
  };
  const whole = '1 processed, 0 not found\n    1.0@HERE@P : enabled';
  expect(await named('1.0x', '0x1')).toBe(whole);
  expect(await named('", 1.0 ,"')).toBe(whole);
  expect(await named('-1.0', '1,9.9,1.0', '9.9')).toBe(
    '1 processed, 2 not found\n    -1.0@HERE : not found\n    1.0@HERE@P : enabled\n    9.9@HERE : not found',
  );
  for (const wrong of ['","', '""', '1 x']) expect(await named(wrong)).toBe('invalid arguments');
});

test('what a server tells of its process', async () => {
  expect(await asked(FIRST, 'engine')).toEqual({ available_nodes: ['3.replica'] });
  expect(await asked(LEADER, 'engine')).toEqual({ available_nodes: ['2.meta'] });
  expect(await asked(FIRST, 'engine', '2')).toEqual({ error: 'cannot find node with given app id(2)' });
  expect(await asked(FIRST, 'engine', 'x')).toEqual({
    error: 'invalid argument, only one integer argument is acceptable',
  });
  const engine = (await asked(FIRST, 'engine', '3')) as { replica: Record<string, unknown> };
  expect(engine.replica.THREAD_POOL_REPLICATION).toEqual({
    queues: [
      { name: 'replica.0', pending_task_count: 0 },
      { name: 'replica.1', pending_task_count: 0 },
    ],
    threads: null,
  });
  expect(await asked(LEADER, 'system.queue')).toMatchObject([
    { app_name: 'meta', thread_pool: { length: 6 } },
  ]);
  const longest = (...words: string[]) => asked(FIRST, 'task.queue_max_length', ...words);
  const pool = 'THREAD_POOL_SCAN';
  expect(await longest(pool)).toBe(`The current task queue length of ${pool} is 1000000`);
  expect(await longest(pool, 'INT_MAX')).toBe(`Task queue ${pool} is updated to new max length 2147483647`);
  expect(await longest(pool)).toBe(`The current task queue length of ${pool} is 2147483647`);
  expect(await longest(pool, '-1')).toBe("queue_max_length must be >= 0 or 'INT_MAX'");
  expect(await longest('nosuch')).toBe('ERR: thread_pool not found');
  expect(await longest()).toBe(
    'ERR: invalid arguments, task.queue_max_length <pool_code> [queue_max_length]',
  );
  expect(await asked(FIRST, 'task-code', 'CHECK_AND', 'MUTATE')).toBe(
    `    RPC_RRDB_RRDB_CHECK_AND_SET\n${'    RPC_RRDB_RRDB_CHECK_AND_MUTATE\n'.repeat(2)}`,
  );
  expect(await asked(FIRST, 'config-dump')).toContain('\nlb_interval_ms = 10000\n\n');
  expect(await asked(FIRST, 'replica.release-all-reserved-memory')).toBe('OK, release_bytes=0');
  expect(await asked(LEADER, 'replica.release-all-reserved-memory')).toMatch(/^unknown command/);
  expect(await asked(LEADER, 'meta.dump')).toBe('ERR_INVALID_PARAMETERS');
});

test('what is repeated is answered when the last pause is over, unless the client has given up', async () => {
  const rate = () => asked(FIRST, 'replica.mem-release-max-reserved-percentage');
  const set = ['replica.mem-release-max-reserved-percentage', '20'];
  expect(await asked(FIRST, 'repeat', '1', '3', ...set)).toBe('repeat command completed');
  expect(await rate()).toMatchObject({ 'replica.mem-release-max-reserved-percentage': '20' });
  expect(await asked(FIRST, 'r', '1', '0', ...set)).toBe('ERR_TIMEOUT');
  expect(await asked(FIRST, 'R', '9', '0', 'nosuch')).toBe('repeat command completed');
  expect(await asked(FIRST, 'Repeat', '1', '1')).toBe('insufficient arguments');
  expect(await asked(FIRST, 'repeat', '0x1', '1', 'help')).toBe('invalid interval argument');
  expect(await asked(FIRST, 'repeat', '1', 'x', 'help')).toBe('invalid max count');
  expect(await asked(FIRST, 'help', 'Repeat')).toMatch(
    /^repeat\|r\|R\|Repeat - .*\nrepeat\|r\|R\|Repeat <interval_seconds> <max_count> <command>\n$/,
  );
});

const FIRST = 'localhost:34801';
const LEADER = 'localhost:34601';

test('a checkpoint that is asked for comes ten seconds after the flush', async () => {
  const decrees = async () => {
    const message = (await asked(FIRST, 'replica.query-progress', '1.0')) as string;
    return message.match(/last_(flushed|durable)_decree": \d+/g);
  };
  expect(await asked(FIRST, 'replica.trigger-checkpoint', '1')).toBe(
    '1 processed, 0 not found\n    1.0@localhost:34801@P : triggered',
  );
  await workspace.run('clock advance 1s');
  expect(await decrees()).toEqual(['last_flushed_decree": 2', 'last_durable_decree": 0']);
  await workspace.run('clock advance 10s');
  expect(await decrees()).toEqual(['last_flushed_decree": 2', 'last_durable_decree": 2']);
});

test('what the storage is told, and whether logs are collected', async () => {
  const row = (text: string) => `1 processed, 0 not found\n    1.0@localhost:34801@P : ${text}`;
  expect(await asked(FIRST, 'replica.query-app-envs')).toBe(
    row('rocksdb.num_levels=6,rocksdb.usage_scenario=normal,rocksdb.write_buffer_size=67108864'),
  );
  await workspace.run('set_app_envs rocksdb.usage_scenario prefer_write');
  await workspace.run('clock advance 31s');
  expect(await asked(FIRST, 'replica.query-app-envs')).toContain('rocksdb.usage_scenario=prefer_write');
  const status = () => asked(FIRST, 'replica.query-plog-gc-enabled-status', '1.0');
  expect(await status()).toBe(row('enabled'));
  expect(await asked(FIRST, 'replica.disable-plog-gc')).toBe(row('disabled'));
  expect(await status()).toBe(row('disabled'));
  expect(await asked(FIRST, 'replica.enable-plog-gc')).toBe(row('enabled'));
  const idle = { last_finish: '-', last_used_ms: '-', recent_enqueue_at: '-', recent_start_at: '-' };
  expect(await asked(FIRST, 'replica.query-compact')).toBe(row(JSON.stringify(idle)));
});

test('lists of servers and tables that the leader leaves alone', async () => {
  const servers = (...words: string[]) => asked(LEADER, 'meta.lb.assign_secondary_black_list', ...words);
  expect(await servers()).toEqual({ assign_secondary_black_list: '', error: 'ok' });
  expect(await servers('b:2,a:1')).toEqual({ error: 'ok' });
  expect(await servers()).toEqual({ assign_secondary_black_list: 'a:1,b:2', error: 'ok' });
  expect(await servers('nonsense')).toEqual({ error: "invalid argument, bad host:port 'nonsense'" });
  expect(await servers('a:1', 'b:2')).toEqual({ error: 'invalid argument, 0 or 1 argument is acceptable' });
  expect(await servers('clear')).toEqual({ error: 'ok' });
  const tables = (...words: string[]) => asked(LEADER, 'meta.lb.ignored_app_list', ...words);
  expect(await tables()).toEqual({ error: 'invalid arguments' });
  expect(await tables('set', '3,1')).toEqual({ error: 'ok' });
  expect(await tables('get')).toEqual({ ignored_app_id_list: '1,3' });
  expect(await tables('set', 'x')).toEqual({ error: 'invalid argument' });
  expect(await tables('clear')).toEqual({ error: 'ok' });
  expect(await tables('get')).toEqual({ ignored_app_id_list: '' });
  const counts = (...words: string[]) => asked(LEADER, 'meta.lb.get_balance_operation_count', ...words);
  expect(await counts('detail')).toEqual({ copy_pri: 0, copy_sec: 0, move_pri: 0, total: 0 });
  expect(await counts()).toEqual({ total: 0 });
  expect(await counts('nonsense')).toEqual({ error: 'invalid arguments' });
  expect(await asked(LEADER, 'fd.allow_list')).toEqual({ allow_list: '', enabled: false });
});

test('a meta server that does not lead knows nothing of balance', async () => {
  const follower = 'localhost:34602';
  expect(await asked(follower, 'fd.allow_list')).toEqual({ allow_list: '', enabled: false });
  for (const name of ['assign_delay_ms', 'assign_secondary_black_list', 'add_secondary_enable_flow_control'])
    expect(await asked(follower, `meta.lb.${name}`)).toBe(`unknown command 'meta.lb.${name}'`);
  expect(await asked(follower, 'help')).not.toContain('meta.lb');
  expect(await asked(LEADER, 'help')).toContain('meta.lb.add_secondary_max_count_for_one_node');
});

test('settings of one server, in the words of Pegasus', async () => {
  const told = (...words: string[]) => asked('localhost:34601', 'meta.live_percentage', ...words);
  expect(await told('50')).toEqual({ error: 'ok' });
  expect(await told()).toEqual({ error: 'ok', 'meta.live_percentage': '50' });
  expect(await told('default')).toEqual({ error: 'ok', 'meta.live_percentage': 65 });
  expect(await told('0x1e')).toEqual({ error: 'ok' });
  expect(await told()).toEqual({ error: 'ok', 'meta.live_percentage': '30' });
  expect(await told('DEFAULT')).toEqual({ error: 'ok', 'meta.live_percentage': 65 });
  expect(await asked('localhost:34801', 'replica.verbose-client-log', 'TRUE')).toEqual({ error: 'ok' });
  expect(await told('-1')).toEqual({
    error: "ERR: invalid argument '-1', the value is not acceptable",
  });
  expect(await told('101')).toEqual({
    error: "ERR: invalid argument '101', the value is not acceptable",
  });
  const copyRate = (value: string) => asked(FIRST, 'nfs.max_copy_rate_megabytes_per_disk', value);
  expect(await copyRate('4')).toEqual({
    error: "ERR: invalid argument '4', the value is not acceptable",
  });
  expect(await copyRate('5')).toEqual({ error: 'ok' });
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
    'server-info - Query server information\nserver-info \n',
  );
});

test('a partition that is killed loses its lead, and is made anew where it was', async () => {
  await workspace.run('node start replica3');
  await workspace.run('wait healthy');
  expect(await asked(FIRST, 'replica.kill_partition', '1', '7')).toBe('ERR_OBJECT_NOT_FOUND');
  expect(await asked(FIRST, 'replica.kill_partition', '1x', 'y', '0')).toBe('ERR_INVALID_PARAMETERS');
  expect(await asked(FIRST, 'replica.kill_partition', '1', '0')).toBe('ERR_OK');
  await workspace.run('clock advance 30s');
  expect(await asked(FIRST, 'replica.query-progress')).toContain('1.0@localhost:34801@S');
  expect((await workspace.run('get a b')).stdout).toMatch(/^"c"\n/);
});

test('checkpoints that are asked for are made whatever their number', async () => {
  await workspace.run('create many -p 12');
  await workspace.run('use many');
  await workspace.run('load examples/records-10k.tsv --table many');
  const [primaries] = ((await asked(FIRST, 'replica.trigger-checkpoint', '2')) as string).split(' ');
  await workspace.run('clock advance 11s');
  const message = (await asked(FIRST, 'replica.query-progress', '2')) as string;
  const made = message.match(/last_durable_decree": [1-9]/g) ?? [];
  expect(`${made.length}`).toBe(primaries);
  expect(made.length).toBeGreaterThan(10);
});
