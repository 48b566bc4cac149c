import { describe, expect, test } from 'vitest';
import { RpcError } from '../../src/rpc/transport/transport.ts';
import { expectAsRecorded, session, typed } from './support/cpp-shell.ts';
import { app, config, healthy, nodes, partition } from './support/replies.ts';

const recorded = session('tables.txt');
const apps = { err: 'ERR_OK', infos: [app(1, 'stat', 4), app(2, 'temp', 8)] };
const queryConfig = ({ app_name }: { app_name: string }) =>
  healthy(app_name === 'stat' ? 1 : 2, app_name === 'stat' ? 4 : 8);

describe('ls', () => {
  test.each(['ls -a', 'ls -d', 'ls -j'])('%s', async (line) => {
    expectAsRecorded(await typed(line, { meta: { listApps: apps, queryConfig } }), recorded(line));
  });

  test('no table', async () => {
    const empty = { err: 'ERR_OK', infos: [] };
    expectAsRecorded(
      await typed('ls -s creating', { meta: { listApps: empty } }),
      recorded('ls -s creating'),
    );
  });

  test('invalid is a status that no table has', async () => {
    const got = await typed('ls -s invalid', { meta: { listApps: apps } });
    expect(got.err).toContain('ERROR: parse invalid as app_status::type failed\n');
    expect(got).toMatchObject({ exitCode: 2, sent: [] });
  });

  test('asks for what was typed', async () => {
    const got = await typed('ls -s dropped -p te -m prefix', { meta: { listApps: apps } });
    const request = { status: 'AS_DROPPED', app_name_pattern: 'te', match_type: 'PMT_MATCH_PREFIX' };
    expect(got.sent).toEqual([['listApps', request]]);
  });

  test('a dropped table shows when it was dropped and when it goes', async () => {
    const second = (text: string) => Date.parse(text) / 1000;
    const old = app(3, 'old', 8, {
      status: 'AS_DROPPED',
      create_second: second('2024-05-01T10:00:05Z'),
      drop_second: second('2024-05-02T08:30:00Z'),
      expire_second: second('2024-05-09T08:30:00Z'),
      envs: new Map([['a', 'b']]),
    });
    const got = await typed('ls -a', { meta: { listApps: { err: 'ERR_OK', infos: [old] } } });
    expect(got.out).toContain(
      '3       DROPPED  old       pegasus   8                3              true         2024-05-01_10:00:05  ' +
        '2024-05-02_08:30:00  2024-05-09_08:30:00  1           false              \n\n[summary]\ntotal_app_count  : 0\n\n',
    );
  });

  test('counts what is unhealthy, by how badly', async () => {
    const sick = config(2, [
      partition(2, 0, 1, [2, 3]),
      partition(2, 1, 1, [2]),
      partition(2, 2, 1, []),
      partition(2, 3, 0, []),
    ]);
    const got = await typed('ls -d', {
      meta: { listApps: { err: 'ERR_OK', infos: [app(2, 'temp', 4)] }, queryConfig: sick },
    });
    expect(got.out).toContain(
      '2       temp      4                1              3          2                1               \n',
    );
    expect(got.out).toContain(
      'unhealthy_app_count        : 1\nwrite_unhealthy_app_count  : 1\nread_unhealthy_app_count   : 1\n',
    );
  });

  test('no answer', async () => {
    const got = await typed('ls', {
      meta: { listApps: () => new RpcError('ERR_TIMEOUT', 'RPC_CM_LIST_APPS') },
    });
    const err =
      'list apps failed, error=ERR_TIMEOUT: request meta failed: task=RPC_CM_LIST_APPS, error=ERR_TIMEOUT\n';
    expect(got).toMatchObject({ out: '', err, exitCode: 1 });
  });

  test('a name with control characters cannot drive the terminal', async () => {
    const evil = { err: 'ERR_OK', infos: [app(2, '\x1b]0;owned\x07', 4)] };
    const got = await typed('ls', { meta: { listApps: evil } });
    expect(got.out).toContain('\\x1B]0;owned\\x07');
    expect(got.out).not.toContain('\x1b');
  });
});

