import { describe, expect, test } from 'vitest';
import { openUniverse } from './universe.ts';

async function withTable() {
  const universe = openUniverse();
  await universe.createTable('onebox', 'temp', 4, 3);
  const { meta } = universe.clients('onebox');
  const set = (...pairs: readonly (readonly [string, string])[]) =>
    meta.updateAppEnv({
      app_name: 'temp',
      op: 'APP_ENV_OP_SET',
      keys: pairs.map(([key]) => key),
      values: pairs.map(([, value]) => value),
    });
  const envs = async () => (await meta.listApps({ status: 'AS_AVAILABLE' })).infos[0]?.envs;
  return { universe, meta, set, envs };
}

describe('envs of a table', () => {
  // The hints are those of `app_env_validator.cpp`.
  test.each([
    ['badkey', '1', "app_env 'badkey' is not supported"],
    ['default_ttl', '-1', "invalid value '-1', should be '>= 0'"],
    ['default_ttl', 'abc', "invalid value 'abc', should be an 32 bits integer"],
    ['default_ttl', '2147483648', "invalid value '2147483648', should be an 32 bits integer"],
    ['default_ttl', '', "invalid value '', should be an 32 bits integer"],
    ['replica.slow_query_threshold', '10', "invalid value '10', should be '>= 20'"],
    [
      'replica.slow_query_threshold',
      '9223372036854775808',
      "invalid value '9223372036854775808', should be an 64 bits integer",
    ],
    ['rocksdb.usage_scenario', 'bad', 'bulk_load | normal | prefer_write'],
    ['manual_compact.once.bottommost_level_compaction', 'x', 'force | skip'],
    ['manual_compact.once.target_level', '0', "invalid value '0', should be '-1 or >= 1'"],
    ['manual_compact.disabled', 'yes', "invalid value 'yes', should be a boolean"],
    [
      'manual_compact.once.trigger_time',
      '-1',
      "invalid value '-1', should be '> 0, timestamp (in seconds) to trigger the once manual compaction'",
    ],
    ['rocksdb.checkpoint.reserve_min_count', '0', "invalid value '0', should be '> 0'"],
    ['rocksdb.num_levels', '11', "invalid value '11', should be 'In range [1, 10]'"],
    [
      'rocksdb.write_buffer_size',
      '16777215',
      "invalid value '16777215', should be 'In range [16777216, 536870912]'",
    ],
    [
      'replica.deny_client_request',
      'reject*all',
      'Invalid deny client args, valid include: timeout*all, timeout*write, timeout*read; reconfig*all, reconfig*write, reconfig*read',
    ],
    ['replica.write_throttling', '', "The value shouldn't be empty"],
    ['replica.write_throttling', 'bad', "The field count of 'bad' separated by '*' must be 3"],
    ['replica.write_throttling', '1x*delay*1', "'1x' should be an unsigned integer"],
    ['replica.write_throttling', '-1K*delay*1', "'-1' should be an unsigned integer"],
    [
      'replica.write_throttling',
      '18446744073709551615K*delay*1',
      "'18446744073709551615' result is overflow",
    ],
    ['replica.write_throttling', '1*wait*1', "'wait' should be 'delay' or 'reject'"],
    ['replica.write_throttling', '1*delay*x', "'x' should be an unsigned integer"],
    ['replica.read_throttling', '1*delay*1,2*delay*2', "duplicate 'delay' config"],
    ['replica.read_throttling', '1*reject*1,2*reject*2', "duplicate 'reject' config"],
    ['replica.read_throttling_by_size', '0', "The field count of '0' separated by '*' must be 3"],
    ['replica.read_throttling_by_size', '1*delay*1,0*reject*2', 'reject value should be greater than 0'],
  ])('%s=%s is refused', async (key, value, hint) => {
    const { set, envs } = await withTable();
    expect(await set([key, value])).toEqual({ err: 'ERR_INVALID_PARAMETERS', hint_message: hint });
    expect(await envs()).toEqual(new Map());
  });

  test.each([
    ['default_ttl', '0x10'],
    ['replica.slow_query_threshold', ' 20'],
    ['manual_compact.disabled', 'TRUE'],
    ['manual_compact.once.trigger_time', '0'],
    ['replica.deny_client_request', 'timeout * all'],
    ['replica.write_throttling', '10000*delay*100, 20M*reject*100'],
    ['replica.read_throttling_by_size', '200K'],
    ['replica.read_throttling_by_size', '20000*delay*100'],
    ['business.info', ''],
  ])('%s=%s is accepted', async (key, value) => {
    const { set, envs } = await withTable();
    expect(await set([key, value])).toEqual({ err: 'ERR_OK', hint_message: '' });
    expect(await envs()).toEqual(new Map([[key, value]]));
  });

  test('several are set together or not at all', async () => {
    const { set, envs } = await withTable();
    expect((await set(['business.info', 'x'], ['default_ttl', '-1'])).err).toBe('ERR_INVALID_PARAMETERS');
    expect(await envs()).toEqual(new Map());
    await set(['default_ttl', '1'], ['business.info', 'x']);
    expect([...(await envs())!.keys()]).toEqual(['business.info', 'default_ttl']);
  });

  test('are deleted by key, in the order asked for', async () => {
    const { meta, set, envs } = await withTable();
    await set(['default_ttl', '1'], ['business.info', 'x'], ['manual_compact.disabled', 'true']);
    const del = (...keys: string[]) => meta.updateAppEnv({ app_name: 'temp', op: 'APP_ENV_OP_DEL', keys });
    expect(await del('default_ttl', 'absent', 'business.info')).toEqual({
      err: 'ERR_OK',
      hint_message: 'deleted keys:\n    default_ttl\n    business.info',
    });
    expect(await del('default_ttl')).toEqual({ err: 'ERR_OK', hint_message: 'no key needs to be deleted' });
    expect(await del()).toEqual({ err: 'ERR_INVALID_PARAMETERS', hint_message: '' });
    expect([...(await envs())!.keys()]).toEqual(['manual_compact.disabled']);
  });

  test('are cleared by the words before a dot', async () => {
    const { meta, set } = await withTable();
    const clear = (clear_prefix?: string) =>
      meta.updateAppEnv({
        app_name: 'temp',
        op: 'APP_ENV_OP_CLEAR',
        ...(clear_prefix === undefined ? {} : { clear_prefix }),
      });
    const nothing = { err: 'ERR_OK', hint_message: 'no key needs to be deleted' };
    expect(await clear('')).toEqual(nothing);
    await set(
      ['manual_compact.once.target_level', '2'],
      ['manual_compact.disabled', 'true'],
      ['default_ttl', '1'],
    );
    expect(await clear('manual')).toEqual(nothing);
    expect(await clear('manual_compact')).toEqual({
      err: 'ERR_OK',
      hint_message: 'deleted keys:\n    manual_compact.disabled\n    manual_compact.once.target_level',
    });
    expect(await clear('')).toEqual({ err: 'ERR_OK', hint_message: 'deleted keys:\n    default_ttl' });
    expect(await clear()).toEqual({ err: 'ERR_INVALID_PARAMETERS', hint_message: '' });
  });

  test('a table that is not there, and an operation that is none', async () => {
    const { meta } = await withTable();
    for (const request of [
      { op: 'APP_ENV_OP_SET', keys: ['default_ttl'], values: ['1'] },
      { op: 'APP_ENV_OP_DEL', keys: ['default_ttl'] },
      { op: 'APP_ENV_OP_CLEAR', clear_prefix: '' },
    ] as const) {
      const mutable = { ...request, app_name: 'nosuch' } as Parameters<typeof meta.updateAppEnv>[0];
      expect(await meta.updateAppEnv(mutable)).toEqual({
        err: 'ERR_APP_NOT_EXIST',
        hint_message: 'app cannot be found',
      });
    }
    expect(await meta.updateAppEnv({ app_name: 'temp', op: 'APP_ENV_OP_INVALID' })).toEqual({
      err: 'ERR_INVALID_PARAMETERS',
      hint_message: 'recv a invalid update_app_env request with op = APP_ENV_OP_INVALID',
    });
  });
});

