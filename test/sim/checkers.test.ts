import { describe, expect, test } from 'vitest';
import type { DuplicationState, ReplicaState } from '../../src/rpc/idl/control.ts';
import { checkConfiguration, checkHealth, checkProgress } from '../../src/sim/checkers/configuration.ts';
import { checkDuplicationProgress, checkDuplications } from '../../src/sim/checkers/duplications.ts';
import { checkAgreement, checkDecrees, checkReplicas } from '../../src/sim/checkers/replicas.ts';
import type { ClusterView } from '../../src/sim/checkers/snapshot.ts';
import { findStopped } from '../../src/sim/checkers/timers.ts';
import { effectOf } from '../../src/sim/effects.ts';
import { KeyHistory } from '../../src/sim/key-history.ts';
import type { DataOperation } from '../../src/sim/operation.ts';

const KEY = { cluster: 'A', table: 't', hashKey: 'k' };
const set = (value: string, ttl = 0): DataOperation => ({ ...KEY, kind: 'set', sortKey: 's', value, ttl });
const get: DataOperation = { ...KEY, kind: 'get', sortKey: 's' };
const incr: DataOperation = { ...KEY, kind: 'incr', sortKey: 's', by: 1 };
const AT = { from: 100, to: 100 };

describe('the history of a key', () => {
  const written = (...values: string[]): KeyHistory => {
    const history = new KeyHistory();
    for (const value of values) expect(history.answered(effectOf(set(value), 0), 'ok', AT)).toBe(true);
    return history;
  };
  const reads = (history: KeyHistory, value: string, at = AT): boolean =>
    history.answered(effectOf(get, 0), value, at);

  test('a lost write, an old value and one that nobody wrote are found', () => {
    expect(reads(written('1'), '1')).toBe(true);
    expect(reads(written('1'), 'not found')).toBe(false);
    expect(reads(written('1', '2'), '1')).toBe(false);
    expect(reads(written('1'), '3')).toBe(false);
  });

  test('a write without answer may have been done, may be done later, but only once', () => {
    const history = written('1');
    history.unansweredYet(effectOf(set('2'), 0), AT);
    expect(reads(history, '1')).toBe(true);
    expect(reads(history, '2')).toBe(true);
    expect(reads(history, '1')).toBe(false);
    expect(history.answered(effectOf(set('3'), 0), 'ok', AT)).toBe(true);
    expect(reads(history, '2')).toBe(false);
  });

  test('what only one server has may be lost, until others have it too; what nobody wrote is never there', () => {
    const history = written('1', '2');
    history.divergence.mayLoseWhatOnlyHas('a');
    expect(reads(history, '3')).toBe(false);
    expect(reads(history, '1')).toBe(true);
    expect(reads(history, '2')).toBe(true);
    history.divergence.isLedBy('a', false);
    expect(reads(history, '1')).toBe(true);
    expect(reads(history, '2')).toBe(true);
    history.divergence.isLedBy('a', true);
    expect(reads(history, '1')).toBe(false);
  });

  test('where another server has taken over meanwhile, the two may differ for good', () => {
    const history = written('1', '2');
    history.divergence.mayLoseWhatOnlyHas('a');
    history.divergence.isLedBy('b', true);
    expect(reads(history, '1')).toBe(true);
    history.divergence.isLedBy('a', true);
    expect(reads(history, '2')).toBe(true);
  });

  test('members that differ each apply to what they have: a check that fails on one passes on another', () => {
    const checked: DataOperation = {
      ...KEY,
      kind: 'check_and_mutate',
      sortKey: 's',
      removed: 'r',
      value: '2',
    };
    const member = (isApart: boolean): KeyHistory => {
      const history = written('1');
      if (isApart) history.divergence.mayLoseWhatOnlyHas('a');
      if (isApart) history.divergence.isLedBy('b', true);
      expect(history.answered(effectOf({ ...KEY, kind: 'del', sortKey: 's' }, 0), 'ok', AT)).toBe(true);
      expect(history.answered(effectOf(checked, 0), 'failed', AT)).toBe(true);
      return history;
    };
    expect(reads(member(true), '2')).toBe(true);
    expect(reads(member(true), '3')).toBe(false);
    expect(reads(member(false), '2')).toBe(false);
  });

  test('where an operator chose, any earlier state may be found, and nothing else', () => {
    const history = written('1', '2');
    history.divergence.leaderWasChosen();
    history.divergence.isLedBy('a', true);
    expect(reads(history, '1')).toBe(true);
    expect(reads(history, '3')).toBe(false);
  });

  test('an increment counts once', () => {
    const history = written('5');
    expect(history.answered(effectOf(incr, 0), '6', AT)).toBe(true);
    history.unansweredYet(effectOf(incr, 0), AT);
    expect(history.answered(effectOf(incr, 0), '9', AT)).toBe(false);
    expect(reads(history, '8')).toBe(false);
    expect(reads(history, '7')).toBe(true);
  });

  test('an expired record is not there, and a record is not gone before it expires', () => {
    const history = new KeyHistory();
    expect(history.answered(effectOf(set('1', 50), 150), 'ok', AT)).toBe(true);
    expect(reads(history, 'not found', { from: 149, to: 149 })).toBe(false);
    expect(reads(history, '1', { from: 149, to: 150 })).toBe(true);
    expect(reads(history, '1', { from: 150, to: 150 })).toBe(false);
  });
});

