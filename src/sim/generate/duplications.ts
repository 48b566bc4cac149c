import type { Operation } from '../operation.ts';
import type { Draw } from './draw.ts';

export function duplicationOf(draw: Draw): Operation {
  const { random } = draw;
  // A follower may be duplicated too, to where its source is or elsewhere.
  const place = random.chance(0.1) ? { cluster: 'B', table: 't1' } : draw.place();
  return random.weighted<Operation>([
    [4, addDuplicationOf(draw, place.cluster, place.table)],
    [3, { ...place, kind: 'pause_dup' }],
    [5, { ...place, kind: 'start_dup' }],
    [2, { ...place, kind: 'remove_dup' }],
    [1, { ...place, kind: 'set_dup_fail_mode', failMode: random.pick(['FAIL_SLOW', 'FAIL_SKIP'] as const) }],
  ]);
}

export function addDuplicationOf({ random, clusters }: Draw, cluster: string, table: string): Operation {
  const others = clusters.map(({ name }) => name).filter((name) => name !== cluster);
  const remote = random.pick(others);
  const full = random.chance(0.8);
  return { kind: 'add_dup', cluster, table, remote, full, calm: random.chance(0.6) };
}