describe('replica count', () => {
  const ballots = async (meta: Awaited<ReturnType<typeof withTable>>['meta']) => {
    const { partitions } = await meta.queryConfig({ app_name: 'temp', partition_indices: [] });
    return partitions.map((p) => [p.ballot, p.max_replica_count, 1 + (p.hp_secondaries?.length ?? 0)]);
  };

  test('3 to 2 to 3 within a second costs two ballots and no replica', async () => {
    const { meta } = await withTable();
    expect(await ballots(meta)).toEqual(Array(4).fill([3, 3, 3]));
    const set = (max_replica_count: number) =>
      meta.setMaxReplicaCount({ app_name: 'temp', max_replica_count });
    expect(await set(2)).toEqual({ err: 'ERR_OK', old_max_replica_count: 3, hint_message: '' });
    expect(await set(3)).toEqual({ err: 'ERR_OK', old_max_replica_count: 2, hint_message: '' });
    expect(await ballots(meta)).toEqual(Array(4).fill([5, 3, 3]));
  });

  test('the next check removes what is too much and adds what lacks', async () => {
    const { universe, meta } = await withTable();
    await universe.write('onebox', 'temp', 20);
    await meta.setMaxReplicaCount({ app_name: 'temp', max_replica_count: 1 });
    await universe.seconds(30);
    expect(await ballots(meta)).toEqual(Array(4).fill([6, 1, 1]));
    expect(await universe.records('onebox', 'temp')).toHaveLength(20);
    await universe.write('onebox', 'temp', 5, 'more');
    await meta.setMaxReplicaCount({ app_name: 'temp', max_replica_count: 3 });
    await universe.seconds(60);
    expect(await ballots(meta)).toEqual(Array(4).fill([9, 3, 3]));
    for (const node of ['replica1', 'replica2']) await universe.node('onebox', node, 'kill');
    await universe.seconds(60);
    expect((await meta.getMaxReplicaCount({ app_name: 'temp' })).max_replica_count).toBe(3);
  });

  test('what is refused', async () => {
    const { universe, meta } = await withTable();
    const set = (max_replica_count: number, app_name = 'temp') =>
      meta.setMaxReplicaCount({ app_name, max_replica_count });
    expect(await set(3, 'nosuch')).toEqual({
      err: 'ERR_APP_NOT_EXIST',
      old_max_replica_count: 0,
      hint_message: 'app(nosuch) does not exist',
    });
    expect(await meta.getMaxReplicaCount({ app_name: 'nosuch' })).toEqual({
      err: 'ERR_APP_NOT_EXIST',
      max_replica_count: 0,
      hint_message: 'app(nosuch) does not exist',
    });
    expect(await set(6)).toMatchObject({
      err: 'ERR_INVALID_PARAMETERS',
      hint_message: 'requested replica count(6) must be within the range of [min=1, max=5]',
    });
    expect(await set(4)).toMatchObject({
      err: 'ERR_INVALID_PARAMETERS',
      hint_message: 'there are not enough alive replica servers(3) for the requested replica count(4)',
    });
    expect(await set(3)).toEqual({
      err: 'ERR_OK',
      old_max_replica_count: 3,
      hint_message: "no need to update max_replica_count since it's not changed",
    });
    await meta.controlMeta({ level: 'fl_freezed' });
    expect(await set(2)).toEqual({
      err: 'ERR_STATE_FREEZED',
      old_max_replica_count: 3,
      hint_message: 'current meta function level is freezed, since there are too few alive nodes',
    });
    await universe.seconds(1);
  });
});

