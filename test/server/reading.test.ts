import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answerCommand } from '../../src/engine/remote-commands/index.ts';
import { crc64 } from '../../src/rpc/idl/crc64.ts';
import type { QueryCfgResponse } from '../../src/rpc/idl/layer2.ts';
import * as methods from '../../src/rpc/idl/methods.ts';
import { dial, type Served, served, ThftClient } from './support/served.ts';

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const HASH_KEY = bytes('h');
const MiB = 1024 * 1024;

let it: Served;
let primary: string;
let place: { appId: number; pidx: number };

beforeEach(async () => {
  let nowMs = 0;
  // Each look at the clock says that the turn is over.
  it = await served({ now: () => (nowMs += 10) });
  const meta = await ThftClient.connect(it.meta(1));
  const request = { app_name: 'temp', partition_indices: [] };
  const { app_id: appId, partitions } = (await meta.call(methods.queryConfig, request)) as QueryCfgResponse;
  place = { appId, pidx: Number(crc64(HASH_KEY) % 4n) };
  primary = partitions[place.pidx]!.primary;
});
afterEach(() => it.stop());

const multiPut = (records: number) => ({
  hash_key: HASH_KEY,
  kvs: Array.from({ length: records }, (_, at) => ({ key: bytes(`s${at}`), value: bytes('v') })),
  expire_ts_seconds: 0,
});

const closedConnections = () =>
  it.events.flatMap((event) => (event.event === 'connection-closed' ? [event.reason] : []));

describe('a long request', () => {
  test('is read while others have their turn', async () => {
    const [client, other] = [await ThftClient.connect(primary), await ThftClient.connect(primary)];
    let isDone = false;
    const elsewhere = { appId: 99, pidx: 0 };
    const asked = client.call(methods.multiPut, multiPut(3000), elsewhere).then((reply) => {
      isDone = true;
      return reply;
    });
    let others = 0;
    while (!isDone) {
      await other.call(methods.callCommand, { cmd: 'nosuch', arguments: [] });
      others++;
    }
    expect(await asked).toBe('ERR_OBJECT_NOT_FOUND');
    expect(others).toBeGreaterThan(3);
  });

  test('comes before what its connection sent after it', async () => {
    const client = await ThftClient.connect(primary);
    const put = client.call(methods.multiPut, multiPut(3000), place);
    const count = client.call(methods.sortkeyCount, { hash_key: HASH_KEY }, place);
    expect(await put).toMatchObject({ error: 0 });
    expect(await count).toMatchObject({ error: 0, count: 3000 });
  });
});

describe('a request that is too large', () => {
  test('and a write is refused unread', async () => {
    const name = methods.put.code;
    const call = Buffer.from([0x80, 1, 0, 1, 0, 0, 0, name.length, ...Buffer.from(name), 0, 0, 0, 1]);
    const header = Buffer.alloc(48);
    header.write('THFT');
    header.writeInt32BE(48, 8);
    header.writeUInt32BE(call.length + 2 * MiB, 16);
    header.writeInt32BE(place.appId, 24);
    header.writeInt32BE(place.pidx, 28);
    const socket = await dial(primary);
    const answered = once(socket, 'data') as Promise<[Buffer]>;
    socket.write(Buffer.concat([header, call, Buffer.alloc(2 * MiB, 0xff)]));
    const [reply] = await answered;
    expect(reply.toString('latin1')).toContain('ERR_INVALID_DATA');
    expect(closedConnections()).toEqual([]);
    socket.destroy();
  });

  test('and a read ends the connection', async () => {
    const client = await ThftClient.connect(primary);
    void client.call(methods.ttl, { key: new Uint8Array(8 * MiB + 1) }, place);
    await client.closed;
    expect(closedConnections()).toEqual(['RPC_RRDB_RRDB_TTL of 8388617 bytes, over the limit of 8388608']);
  });

  test('and one of an administrator ends the connection', async () => {
    const client = await ThftClient.connect(it.meta(1));
    const keys = Array<string>(10_000).fill('default_ttl');
    void client.call(methods.updateAppEnv, {
      app_name: 'temp',
      op: 'APP_ENV_OP_SET',
      keys,
      values: keys.map(() => '0'),
    });
    await client.closed;
    expect(closedConnections()).toEqual(['RPC_CM_UPDATE_APP_ENV of 200039 bytes, over the limit of 65536']);
  });
});

test('nothing is repeated for as long as a client may say that it waits', async () => {
  const cluster = it.simulation.universe.cluster('onebox');
  const [node] = cluster.record.replicas;
  const repeat = { cmd: 'repeat', arguments: ['1', '0', 'replica.mem-release-max-reserved-percentage'] };
  const served = it.simulation.change(() => answerCommand(cluster, node!, repeat, Number.MAX_SAFE_INTEGER));
  while (it.simulation.isMidway) it.simulation.goOn();
  expect(served).toMatchObject({ err: 'ERR_TIMEOUT' });
  expect((served as { late: () => unknown }).late()).toBeUndefined();
});

test('a key that is long, and no UTF-8, is found', async () => {
  const client = await ThftClient.connect(primary);
  const sort_key = new Uint8Array(100_000).fill(0xff);
  const kvs = [{ key: sort_key, value: bytes('v') }];
  await client.call(methods.multiPut, { hash_key: HASH_KEY, kvs, expire_ts_seconds: 0 }, place);
  const keys = [{ hash_key: HASH_KEY, sort_key }];
  expect(await client.call(methods.batchGet, { keys }, place)).toMatchObject({
    error: 0,
    data: [{ value: bytes('v') }],
  });
});
