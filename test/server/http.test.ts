import { get, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { connect } from '../../src/client/index.ts';
import { createControlClient } from '../../src/rpc/client/control.ts';
import { createMetaClient } from '../../src/rpc/client/meta/index.ts';
import { validateEnv } from '../../src/rpc/idl/app-envs.ts';
import { localTransport } from '../../src/rpc/transport/local.ts';
import { dial, type Served, served } from './support/served.ts';

let it: Served;

beforeEach(async () => {
  it = await served();
});

afterEach(async () => {
  await it.stop();
});

interface Reply {
  readonly status: number | undefined;
  readonly body: string;
  readonly location: string | undefined;
}

function fetched(address: string, path: string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    get(`http://${address}${path}`, { agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        const { statusCode: status, headers } = response;
        resolve({ status, body: Buffer.concat(parts).toString(), location: headers.location });
      });
    }).on('error', reject);
  });
}

function posted(address: string, path: string, body: unknown): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(`http://${address}${path}`, { method: 'POST', agent: false }, async (response) => {
      resolve(`${response.statusCode} ${await text(response)}`);
    });
    sent.on('error', reject).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
}

const json = async (address: string, path: string): Promise<unknown> =>
  JSON.parse((await fetched(address, path)).body);

test('the headers are exactly upstream’s', async () => {
  const socket = await dial(it.meta(1));
  const text = new Promise<string>((resolve) => {
    let all = '';
    socket.on('data', (chunk) => {
      all += chunk.toString();
      if (all.includes('}\n')) resolve(all);
    });
  });
  socket.write('GET /meta/app_envs?name=temp HTTP/1.1\r\nHost: x\r\n\r\n');
  expect(await text).toBe('HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\n{}\n');
  socket.destroy();
});

describe('meta server', () => {
  test('tells of a table', async () => {
    expect(await json(it.meta(1), '/meta/app?name=temp')).toEqual({
      general: { app_name: 'temp', app_id: '1', partition_count: '4', max_replica_count: '3' },
    });
    const detailed = (await json(it.meta(1), '/meta/app?name=temp&detail')) as Record<string, unknown>;
    expect(detailed.healthy).toEqual({
      fully_healthy_partition_count: '4',
      unhealthy_partition_count: '0',
      write_unhealthy_partition_count: '0',
      read_unhealthy_partition_count: '0',
    });
    expect(await fetched(it.meta(1), '/meta/app?name=nosuch')).toMatchObject({
      status: 404,
      body: 'table not found: "nosuch"',
    });
    expect(await fetched(it.meta(1), '/meta/app')).toMatchObject({
      status: 400,
      body: "app name shouldn't be empty",
    });
  });

  test('that does not lead sends callers on', async () => {
    expect(await fetched(it.meta(2), '/meta/nodes?detail')).toMatchObject({
      status: 307,
      location: `http://${it.meta(1)}/meta/nodes?detail=`,
    });
  });

  test('tells of servers, where they really are', async () => {
    const nodes = (await json(it.meta(1), '/meta/nodes')) as { details: object; summary: object };
    const ports = [1, 2, 3].map((n) => `localhost:${it.replica(n).split(':')[1]}`);
    expect(Object.keys(nodes.details).sort()).toEqual(ports.sort());
    expect(nodes.summary).toEqual({
      total_node_count: '3',
      alive_node_count: '3',
      unalive_node_count: '0',
    });
  });
});

