import { get } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
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
      location: `http://${it.meta(1)}/meta/nodes?detail`,
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

  test('has no duplications of a table that has none', async () => {
    expect((await fetched(it.meta(1), '/meta/app/duplication?name=temp')).body).toBe('null');
    expect(await fetched(it.meta(1), '/meta/app/duplication?name=x')).toMatchObject({
      status: 404,
      body: 'ERR_APP_NOT_EXIST',
    });
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

  test('has metrics, chosen as Pegasus chooses them', async () => {
    const all = (await json(it.replica(1), '/metrics?types=server&metrics=total_replicas')) as {
      entities: unknown;
    };
    expect(all.entities).toEqual([
      { type: 'server', id: 'server', attributes: {}, metrics: [{ name: 'total_replicas', value: 4 }] },
    ]);
    expect((await fetched(it.replica(1), '/metrics?x=1')).body).toBe('{"error_message":"unknown field x=1"}');
    const text = (await fetched(it.replica(1), '/metrics?format=prometheus')).body;
    expect(text).toContain('# TYPE pegasus_total_replicas gauge\npegasus_total_replicas{');
  });

  test('says where nothing is', async () => {
    expect(await fetched(it.replica(1), '/meta/apps/')).toMatchObject({
      status: 404,
      body: 'service not found for "meta/apps"',
    });
    expect((await fetched(it.replica(1), '/metrics?types=a&types=b')).body).toBe(
      'failed to parse request: duplicate parameter: types',
    );
  });
});
