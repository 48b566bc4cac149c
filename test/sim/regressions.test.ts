import { expect, test } from 'vitest';
import { lastingFault } from '../../src/rpc/client/lasting-fault.ts';
import { TIGHT_LOG } from '../../src/sim/generate/clusters.ts';
import type { Operation, Plan } from '../../src/sim/operation.ts';
import { runPlan } from '../../src/sim/run.ts';

/** Of one server, for some seconds. */
function fault(
  kind: 'node_stop' | 'disk_read_only' | 'zookeeper_timeout',
  seconds: number,
  server = 'A/replica3',
): Operation {
  return { kind: 'fault', fault: { ...lastingFault('A', kind, server), for_us: seconds * 1_000_000 } };
}

/** Plans that once failed, as they were shrunk: what their seeds stand for changes with the generator. */
const PLANS: Readonly<Record<string, Plan>> = {
  'a replica that was closed and leads again takes an incr that its duplication does not ship (D11)': {
    seed: 390390,
    clusters: [
      { name: 'A', metas: 1, replicas: 3 },
      { name: 'B', metas: 3, replicas: 5 },
    ],
    operations: [
      { kind: 'create', cluster: 'A', table: 't1', partitions: 4, replicas: 1 },
      { kind: 'add_dup', cluster: 'A', table: 't1', remote: 'B', full: true, calm: true },
      { kind: 'level', cluster: 'A', level: 'fl_freezed' },
      { kind: 'node', cluster: 'A', node: 'replica1', action: 'kill' },
      { kind: 'multi_set', cluster: 'A', table: 't1', hashKey: 'f', sortKeys: ['2', '3'], value: '130' },
      { kind: 'multi_set', cluster: 'A', table: 't1', hashKey: 'a', sortKeys: ['3'], value: '148' },
      { kind: 'multi_set', cluster: 'A', table: 't1', hashKey: 'b', sortKeys: ['2'], value: '165' },
      { kind: 'multi_set', cluster: 'A', table: 't1', hashKey: 'e', sortKeys: ['1', '2'], value: '172' },
      { kind: 'incr', cluster: 'A', table: 't1', hashKey: 'b', sortKey: '3', by: 77 },
      { kind: 'add_dup', cluster: 'A', table: 't3', remote: 'B', full: true, calm: true },
      { kind: 'corrupt', cluster: 'A', node: 'replica2' },
      { kind: 'incr', cluster: 'A', table: 't1', hashKey: 'f', sortKey: '1', by: 59 },
    ],
  },
  'a secondary that idle decrees commit a write to, after a checkpoint without it, has it': {
    seed: 4,
    clusters: [
      { name: 'A', metas: 3, replicas: 3 },
      { name: 'B', metas: 3, replicas: 3 },
      { name: 'C', metas: 3, replicas: 4 },
    ],
    operations: [
      { kind: 'create', cluster: 'A', table: 't1', partitions: 2, replicas: 3 },
      { kind: 'wait', ms: 9_927_690 },
      { kind: 'level', cluster: 'A', level: 'fl_freezed' },
      { kind: 'incr', cluster: 'A', table: 't1', hashKey: 'e', sortKey: '2', by: 22 },
      { kind: 'wait', ms: 66_153_699 },
    ],
  },
  'a server that starts and closes what nobody wants in one command has the memory of it that fsck asks for':
    {
      seed: 3056,
      clusters: [
        { name: 'A', metas: 3, replicas: 3 },
        { name: 'B', metas: 3, replicas: 3 },
      ],
      operations: [
        { kind: 'create', cluster: 'A', table: 't1', partitions: 2, replicas: 3 },
        { kind: 'wait', ms: 60_000 },
        { kind: 'drop', cluster: 'A', table: 't1' },
        fault('node_stop', 60),
        { kind: 'wait', ms: 395_071 },
      ],
    },
  'a primary that hears late that its table was dropped may go on beside the one that leads since the recall':
    {
      seed: 20144,
      clusters: [{ name: 'A', metas: 1, replicas: 3 }],
      operations: [
        { kind: 'create', cluster: 'A', table: 't1', partitions: 1, replicas: 3 },
        { kind: 'ttl', cluster: 'A', table: 't1', hashKey: 'a', sortKey: '1' },
        { kind: 'multi_get', cluster: 'A', table: 't1', hashKey: 'a' },
        fault('node_stop', 700),
        { kind: 'set_replica_count', cluster: 'A', table: 't1', replicas: 1 },
        { kind: 'drop', cluster: 'A', table: 't1' },
        { kind: 'recall', cluster: 'A', table: 't1' },
      ],
    },
  'what a table writes by itself while a duplication waits for its start to be confirmed is confirmed too': {
    seed: 202103,
    clusters: [
      { name: 'A', metas: 1, replicas: 1 },
      { name: 'B', metas: 3, replicas: 3 },
    ],
    operations: [
      { kind: 'create', cluster: 'A', table: 't1', partitions: 2, replicas: 1 },
      { kind: 'add_dup', cluster: 'A', table: 't1', remote: 'B', full: true, calm: true },
      { kind: 'node', cluster: 'A', node: 'replica1', action: 'kill' },
      { cluster: 'A', table: 't1', hashKey: 'a', kind: 'incr', sortKey: '3', by: 32 },
      { cluster: 'A', table: 't1', hashKey: 'e', kind: 'incr', sortKey: '3', by: 3 },
      { cluster: 'A', table: 't1', hashKey: 'a', kind: 'set', sortKey: '2', value: '37', ttl: 47 },
      {
        cluster: 'A',
        table: 't1',
        hashKey: 'd',
        kind: 'check_and_mutate',
        check: { sortKey: '3', type: 'CT_VALUE_EXIST', operand: '' },
        sortKey: '3',
        removed: '2',
        value: '38',
      },
      { cluster: 'A', table: 't1', hashKey: 'd', kind: 'set', sortKey: '1', value: '43', ttl: 0 },
      { kind: 'add_dup', cluster: 'A', table: 't3', remote: 'B', full: true, calm: true },
      { kind: 'node', cluster: 'A', node: 'replica1', action: 'kill' },
      { cluster: 'A', table: 't1', hashKey: 'e', kind: 'set', sortKey: '2', value: '71', ttl: 0 },
      { cluster: 'A', table: 't1', hashKey: 'a', kind: 'incr', sortKey: '1', by: 78 },
      { cluster: 'A', table: 't1', hashKey: 'a', kind: 'set', sortKey: '3', value: '73', ttl: 0 },
      { cluster: 'A', table: 't1', hashKey: 'b', kind: 'incr', sortKey: '3', by: 98 },
      { cluster: 'A', table: 't1', hashKey: 'f', kind: 'set', sortKey: '2', value: '75', ttl: 0 },
      { kind: 'add_dup', cluster: 'B', table: 't1', remote: 'A', full: false, calm: true },
    ],
  },
  'an operator takes out a member that is too many, where the meta server still asks for one': {
    seed: 39247,
    clusters: [{ name: 'A', metas: 1, replicas: 3 }],
    operations: [
      { kind: 'create', cluster: 'A', table: 't1', partitions: 4, replicas: 3 },
      fault('disk_read_only', 8000),
      { kind: 'set', cluster: 'A', table: 't1', hashKey: 'a', sortKey: '3', value: '1', ttl: 0 },
      { kind: 'set', cluster: 'A', table: 't1', hashKey: 'd', sortKey: '3', value: '1', ttl: 0 },
      { kind: 'set_replica_count', cluster: 'A', table: 't1', replicas: 1 },
    ],
  },
  'a paused duplication that is asked for again goes on in RAM, also beside a dropped table of the same name':
    {
      seed: 119343,
      clusters: [
        { name: 'A', metas: 3, replicas: 4 },
        { name: 'B', metas: 1, replicas: 3 },
      ],
      operations: [
        { kind: 'create', cluster: 'A', table: 't1', partitions: 4, replicas: 3 },
        { kind: 'wait', ms: 60_000 },
        { kind: 'drop', cluster: 'A', table: 't1' },
        { kind: 'create', cluster: 'A', table: 't1', partitions: 2, replicas: 3 },
        { kind: 'add_dup', cluster: 'A', table: 't1', remote: 'B', full: true, calm: true },
        { kind: 'pause_dup', cluster: 'A', table: 't1' },
        { kind: 'add_dup', cluster: 'A', table: 't1', remote: 'B', full: false, calm: true },
      ],
    },
};

