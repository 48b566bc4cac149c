import { beforeEach, describe, expect, test } from 'vitest';
import { lastingFault } from '../../../src/rpc/client/lasting-fault.ts';
import type {
  ConfigurationAddBackupPolicyRequest,
  ConfigurationModifyBackupPolicyRequest,
} from '../../../src/rpc/idl/backup.ts';
import { openUniverse } from './universe.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;

let universe: ReturnType<typeof openUniverse>;

/** It is 2026-01-01 00:00, a little later. */
beforeEach(async () => {
  universe = openUniverse();
  for (const name of ['temp', 'stat']) await universe.createTable('onebox', name, 2, 3);
  await universe.write('onebox', 'temp', 20);
});

const meta = () => universe.clients('onebox').meta;

function add(request: Partial<ConfigurationAddBackupPolicyRequest> = {}) {
  return meta().addBackupPolicy({
    policy_name: 'daily',
    backup_provider_type: 'local_service',
    app_ids: [2, 1],
    backup_interval_seconds: DAY,
    backup_history_count_to_keep: 2,
    start_time: '02:00',
    ...request,
  });
}

function modify(request: Partial<ConfigurationModifyBackupPolicyRequest>) {
  return meta().modifyBackupPolicy({ policy_name: 'daily', ...request });
}

/** When its backups began and ended, newest first. */
async function backups(count = 10) {
  const request = { policy_names: ['daily'], backup_info_count: count };
  const { backup_infos } = await meta().queryBackupPolicy(request);
  const text = (ms: number) => (ms === 0 ? '-' : new Date(ms).toISOString().slice(8, 19).replace('T', ' '));
  return backup_infos[0]?.map((one) => `${text(one.start_time_ms)} ${text(one.end_time_ms)}`);
}

function kept(): string[] {
  universe.letOthersIn();
  return universe.files.list('/w/block_service/local_service/onebox');
}

async function untilItBegins() {
  await universe.seconds(2 * HOUR - 100);
  while ((await backups())?.length === 0) await universe.seconds(1);
}

async function killLeader() {
  const { nodes } = await universe.control.listNodes({ name: 'onebox' });
  const leader = nodes.find(({ role }) => role === 'meta')?.node ?? '';
  await universe.node('onebox', leader, 'kill');
}

test('once a day, within five minutes of its time; the oldest ones are deleted', async () => {
  expect(await add()).toEqual({ err: 'ERR_OK', hint_message: '' });
  await universe.seconds(2 * HOUR - 60);
  expect(await backups()).toEqual([]);
  await universe.seconds(300);
  expect(await backups()).toEqual([expect.stringMatching(/^01 02:00:\d\d 01 02:00:\d\d$/)]);
  await universe.seconds(DAY);
  expect(await backups()).toHaveLength(2);
  expect(await backups(1)).toEqual([expect.stringMatching(/^02 02:0/)]);
  await universe.seconds(DAY);
  expect(await backups()).toEqual([expect.stringMatching(/^03 02:0/), expect.stringMatching(/^02 02:0/)]);
  expect(kept()).toHaveLength(2);
  expect(universe.closeAndCheck()).toEqual([]);
});

test('24:00: as soon as its interval is over, at once the first time', async () => {
  await add({ start_time: '24:00' });
  await universe.seconds(60);
  expect(await backups()).toHaveLength(1);
  await universe.seconds(DAY + 300);
  expect(await backups()).toHaveLength(2);
});

test('a year costs what its backups cost', async () => {
  await add({ backup_interval_seconds: 100 * DAY, backup_history_count_to_keep: 100 });
  await universe.seconds(365 * DAY);
  expect(await backups()).toHaveLength(4);
});

test('another leader goes on with it', async () => {
  await add();
  await untilItBegins();
  await killLeader();
  await universe.seconds(120);
  expect(await backups()).toEqual([expect.not.stringMatching(/-$/)]);
  await universe.seconds(DAY);
  expect(await backups()).toHaveLength(2);
});

describe('tables', () => {
  test('that are dropped are left out', async () => {
    await add();
    await meta().dropApp({ app_name: 'stat', options: { success_if_not_exist: false } });
    await universe.seconds(2 * HOUR + 300);
    const [id] = kept();
    expect(universe.files.list(`/w/block_service/local_service/onebox/${id}`)).toEqual([
      'backup_info',
      'temp_1',
    ]);
  });

  test('that are dropped meanwhile count as done', async () => {
    await add({ app_ids: [1] });
    await untilItBegins();
    await meta().dropApp({ app_name: 'temp', options: { success_if_not_exist: false } });
    await universe.seconds(30);
    expect(await backups()).toEqual([expect.not.stringMatching(/-$/)]);
  });

  test('all of them dropped: it waits', async () => {
    await add({ app_ids: [1] });
    await meta().dropApp({ app_name: 'temp', options: { success_if_not_exist: false } });
    await universe.seconds(2 * HOUR + 600);
    expect(await backups()).toEqual([]);
  });
});

