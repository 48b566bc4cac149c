import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerHttp } from '../../src/engine/http/answer.ts';
import { crc64 } from '../../src/rpc/idl/crc64.ts';
import { type HttpGetResponse, httpGet } from '../../src/rpc/idl/http.ts';
import type { QueryCfgResponse } from '../../src/rpc/idl/layer2.ts';
import * as methods from '../../src/rpc/idl/methods.ts';
import type { MultiGetRequest } from '../../src/rpc/idl/rrdb.ts';
import type { RpcMethod } from '../../src/rpc/method.ts';
import { openServed } from '../../src/rpc/transport/served.ts';
import type { Answer, Reply } from '../../src/server/answer.ts';
import { Pages } from '../../src/server/pages.ts';
import { multiGetRequest } from '../support/read-requests.ts';
import { makeTable, type Served, served, ThftClient } from './support/served.ts';

const NOWHERE = { app_id: 0, partition_index: 0 };
const RECORDS = 7600;
/** What one multi_get gives (`rocksdb_multi_get_max_iteration_count`). */
const MOST = 3000;

let it: Served;
let client: ThftClient;
let other: ThftClient;
let place: { appId: number; pidx: number };

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const HASH_KEY = bytes('h');
const sortKeys = Array.from({ length: RECORDS }, (_, at) => bytes(String(at).padStart(6, '0')));

beforeAll(async () => {
  it = await served();
  const meta = await ThftClient.connect(it.meta(1));
  const request = { app_name: 'temp', partition_indices: [] };
  const { app_id: appId, partitions } = (await meta.call(methods.queryConfig, request)) as QueryCfgResponse;
  place = { appId, pidx: Number(crc64(HASH_KEY) % 4n) };
  const { primary } = partitions[place.pidx]!;
  client = await ThftClient.connect(primary);
  other = await ThftClient.connect(primary);
  await put(HASH_KEY, sortKeys);
});
afterAll(() => it.stop());

async function put(hash_key: Uint8Array, keys: readonly Uint8Array[], expire_ts_seconds = 0): Promise<void> {
  const kvs = keys.map((key) => ({ key, value: bytes('v') }));
  await client.call(methods.multiPut, { hash_key, kvs, expire_ts_seconds }, place);
}

/** Others that belong to the same partition. */
function otherHashKey(name: string): Uint8Array {
  const keys = Array.from({ length: 100 }, (_, n) => bytes(`${name}${n}`));
  return keys.find((key) => Number(crc64(key) % 4n) === place.pidx)!;
}

const NAMED = multiGetRequest({ hash_key: HASH_KEY, sort_keys: sortKeys });

/** How many requests of another client were answered while one was. */
async function answeredMeanwhile<Q, R>(method: RpcMethod<Q, R>, request: Q) {
  let isDone = false;
  const asked = client.call(method, request, place).then((reply) => {
    isDone = true;
    return reply as R;
  });
  let others = 0;
  while (!isDone) {
    await other.call(methods.callCommand, { cmd: 'nosuch', arguments: [] });
    others++;
  }
  return { reply: await asked, others };
}

describe('a long read lets others have their turn, and answers as a whole', () => {
  test('sortkey_count', async () => {
    const { reply, others } = await answeredMeanwhile(methods.sortkeyCount, { hash_key: HASH_KEY });
    expect(reply).toMatchObject({ error: 0, count: RECORDS, app_id: 1 });
    expect(others).toBeGreaterThan(3);
  });

  test('multi_get of many sort keys', async () => {
    const { reply, others } = await answeredMeanwhile(methods.multiGet, NAMED);
    expect(reply).toMatchObject({ error: 7 });
    expect(reply.kvs.map(({ key }) => key)).toEqual(sortKeys.slice(0, MOST));
    expect(others).toBeGreaterThan(3);
  });

  test('batch_get of many keys', async () => {
    const keys = [...sortKeys, bytes('nosuch')].map((sort_key) => ({ hash_key: HASH_KEY, sort_key }));
    const { reply, others } = await answeredMeanwhile(methods.batchGet, { keys });
    expect(reply).toMatchObject({ error: 0 });
    expect(reply.data.map(({ sort_key }) => sort_key)).toEqual(sortKeys);
    expect(others).toBeGreaterThan(3);
  });
});