test('a time to live that is answered late was true at some second since it was asked for, and not before', () => {
  const ttl = effectOf({ ...KEY, kind: 'ttl', sortKey: 's' }, 0);
  const span = { from: 110, to: 120 };
  const history = () => {
    const made = new KeyHistory();
    made.answered(effectOf(set('1', 100), 200), 'ok', AT);
    return made;
  };
  expect(history().answered(ttl, '85', span)).toBe(true);
  expect(history().answered(ttl, '91', span)).toBe(false);
  expect(history().answered(ttl, '79', span)).toBe(false);
});

const NODES = ['localhost:1', 'localhost:2', 'localhost:3'] as const;

function app(app_id: number, app_name: string, status: 'AS_AVAILABLE' | 'AS_DROPPED' = 'AS_AVAILABLE') {
  return {
    app_id,
    app_name,
    status,
    app_type: 'pegasus',
    partition_count: 1,
    envs: new Map<string, string>(),
    is_stateful: true,
    max_replica_count: 3,
    expire_second: status === 'AS_DROPPED' ? 200 : 0,
    create_second: 1,
    drop_second: status === 'AS_DROPPED' ? 100 : 0,
    duplicating: false,
    init_partition_count: 1,
    is_bulk_loading: false,
    atomic_idempotent: false,
  };
}

function replica(status: string, ballot = 3, decree = 7): ReplicaState {
  return {
    gpid: '1.0',
    app_name: 't',
    status,
    ballot,
    last_committed_decree: decree,
    last_prepared_decree: decree,
    last_durable_decree: 0,
    max_plog_decree: decree,
  } as ReplicaState;
}

function server(node: string, ...replicas: ReturnType<typeof replica>[]): ClusterView['servers'][number] {
  const state = { name: node, node, role: 'replica', state: 'running', since_us: 0, crashes: 0 } as const;
  return { server: state, replicas, lastCrash: '', hangs: false };
}

const PARTITION = {
  gpid: '1.0',
  ballot: 3,
  recalledBallot: 0,
  maxReplicaCount: 3,
  primary: NODES[0] as string,
  secondaries: [NODES[1], NODES[2]] as string[],
  lastDrops: [] as string[],
  committed: 0,
};

/** A cluster in good health, but for what is given. */
function cluster(changes: Partial<ClusterView> = {}): ClusterView {
  return {
    name: 'A',
    apps: [app(1, 't')],
    isStorageSilent: false,
    partitions: [PARTITION],
    servers: [
      server(NODES[0], replica('PS_PRIMARY')),
      server(NODES[1], replica('PS_SECONDARY')),
      server(NODES[2], replica('PS_SECONDARY')),
    ],
    duplications: [],
    askedAgain: [],
    ...changes,
  };
}

const partition = (changes: Partial<typeof PARTITION>): ClusterView =>
  cluster({ partitions: [{ ...PARTITION, ...changes }] });
const primaryAs = (changes: Partial<ReturnType<typeof replica>>): ClusterView =>
  cluster({ servers: [server(NODES[0], { ...replica('PS_PRIMARY'), ...changes })] });

/** Another server leads since the table was recalled, and the one that led before goes on. */
const OLD_AND_NEW = cluster({
  partitions: [{ ...PARTITION, ballot: 6, recalledBallot: 5 }],
  servers: [server(NODES[0], replica('PS_PRIMARY', 6)), server(NODES[1], replica('PS_PRIMARY', 3))],
});

