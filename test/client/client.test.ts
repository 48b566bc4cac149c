import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { connect, type Pegasus, PegasusError, type PegasusTable } from '../../src/client/index.ts';
import { type Served, served } from '../server/support/served.ts';

let cluster: Served;
let client: Pegasus;
let table: PegasusTable;

beforeAll(async () => {
  cluster = await served();
  client = connect([cluster.meta(2), cluster.meta(1)]);
  table = client.table('temp');
});

afterAll(async () => {
  await client.close();
  await cluster.stop();
});

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

test('a record is set, got, found and deleted; text and bytes alike', async () => {
  const key = Buffer.from([0xff, 0x00]);
  await table.set(key, 'sort', 'välue');
  expect(await table.get(key, Buffer.from('sort'))).toEqual(Buffer.from('välue'));
  expect(await table.exist(key, 'sort')).toBe(true);
  await table.del(key, 'sort');
  expect(await table.get(key, 'sort')).toBeUndefined();
  expect(await table.exist(key, 'sort')).toBe(false);
});

test('time to live', async () => {
  await table.set('ttl', 'forever', 'v');
  expect(await table.ttl('ttl', 'forever')).toBe(Number.POSITIVE_INFINITY);
  expect(await table.ttl('ttl', 'nothing')).toBeUndefined();
});

test('several records of a hash key', async () => {
  const sortKeys = Array.from({ length: 10 }, (_, at) => `s${at}`);
  await table.multiSet(
    'multi',
    sortKeys.map((sortKey) => ({ sortKey, value: sortKey })),
  );
  expect(await table.sortKeyCount('multi')).toBe(10);
  const keysOf = async (...what: Parameters<PegasusTable['multiGet']>) => {
    const { records, isComplete } = await table.multiGet(...what);
    return [records.map(({ sortKey }) => sortKey.toString()).join(), isComplete];
  };
  expect(await keysOf('multi', ['s3', 's1', 'none'])).toEqual(['s1,s3', true]);
  expect(await keysOf('multi', { start: 's2', stop: 's5' })).toEqual(['s2,s3,s4', true]);
  expect(
    await keysOf('multi', { start: 's2', startInclusive: false, stop: 's4', stopInclusive: true }),
  ).toEqual(['s3,s4', true]);
  expect(await keysOf('multi', { limit: 2, reverse: true })).toEqual(['s8,s9', false]);
  expect(await keysOf('multi', { sortKeyFilter: { type: 'postfix', pattern: '7' } })).toEqual(['s7', true]);
  await table.multiDel('multi', ['s0', 's1']);
  expect(await table.sortKeyCount('multi')).toBe(8);
});

test('atomic operations', async () => {
  expect(await table.incr('atomic', 'n')).toBe(1n);
  expect(await table.incr('atomic', 'n', 2n ** 62n)).toBe(2n ** 62n + 1n);
  await table.set('atomic', 'text', 'no number');
  await expect(table.incr('atomic', 'text')).rejects.toThrow('incr: invalid argument');
  const unset = { sortKey: 'made', value: 'once' };
  expect(await table.checkAndSet('atomic', 'made', 'CT_VALUE_NOT_EXIST', unset)).toEqual({
    done: true,
    value: undefined,
  });
  expect(await table.checkAndSet('atomic', 'made', 'CT_VALUE_NOT_EXIST', unset)).toEqual({
    done: false,
    value: Buffer.from('once'),
  });
  const changes = [{ put: 'a', value: '1' }, { remove: 'made' }];
  const { done } = await table.checkAndMutate('atomic', 'made', 'CT_VALUE_MATCH_PREFIX', changes, {
    operand: 'on',
  });
  expect(done).toBe(true);
  expect(await table.get('atomic', 'made')).toBeUndefined();
});

test('scans', async () => {
  for (let at = 0; at < 30; at++) {
    await table.multiSet(`scan${at}`, [
      { sortKey: 'a', value: 'x'.repeat(at) },
      { sortKey: 'b', value: '' },
    ]);
  }
  const one = await all(table.scanHashKey('scan7', { start: 'a', batchSize: 1 }));
  expect(one.map(({ sortKey }) => sortKey.toString())).toEqual(['a', 'b']);
  const hashKeyFilter = { type: 'prefix', pattern: 'scan' } as const;
  const found = await all(table.scan({ hashKeyFilter, batchSize: 7 }));
  expect(found).toHaveLength(60);
  const keys = await all(table.scan({ hashKeyFilter, keysOnly: true }));
  expect(new Set(keys.map(({ value }) => value.length))).toEqual(new Set([0]));
});

test('a scan may be left early, and is over on the server then', async () => {
  await table.multiSet(
    'early',
    [...'abcd'].map((sortKey) => ({ sortKey, value: '' })),
  );
  for await (const { sortKey } of table.scanHashKey('early', { batchSize: 1 })) {
    expect(sortKey.toString()).toBe('a');
    expect(openScans()).toBe(1);
    break;
  }
  expect(await table.exist('ttl', 'forever')).toBe(true);
  expect(openScans()).toBe(0);
});

test('the server reads the next records of a scan while somebody looks at these', async () => {
  await table.multiSet(
    'ahead',
    [...'abc'].map((sortKey) => ({ sortKey, value: '' })),
  );
  const before = batchesRead();
  const scan = table.scanHashKey('ahead', { batchSize: 1 });
  expect((await scan.next()).value?.sortKey.toString()).toBe('a');
  await vi.waitFor(() => expect(batchesRead()).toBe(before + 2));
  expect((await all(scan)).map(({ sortKey }) => sortKey.toString())).toEqual(['b', 'c']);
  expect(batchesRead()).toBe(before + 3);
});

function openScans(): number {
  return replicaServers().reduce((sum, { scans }) => sum + scans.size, 0);
}

function batchesRead(): number {
  const replicas = replicaServers().flatMap((server) => server.held());
  return replicas.reduce((sum, { requests }) => sum + requests.all().get('scan')!, 0);
}

function replicaServers() {
  const [onebox] = cluster.simulation.universe.clusters();
  return onebox!.runningReplicaServers();
}

test('keys of many hash keys are got at once', async () => {
  await table.set('batch1', 'a', '1');
  await table.set('batch2', 'b', '2');
  const keys = ['batch2', 'batch1', 'batch3'].map((hashKey, at) => ({ hashKey, sortKey: 'bac'[at]! }));
  const found = await table.batchGet(keys);
  expect(found.map((value) => value?.toString())).toEqual(['2', '1', undefined]);
  expect(await table.batchGet([])).toEqual([]);
  await expect(client.table('nowhere').batchGet(keys)).rejects.toThrow('batch_get: app not exist');
});

test('errors name the operation and what refused it', async () => {
  const failure = client.table('nowhere').get('a', 'b');
  await expect(failure).rejects.toThrow(PegasusError);
  await expect(failure).rejects.toMatchObject({ message: 'get: app not exist', code: -101 });
  await expect(table.multiSet('', [{ sortKey: 'a', value: 'b' }])).rejects.toMatchObject({ code: -202 });
  expect(() => connect('nobody')).toThrow('is not the address of a meta server');
});

test('what is aborted ends at once, with the reason', async () => {
  const reason = new Error('enough');
  await expect(table.get('a', 'b', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  const controller = new AbortController();
  const scan = table.scan({ batchSize: 1, signal: controller.signal });
  await scan.next();
  controller.abort(reason);
  await expect(scan.next()).rejects.toBe(reason);
});