/** As recorded of real servers in `dup-real/requests-and-hints.txt`. */
test('backup policies, all or one of them', async () => {
  const add = {
    policy_name: 'daily',
    backup_provider_type: 'local_service',
    app_ids: [1],
    backup_interval_seconds: 86_400,
    backup_history_count_to_keep: 3,
    start_time: '02:00',
  };
  expect((await fetched(it.meta(1), '/meta/backup_policy')).body).toBe('{}\n');
  await createMetaClient(localTransport(it.simulation, '')).addBackupPolicy(add);
  const daily =
    '{"daily":{"name":"daily","backup_provider_type":"local_service","backup_interval":"86400",' +
    '"app_ids":"[1]","start_time":"02:00","status":"enabled","backup_history_count":"3"}}\n';
  expect((await fetched(it.meta(1), '/meta/backup_policy')).body).toBe(daily);
  expect((await fetched(it.meta(1), '/meta/backup_policy?name=daily')).body).toBe(daily);
  expect((await fetched(it.meta(1), '/meta/backup_policy?name=other')).body).toBe('{}\n');
  expect(await fetched(it.meta(1), '/meta/backup_policy?x=1')).toMatchObject({
    status: 400,
    body: 'Invalid parameter',
  });
});

describe('duplications', () => {
  test('are told of as the C++ shell tells of them', async () => {
    const transport = localTransport(it.simulation, '');
    await createControlClient(transport).createCluster({
      name: 'B',
      metas: 1,
      replicas: 1,
      auth: false,
      defects: [],
      repairs: [],
    });
    const add = { app_name: 'temp', remote_cluster_name: 'B', is_duplicating_checkpoint: false };
    const { dupid } = await createMetaClient(transport).addDuplication(add);
    await transport.sleep(30_000);
    const { body } = await fetched(it.meta(1), '/meta/app/duplication?name=temp&x=1');
    const states = [0, 1, 2, 3].map((pidx) => `"${pidx}":{"confirmed_decree":1,"last_committed_decree":0}`);
    expect(body.replace(/"create_ts":"[-0-9]{10} [:0-9]{8}"/, '"create_ts":""')).toBe(
      `{"1":{"create_ts":"","dupid":${dupid},"fail_mode":"FAIL_SLOW","partition_states":{${states}},` +
        '"remote":"B","remote_app_name":"temp","remote_replica_count":3,"status":"DS_LOG"},"appid":1}',
    );
    const shipping = await json(it.replica(1), '/replica/duplication?appid=1');
    expect(Object.values((shipping as Record<string, object>)[dupid] ?? {})[0]).toEqual({
      duplicating: true,
      fail_mode: 'FAIL_SLOW',
      not_confirmed_mutations_num: 0,
      not_duplicated_mutations_num: 0,
      remote_app_name: 'temp',
    });
  });

  test.each([
    ['meta', '/meta/app/duplication', 400, 'name should not be empty'],
    ['meta', '/meta/app/duplication?name=', 404, 'ERR_APP_NOT_EXIST'],
    ['meta', '/meta/app/duplication?name=nosuch', 404, 'ERR_APP_NOT_EXIST'],
    ['meta', '/meta/app/duplication?name=temp&x=1', 200, 'null'],
    ['meta', '/meta/app/duplication?app=t', 400, 'name should not be empty'],
    ['replica', '/replica/duplication', 400, 'appid should not be empty'],
    ['replica', '/replica/duplication?appid=', 400, 'invalid appid='],
    ['replica', '/replica/duplication?appid=99', 404, 'no primary for app [appid=99]'],
    ['replica', '/replica/duplication?appid=2xx', 400, 'invalid appid=2xx'],
    ['replica', '/replica/duplication?appid=-1', 400, 'invalid appid=-1'],
    ['replica', '/replica/duplication?appid=1', 404, 'no duplication assigned for app [appid=1]'],
    ['replica', '/replica/duplication?name=t', 400, 'appid should not be empty'],
  ] as const)('of a %s server: %s is %i %s', async (role, path, status, body) => {
    expect(await fetched(it[role](1), path)).toMatchObject({ status, body });
  });
});

