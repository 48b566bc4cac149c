import { CHECK_TYPES } from '../check.ts';
import type { DataOperation, ScanOperation } from '../operation.ts';
import type { Draw } from './draw.ts';

const HASH_KEYS = ['a', 'b', 'c', 'd', 'e', 'f'];
const SORT_KEYS = ['1', '2', '3'];
/** What cannot be counted with, or not beyond. */
const ODD_VALUES = ['9223372036854775807', '-9223372036854775808', '1e3', 'x7'];

export function dataOf(draw: Draw): DataOperation {
  const { random } = draw;
  const key = { ...draw.place(), hashKey: random.pick(HASH_KEYS) };
  const sortKey = random.pick(SORT_KEYS);
  const value = draw.nextValue();
  const sortKeys = SORT_KEYS.filter((one) => one === sortKey || random.chance(0.5));
  const ttl = random.chance(0.1) ? ttlOf(draw) : 0;
  const check = {
    sortKey: random.chance(0.7) ? sortKey : random.pick(SORT_KEYS),
    type: random.pick(CHECK_TYPES),
    operand: random.chance(0.9) ? `${draw.lastValue - random.between(1, 5)}` : random.pick(ODD_VALUES),
  };
  return random.weighted<DataOperation>([
    [30, { ...key, kind: 'set', sortKey, value: random.chance(0.05) ? random.pick(ODD_VALUES) : value, ttl }],
    [20, { ...key, kind: 'get', sortKey }],
    [8, { ...key, kind: 'del', sortKey }],
    [6, { ...key, kind: 'incr', sortKey, by: random.between(-5, 100), ttl: random.chance(0.1) ? -1 : ttl }],
    [8, { ...key, kind: 'check_and_set', check, sortKey, value, ttl }],
    [6, { ...key, kind: 'check_and_mutate', check, removed: random.pick(SORT_KEYS), sortKey, value }],
    [6, { ...key, kind: 'multi_set', sortKeys, value, ttl }],
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
