import type { Operation, SplitOperation } from '../operation.ts';
import { type Draw, TABLES } from './draw.ts';

export function tableOf(draw: Draw): Operation {
  const { random } = draw;
  const place = draw.place();
  const replicas = random.between(0, draw.replicasOf(place.cluster) + 1);
  const to = random.pick(TABLES);
  return random.weighted<Operation>([
    [3, createOf(draw, place.cluster, place.table)],
    [2, { ...place, kind: 'drop' }],
    [4, { ...place, kind: 'recall', ...(random.chance(0.3) ? { to } : {}) }],
    [1, { ...place, kind: 'rename', to }],
    [2, { ...place, kind: 'set_replica_count', replicas }],
    [2, { ...place, kind: 'set_atomic_idempotent', isOn: random.chance(0.5) }],
    [
      2,
      {
        kind: 'level',
        cluster: place.cluster,
        level: random.pick(['fl_steady', 'fl_lively', 'fl_freezed'] as const),
      },
    ],
  ]);
}

export function createOf(draw: Draw, cluster: string, table: string): Operation {
  const { random, mixture } = draw;

  const replicas = random.weighted([
    [1, 1],
    [1, 2],
    [6, 3],
    [1, 4],
  ]);
  return {
    kind: 'create',
    cluster,
    table,
    partitions: random.pick([1, 2, 4]),
    replicas: Math.min(replicas, draw.replicasOf(cluster)),
    idempotent: random.chance(mixture.idempotentTables),
  };
}

export function splitOf(draw: Draw): SplitOperation {
  const { random } = draw;
  const place = draw.place();
  const parent = random.chance(0.5) ? -1 : random.below(5);
  const control = (control: 'PAUSE' | 'RESTART') =>
    ({ ...place, kind: 'control_split', control, parent }) as const;
  return random.weighted<SplitOperation>([
    [4, { ...place, kind: 'start_split', factor: random.chance(0.9) ? 2 : random.pick([1, 4]) }],
    [3, control('PAUSE')],
    [3, control('RESTART')],
    [2, { ...place, kind: 'control_split', control: 'CANCEL', parent }],
  ]);
}
