import { expect, test } from 'vitest';
import type { FileSystem } from '../../src/engine/storage/host.ts';
import { WorkspaceError } from '../../src/errors.ts';
import { Death, DyingDisk } from '../../src/host/dying-disk.ts';
import { MemoryFileSystem } from '../../src/host/memory-fs.ts';
import { VolatileDisk } from '../../src/host/volatile-disk.ts';
import { FailingDisk } from './failing-disk.ts';
import { chanceOf, places } from './places.ts';
import { type Durability, lastStepOf, play, STEPS, stateOf } from './scenario.ts';
import { counters, DIRECTORY, dump, open } from './support.ts';

/** Operations at which each test interrupts, if it is not told otherwise. */
const USUAL = 60;

/** Plays the scenario undisturbed: how many operations it takes, and the state after each step (-1: before all). */
function rehearse(durability: Durability) {
  const disk = new DyingDisk(new MemoryFileSystem());
  const states = new Map<number, string>();
  // Looking at the state takes operations of its own: it is looked at in another run than the one that counts.
  play(disk, 1, durability, 0, { onAcknowledged: () => {} });
  const operations = disk.operations;
  const empty = open(new MemoryFileSystem());
  states.set(-1, stateOf(empty));
  play(new MemoryFileSystem(), 1, durability, 0, {
    onAcknowledged: () => {},
    onStep: (store, step) => states.set(step, stateOf(store)),
  });
  return { operations, states };
}

/** Dies at one operation; says which step was acknowledged last. */
function playUntilDeath(disk: DyingDisk, durability: Durability): number {
  let acknowledged = -1;
  try {
    play(disk, 1, durability, 0, {
      onAcknowledged: (step) => {
        acknowledged = step;
      },
    });
    throw new Error('survived');
  } catch (error) {
    if (!(error instanceof Death)) throw error;
  }
  return acknowledged;
}

/** Opens what a death left behind: it must be the state after some step, and none lost that was acknowledged. */
function checkSurvivor(
  disk: FileSystem,
  pid: number,
  [acknowledged, newest]: readonly [number, number],
  states: ReadonlyMap<number, string>,
): number {
  const store = open(disk, { pid });
  const step = lastStepOf(store);
  expect(step).toBeGreaterThanOrEqual(acknowledged);
  expect(step).toBeLessThanOrEqual(newest);
  expect(stateOf(store)).toBe(states.get(step));
  store.close();
  return step;
}

test.each(['sync', 'group', 'steps'] as const)('%s: the process dies at any file operation', (durability) => {
  const { operations, states } = rehearse(durability);
  expect(operations).toBeGreaterThan(200);
  expect(new Set(states.values()).size).toBe(STEPS + 1);
  for (const how of ['before', 'half'] as const) {
    for (const k of places(operations, USUAL, chanceOf())) {
      const disk = new MemoryFileSystem();
      const acknowledged = playUntilDeath(new DyingDisk(disk, k, how), durability);
      const newest = durability === 'group' ? STEPS - 1 : acknowledged + 1;
      const step = checkSurvivor(disk, 2, [acknowledged, newest], states);
      play(disk, 3, durability, step + 1, { onAcknowledged: () => {} });
      const store = open(disk, { pid: 4 });
      expect(stateOf(store)).toBe(states.get(STEPS - 1));
      store.close();
      expect(Object.keys(dump(disk)).filter((path) => /tmp|lock/.test(path))).toEqual([]);
    }
  }
});

test('the process dies a second time, while what the first death left is being put right', () => {
  const { operations, states } = rehearse('sync');
  for (const k of places(operations, USUAL / 2, chanceOf())) {
    for (let second = 1; ; second++) {
      const disk = new MemoryFileSystem();
      const acknowledged = playUntilDeath(new DyingDisk(disk, k, 'half'), 'sync');
      const again = new DyingDisk(disk, second, 'half');
      try {
        open(again, { pid: 2 }).close();
        break;
      } catch (error) {
        if (!(error instanceof Death)) throw error;
      }
      const store = open(disk, { pid: 3 });
      expect([acknowledged, acknowledged + 1]).toContain(lastStepOf(store));
      expect(stateOf(store)).toBe(states.get(lastStepOf(store)));
      store.close();
    }
  }
});

test.each(['sync', 'steps'] as const)('%s: the power fails, and takes what was not synced', (durability) => {
  const { operations, states } = rehearse(durability);
  const chance = chanceOf();
  for (const k of places(operations, USUAL, chance)) {
    for (let round = 0; round < 4; round++) {
      const disk = new VolatileDisk();
      const acknowledged = playUntilDeath(new DyingDisk(disk, k, 'half'), durability);
      for (const pid of [2, 3]) {
        disk.losePower(chance);
        checkSurvivor(disk, pid, [acknowledged, acknowledged + 1], states);
      }
    }
  }
});

/** Plays on from a step until the disk lets it not; the last step that was acknowledged. */
function playOn(disk: FileSystem, pid: number, durability: Durability, from: number): number {
  let acknowledged = from - 1;
  try {
    play(disk, pid, durability, from, {
      onAcknowledged: (step) => {
        acknowledged = step;
      },
    });
  } catch (error) {
    if (!(error instanceof Death || error instanceof WorkspaceError)) throw error;
  }
  return acknowledged;
}

test.each([
  ['sync', 'dies'],
  ['steps', 'dies'],
  ['sync', 'is refused'],
  ['steps', 'is refused'],
] as const)('%s: a process %s, another one goes on, and then the power fails', (durability, first) => {
  const { operations, states } = rehearse(durability);
  const chance = chanceOf();
  const upTo = (count: number) => 1 + Math.floor(chance() * count);
  for (const k of places(operations, USUAL, chance)) {
    for (let round = 0; round < 4; round++) {
      const disk = new VolatileDisk();
      disk.makeDirectory(DIRECTORY);
      disk.syncAll();
      const interrupted =
        first === 'dies' ? new DyingDisk(disk, k, 'half') : new FailingDisk(disk, k, 'EIO', round < 2);
      const before = playOn(interrupted, 1, durability, 0);
      const taker = open(disk, { pid: 2 });
      const found = lastStepOf(taker);
      expect([before, before + 1]).toContain(found);
      if (round % 2 === 0) taker.close();
      else taker.suspend();
      const acknowledged = playOn(new DyingDisk(disk, upTo(200), 'half'), 3, durability, found + 1);
      disk.losePower(chance);
      checkSurvivor(disk, 4, [acknowledged, acknowledged + 1], states);
    }
  }
});

test('the directories above a new workspace survive with it', () => {
  const chance = chanceOf();
  for (let round = 0; round < 20; round++) {
    const disk = new VolatileDisk();
    const store = open(disk, { directory: '/not/there/yet' });
    counters(store).set('a', { count: 1 });
    store.commit();
    disk.losePower(chance);
    expect(counters(open(disk, { directory: '/not/there/yet', pid: 2 })).get('a')).toEqual({ count: 1 });
  }
});