describe('app', () => {
  test('app temp', async () => {
    expectAsRecorded(await typed('app temp', { meta: { queryConfig } }), recorded('app temp'));
  });

  test('app nosuch', async () => {
    const missing = { ...config(0, []), err: 'ERR_OBJECT_NOT_FOUND' };
    const got = await typed('app nosuch', { meta: { queryConfig: missing } });
    expectAsRecorded(got, recorded('app nosuch'));
    expect(got).toMatchObject({ out: '', exitCode: 1 });
  });

  test('app temp -d -r: addresses in the nodes table only', async () => {
    const reply = config(2, [partition(2, 0, 1, [2, 3]), partition(2, 1, 0, [])]);
    const got = await typed('app temp -d -r', { meta: { queryConfig: reply } });
    expect(got.out).toContain(
      `[replicas]
pidx  ballot  replica_count  primary          secondaries                        
0     3       3/3            localhost:34801  [localhost:34802,localhost:34803]  
1     3       0/3            -                []                                 

[nodes]
node             primary  secondary  total  
127.0.0.1:34801  1        0          1      
127.0.0.1:34802  0        1          1      
127.0.0.1:34803  0        1          1      
                 1        2          3      

[healthy]
fully_healthy_partition_count    : 1
unhealthy_partition_count        : 1
write_unhealthy_partition_count  : 1
read_unhealthy_partition_count   : 1
`,
    );
  });
});

test.each([
  ['app a-b', 'query app a-b failed, error=ERR_INVALID_PARAMETERS\n'],
  ['app_disk a-b', 'ERROR: list app a-b failed, error=ERR_INVALID_PARAMETERS\n'],
  ['app_stat -a a-b', 'ERROR: query app stat from server failed\n'],
  ['hash h s', 'list app [a-b] failed, error=ERR_INVALID_PARAMETERS\n'],
])('%s: a name that no table can have is refused before it is sent', async (line, told) => {
  const said =
    "ERR_INVALID_PARAMETERS: Invalid name: Only 0-9a-zA-Z.:_ are valid.: invalid app_name: 'a-b'\n";
  const got = await typed(line, { session: { table: 'a-b' } });
  expect(got).toMatchObject({ out: '', err: said + told, exitCode: 2, sent: [] });
});

