import { expect, test } from 'vitest';
import type { DddNodeInfo, DddPartitionInfo } from '../../src/rpc/idl/configuration.ts';
import { leaderOf } from '../../src/sim/operator.ts';

const drop = (node: string, ballot: number, committed: number, changes: Partial<DddNodeInfo> = {}) => ({
  node,
  hp_node: node,
  drop_time_ms: 0,
  is_alive: true,
  is_collected: true,
  ballot,
  last_committed_decree: committed,
  last_prepared_decree: committed,
  ...changes,
});

/** A partition that lost a, then b, then c. */
function lost(...dropped: DddNodeInfo[]): DddPartitionInfo {
  const config = {
    pid: { app_id: 1, partition_index: 0 },
    ballot: 9,
    max_replica_count: 3,
    primary: '',
    secondaries: [],
    last_drops: ['a', 'b', 'c'],
    hp_last_drops: ['a', 'b', 'c'],
    last_committed_decree: 4,
    partition_flags: 0,
  };
  return { config, dropped, reason: '' };
}

test('of the last two that contradict each other the one that has committed more leads', () => {
  expect(leaderOf(lost(drop('a', 2, 30), drop('b', 3, 16), drop('c', 5, 15)))?.node).toBe('b');
});

test('where they do not, or one is not there, Pegasus has to choose by itself', () => {
  expect(leaderOf(lost(drop('a', 2, 30), drop('b', 3, 15), drop('c', 5, 16)))).toBeUndefined();
  expect(leaderOf(lost(drop('b', 3, 15), drop('c', 5, 15)))).toBeUndefined();
  expect(leaderOf(lost(drop('a', 3, 16), drop('c', 5, 15)))).toBeUndefined();
  expect(leaderOf(lost(drop('b', 3, 16, { is_alive: false }), drop('c', 5, 15)))).toBeUndefined();
  expect(leaderOf(lost(drop('b', 3, 16, { is_collected: false }), drop('c', 5, 15)))).toBeUndefined();
});
