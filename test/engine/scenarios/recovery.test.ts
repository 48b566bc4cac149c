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
  await universe.node('A', 'meta1', 'restart');
  expect(await universe.assertion('A', 'meta1')).toBe(
    'assertion expression: [false] find apps from remote storage, but ' +
      '[meta_server].recover_from_replica_server = true',
  );
  await universe.config('A', { 'meta_server.recover_from_replica_server': 'false' });
  await universe.node('A', 'meta1', 'start');
  await universe.seconds(20);
  expect(await split()).toMatchObject({ err: 'ERR_OK' });
});