describe('create', () => {
  test.each(['create p2 -p 16 -r -1', 'create a@b -p 4', 'create "" -p 4'])('%s', async (line) => {
    const got = await typed(line);
    expectAsRecorded(got, recorded(line));
    expect(got).toMatchObject({ out: '', exitCode: 2, sent: [] });
  });

  test('a refusal of the server', async () => {
    const line = 'create t1 -p 4 -r 3 --fail_if_exist';
    const got = await typed(line, { meta: { createApp: { err: 'ERR_APP_EXIST', appid: 0 } } });
    expectAsRecorded(got, recorded(line));
    expect(got).toMatchObject({ out: '', exitCode: 1 });
  });

  test('waits, looking every two seconds', async () => {
    const looks = [
      config(3, [partition(3, 0, 0, []), partition(3, 1, 1, [2])]),
      config(3, [partition(3, 0, 1, []), partition(3, 1, 1, [])]),
    ];
    const got = await typed('create t1 -p 2 -r 1 -f -e a=b', {
      meta: { createApp: { err: 'ERR_OK', appid: 3 }, queryConfig: () => looks.shift() },
    });
    expect(got.out).toBe(`create app t1 succeed, waiting for app ready
t1 not ready yet, still waiting... (1/2)
t1 is ready now: (2/2)
t1 is ready now!
create app "t1" succeed
`);
    expect(got.sent[0]).toEqual([
      'createApp',
      {
        app_name: 't1',
        options: {
          partition_count: 2,
          replica_count: 1,
          success_if_exist: false,
          app_type: 'pegasus',
          is_stateful: true,
          envs: new Map([['a', 'b']]),
          atomic_idempotent: false,
        },
      },
    ]);
  });

  test('what was told before the wait failed stays told', async () => {
    const replies = [
      new RpcError('ERR_INVALID_STATE', 'x'),
      { ...config(3, []), err: 'ERR_OBJECT_NOT_FOUND' },
    ];
    const got = await typed('create t1', {
      meta: { createApp: { err: 'ERR_OK', appid: 3 }, queryConfig: () => replies.shift() },
    });
    expect(got).toMatchObject({
      out: 'create app t1 succeed, waiting for app ready\nt1 not ready yet, still waiting...\n',
      err: 'create app t1 failed: [query] received server error: ERR_OBJECT_NOT_FOUND\ncreate app "t1" failed, error = ERR_OBJECT_NOT_FOUND\n',
      exitCode: 1,
    });
  });

  test('recall tells of a wait that failed in the words of create', async () => {
    const info = app(3, 't1', 4);
    const got = await typed('recall 3', {
      meta: { recallApp: { err: 'ERR_OK', info }, queryConfig: () => new RpcError('ERR_TIMEOUT', 'x') },
    });
    expect(got).toMatchObject({
      out: 'recall app ok, id(3), name(t1), partition_count(4), wait it ready\n',
      err: 'create app t1 failed: [query] call server error: ERR_TIMEOUT\nrecall app 3 failed, error=ERR_TIMEOUT\n',
      exitCode: 1,
    });
  });

  test('a table that is being dropped is tried three times', async () => {
    const got = await typed('create t1', { meta: { createApp: { err: 'ERR_BUSY_DROPPING', appid: 0 } } });
    expect(got.sent.map(([method]) => method)).toEqual(['createApp', 'createApp', 'createApp']);
    expect(got.err).toContain('error = ERR_BUSY_DROPPING\n');
  });

  test('--json', async () => {
    const got = await typed('create t1 -p 1 -r 1', {
      json: true,
      meta: { createApp: { err: 'ERR_OK', appid: 3 }, queryConfig: config(3, [partition(3, 0, 1, [])]) },
    });
    expect(JSON.parse(got.out)).toEqual({ app_name: 't1', app_id: 3, partition_count: 1 });
  });

  test('--json of a refusal', async () => {
    const got = await typed('create t1', {
      json: true,
      meta: { createApp: { err: 'ERR_STATE_FREEZED', appid: 0 } },
    });
    expect(JSON.parse(got.out).error.code).toBe('ERR_STATE_FREEZED');
    expect(got.exitCode).toBe(1);
  });
});

describe('drop', () => {
  test('tells the seconds first', async () => {
    const got = await typed('drop temp -r 100', { meta: { dropApp: { err: 'ERR_OK' } } });
    expect(got).toMatchObject({
      out: 'reserve_seconds = 100\ndrop app temp succeed\n',
      err: '',
      exitCode: 0,
    });
    expect(got.sent).toEqual([
      ['dropApp', { app_name: 'temp', options: { success_if_not_exist: true, reserve_seconds: 100 } }],
    ]);
  });

  test('an empty name is refused without asking', async () => {
    const got = await typed('drop ""');
    const err = `ERR_INVALID_PARAMETERS: Invalid name: Only 0-9a-zA-Z.:_ are valid.: invalid app_name: ''\ndrop app  failed, error=ERR_INVALID_PARAMETERS\n`;
    expect(got).toMatchObject({ out: 'reserve_seconds = 0\n', err, exitCode: 2, sent: [] });
  });
});