test('atomic idempotence of a table', async () => {
  const { meta } = await withTable();
  const app_name = 'temp';
  expect(await meta.getAtomicIdempotent({ app_name })).toEqual({
    err: 'ERR_OK',
    atomic_idempotent: false,
    hint_message: '',
  });
  const set = (atomic_idempotent: boolean, name = app_name) =>
    meta.setAtomicIdempotent({ app_name: name, atomic_idempotent });
  expect(await set(true)).toEqual({ err: 'ERR_OK', old_atomic_idempotent: false, hint_message: '' });
  expect(await set(true)).toEqual({
    err: 'ERR_OK',
    old_atomic_idempotent: true,
    hint_message: "no need to update atomic_idempotent since it's unchanged",
  });
  expect(await set(true, 'nosuch')).toMatchObject({ err: 'ERR_APP_NOT_EXIST' });
  await meta.controlMeta({ level: 'fl_stopped' });
  expect(await set(false)).toMatchObject({ err: 'ERR_STATE_FREEZED', old_atomic_idempotent: true });
});

describe('meta level', () => {
  test('the old one is answered; to ask changes nothing; it does not outlive the leader', async () => {
    const { universe, meta } = await withTable();
    const level = async (wanted: Parameters<typeof meta.controlMeta>[0]['level']) =>
      (await meta.controlMeta({ level: wanted })).old_level;
    expect(await level('fl_lively')).toBe('fl_steady');
    expect(await level('fl_blind')).toBe('fl_lively');
    expect(await level('fl_invalid')).toBe('fl_blind');
    expect(await level('fl_invalid')).toBe('fl_blind');
    await universe.node('onebox', 'meta1', 'restart');
    expect(await level('fl_invalid')).toBe('fl_steady');
  });

  test('frozen: no table is made, a server that left is not replaced until it is lifted', async () => {
    const { universe, meta } = await withTable();
    await meta.controlMeta({ level: 'fl_freezed' });
    expect((await universe.createTable('onebox', 'other', 1, 1)).err).toBe('ERR_STATE_FREEZED');
    await universe.node('onebox', 'replica1', 'kill');
    await universe.seconds(60);
    const primaries = async () =>
      (await meta.queryConfig({ app_name: 'temp', partition_indices: [] })).partitions.map(
        (p) => p.hp_primary ?? '',
      );
    expect(await primaries()).toContain('');
    await meta.controlMeta({ level: 'fl_steady' });
    await universe.seconds(20);
    expect(await primaries()).not.toContain('');
  });
});

