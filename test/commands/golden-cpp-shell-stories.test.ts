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

/** The follower's cluster does not run; tables of three replicas, as there were on the only server, cannot be made. */
const incident = (more: string) => [
  'cluster create onebox2 --metas 1',
  'cluster use onebox2',
  'node kill meta1 replica1 replica2 replica3',
  'cluster remove onebox --yes',
  `cluster create onebox --metas 1 --replicas 1${more}`,
  'cluster use onebox',
  'create stat -p 4 -r 1',
  'create temp -p 8 -r 1',
];

const INCIDENT_EVENTS = {
  '19 more rows set': Array.from(
    { length: 19 },
    (_, at) => `set key${String(at + 1).padStart(2, '0')} sk value${at + 1}`,
  ),
  '45 s later': ['clock advance 45s'],
  'restart 1: kill -9 the only replica server': ['node kill replica1'],
  'replica server started again': ['node start replica1'],
  '0.1 s after start: replica server process running, meta says ALIVE': ['clock advance 100ms'],
};

/** Not replayed: `crash-default-ttl`, whose server dies of what a simulated one survives. */
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
  {
    session: 'issue2098-head',
    before: incident(''),
    events: {
      ...INCIDENT_EVENTS,
      'restart 2: kill -9 the only replica server': ['clock advance 30s', 'node kill replica1'],
      'cluster B is started now: the blocked duplication goes on': [
        'clock advance 30s',
        'cluster use onebox2',
        'node start meta1 replica1 replica2 replica3',
        'cluster use onebox',
        'use test1',
      ],
      "0.1 s after B start: ['DS_PREPARE']": ['clock advance 100ms'],
      "2.2 s after B start: ['DS_APP']": ['wait --for=dup=DS_APP --table test1'],
      "22.0 s after B start: ['DS_LOG']": ['wait --for=dup=DS_LOG --table test1', 'clock advance 10s'],
    },
  },
  {
    session: 'issue2098-pre',
    before: incident(' --defect 2098'),
    events: {
      ...INCIDENT_EVENTS,
      '11.0 s after start: replica server process GONE, meta says ALIVE': ['clock advance 10s'],
      'the process exits; started again by hand, as a supervisor would: it aborts again': [
        'node start replica1',
        'clock advance 11s',
      ],
      'after remove_dup the replica server is started: process running': [
        'node start replica1',
        'wait --for=healthy',
      ],
    },
  },
  {
    session: 'crash-propose-add-secondary',
    before: [
      'cluster create onebox2',
      'cluster remove onebox --yes',
      'cluster create onebox --metas 1',
      'cluster use onebox',
      'create stat -p 4',
      'create temp -p 8',
    ],
    events: {},
  },
];

const STATE = 'the cluster was in another state: what made it so was not typed';
const REPLICAS = 'tables of three replicas on one server cannot be made';
const PRIMARIES = 'other servers lead the partitions';

/** Lines whose answer is another one on purpose, and why; where a line was typed more than once, each of its answers. */
const DIFFERS: Readonly<Record<string, string>> = {
  'node-down-ddd: app temp -d': 'other servers held what the killed ones held',
  'dup-clean: [A] query_dup dupc -d @4': 'it goes on a second later',
  'dup-clean: [B] ls -d': STATE,
  'dup-clean: [B] app dupc -d': 'other servers hold it',
  'dup-full-healthy: [A] ls': STATE,
  'dup-full-healthy: [B] ls -d @2': 'its partitions are configured a second later',
  'dup-full-healthy: [B] ls -d @3': 'its partitions are configured a second later',
  'issue2098-head: ls -d': REPLICAS,
  'issue2098-head: ls -d @2': REPLICAS,
  'issue2098-head: ls -d @3': REPLICAS,
  'issue2098-pre: ls -d': REPLICAS,
  'issue2098-pre: ls -d @2': REPLICAS,
  'issue2098-pre: ls -d @3': REPLICAS,
  'issue2098-pre: ls -d @4': REPLICAS,
  'issue2098-pre: ls -d @5': REPLICAS,
  'crash-propose-add-secondary: cluster_info': STATE,
  'crash-propose-add-secondary: cluster_info @2': STATE,
  'crash-propose-add-secondary: app temp -d': PRIMARIES,
  'crash-propose-add-secondary: app temp -d @2': PRIMARIES,
  'crash-propose-add-secondary: app temp -d @3': PRIMARIES,
  'crash-propose-add-secondary: app temp -d @4': PRIMARIES,
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
      // Which of our streams has the bytes is told apart: the original mixes its own.
      const recorded = [step.stdout + step.stderr, step.stderr + step.stdout].map(loosened);
      const ours = [step.got.stdout + step.got.stderr, step.got.stderr + step.got.stdout].map(loosened);
      if (`${session}: ${name}` in DIFFERS) expect(recorded).not.toContain(ours[0]);
      else expect(recorded).toContain(ours.find((text) => recorded.includes(text)) ?? ours[0]);
    });
  }
});
