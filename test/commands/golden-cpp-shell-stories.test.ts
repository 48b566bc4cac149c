import { describe, expect, test } from 'vitest';
import { replayStory, type Story } from './support/event-session.ts';
import { type Step, shown } from './support/session.ts';

/** Both clusters had the tables of a new one; the first had those that other recordings had left. */
const TWO_CLUSTERS = [
  'cluster create onebox2',
  'create stat -p 4',
  'create temp -p 8',
  'create t1 -p 4',
  'create p1 -p 3 -r 1',
  ...['_under.score:1', '1num', 'env1', 'env2', 'env3', 'env4', 'idem', 'copyt', 'r1'].map(
    (name) => `create ${name} -p 4 -r 1`,
  ),
  `create ${'n'.repeat(127)} -p 4`,
  'cluster use onebox2',
  'create stat -p 4',
  'create temp -p 8',
];

const STORIES: readonly Story[] = [
  {
    session: 'node-down-ddd',
    before: [
      'cluster config onebox replication.mutation_2pc_min_replica_count 1',
      'create stat -p 4',
      'create temp -p 8',
    ],
    events: {
      'kill -9 replica server 3': ['node kill replica3'],
      'kill -9 replica server 2': ['clock advance 25s', 'node kill replica2', 'clock advance 25s'],
      'kill -9 replica server 1': ['node kill replica1'],
      '+0.1 s': ['clock advance 100ms'],
      '+24.1 s': ['clock advance 24s'],
      'replica server 3 started again': ['node start replica3'],
      'healthy 5.6 s after the restart': ['wait healthy'],
      '77.3 s later all are UNALIVE': ['clock advance 78s'],
      'only replica server 3 started again, the one that went first': [
        'node start replica3',
        'clock advance 10s',
      ],
      'the other two started again': ['node start replica1', 'node start replica2'],
      'healthy: True, 29.7 s later': ['wait healthy'],
    },
  },
  {
    session: 'dup-clean',
    before: TWO_CLUSTERS,
    events: {
      '11.6 s after add_dup': ['clock advance 11500ms'],
      '11.9 s after add_dup': ['clock advance 300ms'],
      '16.4 s after add_dup': ['clock advance 4500ms'],
      '41.6 s after add_dup': ['clock advance 25200ms'],
      '41.9 s after add_dup': ['wait --for=dup=DS_APP --table dupc'],
      '61.6 s after add_dup': ['wait --for=dup=DS_LOG --table dupc'],
      'k4 visible on B 0.087 s after set on A': ['wait caught-up --table dupc'],
      '60 s later; the remote table temp exists on B already': ['clock advance 60s'],
    },
  },
  {
    session: 'dup-full-healthy',
    before: TWO_CLUSTERS,
    events: {
      '38 more rows set: hk02..hk39': Array.from(
        { length: 38 },
        (_, at) => `set hk${String(at + 2).padStart(2, '0')} sk v${at + 2}`,
      ),
      '13.9 s after add_dup: progress changed': ['clock advance 13800ms'],
      '18.6 s after add_dup: progress changed': ['clock advance 4700ms'],
      '19.1 s after add_dup: progress changed': ['clock advance 500ms'],
      '43.7 s after add_dup: status DS_APP': ['wait --for=dup=DS_APP --table dupt'],
      '44.6 s after add_dup: status DS_PAUSE': [],
      '45.3 s after add_dup: status DS_LOG': [],
    },
  },
];

const STATE = 'the cluster was in another state: what made it so was not typed';

/** Lines whose answer is another one on purpose, and why; where a line was typed more than once, each of its answers. */
const DIFFERS: Readonly<Record<string, string>> = {
  'node-down-ddd: app temp -d': 'other servers held what the killed ones held',
  'dup-clean: [A] query_dup dupc -d @4': 'it goes on a second later',
  'dup-clean: [B] ls -d': STATE,
  'dup-clean: [B] app dupc -d': 'other servers hold it',
  'dup-full-healthy: [A] ls': STATE,
  'dup-full-healthy: [B] ls -d @2': 'its partitions are configured a second later',
  'dup-full-healthy: [B] ls -d @3': 'its partitions are configured a second later',
};

/** Besides what every recording leaves open: ids, how often a partition was configured anew, what was logged when. */
const LOOSENED: readonly (readonly [pattern: RegExp, to: string])[] = [
  [/\b1[67]\d{8}\b/g, 'DUPLICATION'],
  [/(?<=app_?id"? *: ?)\d+ */g, 'ID'],
  [/^\d+ *(?= (?:AVAILABLE|dup|\w+ +pegasus))/gm, 'ID'],
  [/^(\d+ +)\d+(?= +\d\/\d)/gm, '$1BALLOT'],
  [/(?<=_decree":)-?\d+/g, 'DECREE'],
  [/TIME\.\d{3}/g, 'TIME'],
  [/^( +"(?:app_id": ")?)\d+(?=": \{|",)/gm, '$1ID'],
];

function loosened(text: string): string {
  return LOOSENED.reduce((all, [pattern, to]) => all.replace(pattern, to), shown(text));
}

const steps: Step[] = [];
for (const story of STORIES) steps.push(...(await replayStory(story)));

describe.each(STORIES.map(({ session }) => session))('%s', (session) => {
  const typed = new Map<string, number>();
  for (const step of steps.filter((one) => one.session === session)) {
    const count = (typed.get(step.line) ?? 0) + 1;
    typed.set(step.line, count);
    const name = count === 1 ? step.line : `${step.line} @${count}`;
    test(name, () => {
      const ours = loosened(step.got.stdout + step.got.stderr);
      const recorded = loosened(step.stdout + step.stderr);
      if (`${session}: ${name}` in DIFFERS) expect(ours).not.toBe(recorded);
      else expect(ours).toBe(recorded);
    });
  }
});