test('a partition that fails has it hang until another leader asks again', async () => {
  await add();
  await untilItBegins();
  await universe.seconds(3);
  for (const node of ['replica1', 'replica2', 'replica3'])
    await universe.control.addFault(lastingFault('onebox', 'disk_read_fail', node));
  await universe.seconds(DAY);
  expect(await backups()).toEqual([expect.stringMatching(/-$/)]);
  await universe.control.clearFaults({});
  await universe.seconds(DAY);
  expect(await backups()).toEqual([expect.stringMatching(/-$/)]);
  await killLeader();
  await universe.seconds(60);
  expect((await backups())?.at(-1)).toMatch(/^01 02:.* 03 02:/);
});

describe('modified', () => {
  test('another time, interval and set of tables', async () => {
    await add();
    await modify({
      start_time: '05:30',
      new_backup_interval_sec: 2 * DAY,
      add_appids: [9],
      removal_appids: [1],
      backup_history_count_to_keep: 7,
    });
    const { policys } = await meta().queryBackupPolicy({ policy_names: [], backup_info_count: 0 });
    expect(policys).toEqual([
      {
        policy_name: 'daily',
        backup_provider_type: 'local_service',
        backup_interval_seconds: `${2 * DAY}`,
        app_ids: new Set([2]),
        backup_history_count_to_keep: 7,
        start_time: '05:30',
        is_disable: false,
      },
    ]);
    await universe.seconds(DAY);
    expect(await backups()).toEqual([expect.stringMatching(/^01 05:0/)]);
  });

  test('what it cannot take is left out', async () => {
    await add();
    expect(await modify({ new_backup_interval_sec: 5, start_time: '25:00' })).toEqual({
      err: 'ERR_OK',
      hint_message: '',
    });
    const { policys } = await meta().queryBackupPolicy({ policy_names: ['daily'], backup_info_count: 0 });
    expect(policys[0]).toMatchObject({ backup_interval_seconds: `${DAY}`, start_time: '02:00' });
  });

  test('disabled and enabled', async () => {
    await add({ start_time: '24:00' });
    expect((await modify({ is_disable: true })).err).toBe('ERR_BUSY');
    expect((await modify({ is_disable: true, force_disable: true })).err).toBe('ERR_OK');
    await universe.seconds(3 * DAY);
    expect(await backups()).toHaveLength(1);
    expect((await modify({ is_disable: false })).hint_message).toBe('');
    await universe.seconds(600);
    expect(await backups()).toHaveLength(2);
    expect((await modify({ is_disable: false })).hint_message).toBe('policy is already enabled');
  });
});

test.each<[Partial<ConfigurationAddBackupPolicyRequest>, string]>([
  [
    { backup_interval_seconds: 600 },
    'backup interval must be larger than cold_backup_checkpoint_reserve_minutes=10',
  ],
  [{ backup_interval_seconds: 601 }, 'backup interval must be >= 86400 (1 day)'],
  [{ app_ids: [1, 9] }, 'invalid app 9'],
  [
    { policy_name: '__proto__' },
    "invalid policy name: '__proto__', policy name should match regex '[a-zA-Z_:][a-zA-Z0-9_:]*' when act as a metric name in prometheus",
  ],
  [
    { policy_name: 'a:b' },
    "invalid policy name: 'a:b', policy name should match regex '[a-zA-Z_][a-zA-Z0-9_]*' when act as a metric label in prometheus",
  ],
  [{ policy_name: 'x_backup_info' }, "invalid policy name: 'x_backup_info', policy name is reserved"],
  [{ policy_name: 'taken' }, "invalid policy name: 'taken', policy name is already exist"],
  [{ backup_provider_type: 'hdfs' }, 'invalid backup_provider_type: hdfs'],
])('refused: %o', async (request, hint_message) => {
  await add({ policy_name: 'taken' });
  expect(await add(request)).toEqual({ err: 'ERR_INVALID_PARAMETERS', hint_message });
});

test('policies that are not there', async () => {
  await add();
  expect(
    await meta().queryBackupPolicy({ policy_names: ['x', 'daily', 'y'], backup_info_count: 1 }),
  ).toMatchObject({
    err: 'ERR_OK',
    policys: [{ policy_name: 'daily' }],
    hint_msg: 'invalid policy_name x\n\tinvalid policy_name y',
  });
  expect((await meta().queryBackupPolicy({ policy_names: ['x'], backup_info_count: 1 })).err).toBe(
    'ERR_INVALID_PARAMETERS',
  );
  expect(await modify({ policy_name: 'x' })).toEqual({ err: 'ERR_INVALID_PARAMETERS', hint_message: '' });
});
