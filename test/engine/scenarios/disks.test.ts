import { describe, expect, test } from 'vitest';
import { lastingFault } from '../../../src/rpc/client/lasting-fault.ts';
import * as methods from '../../../src/rpc/idl/methods.ts';
import { openUniverse } from './universe.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));

function open() {
  const universe = openUniverse();
  const transport = universe.engine.transport('onebox');
  const target = (server: string) =>
    ({ to: 'replica', server, gpid: { app_id: 0, partition_index: 0 }, partitionHash: 0n }) as const;
  const SERVER = 'localhost:34801';
  return {
    universe,
    disks: (app_name = '') =>
      transport.call(methods.queryDiskInfo, target(SERVER), { node1: '127.0.0.1:34801', app_name }, 5000),
    addDisk: (disk_str: string) => transport.call(methods.addNewDisk, target(SERVER), { disk_str }, 5000),
  };
}

describe('query_disk_info', () => {
  test('tells what the disks held when they were measured last: nothing in the first ten minutes', async () => {
    const { universe, disks } = open();
    await universe.createTable('onebox', 'temp', 4, 3);
    expect(await disks()).toMatchObject({
      err: 'ERR_OK',
      total_capacity_mb: 102_400,
      disk_infos: [{ tag: 'default', disk_capacity_mb: 102_400, holding_primary_replicas: new Map() }],
    });
    await universe.seconds(600);
    const [disk] = (await disks()).disk_infos;
    const held =
      (disk?.holding_primary_replicas.get(1)?.size ?? 0) +
      (disk?.holding_secondary_replicas.get(1)?.size ?? 0);
    expect(held).toBe(4);
  });

  test('what changed since the last measurement does not show', async () => {
    const { universe, disks } = open();
    await universe.createTable('onebox', 'temp', 4, 3);
    await universe.seconds(600);
    const before = await disks();
    await universe.createTable('onebox', 'other', 4, 3);
    await universe
      .clients('onebox')
      .meta.dropApp({ app_name: 'temp', options: { success_if_not_exist: false } });
    await universe.seconds(60);
    expect(await disks()).toEqual(before);
    await universe.seconds(600);
    const [disk] = (await disks()).disk_infos;
    expect([...(disk?.holding_secondary_replicas.keys() ?? [])]).not.toContain(1);
  });

  test('how large they are is as they were measured last, too', async () => {
    const { universe, disks } = open();
    const resize = (value: string) =>
      universe.control.setConfig({ name: 'onebox', key: 'pegsh.disk_capacity_mb', value });
    const shown = async () => {
      const { total_capacity_mb, total_available_mb } = await disks();
      return [total_capacity_mb, total_available_mb];
    };
    await resize('20');
    expect(await shown()).toEqual([102_400, 102_400]);
    await universe.seconds(600);
    expect(await shown()).toEqual([20, 20]);
    await resize('1000');
    expect(await shown()).toEqual([20, 20]);
    await universe.seconds(600);
    expect(await shown()).toEqual([1000, 1000]);
  });

  test('of one table; of one that is not here', async () => {
    const { universe, disks } = open();
    await universe.createTable('onebox', 'temp', 4, 3);
    await universe.createTable('onebox', 'other', 4, 3);
    await universe.seconds(600);
    const [disk] = (await disks('other')).disk_infos;
    expect([...(disk?.holding_secondary_replicas.keys() ?? [])]).toEqual([2]);
    expect((await disks('nosuch')).err).toBe('ERR_OBJECT_NOT_FOUND');
  });
});

test('new replicas go where there are fewest, of their table first', async () => {
  const { universe, disks } = open();
  await universe.configure('onebox', { 'replication.data_dirs': 'a:/disk1,b:/disk2' });
  await universe.createTable('onebox', 'temp', 4, 3);
  await universe.createTable('onebox', 'one', 1, 3);
  await universe.seconds(600);
  const { disk_infos, total_capacity_mb } = await disks();
  const held = disk_infos.map(
    ({ tag, full_dir, holding_primary_replicas: p, holding_secondary_replicas: s }) => {
      const of = (appId: number) => (p.get(appId)?.size ?? 0) + (s.get(appId)?.size ?? 0);
      return [tag, full_dir, of(1), of(2)];
    },
  );
  expect(held).toEqual([
    ['a', '/disk1/replica/reps', 2, 1],
    ['b', '/disk2/replica/reps', 2, 0],
  ]);
  expect(total_capacity_mb).toBe(204_800);
});

