import type { BackupOperation, ScanOperation, UpkeepOperation } from './operation.ts';
import type { Random } from './random.ts';

/** A table of a cluster, there or not. */
interface Place {
  readonly cluster: string;
  readonly table: string;
}

export function upkeepOf(random: Random, place: Place): UpkeepOperation {
  const partition = random.below(4);
  return random.weighted<UpkeepOperation>([
    [2, { ...place, kind: 'compact' }],
    [
      2,
      {
        ...place,
        kind: 'detect_hotkey',
        partition,
        type: random.pick(['READ', 'WRITE'] as const),
        action: random.pick(['START', 'QUERY', 'STOP'] as const),
      },
    ],
    [4, { ...place, kind: 'migrate_disk', partition, choice: random.below(4) }],
  ]);
}

export function backupOf(random: Random, place: Place): BackupOperation {
  return random.chance(0.5)
    ? { ...place, kind: 'backup' }
    : { ...place, kind: 'restore', choice: random.below(4) };
}

export function scanOf(random: Random, place: Place, replicas: number): ScanOperation {
  return {
    ...place,
    kind: 'full_scan',
    batch: random.between(1, 3),
    after: random.between(1, 8),
    node: `replica${random.between(1, replicas)}`,
    action: random.pick(['kill', 'stop', 'start', 'restart'] as const),
  };
}
