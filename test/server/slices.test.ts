import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { crc64 } from '../../src/rpc/idl/crc64.ts';
import { type HttpGetResponse, httpGet } from '../../src/rpc/idl/http.ts';
import type { QueryCfgResponse } from '../../src/rpc/idl/layer2.ts';
import * as methods from '../../src/rpc/idl/methods.ts';
import type { MultiGetRequest } from '../../src/rpc/idl/rrdb.ts';
import type { RpcMethod } from '../../src/rpc/method.ts';
import { AddressBook } from '../../src/server/addresses.ts';
import { type AnyMethod, type Reply, Service } from '../../src/server/service.ts';
import { makeTable, type Served, served, ThftClient } from './support/served.ts';

const RECORDS = 7600;

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
  const kvs = sortKeys.map((key) => ({ key, value: bytes('v') }));
  await client.call(methods.multiPut, { hash_key: HASH_KEY, kvs, expire_ts_seconds: 0 }, place);
});
afterAll(() => it.stop());

const NAMED: MultiGetRequest = {
  hash_key: HASH_KEY,
  sort_keys: sortKeys,
  max_kv_count: -1,
  max_kv_size: -1,
  no_value: false,
  start_sortkey: bytes(''),
  stop_sortkey: bytes(''),
  start_inclusive: true,
  stop_inclusive: false,
  sort_key_filter_type: 'FT_NO_FILTER',
  sort_key_filter_pattern: bytes(''),
  reverse: false,
};

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
    expect(reply).toMatchObject({ error: 0 });
    expect(reply.kvs.map(({ key }) => key)).toEqual(sortKeys);
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

test('so does a long page that comes as a call', async () => {
  await makeTable(it.simulation, 'wide', 200);
  const [node] = it.simulation.universe.cluster('onebox').record.replicas;
  const service = new Service(it.simulation, new AddressBook('127.0.0.1'), () => false);
  let answer = service.serve({ cluster: 'onebox', node: node! }, httpGet as AnyMethod, {
    code: httpGet.code,
    gpid: { app_id: 0, partition_index: 0 },
    body: { path: '/metrics?types=replica' },
    timeoutUs: 5_000_000,
    partitionHash: 0n,
  });
  let parts = 0;
  for (; answer.kind === 'postponed'; answer = answer.again()) parts++;
  expect(parts).toBeGreaterThan(3);
  const { value } = (answer as Reply).result!;
  expect(JSON.parse((value as HttpGetResponse).body).entities).toHaveLength(204);
});

test('what limits itself is one read', async () => {
  const reply = await client.call(methods.multiGet, { ...NAMED, max_kv_count: 600 }, place);
  expect(reply).toMatchObject({ error: 7, kvs: { length: 600 } });
});

test('a hash key without records has none, in one part', async () => {
  const keys = Array.from({ length: 100 }, (_, n) => bytes(`other${n}`));
  const hash_key = keys.find((key) => Number(crc64(key) % 4n) === place.pidx)!;
  expect(await client.call(methods.sortkeyCount, { hash_key }, place)).toMatchObject({ error: 0, count: 0 });
});