test('a disk is added until the next start; what is no new disk is refused', async () => {
  const { universe, addDisk, disks } = open();
  const tags = async () => (await disks()).disk_infos.map(({ tag }) => tag);
  expect(await addDisk('x:/new')).toEqual({ err: 'ERR_OK' });
  expect(await tags()).toEqual(['default', 'x']);
  expect(await addDisk('x:/other')).toEqual({
    err: 'ERR_NODE_ALREADY_EXIST',
    err_hint: 'data_dir(/other/replica/reps) tag(x) already exist',
  });
  expect(await addDisk('nonsense')).toEqual({
    err: 'ERR_INVALID_PARAMETERS',
    err_hint: 'invalid str(nonsense), err_msg: invalid data_dir item(nonsense) in config',
  });
  expect((await addDisk('y:/d,y:/e')).err_hint).toBe(
    'invalid str(y:/d,y:/e), err_msg: dir(/e) and dir(/d) have same tag(y)',
  );
  await universe.node('onebox', 'replica1', 'restart');
  await universe.seconds(5);
  expect(await tags()).toEqual(['default']);
});

test('one disk that fails to read is not used any more, the others are', async () => {
  const universe = openUniverse();
  await universe.cluster('A', 1);
  await universe.configure('A', { 'replication.data_dirs': 'a:/disk1,b:/disk2' });
  await universe.createTable('A', 'one', 1, 1);
  await universe.createTable('A', 'two', 1, 1);
  await universe.set('A', 'one', 'k', '1');
  await universe.clients('A').meta.controlMeta({ level: 'fl_freezed' });
  await universe.control.addFault({ ...lastingFault('A', 'disk_read_fail', 'replica1'), for_us: 1_000_000 });
  expect(await universe.get('A', 'one', 'k')).not.toBe('1');
  await universe.seconds(2);
  expect(await universe.set('A', 'two', 'k', '2')).toBe('success');
});

describe('a disk with too little room', () => {
  async function full() {
    const { universe } = open();
    await universe.createTable('onebox', 'temp', 1, 1);
    const table = universe.clients('onebox').data.table('temp');
    const set = async (size: number) =>
      (await table.set(bytes('h'), bytes('s'), new Uint8Array(size))).error.text;
    await set(100_000);
    await universe.control.setConfig({ name: 'onebox', key: 'pegsh.disk_capacity_mb', value: '1' });
    return { universe, set, get: async () => (await table.get(bytes('h'), bytes('s'))).error.text };
  }

  test('takes no writes from its next measurement on, and goes on to be read', async () => {
    const { universe, set, get } = await full();
    expect(await set(1)).toBe('success');
    await universe.seconds(600);
    expect([await set(1), await get()]).toEqual(['disk insufficient', 'success']);
    await universe.control.setConfig({ name: 'onebox', key: 'pegsh.disk_capacity_mb', value: '1000' });
    expect(await set(1)).toBe('disk insufficient');
    await universe.seconds(600);
    expect(await set(1)).toBe('success');
  });

  test('is found when its server starts', async () => {
    const { universe, set, get } = await full();
    for (const node of ['replica1', 'replica2', 'replica3']) await universe.node('onebox', node, 'restart');
    await universe.seconds(10);
    expect([await set(1), await get()]).toEqual(['disk insufficient', 'success']);
  });

  test('takes no new replica; without another one the table is not led', async () => {
    const { universe } = open();
    await universe.control.addFault(lastingFault('onebox', 'disk_full', 'onebox'));
    await universe.createTable('onebox', 'temp', 1, 1);
    await universe.seconds(60);
    const { meta } = universe.clients('onebox');
    const primary = async () =>
      (await meta.queryConfig({ app_name: 'temp', partition_indices: [] })).partitions[0]?.hp_primary ?? '';
    expect(await primary()).toBe('');
    await universe.control.clearFaults({});
    await universe.seconds(20);
    expect(await primary()).not.toBe('');
  });

  test('takes them all the same where the cluster says so', async () => {
    const { universe, set } = await full();
    await universe.seconds(600);
    const key = 'replication.reject_write_when_disk_insufficient';
    await universe.control.setConfig({ name: 'onebox', key, value: 'false' });
    expect(await set(1)).toBe('success');
  });

  test('of a secondary alone: the client hears that all is well, and nothing was written', async () => {
    const { universe } = open();
    await universe.createTable('onebox', 'temp', 1, 3);
    const { meta, data } = universe.clients('onebox');
    const table = data.table('temp');
    const { partitions } = await meta.queryConfig({ app_name: 'temp', partition_indices: [] });
    const [secondary] = partitions[0]?.hp_secondaries ?? [];
    await universe.control.addFault(lastingFault('onebox', 'disk_full', secondary ?? ''));
    const answer = await table.set(bytes('h'), bytes('t'), bytes('v'));
    expect(answer).toMatchObject({ error: { code: 0 }, reply: { app_id: 0, decree: 0, server: '' } });
    expect((await table.get(bytes('h'), bytes('t'))).error.text).toBe('not found');
  });
});