describe('replica server', () => {
  test('tells of data versions and duplications', async () => {
    expect(await json(it.replica(1), '/replica/data_version?app_id=1')).toMatchObject({
      0: { data_version: '1' },
    });
    expect((await fetched(it.replica(1), '/replica/data_version?app_id=9')).body).toBe('app_id=9 not found');
    expect((await fetched(it.replica(1), '/replica/duplication?appid=9')).body).toBe(
      'no primary for app [appid=9]',
    );
  });

  test('reads the records of replicas only where their number is asked for', async () => {
    const held = () =>
      it.simulation.universe
        .clusters()[0]!
        .runningReplicaServers()
        .flatMap((server) => server.held());
    for (const replica of held()) replica.forgetRecords();
    for (const query of ['types=server', 'metrics=rdb_total_sst_files,put_requests'])
      await json(it.replica(1), `/metrics?${query}`);
    expect(held().some(({ hasRecords }) => hasRecords)).toBe(false);
    await json(it.replica(1), '/metrics?types=replica');
    expect(held().some(({ hasRecords }) => hasRecords)).toBe(true);
  });

  test('has metrics, chosen as Pegasus chooses them', async () => {
    const all = (await json(it.replica(1), '/metrics?types=server&metrics=total_replicas')) as {
      entities: unknown;
    };
    expect(all.entities).toEqual([
      { type: 'server', id: 'server', attributes: {}, metrics: [{ name: 'total_replicas', value: 4 }] },
    ]);
    expect((await fetched(it.replica(1), '/metrics?x=1')).body).toBe(
      '{\n    "error_message": "unknown field x=1"\n}',
    );
    const text = (await fetched(it.replica(1), '/metrics?format=prometheus')).body;
    expect(text).toContain('# TYPE pegasus_total_replicas gauge\npegasus_total_replicas{');
  });

  test('counts what each partition was asked for, a long read once', async () => {
    const client = connect(it.meta(1));
    const table = client.table('temp');
    const records = Array.from({ length: 600 }, (_, at) => ({ sortKey: `${at}`, value: 'v' }));
    await table.multiSet('h', records);
    await table.get('h', '1');
    await table.get('h', 'no');
    expect(await table.sortKeyCount('h')).toBe(600);
    await client.close();
    const counted = new Map<string, number>();
    for (const server of [1, 2, 3]) {
      const query = '/metrics?types=replica';
      const { entities } = (await json(it.replica(server), query)) as {
        entities: { metrics: { name: string; value: number }[] }[];
      };
      for (const { name, value } of entities.flatMap(({ metrics }) => metrics))
        counted.set(name, (counted.get(name) ?? 0) + value);
    }
    expect(Object.fromEntries(counted)).toMatchObject({
      get_requests: 2,
      multi_put_requests: 1,
      scan_requests: 1,
      multi_get_requests: 0,
      put_requests: 0,
    });
    const detailed = await fetched(it.replica(1), '/metrics?metrics=put_requests&detail=true');
    expect(JSON.parse(detailed.body).entities[0].metrics).toEqual([
      {
        name: 'put_requests',
        type: 'Counter',
        unit: 'Requests',
        desc: 'The number of PUT requests',
        value: 0,
      },
    ]);
    const text = (await fetched(it.replica(1), '/metrics?format=prometheus')).body;
    expect(text).toContain('# TYPE pegasus_get_requests counter\n');
  });

  test('has no bulk load', async () => {
    expect(await json(it.meta(1), '/meta/app/query_bulk_load?name=temp')).toEqual({
      error: 'ERR_OK',
      app_status: 'replication::bulk_load_status::BLS_INVALID',
    });
    expect((await fetched(it.meta(1), '/meta/app/query_bulk_load')).body).toBe('name should not be empty');
    const start = { app_name: 'temp', cluster_name: 'c', file_provider_type: 'p', remote_root_path: '/r' };
    const path = '/meta/app/start_bulk_load';
    expect(await posted(it.meta(1), path, { ...start, file_provider_type: 'local_service' })).toBe(
      '200 {"error":"ERR_OBJECT_NOT_FOUND","hint_msg":"read bulk_load_info failed"}\n',
    );
    expect(await posted(it.meta(1), path, start)).toContain('"hint_msg":"invalid file_provider"');
    expect(await posted(it.meta(1), path, { ...start, cluster_name: '' })).toBe(
      '400 cluster_name should not be empty',
    );
    expect(await posted(it.meta(1), path, { app_name: 'temp' })).toBe('400 invalid request structure');
  });

  test('says where nothing is', async () => {
    expect(await fetched(it.replica(1), '/meta/apps/')).toMatchObject({
      status: 404,
      body: 'service not found for "meta/apps"',
    });
  });

  test.each([
    ['/metrics?types=a&types=b', 'ERR_INVALID_PARAMETERS: duplicate parameter: types'],
    ['/metrics?types=%4', 'ERR_INVALID_PARAMETERS: Encountered partial escape sequence at end of string'],
    [
      '/metrics/%zz',
      'ERR_INVALID_PARAMETERS: The characters zz do not form a hex value. Please escape it or pass a valid hex value',
    ],
  ])('%s cannot be read', async (path, why) => {
    expect(await fetched(it.replica(1), path)).toMatchObject({
      status: 400,
      body: `failed to parse request: ${why}`,
    });
  });

  test('reads what is asked as Pegasus does', async () => {
    const update = async (query: string) =>
      ((await json(it.replica(1), `/updateConfig?${query}`)) as { update_status: string }).update_status;
    expect(await update('a=b=c')).toBe('ERR_OBJECT_NOT_FOUND: a is not found');
    expect(await update('config_sync_interval_ms=1=2')).toBe('ERR_INVALID_PARAMETERS: 1=2 is invalid');
    expect(await update('%20config_sync_interval_ms%3D7000%26')).toBe('ERR_OK');
    expect((await fetched(it.meta(1), '//meta/%61pps//?detail&detail')).status).toBe(200);
  });

  test('lists its paths in the words of Pegasus', async () => {
    const paths = (await json(it.replica(1), '/')) as Record<string, string>;
    expect(Object.keys(paths)).toEqual([...Object.keys(paths)].sort());
    expect(paths).toMatchObject({
      '/': 'List all supported calls.',
      '/replica/duplication': 'appid=<appid>. Query the duplication status of an app.',
      '/updateConfig': '<key>=<new_value>. Update the config to the new value.',
    });
  });
});