/** What happens to a cluster of three with a table of one partition, where a full duplication ships to another. */
function shipping(...operations: readonly Operation[]): Plan {
  const clusters = ['A', 'B'].map((name) => ({ name, metas: 1, replicas: 3 }));
  const opening: Operation[] = [
    { kind: 'create', cluster: 'A', table: 't1', partitions: 1, replicas: 3 },
    wait(60),
    { kind: 'add_dup', cluster: 'A', table: 't1', remote: 'B', full: true, calm: true },
  ];
  return { seed: 77, clusters, operations: [...opening, ...operations] };
}

const change = (node: string, action: 'kill' | 'start' | 'restart'): Operation => {
  return { kind: 'node', cluster: 'A', node, action };
};
const wait = (seconds: number): Operation => ({ kind: 'wait', ms: seconds * 1000 });
const level = (name: 'fl_freezed' | 'fl_steady'): Operation => ({ kind: 'level', cluster: 'A', level: name });
const set = (value: string): Operation => {
  return { kind: 'set', cluster: 'A', table: 't1', hashKey: 'k', sortKey: 's', value, ttl: 0 };
};

/** The same where log goes as soon as it may; nobody leads for longer than a server waits before it deletes any. */
function holding(seed: number, repairs: string[], replicas: number, ...operations: Operation[]): Plan {
  const clusters = ['A', 'B'].map((name) => ({ name, metas: 1, replicas: 3, repairs, settings: TIGHT_LOG }));
  const restarts = ['replica1', 'replica2', 'replica3'].map((node) => change(node, 'restart'));
  const opening: Operation = { kind: 'create', cluster: 'A', table: 't1', partitions: 1, replicas };
  const silence = [change('meta1', 'kill'), ...restarts, set('3'), wait(160)];
  return { seed, clusters, operations: [opening, ...operations, ...silence] };
}

