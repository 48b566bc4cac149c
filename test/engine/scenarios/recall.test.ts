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
