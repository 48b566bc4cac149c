import { expect, test } from 'vitest';
import { diagnose, type Facts, type Server } from '../../src/operations/duplication-diagnose.ts';
import type { DuplicationPartition, DuplicationState } from '../../src/rpc/idl/control-duplication.ts';

const NOW_MS = 1_000_000;
const CLUSTERS = new Map([
  ['A', { leader: 'meta1', replicas: ['replica1'] }],
  ['B', { leader: 'meta2', replicas: ['replica1', 'replica2'] }],
]);
const SETTINGS: Readonly<Record<string, string>> = {
  'duplication-group.A': '1',
  'duplication-group.B': '2',
  'replication.max_allowed_write_size': '1000',
};

const FOLLOWER: DuplicationState['follower'] = {
  exists: true,
  partition_count: 2,
  without_primary: 0,
  not_full: 0,
  copy_error: '',
  master_cluster: 'A',
  master_metas: 'localhost:35601',
  app_status: 'creating',
  max_replica_count: 1,
};

function partition(pidx: number, changes: Partial<DuplicationPartition> = {}): DuplicationPartition {
  return {
    pidx,
    primary: 'localhost:35801',
    primary_is_alive: true,
    members: 1,
    has_duplicator: true,
    min_checkpoint_decree: 5,
    last_durable_decree: 5,
    last_committed_decree: 5,
    last_decree: 5,
    confirmed_decree: 5,
    stored_decree: 5,
    checkpoint_prepared: true,
    ship_error: '',
    ship_error_us: 0,
    ship_error_since_us: 0,
    shipped_us: 0,
    plog_bytes: 0,
    ...changes,
  };
}

interface Scene {
  readonly state?: Partial<DuplicationState>;
  /** The same for both partitions. */
  readonly partition?: Partial<DuplicationPartition>;
  readonly ageMs?: number;
  readonly isOverdue?: boolean;
  readonly server?: Partial<Server>;
}

/** A duplication of `t` from A to B/t2, on which nothing is wrong but what the scene says. */
function look({ state = {}, partition: changes, ageMs = 60_000, isOverdue = false, server = {} }: Scene) {
  const whole: DuplicationState = {
    app_name: 't',
    app_id: 1,
    dupid: 7,
    status: 'DS_PREPARE',
    stored_status: 'DS_PREPARE',
    fail_mode: 'FAIL_SLOW',
    remote: 'B',
    remote_app_name: 't2',
    since_us: (NOW_MS - ageMs) * 1000,
    created_us: (NOW_MS - ageMs) * 1000,
    limit_us: 0,
    attempts: 0,
    error_step: '',
    error_code: '',
    error_us: 0,
    error_log_line: '',
    remote_exists: true,
    remote_meta_runs: true,
    remote_demands_auth: false,
    local_has_auth: false,
    is_deaf: false,
    partitions: [partition(0, changes), partition(1, changes)],
    is_enabled: true,
    is_dropped: false,
    remote_replica_count: 1,
    remote_alive: 3,
    remote_level: 'fl_steady',
    remote_down: [],
    write_minimum: 1,
    follower: FOLLOWER,
    ...state,
  };
  const replica: Server = {
    name: 'replica1',
    node: 'localhost:35801',
    role: 'replica',
    state: 'running',
    since_us: 0,
    crashes: 0,
    last_assertion: '',
    ...server,
  };
  const facts: Facts = {
    cluster: 'A',
    state: whole,
    servers: new Map([[replica.node, replica]]),
    clusters: CLUSTERS,
    setting: (key) => SETTINGS[key] ?? '',
    faults: [],
    fault: undefined,
    nowUs: NOW_MS * 1000,
    ageMs,
    isOverdue,
  };
  return diagnose(facts);
}

const REMOVE = 'pegsh -C A remove_dup t 7';

test('DS_PREPARE: before the first sync it moves, long after it is blocked at the source', () => {
  const unreported = { stored_decree: -1, checkpoint_prepared: false };
  expect(look({ partition: unreported, ageMs: 5000 })).toMatchObject({
    verdict: 'moving',
    partitions: [0, 1],
  });
  expect(look({ partition: unreported, ageMs: 60_000 })).toMatchObject({
    verdict: 'blocked',
    side: 'source',
  });
});

test('DS_PREPARE: a checkpoint that is not written yet is told from one that is not counted yet', () => {
  const scene = { checkpoint_prepared: false };
  expect(look({ partition: { ...scene, last_durable_decree: 4 } }).reason).toBe(
    'checkpoints are being written',
  );
  expect(look({ partition: scene }).reason).toBe('checkpoints are written, and count from the next sync on');
  expect(look({ partition: scene, ageMs: 300_000 })).toMatchObject({
    verdict: 'blocked',
    actions: ['pegsh fault list', `or ${REMOVE}`],
  });
});