test('nothing is found where all is well', () => {
  const view = cluster();
  const found = [checkConfiguration, checkHealth, checkReplicas, checkAgreement, checkDuplications];
  expect(found.flatMap((check) => check(view))).toEqual([]);
  const between = [checkProgress, checkDecrees, checkDuplicationProgress];
  expect(between.flatMap((check) => check(view, view))).toEqual([]);
});

const BROKEN: readonly [what: string, found: string[]][] = [
  ['an id used twice', checkConfiguration(cluster({ apps: [app(1, 't'), app(1, 'u')] }))],
  ['an id left out', checkConfiguration(cluster({ apps: [app(2, 't')] }))],
  ['a name used twice', checkConfiguration(cluster({ apps: [app(1, 't'), app(2, 't')] }))],
  ['a server listed twice', checkConfiguration(partition({ lastDrops: [NODES[0]] }))],
  ['too many drops', checkConfiguration(partition({ lastDrops: ['a', 'b', 'c', 'd'] }))],
  ['a table without a trace', checkProgress(cluster({ apps: [app(1, 't'), app(2, 'u')] }), cluster())],
  ['a ballot that falls', checkProgress(cluster(), partition({ ballot: 2 }))],
  ['no primary', checkHealth(partition({ primary: '' }))],
  ['a member too few', checkHealth(partition({ secondaries: [NODES[1]] }))],
  ['no meta server', checkHealth(cluster({ apps: undefined }))],
  [
    'a crash',
    checkReplicas(cluster({ servers: [{ ...server('x'), server: { ...server('x').server, crashes: 1 } }] })),
  ],
  ['committed beyond prepared', checkReplicas(primaryAs({ last_committed_decree: 8 }))],
  ['durable beyond committed', checkReplicas(primaryAs({ last_durable_decree: 8 }))],
  ['a ballot that nobody gave', checkReplicas(primaryAs({ ballot: 4 }))],
  ['decrees that the primary lost', checkReplicas(partition({ committed: 8 }))],
  [
    'two primaries',
    checkReplicas(cluster({ servers: NODES.map((node, at) => server(node, replica('PS_PRIMARY', at))) })),
  ],
  [
    'a primary that has not heard that its table was dropped, when time enough has passed',
    checkAgreement(OLD_AND_NEW),
  ],
  ['a primary that goes back', checkDecrees(cluster(), primaryAs({ last_committed_decree: 6 }))],
  [
    'members that differ',
    checkAgreement(
      cluster({
        servers: [
          server(NODES[0], replica('PS_PRIMARY')),
          server(NODES[1], replica('PS_SECONDARY')),
          server(NODES[2], replica('PS_SECONDARY', 3, 6)),
        ],
      }),
    ),
  ],
  [
    'a partition that rests although time passes',
    findStopped(
      cluster({ servers: [server(NODES[0], replica('PS_PRIMARY'))] }),
      cluster({ servers: [server(NODES[0], replica('PS_PRIMARY'))] }),
    ),
  ],
  ['a member that is none', checkAgreement(cluster({ servers: [server(NODES[0], replica('PS_PRIMARY'))] }))],
];

test.each(BROKEN)('%s is found', (_what, found) => {
  expect(found).not.toEqual([]);
});

test('one primary more is none too many where it has led since before the table was recalled', () => {
  expect(checkReplicas(OLD_AND_NEW)).toEqual([]);
  const partitions = [{ ...PARTITION, ballot: 6 }];
  expect(checkReplicas({ ...OLD_AND_NEW, partitions })).not.toEqual([]);
});

test('a partition that goes on is none that rests', () => {
  const before = cluster({ servers: [server(NODES[0], replica('PS_PRIMARY'))] });
  const after = cluster({ servers: [server(NODES[0], replica('PS_PRIMARY', 3, 8))] });
  expect(findStopped(before, after)).toEqual([]);
});

const PROGRESS = {
  pidx: 0,
  primary: NODES[0],
  primary_is_alive: true,
  has_duplicator: true,
  min_checkpoint_decree: 1,
  last_durable_decree: 5,
  last_committed_decree: 7,
  last_decree: 6,
  confirmed_decree: 5,
  stored_decree: 5,
  checkpoint_prepared: true,
  ship_error: '',
  ship_error_us: 0,
  members: 1,
  plog_bytes: 0,
  ship_error_since_us: 0,
  shipped_us: 0,
};

