import type { BackupOperation, UpkeepOperation } from '../operation.ts';
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
    : { ...place, kind: 'restore', choice: draw.random.below(4) };
}