const SHIPPING: Readonly<Record<string, Plan>> = {
  'a write is not committed without a secondary that a frozen meta server does not let go': shipping(
    set('1'),
    level('fl_freezed'),
    change('replica2', 'kill'),
    change('replica3', 'kill'),
    set('2'),
    change('replica1', 'kill'),
    change('replica2', 'start'),
    change('replica3', 'start'),
    level('fl_steady'),
    wait(60),
  ),
  'a primary that a frozen cluster refuses its lead asks again': shipping(
    change('replica2', 'kill'),
    change('replica3', 'kill'),
    wait(25),
    change('replica1', 'restart'),
    wait(60),
  ),
  'a duplication that was added while ZooKeeper was silent is served, too, by the leader that starts next': {
    seed: 204186,
    clusters: ['A', 'B'].map((name) => ({ name, metas: 1, replicas: 3 })),
    operations: [
      { kind: 'create', cluster: 'A', table: 't2', partitions: 4, replicas: 3 },
      fault('zookeeper_timeout', 8000, 'A/meta1'),
      { kind: 'add_dup', cluster: 'A', table: 't2', remote: 'B', full: true, calm: false },
      fault('node_stop', 8000, 'A/meta1'),
    ],
  },
  'a replica that comes back with a recall leaves its log alone until it knows of its duplication': {
    seed: 202421,
    clusters: ['A', 'B'].map((name) => ({
      name,
      metas: 1,
      replicas: 4,
      repairs: ['D11'],
      settings: TIGHT_LOG,
    })),
    operations: [
      { kind: 'create', cluster: 'A', table: 't1', partitions: 2, replicas: 3 },
      wait(60),
      { kind: 'add_dup', cluster: 'A', table: 't1', remote: 'B', full: true, calm: false },
      { kind: 'wait', ms: 10_865 },
      { kind: 'del', cluster: 'A', table: 't1', hashKey: 'f', sortKey: '1' },
      { kind: 'multi_set', cluster: 'A', table: 't1', hashKey: 'd', sortKeys: ['1', '2', '3'], value: '75' },
      { kind: 'drop', cluster: 'A', table: 't1' },
      { kind: 'wait', ms: 18_314 },
      { kind: 'recall', cluster: 'A', table: 't1' },
    ],
  },
  'a server that has just learnt a partition knows from its primary that log is held, also after a restart':
    holding(
      227610,
      [],
      1,
      { kind: 'add_dup', cluster: 'A', table: 't1', remote: 'B', full: false, calm: true },
      { kind: 'node', cluster: 'B', node: 'meta1', action: 'kill' },
      { kind: 'set_replica_count', cluster: 'A', table: 't1', replicas: 3 },
      wait(11),
      set('1'),
      set('2'),
    ),
  'with D11 mended a primary that ships stores that it does, before its config sync tells it so': holding(
    202734,
    ['D11'],
    3,
    wait(60),
    { kind: 'add_dup', cluster: 'A', table: 't1', remote: 'B', full: true, calm: false },
    wait(3),
    { kind: 'move', cluster: 'A', table: 't1', partition: 1, how: 'move_pri', choice: 2 },
    wait(6),
    set('1'),
    wait(14),
    set('2'),
  ),
  'with D11 mended a server that starts again before it is told of a duplication leaves its log alone':
    holding(
      301943,
      ['D11'],
      3,
      wait(60),
      { kind: 'add_dup', cluster: 'A', table: 't1', remote: 'B', full: true, calm: false },
      wait(11),
      set('1'),
      set('2'),
      wait(8),
    ),
  'a replica that is opened knows whether its table makes atomic operations idempotent': {
    seed: 804483,
    clusters: [
      { name: 'A', metas: 3, replicas: 3, settings: {}, repairs: ['D11'] },
      { name: 'B', metas: 1, replicas: 1, settings: {}, repairs: ['D11'] },
    ],
    operations: [
      { kind: 'create', cluster: 'A', table: 't1', partitions: 4, replicas: 2, idempotent: true },
      { kind: 'create', cluster: 'A', table: 't2', partitions: 1, replicas: 3, idempotent: true },
      { kind: 'create', cluster: 'B', table: 'u1', partitions: 1, replicas: 1, idempotent: true },
      { kind: 'wait', ms: 60000 },
      { cluster: 'A', table: 't1', hashKey: 'e', kind: 'incr', sortKey: '2', by: 68 },
      { kind: 'add_dup', cluster: 'B', table: 't1', remote: 'A', full: true, calm: true },
      {
        kind: 'fault',
        fault: {
          cluster: 'A',
          kind: 'disk_write_fail',
          from: 'A/replica1',
          to: '',
          one_way: false,
          ratio: 1,
          min_us: 0,
          max_us: 0,
          after_us: 0,
          for_us: 8000000000,
        },
      },
      { cluster: 'A', table: 't2', hashKey: 'c', kind: 'del', sortKey: '2' },
      { kind: 'wait', ms: 5679 },
      { kind: 'wait', ms: 27945 },
      { kind: 'wait', ms: 394467 },
      { kind: 'wait', ms: 4140 },
      { kind: 'wait', ms: 25981 },
      { kind: 'wait', ms: 78984 },
      { kind: 'wait', ms: 6427 },
      { kind: 'wait', ms: 8191 },
      {
        kind: 'fault',
        fault: {
          cluster: 'A',
          kind: 'rpc_response_delay',
          from: 'B/replica1',
          to: 'client',
          one_way: false,
          ratio: 1,
          min_us: 0,
          max_us: 20000000,
          after_us: 0,
          for_us: 8000000000,
        },
      },
      { cluster: 'B', table: 'u1', hashKey: 'a', kind: 'incr', sortKey: '3', by: 50 },
      { kind: 'wait', ms: 71299 },
    ],
  },
  'the one that has most is forgotten when the replica count is lowered while nobody leads': {
    seed: 128213,
    clusters: [{ name: 'A', metas: 1, replicas: 3 }],
    operations: [
      { kind: 'create', cluster: 'A', table: 't1', partitions: 1, replicas: 3 },
      wait(60),
      set('4'),
      change('replica2', 'kill'),
      change('replica3', 'kill'),
      set('33'),
      change('replica1', 'kill'),
      wait(10),
      change('replica3', 'start'),
      wait(15),
      change('replica2', 'start'),
      change('meta1', 'restart'),
      wait(5),
      { kind: 'set_replica_count', cluster: 'A', table: 't1', replicas: 1 },
      wait(10),
    ],
  },
  'a table that was restored from a duplicated one, which is taken for duplicated itself, is learnt with all it has':
    shipping(
      set('1'),
      { kind: 'backup', cluster: 'A', table: 't1' },
      { kind: 'restore', cluster: 'A', table: 't2', choice: 0 },
      wait(30),
      change('replica1', 'kill'),
      wait(60),
      change('replica1', 'start'),
      wait(60),
      change('replica2', 'kill'),
      wait(60),
      change('replica2', 'start'),
      wait(60),
      change('replica3', 'kill'),
    ),
  'a primary that could not ask what it duplicates, because nobody led, asks when somebody does': shipping(
    change('replica1', 'kill'),
    wait(24),
    change('meta1', 'kill'),
    wait(15),
    change('meta1', 'start'),
    set('1'),
  ),
};

for (const [name, plan] of Object.entries({ ...PLANS, ...SHIPPING })) {
  test(name, async () => {
    expect((await runPlan(plan)).violation).toBeUndefined();
  });
}
