import { describe, expect, test } from 'vitest';
import { stripAnsi } from '../../src/output/ansi.ts';
import { RpcError } from '../../src/rpc/transport/transport.ts';
import { expectAsRecorded, session, typed } from './support/cpp-shell.ts';

const recorded = session('duplication.txt');

/** A recorded block; lines typed in the shell of cluster A are marked so. */
function recordedOnA(line: string) {
  return recorded(`[A] ${line}`);
}

const entry = {
  dupid: 1795420102,
  status: 'DS_PREPARE',
  remote: 'onebox2',
  create_ts: Date.UTC(2026, 10, 23, 7, 48, 22, 95),
  fail_mode: 'FAIL_SLOW',
  remote_app_name: 'dupt_b',
  remote_replica_count: 1,
  partition_states: new Map(
    [0, 1, 2, 3].map((pidx) => [pidx, { confirmed_decree: -1, last_committed_decree: -1 }]),
  ),
};
const noEntry = { err: 'ERR_OK', appid: 2, entry_list: [] };

describe('add_dup', () => {
  const line = 'add_dup dupt onebox2 -s -a dupt_b -r 1';
  const reply = {
    err: 'ERR_OK',
    appid: 18,
    dupid: 1795420102,
    remote_app_name: 'dupt_b',
    remote_replica_count: 1,
  };

  test(line, async () => {
    const got = await typed(line, { meta: { addDuplication: reply } });
    expectAsRecorded(got, recordedOnA(line));
    const request = {
      app_name: 'dupt',
      remote_cluster_name: 'onebox2',
      is_duplicating_checkpoint: true,
      remote_app_name: 'dupt_b',
      remote_replica_count: 1,
    };
    expect(got.sent).toEqual([['addDuplication', request]]);
  });

  test('one that is there already is a warning', async () => {
    const got = await typed(line, { meta: { addDuplication: { ...reply, err: 'ERR_DUP_EXIST' } } });
    expect(got.exitCode).toBe(0);
    expect(stripAnsi(got.out).split('\n')[1]).toBe(
      'WARNING: duplication has been existing [app_name: dupt, remote_cluster_name: onebox2, appid: 18, dupid: 1795420102, remote_app_name: dupt_b, remote_replica_count: 1]',
    );
  });

  test('a server that knows neither the name nor the count of the follower', async () => {
    const got = await typed('add_dup dupt onebox2', {
      meta: { addDuplication: { err: 'ERR_OK', appid: 18, dupid: 1 } },
    });
    expect(stripAnsi(got.out)).toContain(
      "WARNING: WARNING: meta server does NOT support specifying remote_app_name, remote_app_name might has been specified with 'dupt'\n",
    );
    expect(stripAnsi(got.out)).toContain("with the replica count of 'dupt'\n");
  });

  test('to itself', async () => {
    const got = await typed('add_dup temp onebox');
    expectAsRecorded(got, recorded('add_dup temp onebox'));
    expect(got).toMatchObject({ out: '', exitCode: 2, sent: [] });
  });

  test('a refusal with a hint', async () => {
    const hint =
      'get_duplication_cluster_id(nosuchcluster) failed, error: ERR_OBJECT_NOT_FOUND: failed to get cluster id for  << nosuchcluster';
    const refused = { err: 'ERR_INVALID_PARAMETERS', appid: 0, dupid: 0, hint };
    const got = await typed('add_dup temp nosuchcluster', { meta: { addDuplication: refused } });
    expectAsRecorded(got, recorded('add_dup temp nosuchcluster'));
    expect(got.out).toMatch(/^trying to add duplication /);
    expect(got.exitCode).toBe(1);
  });

  test('the same under --json', async () => {
    const refused = { err: 'ERR_INVALID_PARAMETERS', appid: 0, dupid: 0, hint: 'because' };
    const got = await typed('add_dup temp nosuch', { json: true, meta: { addDuplication: refused } });
    expect(JSON.parse(got.out)).toMatchObject({ error: { code: 'ERR_INVALID_PARAMETERS', hint: 'because' } });
  });

  test('no answer', async () => {
    const got = await typed('add_dup temp b', {
      meta: { addDuplication: () => new RpcError('ERR_TIMEOUT', 'x') },
    });
    expect(stripAnsi(got.err)).toBe(
      'ERROR: adding duplication failed [app_name: temp, remote_cluster_name: b, is_duplicating_checkpoint: false, remote_app_name: temp, remote_replica_count: 0, error: ERR_TIMEOUT: unable to send rpc to server]\n',
    );
  });
});

