import { expect, test } from 'vitest';
import type { ReplicaState, StoredTable } from '../../src/rpc/idl/control.ts';
import type { DuplicationState } from '../../src/rpc/idl/control-duplication.ts';
import { checkConfiguration, checkHealth, checkProgress } from '../../src/sim/checkers/configuration.ts';
import {
  checkDuplicationProgress,
  checkDuplications,
  checkReply,
} from '../../src/sim/checkers/duplications.ts';
import { checkAgreement, checkDecrees, checkReplicas } from '../../src/sim/checkers/replicas.ts';
import type { ClusterView } from '../../src/sim/checkers/snapshot.ts';
import { findStopped } from '../../src/sim/checkers/timers.ts';

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
    expire_second: status === 'AS_DROPPED' ? 604_900 : 0,
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
    max_gced_decree: 0,
    partition_count: 1,
    max_replica_count: 3,
    envs: new Map(),
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

/** A table of one partition as it is stored. */
function stored(info = app(1, 't'), partition: Partial<StoredTable['partitions'][number]> = {}): StoredTable {
  const pid = { app_id: info.app_id, partition_index: 0 };
  const members = { primary: '', secondaries: [], last_drops: [] };
  const flags = { partition_flags: info.status === 'AS_DROPPED' ? 1 : 0 };
  const counts = { ballot: 3, max_replica_count: 3, last_committed_decree: 0 };
  return { info, partitions: [{ pid, ...members, ...flags, ...counts, ...partition }] };
}

/** A cluster in good health, but for what is given. */
function cluster(changes: Partial<ClusterView> = {}): ClusterView {
  return {
    name: 'A',
    apps: [app(1, 't')],
    isStorageSilent: false,
    stored: [stored()],
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
  ['a partition too few', checkConfiguration(cluster({ stored: [{ ...stored(), partitions: [] }] }))],
  [
    'two replica counts',
    checkConfiguration(cluster({ stored: [stored(app(1, 't'), { max_replica_count: 2 })] })),
  ],
  [
    'a dropped partition that has members',
    checkConfiguration(cluster({ stored: [stored(app(1, 't', 'AS_DROPPED'), { hp_primary: 'a' })] })),
  ],
  [
    'a partition that is dropped alone',
    checkConfiguration(cluster({ stored: [stored(app(1, 't'), { partition_flags: 1 })] })),
  ],
  [
    'a table that is not kept long enough',
    checkConfiguration(cluster({ apps: [{ ...app(1, 't', 'AS_DROPPED'), expire_second: 200 }] })),
  ],
  ['a table without a trace', checkProgress(cluster({ apps: [app(1, 't'), app(2, 'u')] }), cluster())],
  ['a ballot that falls', checkProgress(cluster(), partition({ ballot: 2 }))],
  ['no primary', checkHealth(partition({ primary: '' }))],
  ['a member too few', checkHealth(partition({ secondaries: [NODES[1]] }))],
  ['no meta server', checkHealth(cluster({ apps: undefined }))],
  [
    'a crash',
    checkReplicas(cluster({ servers: [{ ...server('x'), lastCrash: 'assertion expression: false' }] })),
  ],
  ['committed beyond prepared', checkReplicas(primaryAs({ last_committed_decree: 8 }))],
  ['durable beyond committed', checkReplicas(primaryAs({ last_durable_decree: 8 }))],
  ['log that is gone and not durable', checkReplicas(primaryAs({ max_gced_decree: 1 }))],
  [
    'a primary that leads on with what is not committed',
    checkReplicas(primaryAs({ last_prepared_decree: 8 })),
  ],
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
  [
    'a member that does not know the envs of its table',
    checkAgreement(
      cluster({
        stored: [stored({ ...app(1, 't'), envs: new Map([['replica.slow_query_threshold', '20']]) })],
      }),
    ),
  ],
  [
    'a partition that is moved although nothing happens',
    findStopped(
      cluster({ servers: [server(NODES[0], replica('PS_PRIMARY'))] }),
      cluster({
        partitions: [{ ...PARTITION, ballot: 5 }],
        servers: [server(NODES[0], replica('PS_PRIMARY', 5, 8))],
      }),
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
    remote_down: [],
    write_minimum: 1,
    ...changes,
  };
  return cluster({ duplications: [duplication] });
}

const WITHOUT_CHECKPOINT = { stored_decree: -1, confirmed_decree: -1, min_checkpoint_decree: 6 };

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
    checkDuplicationProgress(
      duplicated({}, { ...WITHOUT_CHECKPOINT, checkpoint_prepared: false }),
      duplicated({}, WITHOUT_CHECKPOINT),
    ),
  ],
  [
    'log that is gone and not confirmed',
    checkDuplications({
      ...duplicated({}),
      servers: [server(NODES[1], { ...replica('PS_SECONDARY'), max_gced_decree: 6 })],
    }),
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

test.each([
  ['DS_PREPARE', 'DS_PAUSE', 'ERR_OK'],
  ['DS_PAUSE', 'DS_PREPARE', 'ERR_OK'],
  ['DS_LOG', 'DS_PAUSE', 'ERR_INVALID_PARAMETERS'],
])('from %s to %s with %s is found', (from, to, err) => {
  expect(() => checkReply(from, to, err)).toThrow(`a duplication in ${from} that is to become ${to}: ${err}`);
});

test('it may have gone one step by itself before it is asked', () => {
  checkReply('DS_PREPARE', 'DS_LOG', 'ERR_OK');
  checkReply('DS_PREPARE', 'DS_LOG', 'ERR_INVALID_PARAMETERS');
  checkReply('DS_LOG', 'DS_PAUSE', 'ERR_BUSY');
});

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
