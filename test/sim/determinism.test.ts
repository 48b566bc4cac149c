import { expect, test } from 'vitest';
import { FORMAT } from '../../src/engine/storage/format.ts';
import { planOf } from '../../src/sim/generate/plan.ts';
import { Random } from '../../src/sim/random.ts';
import { runPlan } from '../../src/sim/run.ts';
import type { Disk } from '../../src/sim/world.ts';
import { openInTurns } from './in-turns.ts';

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

/** The same without the file that counts commits: how many there are depends on how often others have their turn. */
function state(disk: Disk): string[] {
  return contents(disk).filter((file) => !file.startsWith(`/w/${FORMAT} `));
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

test('others may have their turn in the middle of anything: the bytes are the same', async () => {
  for (const seed of [1, 2, 26, 27, 68, 74, 115, 121]) {
    const { operations, ...plan } = planOf(seed, { operations: 200 });
    // Where the power is cut depends on what was written when.
    const uncut = { ...plan, operations: operations.filter(({ kind }) => kind !== 'power_cut') };
    const random = new Random(seed);
    const [atOnce, inTurns] = [
      await runPlan(uncut),
      await runPlan(uncut, undefined, (options) => openInTurns(options, random)),
    ];
    expect(inTurns.violation).toBe(undefined);
    expect(state(inTurns.world.disk)).toEqual(state(atOnce.world.disk));
  }
});

test('another seed leaves others', async () => {
  const [first, second] = [
    await runPlan(planOf(1, { operations: 20 })),
    await runPlan(planOf(2, { operations: 20 })),
  ];
  expect(contents(second.world.disk)).not.toEqual(contents(first.world.disk));
});