test('#2098: a remote that demands authentication, with every way out', () => {
  const found = look({
    state: { remote_demands_auth: true, error_code: 'ERR_TIMEOUT', error_us: NOW_MS * 1000, attempts: 3 },
  });
  expect(found).toMatchObject({
    verdict: 'blocked',
    side: 'remote',
    prepared: 2,
    error: { code: 'ERR_TIMEOUT', attempts: 3 },
  });
  expect(found.actions).toEqual([
    'pegsh cluster config B security.mandatory_auth false',
    'pegsh -C B node restart meta2',
    'or pegsh cluster config A security.enable_auth true',
    'pegsh -C A node restart replica1',
    `or ${REMOVE}`,
  ]);
});

test('with credentials a demand is no obstacle', () => {
  expect(look({ state: { remote_demands_auth: true, local_has_auth: true } }).verdict).toBe('moving');
});

test('#2098: the connection from before stays deaf', () => {
  const found = look({ state: { is_deaf: true, error_code: 'ERR_TIMEOUT' } });
  expect(found.actions).toEqual(['pegsh -C B node restart meta2', 'or pegsh -C A node restart meta1']);
});

test('#2098: a server that died on an assertion: first remove, then start', () => {
  const found = look({
    partition: { primary_is_alive: false },
    server: { state: 'crashed', crashes: 2, last_assertion: 'assertion expression: [x > 0]' },
  });
  expect(found).toMatchObject({
    verdict: 'blocked',
    side: 'source',
    reason: 'replica1 died on an assertion, 2 times so far: assertion expression: [x > 0]',
    nodes: ['localhost:35801'],
    actions: [REMOVE, 'pegsh -C A node start replica1'],
  });
});

test('a server that was stopped is to be started; where all run, a primary is to be waited for', () => {
  const down = { primary_is_alive: false };
  expect(look({ partition: down, server: { state: 'stopped' } }).actions).toEqual([
    'pegsh -C A node start replica1',
  ]);
  expect(look({ partition: down }).actions).toEqual(['pegsh -C A wait healthy --table t']);
});

test('a remote that is gone, or whose meta servers are down', () => {
  expect(look({ state: { remote_exists: false } })).toMatchObject({
    verdict: 'blocked',
    actions: ['pegsh cluster config A --unset pegasus.clusters.B', `or ${REMOVE}`],
  });
  expect(look({ state: { remote_meta_runs: false } }).actions[0]).toBe('pegsh -C B node start meta1');
});

test.each([
  ['ERR_INVALID_STATE', 'B has a table t2 that an older A made', 'pegsh -C B drop t2'],
  ['ERR_INVALID_PARAMETERS', 'B does not take t2 as it is', 'pegsh -C A dup preflight B --table t'],
  ['ERR_BUSY_DROPPING', 'B is still dropping a table t2', 'pegsh -C B --dialect cpp-shell ls -a'],
  ['ERR_BUSY_CREATING', 'B is still making a table t2', 'pegsh -C B --dialect cpp-shell ls -a'],
  ['ERR_UNKNOWN', 'B does not make the follower table: ERR_UNKNOWN', 'pegsh -C B node list'],
])('a refusal with %s', (error_code, reason, action) => {
  const found = look({ state: { error_code } });
  expect(found).toMatchObject({
    verdict: 'blocked',
    side: 'remote',
    reason: expect.stringContaining(reason),
  });
  expect(found.actions[0]).toBe(action);
});

const app = { status: 'DS_APP' } as const;
const follower = FOLLOWER;

test('DS_APP: copying takes its time, then it is blocked, with the last error', () => {
  const copying = { ...app, follower: { ...follower, without_primary: 1, copy_error: 'ERR_TIMEOUT' } };
  expect(look({ state: copying })).toMatchObject({
    verdict: 'moving',
    reason: expect.stringContaining(
      'B has copied 1 of 2 checkpoints; the last attempt ended with ERR_TIMEOUT',
    ),
  });
  expect(look({ state: copying, ageMs: 300_000 }).verdict).toBe('blocked');
});

test('DS_APP: a follower that is gone or of another shape means to start over', () => {
  const again = [REMOVE, 'pegsh -C A add_dup t B -s -a t2'];
  expect(look({ state: { ...app, follower: { ...follower, exists: false } } }).actions).toEqual(again);
  expect(look({ state: { ...app, follower: { ...follower, partition_count: 4 } } })).toMatchObject({
    verdict: 'blocked',
    reason: 'B/t2 has 4 partitions, t has 2',
  });
});

const log = { status: 'DS_LOG' } as const;

