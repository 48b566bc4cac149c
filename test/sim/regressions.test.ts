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
};

for (const [name, plan] of Object.entries(PLANS)) {
  test(name, async () => {
    expect((await runPlan(plan)).violation).toBeUndefined();
  });
}
