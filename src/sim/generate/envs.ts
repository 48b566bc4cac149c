import type { TableOperation } from '../operation.ts';
import type { Draw } from './draw.ts';

/** Envs that a table may have, and what is tried of their values. */
const ALLOWED: readonly (readonly [key: string, ...values: string[]])[] = [
  ['replica.slow_query_threshold', '20', '99'],
  ['replica.write_throttling', '1*delay*50', '2*reject*10', '1*delay*10,3*reject*10'],
  ['replica.read_throttling', '1*delay*50', '2*reject*10'],
  ['replica.deny_client_request', 'timeout*all', 'timeout*read', 'reconfig*write', 'reconfig*all'],
  ['replica.rocksdb_iteration_threshold_time_ms', '0', '1000'],
  ['rocksdb.usage_scenario', 'normal', 'prefer_write', 'bulk_load'],
  ['rocksdb.checkpoint.reserve_min_count', '1', '3'],
  ['rocksdb.checkpoint.reserve_time_seconds', '0', '600'],
  ['business.info', 'owner=somebody'],
];
const REFUSED: readonly (readonly [key: string, value: string])[] = [
  ['default_ttl', '-1'],
  ['replica.slow_query_threshold', '19'],
  ['replica.write_throttling', '1*wait*1'],
  ['replica.deny_client_request', 'never*all'],
  ['rocksdb.usage_scenario', 'fast'],
  ['no.such.env', '1'],
];
const DEFAULT_TTLS = ['0', '5', '60', '600'];

export function envOf(draw: Draw): TableOperation {
  const { random, mixture } = draw;
  const place = draw.place();
  const [key, ...values] = random.pick(ALLOWED);
  // Where clocks differ nothing expires: when it is gone would depend on who is asked.
  const hasClocks = !mixture.faultKinds.includes('clock_skew');
  const ttl = { key: 'default_ttl', value: random.pick(DEFAULT_TTLS) };
  const [refused, value] = random.pick(REFUSED);
  return random.weighted<TableOperation>([
    [4, { ...place, kind: 'set_env', key, value: random.pick(values) }],
    [hasClocks ? 3 : 0, { ...place, kind: 'set_env', ...ttl }],
    [1, { ...place, kind: 'set_env', key: refused, value, isRefused: true }],
    [2, { ...place, kind: 'del_env', key: random.chance(0.3) ? 'default_ttl' : key }],
  ]);
}