test('the envs that a table may have are those that are accepted', async () => {
  const envs = (await json(it.meta(2), '/envs/list')) as Record<string, { type: string; sample: string }>;
  expect(Object.keys(envs)).toHaveLength(33);
  for (const [key, { sample }] of Object.entries(envs))
    expect([key, validateEnv(key, sample)]).toEqual([key, undefined]);
  expect(envs['rocksdb.num_levels']).toEqual({
    limitation: 'In range [1, 10]',
    sample: '6',
    type: 'unsigned int64',
  });
});

describe('configuration', () => {
  test('of one server: all, one, and what is wrong', async () => {
    const all = (await json(it.replica(1), '/configs')) as Record<string, object>;
    expect(Object.keys(all)).toEqual([...Object.keys(all)].sort());
    expect(all.config_sync_interval_ms).toEqual(
      await json(it.replica(1), '/config?name=config_sync_interval_ms'),
    );
    expect(all.config_sync_interval_ms).toMatchObject({
      name: 'config_sync_interval_ms',
      section: 'replication',
      type: 'FV_UINT32',
      tags: 'flag_tag::FT_MUTABLE',
      value: '30000',
    });
    expect((await fetched(it.meta(2), '/config?name=nosuch')).body).toBe(
      "ERR_OBJECT_NOT_FOUND: 'nosuch' is not found",
    );
    expect(await fetched(it.meta(2), '/config')).toMatchObject({
      status: 400,
      body: "name shouldn't be empty",
    });
    expect(await fetched(it.meta(2), '/configs?x=1')).toMatchObject({ status: 400, body: '' });
  });

  test('is changed on the server that is told, until it ends', async () => {
    const value = async (n: number) =>
      ((await json(it.replica(n), '/config?name=config_sync_interval_ms')) as { value: string }).value;
    expect((await fetched(it.replica(1), '/updateConfig?config_sync_interval_ms=5000')).body).toBe(
      '{"update_status":"ERR_OK"}\n',
    );
    expect([await value(1), await value(2)]).toEqual(['5000', '30000']);
  });

  test.each([
    ['', 'ERR_INVALID_PARAMETERS: there should be exactly one config to be updated once'],
    ['?a=1&b=2', 'ERR_INVALID_PARAMETERS: there should be exactly one config to be updated once'],
    ['?nosuch=1', 'ERR_OBJECT_NOT_FOUND: nosuch is not found'],
    ['?config_sync_interval_ms=x', 'ERR_INVALID_PARAMETERS: x is invalid'],
    [
      '?checkpoint_max_interval_hours=1',
      'ERR_INVALID_PARAMETERS: checkpoint_max_interval_hours is not mutable',
    ],
  ])('%s is refused', async (query, status) => {
    expect(await json(it.replica(1), `/updateConfig${query}`)).toEqual({ update_status: status });
  });
});

