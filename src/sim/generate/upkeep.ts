import type { BackupOperation, PolicyOperation, UpkeepOperation } from '../operation.ts';
import type { Draw } from './draw.ts';

export function upkeepOf(draw: Draw): UpkeepOperation {
  const { random } = draw;
  const place = draw.place();
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

export function backupOf(draw: Draw): BackupOperation {
  const place = draw.place();
  return draw.random.chance(0.5)
    ? { ...place, kind: 'backup' }
    : { ...place, kind: 'restore', choice: draw.random.below(24) };
}

export function policyOf(draw: Draw): PolicyOperation {
  const { random } = draw;
  const { cluster, table } = draw.place();
  const at = { cluster, policy: random.pick(['p1', 'p2']) };
  return random.weighted<PolicyOperation>([
    [
      4,
      {
        ...at,
        kind: 'add_policy',
        table,
        intervalSeconds: random.chance(0.9) ? 86_400 : 3600,
        keep: random.between(1, 3),
        startTime: random.chance(0.7) ? '24:00' : `${random.below(24)}:00`,
      },
    ],
    [2, { ...at, kind: 'enable_policy' }],
    [2, { ...at, kind: 'disable_policy', force: random.chance(0.5) }],
    [1, { ...at, kind: 'keep_backups', keep: random.between(1, 3) }],
    [1, { ...at, kind: 'add_to_policy', table }],
    [1, { ...at, kind: 'remove_from_policy', table }],
  ]);
}
