import { describe, expect, test } from 'vitest';
import { openUniverse } from './universe.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));
const [H, S, V] = [bytes('user'), bytes('s'), bytes('v')];

async function withTable(partitions = 1, replicas = 1) {
  const universe = openUniverse();
  await universe.createTable('onebox', 'temp', partitions, replicas);
  const table = universe.clients('onebox').data.table('temp');
  const { meta } = universe.clients('onebox');
  await table.sortkeyCount(H);
  /** Tells how a request ended and how long it took, in milliseconds; 1 where nothing holds it up. */
  const timed = async (run: () => Promise<{ error: { text: string } }>) => {
    const before = meta.now();
    const { error } = await run();
    return [error.text, meta.now() - before] as const;
  };
  return {
    universe,
    table,
    set: (value = V, timeoutMs = 1000) => timed(() => table.set(H, S, value, 0, timeoutMs)),
    get: (timeoutMs = 1000) => timed(() => table.get(H, S, timeoutMs)),
    env: (key: string, value: string) => universe.setEnvs('onebox', 'temp', { [key]: value }),
  };
}

describe('replica.deny_client_request', () => {
  test.each([
    ['timeout*all', 'timeout', 'timeout'],
    ['timeout*write', 'timeout', 'not found'],
    ['timeout*read', 'success', 'timeout'],
    ['reconfig*all', 'timeout', 'timeout'],
    ['reconfig*write', 'timeout', 'not found'],
    ['reconfig*read', 'success', 'timeout'],
  ])('%s', async (value, write, read) => {
    const { universe, set, get, env } = await withTable();
    await env('replica.deny_client_request', value);
    expect((await get())[0]).toBe(read);
    expect((await set())[0]).toBe(write);
    await universe.deleteEnvs('onebox', 'temp', 'replica.deny_client_request');
    expect((await set())[0]).toBe('success');
    expect((await get())[0]).toBe('success');
  });

  test('a denied client waits as long as it said, or asks for another server again and again', async () => {
    const { set, env } = await withTable();
    await env('replica.deny_client_request', 'timeout*all');
    expect((await set())[1]).toBe(1001);
    await env('replica.deny_client_request', 'reconfig*all');
    expect((await set())[1]).toBe(1000);
  });
});

describe('throttling', () => {
  test('delays what is over, by no more than half of what the client waits', async () => {
    const { universe, set, env } = await withTable();
    await env('replica.write_throttling', '1*delay*100');
    const times = [];
    for (let i = 0; i < 4; i++) times.push(await set());
    expect(times.map(([, ms]) => ms)).toEqual([1, 1, 101, 101]);
    expect((await set(V, 50))[1]).toBe(26);
    await universe.seconds(1);
    expect((await set())[1]).toBe(1);
  });

  test('rejects what is over, after a while, without counting it', async () => {
    const { set, env } = await withTable();
    await env('replica.write_throttling', '1*reject*50');
    expect([await set(), await set(), await set(), await set()].map(([text]) => text)).toEqual([
      'success',
      'success',
      'app busy',
      'app busy',
    ]);
    expect(await set()).toEqual(['app busy', 51]);
  });

  test('a partition has its share, and one more', async () => {
    const { universe, set, env } = await withTable(4);
    await env('replica.write_throttling', '8*reject*0');
    await universe.seconds(1);
    const texts = [];
    for (let i = 0; i < 5; i++) texts.push((await set())[0]);
    expect(texts).toEqual(['success', 'success', 'success', 'app busy', 'app busy']);
  });

  test('of writes by size', async () => {
    const { universe, set, env } = await withTable();
    await env('replica.write_throttling_by_size', '10K*reject*0');
    await universe.seconds(1);
    const big = new Uint8Array(6000);
    expect([(await set(big))[0], (await set(big))[0], (await set())[0]]).toEqual([
      'success',
      'app busy',
      'success',
    ]);
  });

  test('of reads', async () => {
    const { universe, set, get, env } = await withTable();
    await set();
    await env('replica.read_throttling', '1*delay*100,2*reject*10');
    await universe.seconds(1);
    const seen = [];
    for (let i = 0; i < 4; i++) seen.push(await get());
    expect(seen).toEqual([
      ['success', 1],
      ['success', 1],
      ['success', 101],
      ['app busy', 11],
    ]);
  });

  test('of reads by size: a read may overdraw, those after it wait until that is made good', async () => {
    const { universe, set, get, env } = await withTable();
    await set(new Uint8Array(900));
    await env('replica.read_throttling_by_size', '1K');
    expect((await get())[0]).toBe('success');
    expect((await get())[0]).toBe('success');
    expect((await get())[0]).toBe('app busy');
    await universe.seconds(1);
    expect((await get())[0]).toBe('success');
  });
});

test('a write above max_allowed_write_size is refused for good', async () => {
  const { universe, set } = await withTable();
  expect((await set(new Uint8Array(1024 * 1024)))[0]).toBe('timeout');
  expect((await set(new Uint8Array(1024 * 1024 - 100)))[0]).toBe('success');
  await universe.configure('onebox', { 'replication.max_allowed_write_size': '0' });
  expect((await set(new Uint8Array(1024 * 1024), 5000))[0]).toBe('success');
});

test('a server may deny all clients from its start', async () => {
  const { universe, set, get } = await withTable();
  await universe.configure('onebox', { 'replication.deny_client_on_start': 'true' });
  expect((await get())[0]).toBe('timeout');
  expect((await set())[0]).toBe('timeout');
});

test('too few members for a write, enough for a read', async () => {
  const { universe, set, get } = await withTable(1, 1);
  await set();
  await universe.configure('onebox', { 'replication.mutation_2pc_min_replica_count': '2' });
  expect((await set())[0]).toBe('timeout');
  expect((await get())[0]).toBe('success');
});

test('who asks the wrong half of a split table is told so', async () => {
  const { set, env } = await withTable(3);
  expect((await set())[0]).toBe('success');
  await env('replica.split.validate_partition_hash', 'true');
  expect((await set())[0]).toBe('timeout');
});
