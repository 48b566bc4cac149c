import { expect, test } from 'vitest';
import { openUniverse } from './universe.ts';

async function withTable() {
  const universe = openUniverse();
  await universe.createTable('onebox', 'temp', 4, 3);
  await universe.write('onebox', 'temp', 20);
  const { meta } = universe.clients('onebox');
  const drop = (app_name: string) => meta.dropApp({ app_name, options: { success_if_not_exist: false } });
  const recall = (app_id: number, new_app_name = '') => meta.recallApp({ app_id, new_app_name });
  const rename = (old_app_name: string, new_app_name: string) =>
    meta.renameApp({ old_app_name, new_app_name });
  return { universe, drop, recall, rename };
}

test.each([
  ['at once, before its servers have heard of the drop', 0],
  ['after they have closed its replicas', 40],
])('a dropped table is recalled with all its data: %s', async (_, seconds) => {
  const { universe, drop, recall } = await withTable();
  await drop('temp');
  await universe.seconds(seconds);
  expect(await recall(1)).toMatchObject({
    err: 'ERR_OK',
    info: { app_name: 'temp', app_id: 1, status: 'AS_AVAILABLE' },
  });
  await universe.seconds(60);
  expect(await universe.records('onebox', 'temp')).toHaveLength(20);
});

test.each([
  ['has noticed the drop', 31, 1],
  ['still leads', 0, 3],
])('a replica that %s leads again after so many rounds of the check', async (_, heard, rounds) => {
  const universe = openUniverse();
  await universe.createTable('onebox', 'temp', 1, 1);
  const { meta } = universe.clients('onebox');
  const primary = async () => {
    const { partitions } = await meta.queryConfig({ app_name: 'temp', partition_indices: [] });
    return partitions[0]?.hp_primary ?? '';
  };
  await universe.seconds(22);
  await meta.dropApp({ app_name: 'temp', options: { success_if_not_exist: false } });
  await universe.seconds(heard);
  await meta.recallApp({ app_id: 1, new_app_name: '' });
  await universe.seconds(rounds * 10 - 10);
  expect(await primary()).toBe('');
  await universe.seconds(10);
  expect(await primary()).not.toBe('');
});

test('it can come back under another name', async () => {
  const { universe, drop, recall } = await withTable();
  await drop('temp');
  await universe.createTable('onebox', 'temp', 4, 3);
  expect((await recall(1)).err).toBe('ERR_INVALID_PARAMETERS');
  expect((await recall(1, 'old')).err).toBe('ERR_OK');
  await universe.seconds(60);
  expect(await universe.records('onebox', 'old')).toHaveLength(20);
  expect(await universe.records('onebox', 'temp')).toHaveLength(0);
});

test('what cannot be recalled', async () => {
  const { universe, drop, recall } = await withTable();
  expect((await recall(1)).err).toBe('ERR_APP_EXIST');
  expect((await recall(7)).err).toBe('ERR_APP_NOT_EXIST');
  expect((await recall(-1)).err).toBe('ERR_APP_NOT_EXIST');
  await drop('temp');
  await universe.seconds(604_801);
  expect((await recall(1)).err).toBe('ERR_APP_NOT_EXIST');
});

test('a table is renamed; names in use are refused', async () => {
  const { universe, rename } = await withTable();
  expect(await rename('nosuch', 'x')).toEqual({
    err: 'ERR_APP_NOT_EXIST',
    hint_message: 'ERROR: app(nosuch) not exist!',
  });
  expect(await rename('temp', 'temp')).toEqual({
    err: 'ERR_INVALID_PARAMETERS',
    hint_message: 'ERROR: app(temp) already exist!',
  });
  expect(await rename('temp', 'new')).toEqual({ err: 'ERR_OK', hint_message: '' });
  expect(await universe.records('onebox', 'new')).toHaveLength(20);
  await expect(universe.records('onebox', 'temp')).rejects.toThrow();
});

test('who had a dropped table is remembered; without a report since nobody gets it', async () => {
  const { universe, drop, recall } = await withTable();
  const { meta } = universe.clients('onebox');
  await universe.config('onebox', { 'replication.config_sync_disabled': 'true' });
  await drop('temp');
  await recall(1);
  await universe.seconds(12);
  const { partitions } = await meta.diagnoseDdd({ pid: { app_id: 1, partition_index: 0 } });
  expect(partitions).toMatchObject([{ reason: 'no replica info collected from the last two drops' }]);
  const nodes = partitions?.[0]?.dropped.map(({ hp_node }) => hp_node) ?? [];
  expect(nodes.sort()).toEqual([1, 2, 3].map((index) => `localhost:${34800 + index}`));
});

test('of a partition whose only member has not reported again, one that left before is chosen, and writes are lost', async () => {
  const universe = openUniverse();
  await universe.cluster('A', 3);
  await universe.createTable('A', 'temp', 1, 3);
  const { meta } = universe.clients('A');
  const reply = await meta.queryConfig({ app_name: 'temp', partition_indices: [] });
  const [first, second] = (reply.partitions[0]?.hp_secondaries ?? []).map(
    (node) => `replica${node.slice(-1)}`,
  ) as [string, string];
  await universe.node('A', first, 'kill');
  await universe.seconds(60);
  expect(await universe.set('A', 'temp', 'both', '1')).toBe('success');
  await universe.node('A', second, 'kill');
  expect(await universe.set('A', 'temp', 'alone', '2')).toBe('success');
  await meta.dropApp({ app_name: 'temp', options: { success_if_not_exist: false } });
  await universe.seconds(40);
  await meta.recallApp({ app_id: 1, new_app_name: '' });
  await universe.node('A', second, 'start');
  await universe.node('A', first, 'start');
  await universe.seconds(120);
  expect(await universe.get('A', 'temp', 'both')).toBe('1');
  expect(await universe.get('A', 'temp', 'alone')).not.toBe('2');
});

test('a leader that began while a table was dropped knows its duplications only after its next start', async () => {
  const { universe, drop, recall } = await withTable();
  await universe.cluster('B', 1);
  const { meta } = universe.clients('onebox');
  const add = { remote_cluster_name: 'B', is_duplicating_checkpoint: false };
  const { dupid: first } = await meta.addDuplication({ app_name: 'temp', ...add });
  await universe.seconds(40);
  await drop('temp');
  await universe.node('onebox', 'meta1', 'restart');
  await recall(1);
  await universe.seconds(40);
  const known = async () =>
    (await meta.queryDuplication({ app_name: 'temp' })).entry_list.map(({ dupid }) => dupid);
  expect(await known()).toEqual([]);
  const { err, dupid: second } = await meta.addDuplication({ app_name: 'temp', ...add });
  expect([err, await known()]).toEqual(['ERR_OK', [second]]);
  await universe.node('onebox', 'meta2', 'restart');
  expect(await known()).toEqual([first, second]);
});
