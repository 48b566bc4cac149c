import { describe, expect, test } from 'vitest';
import { RpcError } from '../../src/rpc/transport/transport.ts';
import { typed } from './support/cpp-shell.ts';
import { app, healthy, nodes } from './support/replies.ts';

type Values = Readonly<Record<string, number>>;

/** Servers whose metrics are these, at the first look and at the second, half a second later. */
function serving(entitiesOf: (node: number, look: number) => readonly object[]) {
  const looks = new Map<string, number>();
  return {
    get: (node: string) => {
      const look = looks.get(node) ?? 0;
      looks.set(node, look + 1);
      const body = {
        role: 'replica',
        timestamp_ns: look * 500_000_000,
        entities: entitiesOf(Number(node.at(-1)), look),
      };
      return { status: 200, body: JSON.stringify(body) };
    },
  };
}

function replica(table: number, pidx: number, values: Values) {
  const attributes = { table_id: String(table), partition_id: String(pidx) };
  return { type: 'replica', attributes, metrics: metrics(values) };
}

function metrics(values: Values) {
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}

const meta = {
  listApps: { err: 'ERR_OK', infos: [app(2, 'temp', 3)] },
  listNodes: nodes(true, true, true),
  queryConfig: healthy(2, 3),
};

describe('app_stat', () => {
  /** Partition i is led by node i + 1; every node counts for every partition. */
  const servers = () =>
    serving((node, look) =>
      [0, 1, 2].map((pidx) =>
        replica(2, pidx, {
          get_requests: look * node * 10,
          read_capacity_units: 100 + look * node,
          rdb_memtable_mem_usage_bytes: 65_536,
          rdb_total_sst_files: 2,
          rdb_block_cache_hit_count: 1,
          rdb_block_cache_total_count: 4,
        }),
      ),
    );

  test('what the primaries of a table tell: by the second, as it grew, as it is', async () => {
    const { out, sent } = await typed('app_stat -i 500', { meta, servers: servers() });
    const [titles, row, total] = out.split('\n').slice(1);
    const at = (line: string | undefined, title: string) =>
      line!
        .slice(0, titles!.indexOf(title) + title.length)
        .split(' ')
        .at(-1);
    const shown = ['GET', 'RCU', 'file_num', 'mem_tbl_mb', 'hit_rate'].map((title) => at(row, title));
    expect(shown).toEqual(['120.000', '6.000', '6', '0.188', '0.250']);
    expect(at(total, 'GET')).toBe('120.000');
    expect(total).toMatch(/^\(total:0\) /);
    expect(sent.filter(([method]) => method === 'get')[0]![2]).toMatch(
      /^\/metrics\?with_metric_fields=name,value&types=replica&metrics=get_requests,multi_get_requests,/,
    );
  });

  test('of each partition of a table', async () => {
    const { out, sent } = await typed('app_stat -a temp -i 500 -j', { meta, servers: servers() });
    const { app_stat } = JSON.parse(out);
    expect(Object.keys(app_stat)).toEqual(['0', '1', '2', '(total:2)']);
    expect(['0', '1', '2'].map((pidx) => app_stat[pidx].GET)).toEqual(['20.000', '40.000', '60.000']);
    expect(sent.find(([method]) => method === 'get')![2]).toContain('&attributes=table_id,2&metrics=');
  });

  test('without a table', async () => {
    const none = { ...meta, listApps: { err: 'ERR_OK', infos: [] } };
    expect((await typed('app_stat', { meta: none, servers: servers() })).out).toContain(
      '\n(total:18446744073709551615)',
    );
  });
});