describe('manual compaction', () => {
  const idle = { err: 'ERR_INVALID_STATE', hint_msg: 'app temp is not manual compaction' };

  test('replicas compact themselves once they hear of it, and report it with their next sync', async () => {
    const { universe, meta, envs } = await withTable();
    await universe.write('onebox', 'temp', 40);
    const query = () => meta.queryManualCompact({ app_name: 'temp' });
    expect(await query()).toEqual(idle);
    const start = { app_name: 'temp', target_level: 2, max_running_count: 1, bottommost: true };
    expect(await meta.startManualCompact(start)).toEqual({ err: 'ERR_OK', hint_msg: 'succeed' });
    const asked = Math.floor(meta.now() / 1000);
    expect(await envs()).toEqual(
      new Map([
        ['manual_compact.max_concurrent_running_count', '1'],
        ['manual_compact.once.bottommost_level_compaction', 'force'],
        ['manual_compact.once.target_level', '2'],
        ['manual_compact.once.trigger_time', `${asked}`],
      ]),
    );
    expect(await query()).toEqual(idle);
    await universe.seconds(300);
    expect(await query()).toEqual({ err: 'ERR_OK', hint_msg: 'succeed', progress: 100 });
    await meta.startManualCompact({ app_name: 'temp' });
    expect(await query()).toEqual(idle);
  });

  test('a replica that is missing counts as one that may be at it', async () => {
    const { universe, meta } = await withTable();
    await universe.seconds(31);
    await universe.node('onebox', 'replica3', 'kill');
    await universe.seconds(30);
    const none = { err: 'ERR_OK', hint_msg: 'succeed', progress: 0 };
    expect(await meta.queryManualCompact({ app_name: 'temp' })).toEqual(none);
  });

  test('once a day, at the time that an env gives', async () => {
    const { universe, meta, set } = await withTable();
    await universe.write('onebox', 'temp', 40);
    await set(['manual_compact.periodic.trigger_time', '03:30']);
    const query = async () => (await meta.queryManualCompact({ app_name: 'temp' })).err;
    await universe.seconds(3 * 3600);
    expect(await query()).toBe('ERR_INVALID_STATE');
    await universe.seconds(3600);
    expect(await query()).toBe('ERR_OK');
  });

  test('what is refused', async () => {
    const { meta, set } = await withTable();
    expect(await meta.startManualCompact({ app_name: 'nosuch' })).toEqual({
      err: 'ERR_APP_NOT_EXIST',
      hint_msg: 'app nosuch is not existed',
    });
    expect(await meta.startManualCompact({ app_name: 'temp', target_level: -2 })).toEqual({
      err: 'ERR_INVALID_PARAMETERS',
      hint_msg: 'invalid target_level(-2), should in range of [-1, num_levels]',
    });
    expect(await meta.startManualCompact({ app_name: 'temp', max_running_count: -1 })).toEqual({
      err: 'ERR_INVALID_PARAMETERS',
      hint_msg: 'invalid max_running_count(-1), should be greater than 0',
    });
    await set(['manual_compact.disabled', 'true']);
    expect(await meta.startManualCompact({ app_name: 'temp' })).toEqual({
      err: 'ERR_OPERATION_DISABLED',
      hint_msg: 'app temp disable manual compaction',
    });
    expect(await meta.queryPartitionSplit({ app_name: 'temp' })).toMatchObject({
      err: 'ERR_INVALID_STATE',
      hint_msg: 'app(temp) is not splitting',
    });
    expect(await meta.queryPartitionSplit({ app_name: 'nosuch' })).toMatchObject({
      err: 'ERR_APP_NOT_EXIST',
      hint_msg: 'app(nosuch) not existed',
    });
  });
});
