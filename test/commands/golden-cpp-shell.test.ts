import { describe, expect, test } from 'vitest';
import { WAYS } from '../support/pegsh.ts';
import { type ReplayedStep, replay, type Step, shown } from './support/session.ts';

/** The recorded cluster: one meta server, three replica servers, two tables, and the name of another cluster. */
const BEFORE = [
  'cluster create onebox2',
  'cluster remove onebox --yes',
  'cluster create onebox --metas 1',
  'cluster use onebox',
  'create stat -p 4',
  'create temp -p 8',
];

/** In the order of recording. */
const SESSIONS = [
  'help',
  'no-args',
  'dash-h',
  'cluster-nodes',
  'ls-create',
  'use-global',
  'data-basic',
  'data-range',
  'data-cas',
  'envs',
  'dup-errors',
  'drop-recall-rename',
  'app-stat',
  'server-remote',
  'backup',
  'debug-tools',
  'count-copy-clear',
  'create-quoting',
  'drop-recall-rename-2',
  'debug-tools-2',
  'balance-propose',
  'replica-count',
  'bulk-load',
  'hotkey-ddd-recover',
] as const;

/** Seconds before a session, in which what was set with a time to live expired. */
const PAUSES = { 'count-copy-clear': 106 };

const CRASHES = 'the original aborts';
const STREAMS = 'the error comes before the last line of the answer: here the streams are apart';
const REPLICAS = 'other replicas are on the server';
const NO_ANSWER = 'the line that was to be an answer is the next command there';
const NO_LOG = 'there is no log here: cpp-shell-mlog-dump.test.ts has it';
const STATE = 'the cluster was in another state: what made it so was not typed';

/** Lines whose answer is another one on purpose, and why. */
const DIFFERS: Readonly<Record<string, string>> = {
  'dash-h: cc -h': 'the original prints a name that no cluster has, and dies with the next data command',
  'debug-tools: mlog_dump -d -i <dir>/plog': NO_LOG,
  'debug-tools-2: mlog_dump -i <dir>/plog': NO_LOG,
  'debug-tools-2: mlog_dump -i <dir>/plog -d': NO_LOG,
  'debug-tools-2: rdb_key_hex2str 0x0001': CRASHES,
  'data-range: full_scan -p 99': STREAMS,
  'server-remote: remote_command -l localhost:34801 replica.query-app-envs': REPLICAS,
  'server-remote: remote_command -l localhost:34801 replica.query-compact': REPLICAS,
  'server-remote: remote_command -l localhost:34801 replica.trigger-checkpoint 2': REPLICAS,
  'server-remote: remote_command -l localhost:34801 replica.query-progress': REPLICAS,
  'count-copy-clear: count_data': 'an estimate there, exact here',
  'count-copy-clear: count_data -c -a -n 3': 'not the largest rows there',
  'count-copy-clear: copy_data -c nosuch -a copyt': CRASHES,
  'drop-recall-rename-2: ls -s dropped': STATE,
  'drop-recall-rename-2: ls -a': STATE,
  'drop-recall-rename-2: get a b': STATE,
  'drop-recall-rename-2: recall 17': STATE,
  'drop-recall-rename-2: ls': STATE,
  'balance-propose: cluster_info': STATE,
  'balance-propose: app temp -d': STATE,
  'balance-propose: balance -g 2.1 -p copy_pri -f localhost:34802 -t localhost:34803':
    'the move before it was over there: more time had passed',
  'backup: restore_app -c onebox -p pol1 -a temp -i abc -t 1 -b local_service -n rtemp': CRASHES,
  'backup: query_restore_status abc': CRASHES,
  'replica-count: ls -d': STATE,
  'replica-count: set_replica_count temp 0': NO_ANSWER,
  'replica-count: set_replica_count temp -1': NO_ANSWER,
};

const played: { way: string; step: ReplayedStep }[] = [];
for (const [way, open] of Object.entries(WAYS)) {
  const steps = await replay(open, SESSIONS, BEFORE, PAUSES);
  played.push(...steps.map((step) => ({ way, step })));
}

describe.each(Object.keys(WAYS))('%s', (way) => {
  test.each(played.filter((one) => one.way === way))('$step.session: $step.line', ({ step }) => {
    const [ours, recorded] = compared(step);
    if (`${step.session}: ${step.line}` in DIFFERS) expect(ours).not.toBe(recorded);
    else if (!step.isBuilt && ours !== recorded) {
      // Its words are understood; what it would say next is not here.
      expect(recorded).not.toContain('USAGE: ');
      expect(ours).toContain('docs/coverage.md');
    } else expect(ours).toBe(recorded);
  });
});

/** Which of our streams has the bytes is told apart: the original mixes its own. */
function compared({ stdout, stderr, got }: Step): [ours: string, recorded: string] {
  const recorded = [shown(stdout + stderr), shown(stderr + stdout)];
  const ours = [shown(got.stdout + got.stderr), shown(got.stderr + got.stdout)];
  const same = ours.find((text) => recorded.includes(text));
  return [same ?? ours[0]!, same ?? recorded[0]!];
}