test('a long page is made, and comes as a call, in parts of which each is short', async () => {
  await makeTable(it.simulation, 'wide', 200);
  const [node] = it.simulation.universe.cluster('onebox').record.replicas;
  const path = '/metrics?types=replica';
  const { body } = answerHttp(
    it.simulation.universe.cluster('onebox'),
    node!,
    { url: path, method: 'GET', body: '' },
    (text) => text,
  );
  const pages = new Pages(it.simulation, () => false);
  const parts: HttpGetResponse[] = [];
  let postponed = 0;
  let answer: Answer | undefined = pages.begin({ status: 200, body });
  while (answer !== undefined) {
    for (; answer.kind === 'postponed'; answer = answer.again()) postponed++;
    const part = (answer as Reply).result!.value as HttpGetResponse;
    parts.push(part);
    answer = pages.goOn(part.rest ?? 0);
  }
  expect(postponed).toBeGreaterThan(parts.length);
  expect(parts.length).toBeGreaterThan(3);
  for (const part of parts) expect(part.body.length).toBeLessThan(80_000);
  const page = parts.map((part) => part.body).join('');
  expect(JSON.parse(page).entities).toHaveLength(204);

  const served = await openServed(it.control);
  const asked = { to: 'replica', server: node!, gpid: NOWHERE, partitionHash: 0n } as const;
  const before = it.simulation.universe.now;
  const reply = await served.transport('').call(httpGet, asked, { path }, 5000);
  expect(JSON.parse(reply.body).entities).toEqual(JSON.parse(page).entities);
  expect(it.simulation.universe.now - before).toBe(1000);
  served.close();

  const overHttp = await fetch(`http://${it.replica(1)}${path}`);
  expect(JSON.parse(await overHttp.text()).entities).toEqual(JSON.parse(page).entities);
});

describe('a multi_get of many sort keys', () => {
  const ask = (limits: Partial<MultiGetRequest>) =>
    client.call(methods.multiGet, { ...NAMED, ...limits }, place);

  test('is incomplete where a record is left that its limits have no room for', async () => {
    expect(await ask({ max_kv_count: 600 })).toMatchObject({ error: 7, kvs: { length: 600 } });
    expect(await ask({ max_kv_size: 7 * 600 })).toMatchObject({ error: 7, kvs: { length: 600 } });
    expect(await ask({ max_kv_size: 6 * 600, no_value: true })).toMatchObject({
      error: 7,
      kvs: { length: 600 },
    });
  });

  test('is complete where none is', async () => {
    const missing = Array.from({ length: 1000 }, (_, n) => bytes(`nosuch${n}`));
    const sort_keys = [...sortKeys.slice(0, MOST), ...missing];
    expect(await ask({ sort_keys })).toMatchObject({ error: 0, kvs: { length: MOST } });
    expect(await ask({ sort_keys, max_kv_count: MOST })).toMatchObject({ error: 0, kvs: { length: MOST } });
  });
});

describe('sortkey_count', () => {
  const count = (hash_key: Uint8Array) => client.call(methods.sortkeyCount, { hash_key }, place);

  test('of a hash key without records is 0', async () => {
    expect(await count(otherHashKey('none'))).toMatchObject({ error: 0, count: 0 });
  });

  test('is counted by who looks for hot keys', async () => {
    const pid = { app_id: place.appId, partition_index: place.pidx };
    const detect = (action: 'START' | 'STOP') =>
      client.call(methods.detectHotkey, { type: 'READ', action, pid });
    expect(await detect('START')).toMatchObject({ err: 'ERR_OK' });
    expect(await count(HASH_KEY)).toMatchObject({ error: 0, count: RECORDS });
    expect(await detect('STOP')).toMatchObject({ err: 'ERR_OK' });
  });

  test('goes on behind more expired records than one read looks at', async () => {
    const hash_key = otherHashKey('expired');
    await put(hash_key, sortKeys.slice(0, MOST + 500), 1);
    await put(hash_key, sortKeys.slice(-2));
    expect(await count(hash_key)).toMatchObject({ error: 0, count: 2 });
  });
});
