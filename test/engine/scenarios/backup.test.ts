import { beforeEach, describe, expect, test } from 'vitest';
import { lastingFault } from '../../../src/rpc/client/lasting-fault.ts';
import { openUniverse } from './universe.ts';

let universe: ReturnType<typeof openUniverse>;

beforeEach(async () => {
  universe = openUniverse();
  await universe.createTable('onebox', 'temp', 2, 3);
  await universe.write('onebox', 'temp', 20);
});

const meta = () => universe.clients('onebox').meta;

function start(options: { app_id?: number; provider?: string; path?: string } = {}) {
  const { app_id = 1, provider = 'local_service', path } = options;
  const backup_path = path === undefined ? {} : { backup_path: path };
  return meta().startBackupApp({ app_id, backup_provider_type: provider, ...backup_path });
}

async function status() {
  const { backup_items = [] } = await meta().queryBackupStatus({ app_id: 1 });
  return backup_items.map(({ end_time_ms: end, start_time_ms: begin, is_backup_failed }) => {
    if (is_backup_failed) return 'failed';
    return end === 0 ? 'in progress' : `done in ${Math.round((end - begin) / 1000)} s`;
  });
}

/** Below the folder of the provider. */
function files(path = ''): string[] {
  const folder = `/w/block_service/local_service${path}`;
  return universe.files.list(folder).flatMap((name) => {
    const inside = `${path}/${name}`;
    const isFolder = universe.files.stat(`${folder}/${name}`)?.directory === true;
    return isFolder ? files(inside) : [inside];
  });
}

async function primaryOf(pidx: number) {
  const { partitions } = await meta().queryConfig({ app_name: 'temp', partition_indices: [pidx] });
  return partitions[0]?.hp_primary ?? '';
}

test('the primaries make checkpoints and copy them, then the backup is complete', async () => {
  const { err, hint_message, backup_id } = await start();
  expect([err, hint_message]).toEqual([
    'ERR_OK',
    'Backup succeed: metadata of app 1 has been successfully backed up and backup request has been sent to replica servers.',
  ]);
  expect(await status()).toEqual(['in progress']);
  await universe.seconds(20);
  expect(await status()).toEqual(['done in 12 s']);
  const names = files(`/onebox/${backup_id}`).map((path) => path.replace(/localhost_\d+/, 'SERVER'));
  expect(names.map((path) => path.replace(`/onebox/${backup_id}`, '')).sort()).toEqual([
    '/backup_info',
    ...[0, 1].flatMap((pidx) => [
      `/temp_1/${pidx}/chkpt_SERVER/backup_metadata`,
      `/temp_1/${pidx}/chkpt_SERVER/checkpoint.10.json`,
      `/temp_1/${pidx}/current_checkpoint`,
    ]),
    '/temp_1/meta/app_metadata',
  ]);
  expect(universe.closeAndCheck()).toEqual([]);
});

test('what is covered by a checkpoint takes none; a table may be backed up again, elsewhere', async () => {
  await start();
  await universe.seconds(20);
  await start({ path: '/bak/../../else where/.tmp' });
  await universe.seconds(5);
  expect(await status()).toEqual(['done in 12 s', 'done in 2 s']);
  const places = new Set(files().map((path) => path.split('/').slice(1, -4).join('/')));
  expect([...places]).toContain('else%20where/%2Etmp/onebox');
  expect(universe.closeAndCheck()).toEqual([]);
});

test('another primary goes on where one dies', async () => {
  await start();
  await universe.seconds(3);
  await universe.node('onebox', await primaryOf(0), 'kill');
  await universe.seconds(90);
  expect(await status()).toEqual([expect.stringMatching(/^done/)]);
});

test('without a primary it waits, for a month if need be', async () => {
  for (const node of ['replica1', 'replica2', 'replica3']) await universe.node('onebox', node, 'kill');
  await universe.seconds(60);
  await start();
  await universe.seconds(30 * 86_400);
  expect(await status()).toEqual(['in progress']);
  for (const node of ['replica1', 'replica2', 'replica3']) await universe.node('onebox', node, 'start');
  await universe.seconds(120);
  expect(await status()).toEqual([expect.stringMatching(/^done/)]);
});

test('another leader knows nothing of it', async () => {
  await start();
  const { nodes } = await universe.control.listNodes({ name: 'onebox' });
  const leader = nodes.find(({ role }) => role === 'meta')?.node ?? '';
  await universe.node('onebox', leader, 'kill');
  await universe.seconds(60);
  expect(await meta().queryBackupStatus({ app_id: 1 })).toEqual({
    err: 'ERR_INVALID_PARAMETERS',
    hint_message: 'Backup not found, please check app_id or backup_id.',
  });
  expect(universe.closeAndCheck()).toEqual([]);
});

describe('fails', () => {
  test('where the table is dropped', async () => {
    await start();
    await universe.seconds(2);
    await meta().dropApp({ app_name: 'temp', options: { success_if_not_exist: false } });
    await universe.seconds(5);
    expect(await status()).toEqual(['failed']);
  });

  test('where a checkpoint cannot be read', async () => {
    await start();
    await universe.seconds(9);
    await universe.control.addFault(lastingFault('onebox', 'disk_read_fail', await primaryOf(1)));
    await universe.seconds(10);
    expect(await status()).toEqual(['failed']);
    expect((await start()).err).toBe('ERR_OK');
  });
});

describe('refused', () => {
  test.each([
    [{ app_id: 9 }, 'ERR_APP_NOT_EXIST', ''],
    [{ provider: 'hdfs' }, 'ERR_INVALID_PARAMETERS', 'Backup failed: invalid backup_provider_type hdfs.'],
    [{ path: 'x'.repeat(300) }, 'ERR_FS_INTERNAL', 'Backup failed: could not backup metadata for app 1.'],
  ])('%o', async (request, err, hint_message) => {
    expect(await start(request)).toEqual({ err, hint_message });
    expect(files()).toEqual([]);
  });

  test('while the table is being backed up', async () => {
    await start();
    expect(await start()).toEqual({
      err: 'ERR_INVALID_STATE',
      hint_message: 'Backup failed: app 1 is actively being backed up.',
    });
  });

  test('of a table that was dropped', async () => {
    await meta().dropApp({ app_name: 'temp', options: { success_if_not_exist: false } });
    expect((await start()).hint_message).toBe('Backup failed: invalid app id 1.');
  });

  test('where there are no backups', async () => {
    await universe.configure('onebox', { 'meta_server.cold_backup_disabled': 'true' });
    await universe.seconds(60);
    expect((await start()).err).toBe('ERR_SERVICE_NOT_ACTIVE');
    expect((await meta().queryBackupStatus({ app_id: 1 })).err).toBe('ERR_SERVICE_NOT_ACTIVE');
  });
});
