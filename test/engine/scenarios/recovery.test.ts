import { expect, test } from 'vitest';
import { openUniverse } from './universe.ts';

const NODES = ['localhost:35801', 'localhost:35802', 'localhost:35803'];

/** A cluster whose meta server has lost all it knew. */
async function withoutState(writes = 30) {
  const universe = openUniverse();
  await universe.cluster('A', 3);
  await universe.control.setConfig({
    name: 'A',
    key: 'meta_server.recover_from_replica_server',
    value: 'true',
  });
  await universe.createTable('A', 't', 2, 3);
  await universe.createTable('A', 'gone', 1, 1);
  await universe.createTable('A', 'u', 2, 1);
  await universe.write('A', 't', writes);
  await universe.node('A', 'meta1', 'stop');
  await universe.seconds(40);
  await universe.node('A', 'meta1', 'wipe');
  await universe.node('A', 'meta1', 'start');
  await universe.seconds(5);
  const { meta } = universe.clients('A');
  const recover = (nodes: readonly string[], skip_bad_nodes = false, skip_lost_partitions = false) =>
    meta.startRecovery({
      recovery_nodes: nodes.map((node) => node.replace('localhost', '127.0.0.1')),
      hp_recovery_nodes: [...nodes],
      skip_bad_nodes,
      skip_lost_partitions,
    });
  return { universe, meta, recover };
}

test('a meta server without state answers nothing until it has collected it', async () => {
  const { universe, meta, recover } = await withoutState();
  expect(await meta.listApps({ status: 'AS_INVALID' })).toEqual({ err: 'ERR_UNDER_RECOVERY', infos: [] });
  expect(await recover(NODES)).toEqual({ err: 'ERR_OK', hint_message: '' });
  await universe.seconds(60);
  const { infos } = await meta.listApps({ status: 'AS_AVAILABLE' });
  expect(
    infos.map((info) => [info.app_id, info.app_name, info.partition_count, info.max_replica_count]),
  ).toEqual([
    [1, 't', 2, 3],
    [2, 'gone', 1, 1],
    [3, 'u', 2, 1],
  ]);
  expect(await universe.records('A', 't')).toHaveLength(30);
  await universe.write('A', 't', 10, 'later');
  expect(await recover(NODES)).toEqual({ err: 'ERR_SERVICE_ALREADY_RUNNING', hint_message: '' });
});

test('a server that does not answer stops it, unless it is to be skipped; so do lost partitions', async () => {
  const { universe, recover } = await withoutState();
  await universe.node('A', 'replica1', 'kill');
  const failed =
    'collect app and replica info from node(localhost:35801) failed with err(ERR_NETWORK_FAILURE)';
  expect(await recover(NODES)).toEqual({
    err: 'ERR_TRY_AGAIN',
    hint_message: `ERROR: ${failed}, you can skip it by set skip_bad_nodes option`,
  });
  const partly = await recover(NODES, true);
  expect(partly.err).toBe('ERR_TRY_AGAIN');
  expect(partly.hint_message).toContain(`WARNING: ${failed}, skip the bad node`);
  expect(partly.hint_message).toMatch(
    /ERROR: partition\(\d\.\d\) has no replica collected, you can force recover it by set skip_lost_partitions option\n/,
  );
  const forced = await recover(NODES, true, true);
  expect(forced.err).toBe('ERR_OK');
  expect(forced.hint_message).toContain(
    'WARNING: partition(1.0) only collects 2/3 of replicas, may lost data\n',
  );
  expect(forced.hint_message).toMatch(
    /WARNING: partition\(\d\.\d\) has no replica collected, force recover the lost partition to empty\n/,
  );
  await universe.seconds(90);
  expect(await universe.records('A', 't')).toHaveLength(30);
});

test('what the replicas keep of their table comes back with it', async () => {
  const universe = openUniverse();
  await universe.cluster('A', 1);
  await universe.control.setConfig({
    name: 'A',
    key: 'meta_server.recover_from_replica_server',
    value: 'true',
  });
  await universe.createTable('A', 't', 1, 1);
  const { meta } = universe.clients('A');
  await meta.setAtomicIdempotent({ app_name: 't', atomic_idempotent: true });
  await universe.seconds(31);
  const before = (await meta.listApps({ status: 'AS_AVAILABLE' })).infos[0];
  await universe.node('A', 'meta1', 'stop');
  await universe.node('A', 'meta1', 'wipe');
  await universe.node('A', 'meta1', 'start');
  await universe.seconds(5);
  const nodes = { recovery_nodes: ['127.0.0.1:35801'], hp_recovery_nodes: ['localhost:35801'] };
  const reply = await meta.startRecovery({ ...nodes, skip_bad_nodes: false, skip_lost_partitions: false });
  expect(reply.err).toBe('ERR_OK');
  expect((await meta.listApps({ status: 'AS_AVAILABLE' })).infos[0]).toEqual(before);
});

