import type { DataOperation, ScanOperation } from '../operation.ts';
import type { Draw } from './draw.ts';

const HASH_KEYS = ['a', 'b', 'c', 'd', 'e', 'f'];
const SORT_KEYS = ['1', '2', '3'];

export function dataOf(draw: Draw): DataOperation {
  const { random } = draw;
  const key = { ...draw.place(), hashKey: random.pick(HASH_KEYS) };
  const sortKey = random.pick(SORT_KEYS);
  const value = draw.nextValue();
  const sortKeys = SORT_KEYS.filter((one) => one === sortKey || random.chance(0.5));
  return random.weighted<DataOperation>([
    [30, { ...key, kind: 'set', sortKey, value, ttl: random.chance(0.1) ? ttlOf(draw) : 0 }],
    [20, { ...key, kind: 'get', sortKey }],
    [8, { ...key, kind: 'del', sortKey }],
    [6, { ...key, kind: 'incr', sortKey, by: random.between(-5, 100) }],
    [
      5,
      {
        ...key,
        kind: 'check_and_set',
        sortKey,
        expected: random.chance(0.5) ? undefined : `${draw.lastValue - 1}`,
        value,
      },
    ],
    [4, { ...key, kind: 'check_and_mutate', sortKey, removed: random.pick(SORT_KEYS), value }],
    [6, { ...key, kind: 'multi_set', sortKeys, value }],
    [6, { ...key, kind: 'multi_get' }],
    [4, { ...key, kind: 'multi_del', sortKeys }],
    [3, { ...key, kind: 'sortkey_count' }],
    [3, { ...key, kind: 'ttl', sortKey }],
    [3, { ...key, kind: 'hash_scan' }],
  ]);
}

/** Where clocks differ nothing expires: when it is gone would depend on who is asked. */
function ttlOf({ random, mixture }: Draw): number {
  return mixture.faultKinds.includes('clock_skew') ? 0 : random.between(1, 120);
}

export function scanOf(draw: Draw): ScanOperation {
  const { random } = draw;
  const place = draw.place();
  return {
    ...place,
    kind: 'full_scan',
    batch: random.between(1, 3),
    after: random.between(1, 8),
    node: `replica${random.between(1, draw.replicasOf(place.cluster))}`,
    action: random.pick(['kill', 'stop', 'start', 'restart'] as const),
  };
}
