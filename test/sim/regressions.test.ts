import { expect, test } from 'vitest';
import type { Plan } from '../../src/sim/operation.ts';
import { runPlan } from '../../src/sim/run.ts';

/** Plans that once failed, as they were shrunk: what their seeds stand for changes with the generator. */
const PLANS: Readonly<Record<string, Plan>> = {
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
        {
          kind: 'fault',
          fault: {
            cluster: 'A',
            kind: 'node_stop',
            from: 'A/replica3',
            to: '',
            one_way: false,
            ratio: 1,
            min_us: 0,
            max_us: 0,
            after_us: 0,
            for_us: 60_000_000,
          },
        },
        { kind: 'wait', ms: 395_071 },
      ],
    },
};

for (const [name, plan] of Object.entries(PLANS)) {
  test(name, async () => {
    expect((await runPlan(plan)).violation).toBeUndefined();
  });
}
