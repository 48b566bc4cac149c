import { describe, expect, test } from 'vitest';
import {
  type Progress,
  type Scope,
  type Side,
  verifyDuplication,
} from '../../src/operations/duplication-verify.ts';
import type { MetaClient } from '../../src/rpc/client/meta/index.ts';
import { RpcError } from '../../src/rpc/client/meta/index.ts';
import type { DataClient } from '../../src/rpc/client/replica/data.ts';
import { ofPegasusCode } from '../../src/rpc/client/replica/errors.ts';
import { ScanError } from '../../src/rpc/client/replica/scanner.ts';

type Contents = Readonly<Record<string, string>>;

interface FakeSide extends Side {
  data: DataClient;
  slept: number;
}

/** A table of `hash/sort` keys; `later` is what it holds after a sleep. */
function side(cluster: string, now: Contents, later: Contents = now): FakeSide {
  const made: FakeSide = {
    slept: 0,
    cluster,
    table: 't',
    meta: {
      sleep: async (ms: number) => {
        made.slept += ms;
      },
    } as unknown as MetaClient,
    data: {
      table: () => ({ fullScan: async () => [recordsOf(made.slept > 0 ? later : now)] }),
    } as unknown as DataClient,
  };
  return made;
}

/** One partition, all of which is shipped. */
const STILL = async (): Promise<Progress | undefined> => ({ committed: 5, shipped: 5 });

function verify(
  source: Side,
  follower: Side,
  scope: Scope = { share: 1 },
  progress = STILL,
  tell = (_: string): void => {},
) {
  return verifyDuplication({ source, follower, progress, scope, tell });
}

async function* recordsOf(contents: Contents) {
  for (const [key, text] of Object.entries(contents)) {
    const [hashKey = '', sortKey = ''] = key.split('/');
    const [value = '', expireTs = '0'] = text.split('@');
    yield {
      hashKey: Buffer.from(hashKey),
      sortKey: Buffer.from(sortKey),
      value: Buffer.from(value),
      expireTs: Number(expireTs),
    };
  }
}

test('equal tables, whatever the order, are read once', async () => {
  const source = side('A', { 'a/1': 'x', 'b/1': 'y' });
  expect(await verify(source, side('B', { 'b/1': 'y', 'a/1': 'x' }))).toEqual({
    source_records: 2,
    follower_records: 2,
    missing: 0,
    different: 0,
    surplus: 0,
    partitions: [
      { pidx: 0, decree: 5, source_records: 2, follower_records: 2, missing: 0, different: 0, surplus: 0 },
    ],
    differences: [],
  });
  expect(source.slept).toBe(0);
});

test('values, expiry times, and keys on one side only', async () => {
  const source = side('A', { 'a/1': 'x', 'a/2': 'x', 'a/3': 'x@9', 'a/4': 'x' });
  const report = await verify(source, side('B', { 'a/1': 'y', 'a/3': 'x@8', 'a/4': 'x', '/5': 'z' }));
  expect(report).toMatchObject({ missing: 1, different: 2, surplus: 1 });
  const shown = report.differences.map(
    ({ kind, hash_key, sort_key }) => `${kind} ${Buffer.from(hash_key)}/${Buffer.from(sort_key)}`,
  );
  expect(shown).toEqual(['different a/1', 'missing a/2', 'different a/3', 'surplus /5']);
});

test('a hash key and a sort key do not run into one another', async () => {
  const report = await verify(side('A', { 'ab/c': 'x' }), side('B', { 'a/bc': 'x' }));
  expect(report).toMatchObject({ missing: 1, surplus: 1 });
});

test('what was under way is no difference: a sync later the tables are compared again', async () => {
  const source = side('A', { 'a/1': 'x', 'a/2': 'x' }, { 'a/1': 'x', 'a/2': 'x', 'a/3': 'new' });
  const follower = side('B', { 'a/1': 'x' });
  follower.data = {
    table: () => ({
      fullScan: async () => [recordsOf({ 'a/1': 'x', ...(source.slept > 0 && { 'a/2': 'x' }) })],
    }),
  } as unknown as DataClient;
  const report = await verify(source, follower);
  expect(source.slept).toBe(10_000);
  expect(report).toMatchObject({ source_records: 3, missing: 0, differences: [] });
});

test('all differences are counted, twenty are listed', async () => {
  const many = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`a/${at}`, 'x']));
  const report = await verify(side('A', many), side('B', {}));
  expect(report.missing).toBe(50);
  expect(report.differences).toHaveLength(20);
});