describe('what is posted', () => {
  const compaction = {
    app_name: 'temp',
    type: 'once',
    target_level: -1,
    bottommost_level_compaction: 'skip',
    max_concurrent_running_count: 1,
    trigger_time: '',
  };
  const path = '/meta/app/start_compaction';

  test('starts a compaction, whose progress is seen', async () => {
    expect(await posted(it.meta(1), path, compaction)).toBe('200 {"error":"ERR_OK","hint_message":""}\n');
    expect(await json(it.meta(1), '/meta/app_envs?name=temp')).toMatchObject({
      'manual_compact.max_concurrent_running_count': '1',
      'manual_compact.once.bottommost_level_compaction': 'skip',
      'manual_compact.once.target_level': '-1',
    });
    const progress = () => json(it.replica(1), '/replica/manual_compaction?app_id=1');
    expect(await progress()).toEqual({ status: { finished: 0, idle: 4, queuing: 0, running: 0 } });
    it.simulation.change((universe) => void universe.timeline.moveTo(universe.now + 120_000_000));
    expect(await progress()).toEqual({ status: { finished: 4, idle: 0, queuing: 0, running: 0 } });
  });

  test.each([
    ['{', '400 invalid request structure'],
    [{ app_name: 'temp' }, '400 invalid request structure'],
    [{ ...compaction, app_name: '' }, '400 app_name should not be empty'],
    [{ ...compaction, type: 'now' }, "400 type should ony be 'once' or 'periodic'"],
    [
      { ...compaction, app_name: 'nosuch' },
      '200 {"error":"ERR_APP_NOT_EXIST","hint_message":"app cannot be found"}\n',
    ],
  ])('%j', async (body, reply) => {
    expect(await posted(it.meta(1), path, body)).toBe(reply);
  });

  test('is answered once what it changed is durable', async () => {
    const durable: boolean[] = [];
    const sync = it.simulation.sync.bind(it.simulation);
    vi.spyOn(it.simulation, 'sync').mockImplementation(() => {
      durable.push(it.simulation.isDurable);
      sync();
    });
    await posted(it.meta(1), '/meta/app/usage_scenario', { app_name: 'temp', scenario: 'bulk_load' });
    expect([durable, it.simulation.isDurable]).toEqual([[false], true]);
  });

  test('chooses the usage scenario of a table', async () => {
    const scenario = { app_name: 'temp', scenario: 'bulk_load' };
    expect(await posted(it.meta(1), '/meta/app/usage_scenario', scenario)).toContain('"error":"ERR_OK"');
    expect(await json(it.meta(1), '/meta/app_envs?name=temp')).toEqual({
      'rocksdb.usage_scenario': 'bulk_load',
    });
  });
});
