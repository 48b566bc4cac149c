import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { crc64 } from '../../src/rpc/idl/crc64.ts';
import type { QueryCfgResponse } from '../../src/rpc/idl/layer2.ts';
import * as methods from '../../src/rpc/idl/methods.ts';
import type { BatchGetResponse, MultiGetRequest, MultiGetResponse } from '../../src/rpc/idl/rrdb.ts';
import type { ScanResponse } from '../../src/rpc/idl/scan.ts';
import { Few } from '../../src/server/few.ts';
import type { Limits } from '../../src/server/server.ts';
import { getScannerRequest, multiGetRequest } from '../support/read-requests.ts';
import { dial, makeTable, type Served, served, ThftClient, thftRequest } from './support/served.ts';

const MEBIBYTE = 1024 * 1024;
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const HASH_KEY = bytes('h');

let it: Served;
let primary: string;
let place: { appId: number; pidx: number };
let client: ThftClient;

/** A server whose table has `count` records of one hash key, `s0` …, with so many bytes each. */
async function servedWith(count: number, size: number, limits: Partial<Limits> = {}): Promise<void> {
  it = await served({ limits });
  const meta = await ThftClient.connect(it.meta(1));
  const config = await meta.call(methods.queryConfig, { app_name: 'temp', partition_indices: [] });
  const { app_id: appId, partitions } = config as QueryCfgResponse;
  place = { appId, pidx: Number(crc64(HASH_KEY) % 4n) };
  primary = partitions[place.pidx]!.primary;
  client = await ThftClient.connect(primary);
  for (let at = 0; at < count; at++) {
    const kvs = [{ key: bytes(`s${at}`), value: new Uint8Array(size).fill(at) }];
    await client.call(methods.multiPut, { hash_key: HASH_KEY, kvs, expire_ts_seconds: 0 }, place);
  }
}

afterEach(async () => {
  vi.restoreAllMocks();
  await it?.stop();
});

const reasons = (kind: string): string[] =>
  it.events.flatMap((event) => (event.event === kind ? [(event as { reason: string }).reason] : []));

const named = (times: number): MultiGetRequest =>
  multiGetRequest({ hash_key: HASH_KEY, sort_keys: Array<Uint8Array>(times).fill(bytes('s0')) });

const batch = (times: number) => ({
  keys: Array.from({ length: times }, () => ({ hash_key: HASH_KEY, sort_key: bytes('s0') })),
});

/** A client that asks and takes nothing of what it is answered. */
async function deaf(address: string, request: Buffer | string): Promise<Socket> {
  const socket = await dial(address);
  socket.pause();
  socket.on('error', () => {});
  socket.write(request);
  return socket;
}

test('what names one record again and again has an answer with an end', async () => {
  const size = 1_000_000;
  await servedWith(1, size);
  const all = (await client.call(methods.batchGet, batch(60), place)) as BatchGetResponse;
  expect([all.error, all.data.length]).toEqual([0, 60]);
  expect(await client.call(methods.batchGet, batch(10_000), place)).toMatchObject({ error: 7, data: [] });
  const some = (await client.call(methods.multiGet, named(2000), place)) as MultiGetResponse;
  expect([some.error, some.kvs.length]).toEqual([7, Math.ceil((64 * MEBIBYTE) / (size + 2))]);
  expect(reasons('answer-cut')).toEqual([
    'RPC_RRDB_RRDB_BATCH_GET: its answer has more than 64 MiB',
    'RPC_RRDB_RRDB_MULTI_GET: its answer has more than 64 MiB',
  ]);
});

test('a batch of a scan of long records is short, and the scan goes on', async () => {
  await servedWith(20, 1_000_000);
  const found: number[] = [];
  const everything = getScannerRequest({ batch_size: 1000 });
  let reply = (await client.call(methods.getScanner, everything, place)) as ScanResponse;
  for (;;) {
    found.push(reply.kvs.length);
    if (reply.context_id < 0) break;
    reply = (await client.call(methods.nextScan, { context_id: reply.context_id }, place)) as ScanResponse;
  }
  expect(found).toEqual([9, 9, 2]);
});

test('who does not take one long answer has no more of them made', async () => {
  await servedWith(1, 60_000);
  let parts = 0;
  const admit = it.simulation.admit.bind(it.simulation);
  vi.spyOn(it.simulation, 'admit').mockImplementation((isBack) => {
    parts++;
    return admit(isBack);
  });
  const other = await ThftClient.connect(it.meta(1));
  const request = thftRequest(methods.multiGet, named(1000), place);
  const socket = await deaf(primary, Buffer.concat(Array<Buffer>(20).fill(request)));
  let before: number;
  do {
    before = parts;
    for (let n = 0; n < 50; n++)
      await other.call(methods.negotiate, { status: 'SASL_LIST_MECHANISMS', msg: bytes('') });
  } while (parts > before);
  // Of 42 parts each.
  expect(parts).toBeGreaterThan(40);
  expect(parts).toBeLessThan(42 * 5);
  socket.destroy();
});

test('who has taken nothing for longest loses its connection when all is too much', async () => {
  await servedWith(12, 1_000_000, { unsentBytes: 40 * MEBIBYTE });
  const request = thftRequest(methods.multiGet, named(0), place);
  const sockets: Socket[] = [];
  for (let n = 0; n < 6; n++) {
    sockets.push(await deaf(primary, Buffer.concat([request, request, request])));
    // Reads 12 MB in between.
    const reply = (await client.call(methods.multiGet, named(0), place)) as MultiGetResponse;
    expect(reply.kvs).toHaveLength(12);
  }
  const closed = reasons('connection-closed');
  expect(closed.length).toBeGreaterThan(0);
  expect(closed.length).toBeLessThan(6);
  for (const reason of closed) expect(reason).toMatch(/does not take what it asked for: \d+ MiB, of \d+ MiB/);
  for (const socket of sockets) socket.destroy();
});

test('pages that nobody takes are not made without end', async () => {
  it = await served({ limits: { unsentBytes: 4 * MEBIBYTE } });
  await makeTable(it.simulation, 'wide', 200);
  const asked = 'GET /metrics?types=replica HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(500);
  const socket = await deaf(it.replica(1), asked);
  await once(socket.resume(), 'close');
  expect(reasons('connection-closed')).toEqual([expect.stringMatching(/does not take what it asked for/)]);
});

test('few do what takes much memory, in their order, and nobody who has left', () => {
  const few = new Few(2);
  const done: string[] = [];
  const [a, b, c, d, e] = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name }));
  for (const who of [a, b, c, d, e]) few.enter(who!, () => done.push(who!.name));
  expect(done).toEqual(['a', 'b']);
  few.enter(a!, () => done.push('a again'));
  few.leave(d!);
  few.leave(b!);
  expect(done).toEqual(['a', 'b', 'a again', 'c']);
  few.leave(b!);
  few.leave(a!);
  expect(done).toEqual(['a', 'b', 'a again', 'c', 'e']);
});

test('one long answer at a time is enough for all, be one of them not taken', async () => {
  await servedWith(3, 60_000, { longMessages: 1 });
  const request = thftRequest(methods.multiGet, named(1000), place);
  const socket = await deaf(primary, Buffer.concat(Array<Buffer>(5).fill(request)));
  const others = await Promise.all([1, 2, 3].map(() => ThftClient.connect(primary)));
  const replies = await Promise.all(others.map((one) => one.call(methods.multiGet, named(100), place)));
  for (const reply of replies) expect((reply as MultiGetResponse).kvs).toHaveLength(100);
  socket.destroy();
  await once(socket, 'close');
});