describe('a side that cannot be read is named, with what Pegasus calls the reason', () => {
  const timedOut = new RpcError('ERR_TIMEOUT', 'RPC_CM_QUERY_PARTITION_CONFIG_BY_INDEX');
  test.each<[string, () => Promise<AsyncIterable<never>[]>]>([
    ['from the start', () => Promise.reject(timedOut)],
    ['amid a scan', async () => [scanThatFails()]],
  ])('%s', async (_, fullScan) => {
    const follower = side('B', {});
    follower.data = { table: () => ({ fullScan }) } as unknown as DataClient;
    await expect(verify(side('A', {}), follower)).rejects.toMatchObject({
      code: 'ERR_TIMEOUT',
      message: expect.stringContaining("table 't' of cluster B cannot be read"),
    });
  });

  function scanThatFails(): AsyncIterable<never> {
    const next = () => Promise.reject(new ScanError(ofPegasusCode('ERR_TIMEOUT')));
    return { [Symbol.asyncIterator]: () => ({ next }) };
  }
});

test('a sample is the same hash keys on both sides, and finds what is missing among them', async () => {
  const many = Object.fromEntries(Array.from({ length: 400 }, (_, at) => [`k${at}/s`, 'x']));
  const equal = await verify(side('A', many), side('B', many), { share: 0.25 });
  expect(equal).toMatchObject({ missing: 0, surplus: 0 });
  expect(equal.source_records).toBeGreaterThan(60);
  expect(equal.source_records).toBeLessThan(140);
  const half = await verify(side('A', many), side('B', {}), { share: 0.25 });
  expect(half.missing).toBe(equal.source_records);
});

test('a source that goes on is looked at again, and said not to have been at one decree', async () => {
  let committed = 5;
  const moving = async () => {
    committed += 1;
    return { committed, shipped: committed };
  };
  const source = side('A', { 'a/1': 'x' });
  const report = await verify(source, side('B', { 'a/1': 'x' }), { share: 1 }, moving);
  expect(source.slept).toBe(20_000);
  expect(report.partitions[0]?.decree).toBe(-1);
});

test('a follower that is behind is given a sync to catch up', async () => {
  let looks = 0;
  const catching = async () => {
    looks += 1;
    return { committed: 9, shipped: looks > 2 ? 9 : 7 };
  };
  const source = side('A', { 'a/1': 'x' });
  const report = await verify(source, side('B', { 'a/1': 'x' }), { share: 1 }, catching);
  expect(source.slept).toBe(10_000);
  expect(report.partitions[0]?.decree).toBe(9);
});

test('only the partitions that are asked for, and only those there are', async () => {
  const source = side('A', { 'a/1': 'x' });
  const report = await verify(source, side('B', { 'a/1': 'x' }), { share: 1, partitions: [0] });
  expect(report.partitions.map((one) => one.pidx)).toEqual([0]);
  await expect(verify(source, side('B', {}), { share: 1, partitions: [1] })).rejects.toMatchObject({
    code: 'ERR_OBJECT_NOT_FOUND',
    message: "table 't' has no partition 1: it has 0 to 0",
  });
});

test('a follower table that is not there is said to be so', async () => {
  const source = side('A', { 'a/1': 'x' });
  const follower = side('B', {});
  const data = {
    table: () => ({
      fullScan: () =>
        Promise.reject(new RpcError('ERR_OBJECT_NOT_FOUND', 'RPC_CM_QUERY_PARTITION_CONFIG_BY_INDEX')),
    }),
  } as unknown as DataClient;
  await expect(verify(source, { ...follower, data })).rejects.toMatchObject({
    code: 'ERR_OBJECT_NOT_FOUND',
    message: "there is no table 't' in cluster B",
    hint: 'pegsh -C B ls shows those there are',
  });
});

test('it is told how far it is: by partition, with every 10,000 records, and what is compared again', async () => {
  const many = Object.fromEntries(Array.from({ length: 10_001 }, (_, at) => [`a/${at}`, 'x']));
  const table = (...partitions: Contents[]) =>
    ({ table: () => ({ fullScan: async () => partitions.map(recordsOf) }) }) as unknown as DataClient;
  const source = { ...side('A', {}), data: table(many, { 'b/1': 'x' }) };
  const follower = { ...side('B', {}), data: table(many, {}) };
  const told: string[] = [];
  await verify(source, follower, { share: 1 }, STILL, (text) => told.push(text));
  expect(told).toEqual([
    'partition 0, 1 of 2: 0 records of A/t read',
    'partition 0, 1 of 2: 10000 records of A/t read',
    'partition 0, 1 of 2: 0 records of B/t read',
    'partition 0, 1 of 2: 10000 records of B/t read',
    'partition 1, 2 of 2: 0 records of A/t read',
    'compared again in 10 s: 1 of 2 partitions',
    '0 records of A/t read',
  ]);
});
