import { describe, expect, test } from 'vitest';
import { openUniverse } from './universe.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));
const [H, S] = [bytes('user'), bytes('s')];

async function withTable() {
  const universe = openUniverse();
  await universe.createTable('onebox', 'temp', 1, 3);
  const { meta, data } = universe.clients('onebox');
  const table = data.table('temp');
  const { partitions } = await meta.queryConfig({ app_name: 'temp', partition_indices: [] });
  const decree = async () =>
    (await universe.control.showNode({ cluster: 'onebox', node: partitions[0]?.hp_primary ?? '' }))
      .replicas[0]?.last_committed_decree;
  return { universe, meta, table, decree, primary: partitions[0]?.hp_primary ?? '' };
}

describe('default_ttl', () => {
  test('gives records that have none their time to live; to others nothing', async () => {
    const { universe, table } = await withTable();
    await table.set(H, S, bytes('before'));
    await universe.setEnvs('onebox', 'temp', { default_ttl: '100' });
    await table.set(H, bytes('t'), bytes('after'));
    await table.set(H, bytes('u'), bytes('own'), 1000);
    const left = async (sortKey: Uint8Array) => (await table.ttl(H, sortKey)).reply?.ttl_seconds;
    expect([await left(S), await left(bytes('t')), await left(bytes('u'))]).toEqual([-1, 100, 1000]);
    await universe.seconds(101);
    expect((await table.get(H, bytes('t'))).error.text).toBe('not found');
  });

  test('what it gave is kept by every replica, whatever becomes of servers and of the env', async () => {
    const { universe, table, primary } = await withTable();
    await universe.setEnvs('onebox', 'temp', { default_ttl: '10000' });
    await table.set(H, S, bytes('v'));
    await universe.setEnvs('onebox', 'temp', { default_ttl: '0' });
    await universe.node('onebox', primary, 'kill');
    await universe.seconds(60);
    expect((await table.ttl(H, S)).reply?.ttl_seconds).toBeLessThan(10_000);
    expect((await table.ttl(H, S)).reply?.ttl_seconds).toBeGreaterThan(9000);
  });

  test('an env that is deleted goes on until the servers start anew', async () => {
    const { universe, table } = await withTable();
    await universe.setEnvs('onebox', 'temp', { default_ttl: '100' });
    await universe.deleteEnvs('onebox', 'temp', 'default_ttl');
    await table.set(H, S, bytes('v'));
    expect((await table.ttl(H, S)).reply?.ttl_seconds).toBe(100);
    await universe.configure('onebox', {});
    await universe.seconds(60);
    await table.set(H, S, bytes('v'));
    expect((await table.ttl(H, S)).reply?.ttl_seconds).toBe(-1);
  });
});

describe('atomic_idempotent', () => {
  test('atomic writes become plain ones; one that changes nothing uses no decree', async () => {
    const { universe, meta, table, decree } = await withTable();
    await meta.setAtomicIdempotent({ app_name: 'temp', atomic_idempotent: true });
    await universe.seconds(31);
    expect((await table.incr(H, S, 5n)).reply).toMatchObject({ error: 0, new_value: 5n });
    const before = await decree();
    const unmet = await table.checkAndSet(
      H,
      { sortKey: S, type: 'CT_VALUE_NOT_EXIST', returnValue: true },
      { sortKey: S, value: bytes('x') },
    );
    expect(unmet.reply).toMatchObject({ error: 13, decree: -1, check_value_exist: true });
    expect((await table.incr(H, S, 9_223_372_036_854_775_807n)).reply).toMatchObject({
      error: 4,
      decree: -1,
    });
    expect(await decree()).toBe(before);
    const done = await table.checkAndMutate(H, { sortKey: S, type: 'CT_VALUE_EXIST' }, [
      { put: bytes('t'), value: bytes('1') },
      { remove: S },
    ]);
    expect(done).toMatchObject({ passed: true, reply: { decree: (before ?? 0) + 1 } });
    expect(await universe.records('onebox', 'temp')).toEqual(['user|t|1']);
  });

  test('without it a check that does not hold uses a decree', async () => {
    const { table, decree } = await withTable();
    await table.incr(H, S, 1n);
    const before = (await decree()) ?? 0;
    await table.checkAndSet(H, { sortKey: S, type: 'CT_VALUE_NOT_EXIST' }, { sortKey: S, value: bytes('x') });
    expect(await decree()).toBe(before + 1);
  });
});

test('a table that wants no checkpoint kept for any time keeps the newest', async () => {
  const { universe } = await withTable();
  await universe.setEnvs('onebox', 'temp', {
    'rocksdb.checkpoint.reserve_min_count': '1',
    'rocksdb.checkpoint.reserve_time_seconds': '0',
  });
  await universe.write('onebox', 'temp', 10);
  // Every one makes a checkpoint when it next comes to that, and is read from it when it starts again.
  await universe.seconds(3 * 3600);
  await universe.configure('onebox', {});
  await universe.seconds(60);
  expect(await universe.records('onebox', 'temp')).toHaveLength(10);
});

describe('what an idle table does', () => {
  test.each([
    ['replication.empty_write_disabled', 0],
    ['replication.group_check_disabled', 0],
    ['replication.batch_write_disabled', 10],
  ])('%s', async (key, writes) => {
    const { universe, decree } = await withTable();
    await universe.configure('onebox', { [key]: 'true' });
    await universe.seconds(60);
    const before = (await decree()) ?? 0;
    await universe.seconds(1000);
    expect(((await decree()) ?? 0) - before).toBe(writes);
  });

  test('checkpoints: none where they are disabled, every hour or two otherwise', async () => {
    const durable = async (settings: Record<string, string>) => {
      const { universe, primary } = await withTable();
      await universe.configure('onebox', settings);
      await universe.seconds(3 * 3600);
      const { replicas } = await universe.control.showNode({ cluster: 'onebox', node: primary });
      return replicas[0]?.last_durable_decree ?? 0;
    };
    expect(await durable({ 'replication.checkpoint_disabled': 'true' })).toBeLessThan(5);
    expect(await durable({})).toBeGreaterThan(30);
  });
});