test('DS_LOG: all shipped is ok, a backlog moves and is counted', () => {
  expect(look({ state: log })).toMatchObject({ verdict: 'ok', actions: [] });
  const behind = look({ state: log, partition: { last_decree: 2 } });
  expect(behind).toMatchObject({
    verdict: 'moving',
    reason: '6 mutations are still to be shipped',
    partitions: [0, 1],
  });
});

test('DS_LOG: what cannot be shipped blocks; a follower that is gone means to start over', () => {
  const partitionChanges = { ship_error: 'ERR_TIMEOUT' };
  expect(look({ state: log, partition: partitionChanges })).toMatchObject({
    verdict: 'blocked',
    reason: 'B does not answer: it is cut off, or hangs: ERR_TIMEOUT',
  });
  expect(look({ state: { ...log, remote_demands_auth: true }, partition: partitionChanges })).toMatchObject({
    reason: 'B demands authentication and drops what comes without; A gives none: ERR_TIMEOUT',
    actions: expect.arrayContaining(['pegsh cluster config B security.mandatory_auth false']),
  });
  const gone = look({
    state: { ...log, follower: { ...follower, exists: false } },
    partition: partitionChanges,
  });
  expect(gone).toMatchObject({
    reason: 'B has no table t2',
    actions: ['pegsh -C B create table t2 -p 2 -r 1', `or ${REMOVE}`, 'pegsh -C A add_dup t B -s -a t2'],
  });
});

test('DS_LOG: a follower that is not there blocks before there is anything to ship', () => {
  expect(look({ state: { ...log, follower: { ...follower, exists: false } } })).toMatchObject({
    verdict: 'blocked',
    side: 'remote',
    reason: 'B has no table t2: what is written from now on cannot be shipped',
    partitions: [],
  });
});

test('DS_LOG: a table that is not split as its source is gets records where nobody looks for them', () => {
  expect(look({ state: { ...log, follower: { ...follower, partition_count: 4 } } })).toMatchObject({
    verdict: 'blocked',
    side: 'remote',
    reason: 'B/t2 has 4 partitions, t has 2: what is shipped comes to partitions where nobody looks for it',
    actions: [REMOVE, 'pegsh -C B drop t2', 'pegsh -C A add_dup t B -s -a t2'],
  });
});

test('DS_LOG: writes that are denied look like something else', () => {
  const denying = { ...log, follower: { ...follower, denies: 'reconfig*write' } };
  expect(look({ state: denying, partition: { ship_error: 'ERR_INVALID_STATE' } })).toMatchObject({
    reason: 'B/t2 denies writes: replica.deny_client_request = reconfig*write: ERR_INVALID_STATE',
    actions: ["pegsh -C B -c 'use t2; del_app_envs replica.deny_client_request'"],
  });
});

test('DS_LOG: what the source takes the remote has to take', () => {
  expect(look({ state: log, partition: { ship_error: 'ERR_INVALID_DATA' } }).actions).toEqual([
    'pegsh cluster config B replication.max_allowed_write_size 1000',
    'pegsh -C B node restart replica1 replica2',
  ]);
});

test('the ids that a remote is to have are told with it', () => {
  const { actions } = look({ state: log, partition: { ship_error: 'ERR_INVALID_PARAMETERS' } });
  expect(actions).toContain('pegsh cluster config B duplication-group.A 1');
  expect(actions).toContain('pegsh cluster config B duplication-group.B 2');
});

test('DS_PAUSE is held on purpose', () => {
  expect(look({ state: { status: 'DS_PAUSE' } })).toMatchObject({
    verdict: 'paused',
    actions: ['pegsh -C A start_dup t 7'],
  });
});

test('DS_LOG: a follower that is being made anew is not dropped again', () => {
  const crashed = look({
    state: log,
    partition: { primary_is_alive: false },
    server: { state: 'crashed', crashes: 1, last_assertion: 'the logs were accidentally truncated' },
  });
  expect(crashed.actions.slice(0, 3)).toEqual([
    REMOVE,
    'pegsh -C B drop t2',
    'pegsh -C A add_dup t B -s -a t2',
  ]);
});

test('an error of an earlier status is not told any more', () => {
  const state = { ...log, error_code: 'ERR_TIMEOUT', error_us: (NOW_MS - 70_000) * 1000, attempts: 9 };
  expect(look({ state, ageMs: 60_000 }).error).toBeNull();
});

test('over its time limit it is blocked, and removing it is a way', () => {
  const found = look({ isOverdue: true, state: { limit_us: 90_000_000 } });
  expect(found.verdict).toBe('blocked');
  expect(found.reason).toMatch(/^not shipping within its limit of 90 s: /);
  expect(found.actions.at(-1)).toMatch(/remove_dup/);
});
