import { describe, expect, test } from 'vitest';
import { RpcError } from '../../src/rpc/transport/transport.ts';
import { typed } from './support/cpp-shell.ts';

const drop = (port: number, back: boolean, committed = 100, ballot = 5) => ({
  node: `127.0.0.1:${port}`,
  hp_node: `localhost:${port}`,
  drop_time_ms: Date.UTC(2024, 4, 1, 10, 0, 0, 123),
  is_alive: back,
  is_collected: back,
  ballot: back ? ballot : -1,
  last_committed_decree: back ? committed : -1,
  last_prepared_decree: back ? committed : -1,
});

const lost = (dropped: readonly ReturnType<typeof drop>[], reason = '') => ({
  config: {
    pid: { app_id: 2, partition_index: 3 },
    ballot: 5,
    max_replica_count: 3,
    primary: '',
    secondaries: [],
    last_drops: dropped.map(({ node }) => node),
    last_committed_decree: 100,
    partition_flags: 0,
    hp_primary: '',
    hp_secondaries: [],
    hp_last_drops: dropped.map(({ hp_node }) => hp_node),
  },
  dropped,
  reason,
});

const diagnosed = (...partitions: readonly ReturnType<typeof lost>[]) => ({
  diagnoseDdd: { err: 'ERR_OK', partitions },
  proposeBalancer: { err: 'ERR_OK' },
});

describe('ddd_diagnose', () => {
  test('shows what is known, partition by partition', async () => {
    const info = lost(
      [drop(34801, true), drop(34802, false)],
      "the last dropped node(localhost:34802) hasn't come back yet",
    );
    const got = await typed('ddd_diagnose -g 2', { meta: diagnosed(info) });
    expect(got.sent).toEqual([['diagnoseDdd', { pid: { app_id: 2, partition_index: -1 } }]]);
    expect(got.out).toBe(`Total 1 ddd partitions:

(1) 2.3
    config: ballot(5), last_committed(100)
    ----
    dropped[0]: node(localhost:34801), drop_time(2024-05-01 10:00:00.123), alive(true), collected(true), ballot(5), last_committed(100), last_prepared(100)  <== the secondary latest
    dropped[1]: node(localhost:34802), drop_time(2024-05-01 10:00:00.123), alive(false), collected(false), ballot(-1), last_committed(-1), last_prepared(-1)  <== the latest
    ----
    last_drops[0]: node(localhost:34801)  <== the secondary latest
    last_drops[1]: node(localhost:34802)  <== the latest
    ----
    ddd_reason: the last dropped node(localhost:34802) hasn't come back yet

Proposed count: 0/1

Diagnose ddd done.
`);
  });

  test('-d -a proposes whom it recommends', async () => {
    const info = lost([drop(34801, true), drop(34802, true, 101)]);
    const got = await typed('ddd_diagnose -d -a', { meta: diagnosed(info) });
    expect(got.out).toContain(`    ddd_reason: 
    ----
    recommend_primary: localhost:34802  <== the latest
    propose_request: propose -g 2.3 -p ASSIGN_PRIMARY -t localhost:34802 -n localhost:34802
    propose_response: ERR_OK

Proposed count: 1/1

Diagnose ddd done.
`);
    expect(got.sent[1]).toEqual([
      'proposeBalancer',
      {
        gpid: { app_id: 2, partition_index: 3 },
        action_list: [
          {
            target: '127.0.0.1:34802',
            node: '127.0.0.1:34802',
            type: 'CT_ASSIGN_PRIMARY',
            hp_target: 'localhost:34802',
            hp_node: 'localhost:34802',
          },
        ],
        force: false,
      },
    ]);
  });

  test.each([
    ['nobody left', [], 'none  <== the latest'],
    ['one left', [drop(34801, true)], 'none  <== the secondary latest'],
    ['neither is back', [drop(34801, false), drop(34802, false)], 'none'],
    ['one is back', [drop(34801, true), drop(34802, false)], 'localhost:34801  <== the secondary latest'],
    ['the one that is back has too little', [drop(34801, true, 99), drop(34802, false)], 'none'],
    [
      'more committed',
      [drop(34801, true, 102), drop(34802, true, 101)],
      'localhost:34801  <== the secondary latest',
    ],
    [
      'the same committed, a larger ballot',
      [drop(34801, true, 100, 6), drop(34802, true)],
      'localhost:34801  <== the secondary latest',
    ],
    ['a tie', [drop(34801, true), drop(34802, true)], 'localhost:34802  <== the latest'],
  ])('recommendation when %s', async (_, dropped, recommended) => {
    const got = await typed('ddd_diagnose -d -s', { meta: diagnosed(lost(dropped)) });
    expect(got.out).toContain(`    recommend_primary: ${recommended}\n`);
  });

  test('no answer', async () => {
    const silent = () => new RpcError('ERR_TIMEOUT', 'x');
    expect(await typed('ddd_diagnose', { meta: { diagnoseDdd: silent } })).toMatchObject({
      err: 'ERROR: DDD diagnose failed with err = ERR_TIMEOUT\n',
      exitCode: 1,
    });
  });
});

describe('recover', () => {
  test('success with a hint, and what is sent', async () => {
    const got = await typed('recover -s localhost:34801,localhost:34801,127.0.0.1:34802 -b -w 3', {
      meta: { startRecovery: { err: 'ERR_OK', hint_message: 'WARNING: x\n' } },
    });
    expect(got).toMatchObject({
      out: `duplicate replica node localhost:34801, just ingore it
Wait seconds: 3
Skip bad nodes: true
Skip lost partitions: false
Node list:
=============================
localhost:34801
127.0.0.1:34802
=============================
Recover result: ERR_OK
=============================
WARNING: x
=============================
`,
      exitCode: 0,
    });
    expect(got.sent).toEqual([
      [
        'startRecovery',
        {
          recovery_nodes: ['127.0.0.1:34801', '127.0.0.1:34802'],
          hp_recovery_nodes: ['localhost:34801', '127.0.0.1:34802'],
          skip_bad_nodes: true,
          skip_lost_partitions: false,
        },
        3000,
      ],
    ]);
  });

  test('no answer in the time', async () => {
    const got = await typed('recover -s localhost:34801 -w 2', {
      meta: { startRecovery: () => new RpcError('ERR_TIMEOUT', 'x') },
    });
    expect(got.out).toContain(
      'Wait recovery for 0 seconds\nWait recovery for 1 seconds\nWait recovery failed, administrator should check the meta for progress\n',
    );
    expect(got.exitCode).toBe(1);
  });

  test.each([
    ['recover -s ,', "can't parse node from node_list_str\n"],
    ['recover -s bad', 'parse bad as a host:port node failed\n'],
    ['recover -f nosuchfile', 'open file nosuchfile failed\n'],
  ])('%s', async (line, err) => {
    expect(await typed(line)).toMatchObject({ out: '', err, exitCode: 2, sent: [] });
  });
});
