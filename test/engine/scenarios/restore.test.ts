import { beforeEach, describe, expect, test } from 'vitest';
import type { ConfigurationRestoreRequest } from '../../../src/rpc/idl/backup.ts';
import { openUniverse } from './universe.ts';

let universe: ReturnType<typeof openUniverse>;
let backupId: number;

beforeEach(async () => {
  universe = openUniverse();
  await universe.createTable('onebox', 'temp', 2, 3, { default_ttl: '86400' });
  await universe.write('onebox', 'temp', 20);
  backupId = await backup();
  await universe.write('onebox', 'temp', 5, 'later');
});

const meta = (cluster = 'onebox') => universe.clients(cluster).meta;

async function backup(backup_path?: string) {
  const path = backup_path === undefined ? {} : { backup_path };
  const request = { app_id: 1, backup_provider_type: 'local_service', ...path };
  const { backup_id } = await meta().startBackupApp(request);
  await universe.seconds(20);
  return Number(backup_id);
}

function restore(request: Partial<ConfigurationRestoreRequest> = {}, cluster = 'onebox') {
  return meta(cluster).startRestore({
    cluster_name: 'onebox',
    policy_name: '',
    time_stamp: backupId,
    app_name: 'temp',
    app_id: 1,
    new_app_name: 'again',
    backup_provider_name: 'local_service',
    skip_bad_partition: false,
    ...request,
  });
}

async function tableNamed(name: string) {
  const { infos } = await meta().listApps({ status: 'AS_INVALID' });
  return infos.find(({ app_name }) => app_name === name);
}

/** Takes the files of a partition away, or some of each. */
function damage(pidx: number, change: (path: string) => void) {
  universe.letOthersIn();
  const folder = `/w/block_service/local_service/onebox/${backupId}/temp_1/${pidx}`;
  change(folder);
}

test('another table has the records as they were, and goes on from there', async () => {
  expect(await restore()).toEqual({ err: 'ERR_OK', appid: 2 });
  expect((await meta().queryRestoreStatus({ restore_app_id: 2 })).restore_progress).toEqual([0, 0]);
  await universe.seconds(60);
  expect(await meta().queryRestoreStatus({ restore_app_id: 2 })).toEqual({
    err: 'ERR_OK',
    restore_status: ['ERR_OK', 'ERR_OK'],
    restore_progress: [1000, 1000],
  });
  expect(await universe.records('onebox', 'temp')).toHaveLength(25);
  const before = await universe.records('onebox', 'again');
  expect(before).toHaveLength(20);
  await universe.write('onebox', 'again', 3, 'more');
  const { partitions } = await meta().queryConfig({ app_name: 'again', partition_indices: [] });
  await universe.node('onebox', partitions[0]?.hp_primary ?? '', 'kill');
  await universe.seconds(60);
  expect(await universe.records('onebox', 'again')).toHaveLength(23);
  expect(universe.closeAndCheck()).toEqual([]);
});

test('the table is what it was, but for its id, its name and its envs', async () => {
  await restore({ skip_bad_partition: true });
  const [before, after] = [await tableNamed('temp'), await tableNamed('again')];
  expect(after).toMatchObject({ ...before, app_id: 2, app_name: 'again', envs: expect.anything() });
  expect(Object.fromEntries(after?.envs ?? [])).toEqual({
    'restore.app_id': '1',
    'restore.app_name': 'temp',
    'restore.backup_id': `${backupId}`,
    'restore.block_service_provider': 'local_service',
    'restore.cluster_name': 'onebox',
    'restore.policy_name': '',
    'restore.skip_bad_partition': 'true',
  });
});

test('under its own name once it is dropped; from a path; into another cluster', async () => {
  backupId = await backup('/bak');
  const place = { restore_path: '/bak', new_app_name: '' };
  expect(await restore(place)).toEqual({ err: 'ERR_INVALID_PARAMETERS', appid: -1 });
  await meta().dropApp({ app_name: 'temp', options: { success_if_not_exist: false } });
  expect((await restore(place)).err).toBe('ERR_OK');
  await universe.cluster('B', 3);
  expect((await restore(place, 'B')).err).toBe('ERR_OK');
  await universe.seconds(60);
  expect(await universe.records('onebox', 'temp')).toHaveLength(25);
  expect(await universe.records('B', 'temp')).toHaveLength(25);
});

describe('a partition without a sound backup', () => {
  /** Where its records are. */
  const checkpointIn = (folder: string): string => {
    const [name] = universe.files.list(folder).filter((one) => one.startsWith('chkpt'));
    const [file] = universe.files.list(`${folder}/${name}`).filter((one) => one.startsWith('checkpoint'));
    return `${folder}/${name}/${file}`;
  };

  const LOST: [string, (folder: string) => void][] = [
    ['without its last file', (folder) => universe.files.remove(`${folder}/current_checkpoint`)],
    [
      'with a byte that changed',
      (folder) => universe.files.write(checkpointIn(folder), 30, Uint8Array.of(0x7a)),
    ],
    [
      'with another file in its place',
      (folder) => universe.files.rename(folder.replace('temp_1/1', 'backup_info'), checkpointIn(folder)),
    ],
  ];

  test.each(LOST)('%s: the table is dropped', async (_, change) => {
    damage(1, change);
    expect((await restore()).err).toBe('ERR_OK');
    await universe.seconds(30);
    expect((await tableNamed('again'))?.status).toBe('AS_DROPPED');
    expect((await meta().queryRestoreStatus({ restore_app_id: 2 })).err).toBe('ERR_APP_DROPPED');
  });

  test.each(LOST)('%s: it begins empty where that is wanted', async (_, change) => {
    damage(1, change);
    await restore({ skip_bad_partition: true });
    await universe.seconds(60);
    const left = await universe.records('onebox', 'again');
    expect(left.length).toBeGreaterThan(0);
    expect(left.length).toBeLessThan(20);
    await universe.write('onebox', 'again', 5, 'more');
    expect(await universe.records('onebox', 'again')).toHaveLength(left.length + 5);
  });
});

test.each<[Partial<ConfigurationRestoreRequest>, string]>([
  [{ backup_provider_name: 'hdfs' }, 'ERR_INVALID_PARAMETERS'],
  [{ time_stamp: 1 }, 'ERR_OBJECT_NOT_FOUND'],
  [{ cluster_name: '../../..' }, 'ERR_OBJECT_NOT_FOUND'],
  // No policy has a folder of its own.
  [{ policy_name: 'daily' }, 'ERR_OBJECT_NOT_FOUND'],
  [{ new_app_name: 'temp' }, 'ERR_INVALID_PARAMETERS'],
])('refused: %o', async (request, err) => {
  expect(await restore(request)).toEqual({ err, appid: -1 });
});

test('metadata that is damaged', async () => {
  damage(0, (folder) =>
    universe.files.write(folder.replace(/0$/, 'meta/app_metadata'), 5, Uint8Array.of(0x7a)),
  );
  expect(await restore()).toEqual({ err: 'ERR_CORRUPTION', appid: -1 });
});

test('the status of a table that is not there', async () => {
  expect((await meta().queryRestoreStatus({ restore_app_id: 9 })).err).toBe('ERR_APP_NOT_EXIST');
});
