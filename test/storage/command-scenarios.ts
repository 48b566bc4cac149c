/** One or a few command lines in a workspace that other lines have made. */
export interface CommandScenario {
  readonly given: readonly string[];
  readonly lines: readonly string[];
}

const TABLE = ['create table t -p 2 -r 3', 'wait --for=healthy --table t', 'use t', 'set a b c'];
const DUPLICATED = [
  'cluster create B --metas 1 --replicas 1',
  ...TABLE,
  'add_dup t B -s',
  'clock advance 1m',
];
const SETS = Array.from({ length: 8 }, (_, at) => `set user${at} profile value-${at}`);

/** What people do, each of it short enough to be interrupted everywhere. */
export const SCENARIOS: Readonly<Record<string, CommandScenario>> = {
  'the first command': { given: [], lines: ['ls'] },
  'create a cluster': { given: ['ls'], lines: ['cluster create B --metas 1 --replicas 1'] },
  'create a table': { given: ['ls'], lines: ['create table t -p 4 -r 3'] },
  'wait for a table': { given: ['create table t -p 4 -r 3'], lines: ['wait --for=healthy --table t'] },
  'set a few': { given: TABLE, lines: ['use t', ...SETS] },
  'overwrite and delete': {
    given: [...TABLE, ...SETS],
    lines: ['use t', 'set user1 profile x', 'del user2 profile'],
  },
  'load a file': { given: TABLE, lines: ['load test/storage/few-records.tsv --table t'] },
  'add a duplication': {
    given: ['cluster create B --metas 1 --replicas 1', ...TABLE],
    lines: ['add_dup t B -s'],
  },
  'a duplication goes on': { given: DUPLICATED.slice(0, -1), lines: ['clock advance 1m'] },
  'a duplication ships': {
    given: DUPLICATED,
    lines: ['use t', 'set user1 profile new', 'clock advance 20s'],
  },
  'pause and resume a duplication': {
    given: ['cluster create B --metas 1 --replicas 1', ...TABLE, 'add_dup t B', 'clock advance 1m'],
    lines: ['pause_dup t 1767225610', 'start_dup t 1767225610'],
  },
  'kill a server': { given: TABLE, lines: ['node kill replica1', 'clock advance 1m'] },
  'start a server again': {
    given: [...TABLE, 'node kill replica1', 'clock advance 1m'],
    lines: ['node start replica1', 'clock advance 1m'],
  },
  'wipe a server': {
    given: [...TABLE, 'node stop replica1'],
    lines: ['node wipe replica1', 'node start replica1'],
  },
  'checkpoints are made': { given: [...TABLE, ...SETS], lines: ['clock advance 3h'] },
  'restart the leading meta server': { given: TABLE, lines: ['node restart meta1'] },
  'drop and recall a table': { given: TABLE, lines: ['drop t', '--dialect cpp-shell recall 1'] },
  configure: { given: ['ls'], lines: ['cluster config onebox security.enable_auth true'] },
  'save a snapshot': { given: TABLE, lines: ['snapshot save s'] },
  'restore a snapshot': { given: [...TABLE, 'snapshot save s', 'drop t'], lines: ['snapshot restore s'] },
  'remove a cluster': { given: DUPLICATED, lines: ['cluster remove B --yes'] },
};
