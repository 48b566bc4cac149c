import { expect, test } from 'vitest';
import type { DataOperation, Operation, Plan } from '../../src/sim/operation.ts';
import { runPlan } from '../../src/sim/run.ts';

const KEY = { cluster: 'A', table: 't', hashKey: 'k' };
const set = (value: string): DataOperation => ({ ...KEY, kind: 'set', sortKey: 's', value, ttl: 0 });
const change = (node: string, action: 'kill' | 'start'): Operation => ({
  kind: 'node',
  cluster: 'A',
  node,
  action,
});

/** Writes are acknowledged by one member alone, then its disk refuses one. */
function planWith(...afterwards: readonly Operation[]): Plan {
  const operations: Operation[] = [
    { kind: 'create', cluster: 'A', table: 't', partitions: 1, replicas: 3 },
    { kind: 'wait', ms: 60_000 },
    change('replica3', 'kill'),
    change('replica1', 'kill'),
    { kind: 'wait', ms: 25_000 },
    set('1'),
    ...afterwards,
  ];
  return { seed: 1, clusters: [{ name: 'A', metas: 1, replicas: 3 }], operations };
}

const readOnly: Operation = {
  kind: 'fault',
  fault: {
    cluster: 'A',
    kind: 'disk_read_only',
    from: 'A/replica2',
    to: '',
    one_way: false,
    ratio: 1,
    min_us: 0,
    max_us: 0,
    after_us: 0,
    for_us: 60_000_000,
  },
};

test('what a lone primary wrote before its disk failed is lost, as with Pegasus, and counts as possible', async () => {
  const { violation } = await runPlan(planWith(readOnly, set('2')));
  expect(violation).toBeUndefined();
});

test('what it wrote and nothing has made it lose stays', async () => {
  const { violation } = await runPlan(planWith({ ...KEY, kind: 'get', sortKey: 's' }));
  expect(violation).toBeUndefined();
});