function duplicated(
  changes: Partial<DuplicationState>,
  progress: Partial<typeof PROGRESS> = {},
): ClusterView {
  const duplication: DuplicationState = {
    app_name: 't',
    app_id: 1,
    dupid: 9,
    status: 'DS_LOG',
    stored_status: 'DS_LOG',
    fail_mode: 'FAIL_SLOW',
    remote: 'B',
    remote_app_name: 't',
    since_us: 0,
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
    partitions: [{ ...PROGRESS, ...progress }],
    follower: {
      exists: true,
      partition_count: 1,
      without_primary: 0,
      not_full: 0,
      copy_error: '',
      master_cluster: 'A',
      master_metas: '',
      app_status: 'created',
      max_replica_count: 1,
    },
    created_us: 0,
    limit_us: 0,
    is_enabled: true,
    is_dropped: false,
    remote_replica_count: 1,
    remote_alive: 1,
    remote_level: 'fl_steady',
    write_minimum: 1,
    ...changes,
  };
  return cluster({ duplications: [duplication] });
}

const BROKEN_DUPLICATIONS: readonly [what: string, found: string[]][] = [
  ['a status that is only passed through', checkDuplications(duplicated({ status: 'DS_INIT' }))],
  ['memory that differs from the tree', checkDuplications(duplicated({ stored_status: 'DS_APP' }))],
  [
    'shipped beyond committed, and beyond what it began with',
    checkDuplications(duplicated({}, { last_decree: 9, confirmed_decree: 8, stored_decree: 8 })),
  ],
  ['confirmed beyond shipped', checkDuplications(duplicated({}, { confirmed_decree: 7 }))],
  ['shipped beyond committed', checkDuplications(duplicated({}, { last_decree: 8 }))],
  ['no decree to cover', checkDuplications(duplicated({}, { min_checkpoint_decree: 0 }))],
  [
    'a checkpoint that is not there',
    checkDuplications(duplicated({}, { stored_decree: -1, confirmed_decree: -1, min_checkpoint_decree: 6 })),
  ],
  ['an edge that is none', checkDuplicationProgress(duplicated({}), duplicated({ status: 'DS_PREPARE' }))],
  [
    'stored progress that falls',
    checkDuplicationProgress(duplicated({}), duplicated({}, { stored_decree: 4 })),
  ],
  [
    'two sources of one follower',
    checkDuplications(
      cluster({
        apps: [app(1, 't'), app(2, 'u')],
        duplications: [...duplicated({}).duplications, ...duplicated({ app_id: 2 }).duplications],
      }),
    ),
  ],
];

test('a new primary that has less than was shipped begins with what is stored', () => {
  const lost = duplicated({}, { last_decree: 9, confirmed_decree: 9, stored_decree: 9 });
  expect(checkDuplications(lost)).toEqual([]);
});

test('a dropped table that keeps its duplication is no second source', () => {
  const duplications = [...duplicated({}).duplications, ...duplicated({ app_id: 2 }).duplications];
  const dropped = { ...app(2, 't'), status: 'AS_DROPPED' } as const;
  expect(checkDuplications(cluster({ apps: [app(1, 't'), dropped], duplications }))).toEqual([]);
});

test('nothing has to rest while ZooKeeper is silent', () => {
  const silent = { ...duplicated({ status: 'DS_INIT' }), isStorageSilent: true };
  const apps = [{ ...app(1, 't'), status: 'AS_CREATING' as const }];
  expect(checkConfiguration({ ...silent, apps })).toEqual([]);
  expect(checkConfiguration({ ...silent, apps, isStorageSilent: false })).not.toEqual([]);
  expect(checkDuplications(silent)).toEqual([]);
});

test('nor is one that came back with its duplication, when its follower had another source', () => {
  const duplications = [...duplicated({}).duplications, ...duplicated({ app_id: 2 }).duplications];
  const partitions = [PARTITION, { ...PARTITION, gpid: '2.0', recalledBallot: 5 }];
  expect(checkDuplications(cluster({ apps: [app(1, 't'), app(2, 'u')], partitions, duplications }))).toEqual(
    [],
  );
});

test.each(BROKEN_DUPLICATIONS)('%s is found', (_what, found) => {
  expect(found).not.toEqual([]);
});