describe('nodes', () => {
  const meta = { listNodes: nodes(true, true, true), listApps: apps, queryConfig };

  test.each(['nodes', 'nodes -r', 'nodes -j'])('%s', async (line) => {
    expectAsRecorded(await typed(line, { meta }), recorded(line));
  });

  test('nodes -d', async () => {
    const even = ({ app_name }: { app_name: string }) => {
      const count = app_name === 'stat' ? 3 : 9;
      return healthy(1, count);
    };
    expectAsRecorded(await typed('nodes -d', { meta: { ...meta, queryConfig: even } }), recorded('nodes -d'));
  });

  test('parameters show when there are any', async () => {
    const got = await typed('nodes -s alive', { meta: { listNodes: nodes(true) } });
    expect(got.out).toMatch(/^\[parameters\]\nstatus {2}: alive\n\n\[details\]\n/);
    expect(got.sent).toEqual([['listNodes', { status: 'NS_ALIVE' }]]);
  });

  test('a dead node', async () => {
    const got = await typed('nodes', { meta: { listNodes: nodes(true, false) } });
    expect(got.out).toContain('localhost:34802  UNALIVE  \n');
    expect(got.out).toContain('unalive_node_count  : 1\n');
  });

  test('ports sort by number', async () => {
    const info = (port: number) => ({
      status: 'NS_ALIVE',
      node: `127.0.0.1:${port}`,
      hp_node: `localhost:${port}`,
    });
    const got = await typed('nodes', {
      meta: { listNodes: { err: 'ERR_OK', infos: [info(10_000), info(9_000)] } },
    });
    expect(got.out.indexOf(':9000')).toBeLessThan(got.out.indexOf(':10000'));
  });
});

describe('cluster_info', () => {
  const balance = '{\n  "copy_pri": 0,\n  "copy_sec": 0,\n  "move_pri": 0,\n  "total": 0\n}';
  const info = {
    meta_servers: 'localhost:34601',
    primary_meta_server: 'localhost:34601',
    zookeeper_hosts: '127.0.0.1:22181',
    zookeeper_root: '/pegasus/oneboxR/localhost',
    meta_function_level: 'steady',
    balance_operation_count: balance,
    primary_replica_count_stddev: '0.00',
    total_replica_count_stddev: '0.00',
    cluster_name: 'onebox',
  };
  const clusterInfo = { err: 'ERR_OK', keys: Object.keys(info), values: Object.values(info) };

  test.each(['cluster_info', 'cluster_info -r', 'cluster_info -j'])('%s', async (line) => {
    expectAsRecorded(await typed(line, { meta: { clusterInfo } }), recorded(line));
  });

  test('--json', async () => {
    const got = await typed('cluster_info', { meta: { clusterInfo }, json: true });
    expect(JSON.parse(got.out)).toEqual(info);
  });
});

test('a refusal keeps its colours, and no other control character', async () => {
  const silent = { queryDuplication: () => new RpcError('ERR_TIMEOUT', 'x') };
  expect((await typed('query_dup "a\\x1b[2J"', { meta: silent })).err).toBe(
    '\x1b[1m\x1b[38;2;255;000;000mERROR: querying duplications of app [a\\x1B[2J] failed, ' +
      'error=ERR_TIMEOUT: unable to send rpc to server\n\x1b[0m',
  );
});

test('use', async () => {
  expect(await typed('use temp')).toMatchObject({ out: 'OK\n', session: { table: 'temp' } });
  expect(await typed('use', { session: { table: 'temp' } })).toMatchObject({ out: 'Current app: temp\n' });
  expect((await typed('use')).err).toBe(
    'Current app not specified.\nUSAGE: \tuse                        [app_name]\n',
  );
});

test('escape_all and timeout', async () => {
  expect(await typed('escape_all TRUE')).toMatchObject({ out: 'OK\n', session: { escapeAll: true } });
  expect(await typed('escape_all')).toMatchObject({ out: 'Current escape_all: false.\n' });
  expect(await typed('timeout 3000')).toMatchObject({ out: 'OK\n', session: { dataTimeoutMs: 3000 } });
  expect(await typed('timeout')).toMatchObject({ out: 'Current timeout: 5000 ms.\n' });
  expect((await typed('timeout 0')).err).toMatch(/^ERROR: invalid timeout 0\nUSAGE: /);
});