describe('nodes', () => {
  const disk = (total: number, avail: number) => ({
    type: 'disk',
    attributes: {},
    metrics: metrics({ disk_capacity_total_mb: total, disk_capacity_avail_mb: avail }),
  });

  test('-u: in mebibytes and percent; zeros for one that is dead', async () => {
    const servers = serving(() => [
      { type: 'server', attributes: {}, metrics: metrics({ resident_mem_usage_mb: 152 }) },
      replica(1, 0, { rdb_memtable_mem_usage_bytes: 3_000_000 }),
      disk(100, 50),
      disk(300, 25),
    ]);
    const three = nodes(true, true, false);
    const alive = { ...three, infos: three.infos.slice(0, 2) };
    const listNodes = ({ status }: { status: string }) => (status === 'NS_ALIVE' ? alive : three);
    const { out } = await typed('nodes -u -j', { meta: { ...meta, listNodes }, servers });
    const { details } = JSON.parse(out);
    expect(details['localhost:34801']).toMatchObject({
      memused_res_mb: '152',
      mem_tbl_mb: '2',
      disk_avl_total_ratio: '19',
      disk_avl_min_ratio: '8',
    });
    expect(details['localhost:34803']).toMatchObject({ status: 'UNALIVE', disk_avl_min_ratio: '0' });
  });

  test('-q: by the second, capacity units as they grew, the slowest percent in milliseconds', async () => {
    const profiler = {
      type: 'profiler',
      attributes: { task_name: 'RPC_RRDB_RRDB_PUT' },
      metrics: [{ name: 'profiler_server_rpc_latency_ns', p99: 2_500_000 }],
    };
    const servers = serving((_, look) => [
      ...(look < 2
        ? [replica(1, 0, { put_requests: look * 7, write_capacity_units: look * 7 })]
        : [profiler]),
    ]);
    const { out } = await typed('nodes -q -i 500 -j', { meta, servers });
    expect(JSON.parse(out).details['localhost:34802']).toMatchObject({
      put_qps: '14.00',
      write_cu: '7.00',
      'put_p99(ms)': '2.50',
      get_qps: '0.00',
    });
  });
});

test('app_disk tells what no server told of', async () => {
  const servers = serving((node) =>
    node === 1
      ? [0, 1, 2].map((pidx) => replica(2, pidx, { rdb_total_sst_size_mb: 7, rdb_total_sst_files: 3 }))
      : [],
  );
  const { out, sent } = await typed('app_disk temp -d', { meta, servers });
  expect(sent.find(([method]) => method === 'get')?.[2]).toContain('attributes=table_id,2');
  expect(out).toContain('disk_used_for_primary_replicas(MB)  : 7.00 \n');
  expect(out).toContain('disk_used_for_all_replicas(MB)      : 21.00\n');
  expect(out).toContain('partitions not counted              : 2/3  \n');
  expect(out).toContain('replicas not counted                : 6/9  \n');
  expect(out).toContain(
    '0     3       3/3            localhost:34801(7,#3)  [localhost:34802(-,-),localhost:34803(-,-)]',
  );
});

test('app_disk shows six digits of a size, as a C++ stream does', async () => {
  const sizes = [12.3456789, 1234567.8, 0.00001234567];
  const servers = serving((node) =>
    node === 1
      ? sizes.map((size, pidx) => replica(2, pidx, { rdb_total_sst_size_mb: size, rdb_total_sst_files: 3 }))
      : [],
  );
  const { out } = await typed('app_disk temp -d', { meta, servers });
  for (const shown of ['12.3457', '1.23457e+06', '1.23457e-05']) expect(out).toContain(`34801(${shown},#3)`);
});

describe('a server that does not tell', () => {
  const servers = { get: new RpcError('ERR_NETWORK_FAILURE', 'GET') };

  test('ends the command', async () => {
    expect(await typed('nodes -u', { meta, servers })).toMatchObject({
      out: '',
      err: 'ERR_CURL_FAILED: ERROR: query resource metrics from node localhost:34801 failed, msg=ERR_NETWORK_FAILURE\n',
      exitCode: 1,
    });
  });

  test('says by its status why', async () => {
    const get = { status: 404, body: 'no \x07 such path' };
    expect(await typed('nodes -u', { meta, servers: { get } })).toMatchObject({
      out: '',
      err: 'ERR_HTTP_ERROR: ERROR: query resource metrics from node localhost:34801 failed, http_status=404 Not Found, msg=no \\x07 such path\n',
      exitCode: 1,
    });
  });

  test('is shown beside the others', async () => {
    const { out, exitCode } = await typed('server_stat -l localhost:34801', { servers });
    expect(JSON.parse(out)).toMatchObject({
      details: { 'localhost:34801': { acked: false } },
      failed_count: 1,
    });
    expect(exitCode).toBe(1);
  });
});

test('-q and -u of app_stat exclude each other', async () => {
  expect(await typed('app_stat -q -u')).toMatchObject({
    err: 'ERROR: only_qps and only_usage should not be set at the same time\n',
    exitCode: 2,
  });
});
