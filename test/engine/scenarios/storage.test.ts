/** ZooKeeper does not answer a meta server: what is to be stored waits. */
import { describe, expect, test } from 'vitest';
import { lastingFault } from '../../../src/rpc/client/lasting-fault.ts';
import { openUniverse } from './universe.ts';

type Universe = ReturnType<typeof openUniverse>;

async function silence(universe: Universe, seconds = 0) {
  const silent = lastingFault('A', 'zookeeper_timeout', 'A/meta1');
  await universe.control.addFault({ ...silent, for_us: seconds * 1_000_000 });
}

async function withTable() {
  const universe = openUniverse();
  await universe.cluster('A', 3);
  await universe.createTable('A', 't', 2, 3);
  await universe.write('A', 't', 10);
  return { universe, meta: universe.clients('A').meta };
}

const TIMEOUT = { code: 'ERR_TIMEOUT' };
const options = {
  partition_count: 2,
  replica_count: 3,
  success_if_exist: true,
  app_type: 'pegasus',
  is_stateful: true,
  envs: new Map<string, string>(),
};
const dropIt = { success_if_not_exist: false };

describe('tables on their way', () => {
  test('a table that is being made is busy, and there when the storage answers', async () => {
    const { universe, meta } = await withTable();
    await silence(universe);
    await expect(meta.createApp({ app_name: 'new', options })).rejects.toMatchObject(TIMEOUT);
    const busy = { err: 'ERR_BUSY_CREATING' };
    expect(await meta.createApp({ app_name: 'new', options })).toMatchObject(busy);
    expect(await meta.dropApp({ app_name: 'new', options: dropIt })).toMatchObject(busy);
    expect(await meta.queryConfig({ app_name: 'new', partition_indices: [] })).toMatchObject(busy);
    expect(await meta.renameApp({ old_app_name: 'new', new_app_name: 'newer' })).toEqual({
      ...busy,
      hint_message: "ERROR: app(new) status can't execute rename.",
    });
    expect(await meta.setMaxReplicaCount({ app_name: 'new', max_replica_count: 2 })).toMatchObject({
      err: 'ERR_INVALID_STATE',
      hint_message: 'app(new) is not in available status',
    });
    expect(await meta.queryPartitionSplit({ app_name: 'new' })).toMatchObject({
      err: 'ERR_APP_DROPPED',
      hint_msg: 'app(new) dropped',
    });
    const pause = { app_name: 'new', control_type: 'PAUSE', parent_pidx: -1 } as const;
    expect(await meta.controlPartitionSplit(pause)).toEqual({
      err: 'ERR_APP_DROPPED',
      hint_msg: 'app dropped',
    });
    await universe.control.clearFaults({});
    await universe.seconds(30);
    await universe.write('A', 'new', 5);
    expect(await universe.records('A', 'new')).toHaveLength(5);
  });

  test('a table that is being dropped is busy, and serves until it is', async () => {
    const { universe, meta } = await withTable();
    await silence(universe);
    await expect(meta.dropApp({ app_name: 't', options: dropIt })).rejects.toMatchObject(TIMEOUT);
    const busy = { err: 'ERR_BUSY_DROPPING' };
    expect(await meta.dropApp({ app_name: 't', options: dropIt })).toMatchObject(busy);
    expect(await meta.createApp({ app_name: 't', options })).toMatchObject(busy);
    expect(await meta.recallApp({ app_id: 1, new_app_name: '' })).toMatchObject(busy);
    const env = { app_name: 't', op: 'APP_ENV_OP_SET', keys: ['default_ttl'], values: ['1'] } as const;
    expect(await meta.updateAppEnv({ ...env, keys: [...env.keys], values: [...env.values] })).toEqual({
      ...busy,
      hint_message: 'app is being dropped',
    });
    await universe.control.clearFaults({});
    expect((await meta.listApps({ status: 'AS_DROPPED' })).infos).toHaveLength(1);
    await silence(universe);
    await expect(meta.recallApp({ app_id: 1, new_app_name: '' })).rejects.toMatchObject(TIMEOUT);
    expect(await meta.recallApp({ app_id: 1, new_app_name: '' })).toMatchObject({ err: 'ERR_BUSY_CREATING' });
    await universe.control.clearFaults({});
    await universe.seconds(60);
    expect(await universe.records('A', 't')).toHaveLength(10);
  });

  test('a new name is in force at once', async () => {
    const { universe, meta } = await withTable();
    await silence(universe);
    const renamed = { err: 'ERR_OK', hint_message: '' };
    expect(await meta.renameApp({ old_app_name: 't', new_app_name: 'u' })).toEqual(renamed);
    expect(await universe.records('A', 'u')).toHaveLength(10);
  });

  test('a reply that is late comes within the time of its client', async () => {
    const { universe, meta } = await withTable();
    await silence(universe, 3);
    expect((await meta.createApp({ app_name: 'new', options })).err).toBe('ERR_OK');
  });

  test('another leader finishes what was begun', async () => {
    const { universe, meta } = await withTable();
    await silence(universe);
    await expect(meta.createApp({ app_name: 'new', options })).rejects.toMatchObject(TIMEOUT);
    await universe.node('A', 'meta1', 'stop');
    await universe.control.clearFaults({});
    await universe.node('A', 'meta1', 'start');
    await universe.seconds(40);
    await universe.write('A', 'new', 5);
  });
});