test('the best replica leads, of equal ones that of the first server; the others are next at once', async () => {
  const { universe, meta, recover } = await withoutState(0);
  const [first, second, third] = ['localhost:35803', 'localhost:35801', 'localhost:35802'];
  expect((await recover([first, second, third] as string[])).err).toBe('ERR_OK');
  const partitions = async () =>
    (await meta.queryConfig({ app_name: 't', partition_indices: [] })).partitions.map((one) => [
      one.hp_primary,
      one.hp_secondaries,
      one.hp_last_drops,
    ]);
  expect(await partitions()).toEqual(Array(2).fill([first, [], [third, second]]));
  await universe.node('A', 'replica1', 'kill');
  await universe.seconds(60);
  expect(await partitions()).toEqual(Array(2).fill([first, [third], [second]]));
});

test('hints go by table and partition', async () => {
  const { recover } = await withoutState();
  const { hint_message } = await recover(['localhost:35801'], true, true);
  const ids = [...hint_message.matchAll(/partition\((\d\.\d)\)/g)].map(([, gpid]) => gpid);
  expect(ids).toEqual(['1.0', '1.1', '2.0', '3.0', '3.1'].filter((gpid) => ids.includes(gpid)));
  expect(ids.length).toBeGreaterThan(2);
});

test('a leader that recovered its state begins some services only at its next start, and not as it is', async () => {
  const { universe, meta, recover } = await withoutState();
  await recover(NODES);
  await universe.seconds(20);
  expect(await meta.queryDuplication({ app_name: 't' })).toMatchObject({ err: 'ERR_SERVICE_NOT_ACTIVE' });
  const split = () => meta.startPartitionSplit({ app_name: 't', new_partition_count: 4 });
  expect(await split()).toMatchObject({ err: 'ERR_SERVICE_NOT_ACTIVE' });
  const { servers } = universe.clients('A');
  const command = 'meta.lb.add_secondary_max_count_for_one_node';
  const ask = () => servers.command('localhost:35601', command, [], 1000);
  expect(await ask()).toBe(`unknown command '${command}'`);
  await universe.node('A', 'meta1', 'restart');
  expect(await universe.assertion('A', 'meta1')).toBe(
    'assertion expression: [false] find apps from remote storage, but ' +
      '[meta_server].recover_from_replica_server = true',
  );
  await universe.config('A', { 'meta_server.recover_from_replica_server': 'false' });
  await universe.node('A', 'meta1', 'start');
  await universe.seconds(20);
  expect(await split()).toMatchObject({ err: 'ERR_OK' });
  expect(await ask()).toContain('"ok"');
});

test('of its envs a table has those back that it was made with, once its servers were restarted only one', async () => {
  const universe = openUniverse();
  await universe.cluster('A', 1);
  const envs = { default_ttl: '1000', 'rocksdb.allow_ingest_behind': 'true' };
  await universe.createTable('A', 't', 2, 1, envs);
  await universe.setEnvs('A', 't', { 'replica.deny_client_request': 'timeout*write' });
  expect(await recoveredEnvs(universe)).toEqual(envs);
  await universe.node('A', 'replica1', 'restart');
  await universe.seconds(40);
  expect(await recoveredEnvs(universe)).toEqual({ 'rocksdb.allow_ingest_behind': 'true' });
  await universe.setEnvs('A', 't', { 'rocksdb.allow_ingest_behind': 'false' });
  await universe.node('A', 'replica1', 'restart');
  await universe.seconds(40);
  expect(await recoveredEnvs(universe)).toEqual({ 'rocksdb.allow_ingest_behind': 'false' });
});

/** The state of the meta server is lost and recovered. */
async function recoveredEnvs(universe: ReturnType<typeof openUniverse>) {
  const { meta } = universe.clients('A');
  await universe.config('A', { 'meta_server.recover_from_replica_server': 'true' });
  for (const action of ['stop', 'wipe', 'start'] as const) await universe.node('A', 'meta1', action);
  await universe.seconds(5);
  const nodes = { recovery_nodes: ['127.0.0.1:35801'], hp_recovery_nodes: ['localhost:35801'] };
  const reply = await meta.startRecovery({ ...nodes, skip_bad_nodes: false, skip_lost_partitions: false });
  expect(reply.err).toBe('ERR_OK');
  await universe.config('A', { 'meta_server.recover_from_replica_server': 'false' });
  await universe.seconds(40);
  return Object.fromEntries((await meta.listApps({ status: 'AS_AVAILABLE' })).infos[0]?.envs ?? []);
}