describe('query_dup', () => {
  const one = { err: 'ERR_OK', appid: 18, entry_list: [entry] };

  test.each(['query_dup dupt', 'query_dup dupt -d'])('%s', async (line) => {
    expectAsRecorded(await typed(line, { meta: { queryDuplication: one } }), recordedOnA(line));
  });

  test('in detail, without any', async () => {
    expectAsRecorded(
      await typed('query_dup temp -d', { meta: { queryDuplication: noEntry } }),
      recorded('query_dup temp -d'),
    );
  });

  test('of no table', async () => {
    const got = await typed('query_dup nosuch', {
      meta: { queryDuplication: { ...noEntry, err: 'ERR_APP_NOT_EXIST' } },
    });
    expectAsRecorded(got, recorded('query_dup nosuch'));
    expect(got).toMatchObject({ out: '', exitCode: 1 });
  });

  test('the table grows, printed again for each row', async () => {
    const two = { ...one, entry_list: [entry, { ...entry, dupid: 1795420103, status: 'DS_LOG' }] };
    const got = await typed('query_dup dupt', { meta: { queryDuplication: two } });
    expect(got.out).toBe(`duplications of app [dupt] are listed as below:
dup_id      status      remote cluster  create time              
1795420102  DS_PREPARE  onebox2         2026-11-23 07:48:22.095  

dup_id      status      remote cluster  create time              
1795420102  DS_PREPARE  onebox2         2026-11-23 07:48:22.095  
1795420103  DS_LOG      onebox2         2026-11-23 07:48:22.095  

`);
  });

  test('keys sort as text, and what is empty is null', async () => {
    const many = Array.from({ length: 10 }, (_, at) => ({
      ...entry,
      dupid: at,
      partition_states: new Map(),
    }));
    const got = await typed('query_dup dupt -d', {
      meta: { queryDuplication: { ...one, entry_list: many } },
    });
    const [, line = ''] = got.out.split('\n');
    expect([...line.matchAll(/"(\d+)":\{/g)].map(([, key]) => key)).toEqual([
      '1',
      '10',
      '2',
      '3',
      '4',
      '5',
      '6',
      '7',
      '8',
      '9',
    ]);
    expect(line).toContain('"partition_states":null,');
    expect(line).toMatch(/,"appid":18\}$/);
  });
});

describe('dups', () => {
  const apps = (count: number, partitions: number) => {
    const plain = Array.from({ length: count }, (_, at) => ({
      appid: at + 1,
      app_name: `t${at + 1}`,
      partition_count: at === 0 ? partitions - (count - 1) : 1,
      duplications: new Map(),
    }));
    return new Map(plain.map((app) => [app.app_name, app]));
  };
  const listed = (app_states: unknown) => ({
    listDuplication: { err: 'ERR_OK', hint_message: '', app_states },
  });

  test.each(['dups', 'dups -u', 'dups -g 5 -u -p -j'])('%s, without any', async (line) => {
    expectAsRecorded(await typed(line, { meta: listed(apps(12, 51)) }), recorded(line));
  });

  test('dups -p -u', async () => {
    const dupt = {
      appid: 18,
      app_name: 'dupt',
      partition_count: 4,
      duplications: new Map([[entry.dupid, entry]]),
    };
    const states = apps(14, 59).set('dupt', dupt as never);
    expectAsRecorded(await typed('dups -p -u', { meta: listed(states) }), recordedOnA('dups -p -u'));
  });

  test('a partition within the gap is finished', async () => {
    const states = new Map([
      [0, { confirmed_decree: 100, last_committed_decree: 105 }],
      [1, { confirmed_decree: 100, last_committed_decree: 106 }],
      [2, { confirmed_decree: 100, last_committed_decree: 90 }],
    ]);
    const log = { ...entry, status: 'DS_LOG', partition_states: states };
    const dupt = { appid: 1, app_name: 'dupt', partition_count: 5, duplications: new Map([[1, log]]) };
    const got = await typed('dups -g 5', { meta: listed(new Map([['dupt', dupt]])) });
    expect(got.out).toContain('unfinished_partition_count                      : 1\n');
    expect(got.out).toContain('duplication_count_by_status(DS_LOG)             : 1\n');
    // Two have not told of any progress yet.
    expect(got.out).toMatch(/^duplicating_partition_count +: 5$/m);
  });
});

describe('changing one', () => {
  test.each([
    'set_dup_fail_mode dupt 1795420102 slow',
    'start_dup dupt 1795420102',
    'pause_dup dupt 1795420102',
  ])('%s', async (line) => {
    const isRefused = recordedOnA(line).stderr !== '';
    const err = isRefused ? 'ERR_INVALID_PARAMETERS' : 'ERR_OK';
    const got = await typed(line, { meta: { modifyDuplication: { err, appid: 18 } } });
    expectAsRecorded(got, recordedOnA(line));
    expect(got.exitCode).toBe(isRefused ? 1 : 0);
  });

  test.each([
    ['pause_dup temp 1', 'ERR_OBJECT_NOT_FOUND'],
    ['start_dup nosuch 1', 'ERR_APP_NOT_EXIST'],
    ['set_dup_fail_mode temp 1 slow', 'ERR_OBJECT_NOT_FOUND'],
  ])('%s', async (line, err) => {
    const got = await typed(line, { meta: { modifyDuplication: { err, appid: 0 } } });
    expectAsRecorded(got, recorded(line));
    expect(got).toMatchObject({ out: '', exitCode: 1 });
  });

  test.each([
    ['start_dup t 7', { status: 'DS_LOG' }],
    ['pause_dup t 7', { status: 'DS_PAUSE' }],
    ['remove_dup t 7', { status: 'DS_REMOVED' }],
    ['set_dup_fail_mode t 7 skip', { fail_mode: 'FAIL_SKIP' }],
  ])('%s asks for', async (line, change) => {
    const got = await typed(line, { meta: { modifyDuplication: { err: 'ERR_OK', appid: 1 } } });
    expect(got.sent).toEqual([['modifyDuplication', { app_name: 't', dupid: 7, ...change }]]);
  });
});