test('a primary that dies has no successor until the storage answers', async () => {
  const { universe, meta } = await withTable();
  const primary = async () =>
    (await meta.queryConfig({ app_name: 't', partition_indices: [0] })).partitions[0]?.hp_primary;
  const first = await primary();
  await silence(universe);
  await universe.node('A', `replica${first?.slice(-1)}`, 'kill');
  await universe.seconds(60);
  expect(await primary()).toBe(first);
  await universe.control.clearFaults({});
  await universe.seconds(15);
  expect(await primary()).not.toBe(first);
  expect(await universe.records('A', 't')).toHaveLength(10);
});

test('a duplication is altered once at a time', async () => {
  const { universe, meta } = await withTable();
  await universe.cluster('B', 1);
  await universe.createTable('B', 't', 2, 1);
  await silence(universe);
  const add = {
    app_name: 't',
    remote_cluster_name: 'B',
    is_duplicating_checkpoint: false,
    remote_replica_count: 1,
  };
  await expect(meta.addDuplication(add)).rejects.toMatchObject(TIMEOUT);
  expect(await universe.status('A', 't')).toBe('DS_INIT');
  expect(await meta.addDuplication(add)).toMatchObject({
    err: 'ERR_BUSY',
    hint: expect.stringMatching(/^start dup\[t\(\d+\)\] failed: err = ERR_BUSY$/),
  });
  await universe.control.clearFaults({});
  expect(await universe.status('A', 't')).toBe('DS_LOG');
  await universe.seconds(30);
  const { entry_list } = await meta.queryDuplication({ app_name: 't' });
  const { dupid = 0 } = entry_list[0] ?? {};
  await silence(universe);
  const pause = { app_name: 't', dupid, status: 'DS_PAUSE' } as const;
  await expect(meta.modifyDuplication(pause)).rejects.toMatchObject(TIMEOUT);
  expect(await meta.modifyDuplication(pause)).toEqual({ err: 'ERR_BUSY', appid: 0 });
  expect(await universe.status('A', 't')).toBe('DS_LOG');
  await universe.control.clearFaults({});
  expect(await universe.status('A', 't')).toBe('DS_PAUSE');
});

test('what changes a table is in force when it is stored', async () => {
  const { universe, meta } = await withTable();
  await silence(universe, 30);
  const told = [
    () => meta.updateAppEnv({ app_name: 't', op: 'APP_ENV_OP_SET', keys: ['default_ttl'], values: ['7'] }),
    () => meta.setAtomicIdempotent({ app_name: 't', atomic_idempotent: true }),
    () => meta.setMaxReplicaCount({ app_name: 't', max_replica_count: 2 }),
    () => meta.startPartitionSplit({ app_name: 't', new_partition_count: 4 }),
  ];
  for (const tell of told) await expect(tell()).rejects.toMatchObject(TIMEOUT);
  const table = async () => {
    const [info] = (await meta.listApps({ status: 'AS_AVAILABLE' })).infos;
    const { envs, atomic_idempotent, max_replica_count, partition_count } = info ?? {};
    return [envs?.get('default_ttl'), atomic_idempotent, max_replica_count, partition_count];
  };
  expect(await table()).toEqual([undefined, false, 3, 2]);
  expect(await meta.queryPartitionSplit({ app_name: 't' })).toMatchObject({ err: 'ERR_INVALID_STATE' });
  await universe.seconds(30);
  expect(await table()).toEqual(['7', true, 2, 4]);
});

test('envs that are told one after the other are both in force then', async () => {
  const { universe, meta } = await withTable();
  await silence(universe, 30);
  const told = [
    { op: 'APP_ENV_OP_SET', keys: ['default_ttl'], values: ['7'] },
    { op: 'APP_ENV_OP_SET', keys: ['replica.slow_query_threshold'], values: ['30'] },
  ] as const;
  for (const { op, keys, values } of told) {
    const request = { app_name: 't', op, keys: [...keys], values: [...values] };
    await expect(meta.updateAppEnv(request)).rejects.toMatchObject(TIMEOUT);
  }
  await universe.seconds(30);
  const [info] = (await meta.listApps({ status: 'AS_AVAILABLE' })).infos;
  expect(Object.fromEntries(info?.envs ?? [])).toEqual({
    default_ttl: '7',
    'replica.slow_query_threshold': '30',
  });
});
