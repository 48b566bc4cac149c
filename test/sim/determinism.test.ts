import { expect, test } from 'vitest';
import { planOf } from '../../src/sim/generate/plan.ts';
import { runPlan } from '../../src/sim/run.ts';
import type { Disk } from '../../src/sim/world.ts';

/** Every file of a workspace, with its bytes. */
function contents(disk: Disk, directory = '/w'): string[] {
  return disk
    .list(directory)
    .sort()
    .flatMap((name) => {
      const path = `${directory}/${name}`;
      if (disk.stat(path)?.directory === true) return contents(disk, path);
      return [`${path} ${Buffer.from(disk.read(path) ?? []).toString('latin1')}`];
    });
}

test('the same seed leaves the same bytes', async () => {
  for (const seed of [11, 12, 13, 14, 15]) {
    const [first, second] = [
      await runPlan(planOf(seed, { operations: 200 })),
      await runPlan(planOf(seed, { operations: 200 })),
    ];
    expect(contents(second.world.disk)).toEqual(contents(first.world.disk));
  }
});

test('another seed leaves others', async () => {
  const [first, second] = [
    await runPlan(planOf(1, { operations: 20 })),
    await runPlan(planOf(2, { operations: 20 })),
  ];
  expect(contents(second.world.disk)).not.toEqual(contents(first.world.disk));
});