test('a meta server that is told two things of one table dies of it', async () => {
  const universe = openUniverse();
  await universe.cluster('A', 3);
  await universe.createTable('A', 't', 1, 3);
  await universe.node('A', 'replica3', 'stop');
  const { meta } = universe.clients('A');
  await meta.renameApp({ old_app_name: 't', new_app_name: 'u' });
  await universe.seconds(40);
  await universe.config('A', { 'meta_server.recover_from_replica_server': 'true' });
  for (const action of ['stop', 'wipe', 'start'] as const) await universe.node('A', 'meta1', action);
  await universe.node('A', 'replica3', 'start');
  await universe.seconds(5);
  const nodes = { recovery_nodes: NODES.map(() => '127.0.0.1:0'), hp_recovery_nodes: NODES };
  await expect(
    meta.startRecovery({ ...nodes, skip_bad_nodes: false, skip_lost_partitions: false }),
  ).rejects.toThrow();
  const info = (name: string) =>
    `app_info(status=1, app_type=pegasus, app_name=${name}, app_id=1, partition_count=1, envs={}, ` +
    'is_stateful=1, max_replica_count=3, expire_second=0, create_second=1767225603, drop_second=0, ' +
    'duplicating=0, init_partition_count=1, is_bulk_loading=0, atomic_idempotent=0)';
  expect(await universe.assertion('A', 'meta1')).toBe(
    'assertion expression: [app_info_compatible_equal(info, *old_info)] conflict app info from ' +
      `(localhost:35803) for id(1): new_info(${info('t')}), old_info(${info('u')})`,
  );
});

test('a new leader finishes a change of the replica count that a table says is on its way', async () => {
  const universe = openUniverse();
  await universe.cluster('A', 3);
  const { meta } = universe.clients('A');
  const make = (app_name: string, value: string) =>
    meta.createApp({
      app_name,
      options: {
        partition_count: 1,
        replica_count: 3,
        success_if_exist: true,
        app_type: 'pegasus',
        is_stateful: true,
        envs: new Map([['max_replica_count.update', value]]),
      },
    });
  await make('t', 'updating;2');
  await universe.seconds(30);
  await universe.node('A', 'meta1', 'restart');
  await universe.seconds(60);
  const [info] = (await meta.listApps({ status: 'AS_AVAILABLE' })).infos;
  expect([info?.max_replica_count, info?.envs]).toEqual([2, new Map()]);
  const { partitions } = await meta.queryConfig({ app_name: 't', partition_indices: [] });
  expect(partitions.map((one) => [one.max_replica_count, one.hp_secondaries?.length])).toEqual([[2, 1]]);
  await make('u', 'updating;x');
  await universe.seconds(30);
  await universe.node('A', 'meta1', 'restart');
  expect(await universe.assertion('A', 'meta1')).toBe(
    'assertion expression: [false] invalid max_replica_count_env: app_name=u, app_id=2, ' +
      'max_replica_count=3, max_replica_count.update=updating;x',
  );
});

test('with D11 mended a table that was dropped is not taken for duplicated by who loads it', async () => {
  const universe = openUniverse();
  await universe.cluster('A', 1, { repairs: ['D11'] });
  const key = 'meta_server.recover_from_replica_server';
  await universe.control.setConfig({ name: 'A', key, value: 'true' });
  await universe.createTable('A', 't', 1, 1);
  const { meta } = universe.clients('A');
  await meta.dropApp({ app_name: 't', options: { success_if_not_exist: false } });
  await universe.seconds(60);
  await universe.node('A', 'replica1', 'restart');
  await universe.seconds(60);
  for (const action of ['stop', 'wipe', 'start'] as const) await universe.node('A', 'meta1', action);
  await universe.seconds(5);
  const nodes = { recovery_nodes: ['127.0.0.1:35801'], hp_recovery_nodes: ['localhost:35801'] };
  await meta.startRecovery({ ...nodes, skip_bad_nodes: false, skip_lost_partitions: false });
  expect((await meta.listApps({ status: 'AS_AVAILABLE' })).infos).toMatchObject([
    { app_name: 't', duplicating: false },
  ]);
});
