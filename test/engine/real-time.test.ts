import { expect, test } from 'vitest';
import { Simulation } from '../../src/engine/simulation.ts';
import { MemoryFileSystem, memoryHost } from '../../src/host/memory-fs.ts';
import { localTransport } from '../../src/rpc/transport/local.ts';
import { dump } from '../storage/support.ts';

const SECOND = 1_000_000;
const HOUR = 3600 * SECOND;
const START = 1_790_000_000 * SECOND;

/** A machine whose wall clock the test sets; every process on it finds the same disk. */
function machine(clock: 'realtime' | 'manual' = 'realtime') {
  const fs = new MemoryFileSystem();
  const wall = { now: START };
  const host = memoryHost(() => wall.now, fs);
  return {
    fs,
    wall,
    open: () => new Simulation({ directory: '/w', host, clock, durability: 'group' }),
  };
}

/** The time at which a request is handled that comes when so much of the wall clock has passed. */
function timeAfter(simulation: Simulation, wall: { now: number }, us: number): number {
  wall.now += us;
  simulation.arrive();
  return simulation.universe.now;
}

test('the real time goes on as the wall clock does, however often it is looked at and saved or not', () => {
  const { wall, open } = machine();
  const simulation = open();
  const start = simulation.universe.now;
  for (let second = 1; second <= 10; second++) {
    expect(timeAfter(simulation, wall, SECOND)).toBe(start + second * SECOND);
    expect(timeAfter(simulation, wall, 0)).toBe(start + second * SECOND);
  }
  simulation.change((universe) => universe.timeline.moveTo(universe.now + 60 * SECOND));
  expect(timeAfter(simulation, wall, SECOND)).toBe(start + 71 * SECOND);
  simulation.close();
});

test('what handling a request takes is not lost, in this process or the next', () => {
  const { wall, open } = machine();
  const simulation = open();
  const start = simulation.universe.now;
  for (let second = 1; second <= 3; second++) {
    simulation.change((universe) => {
      universe.timeline.moveTo(universe.now + SECOND);
      wall.now += SECOND;
      universe.saveSettings(universe.settings);
    });
  }
  expect(timeAfter(simulation, wall, SECOND)).toBe(start + 7 * SECOND);
  simulation.close();
  expect(timeAfter(open(), wall, SECOND)).toBe(start + 8 * SECOND);
});

test('a wall clock that is set back takes no time back, and stops none', () => {
  const { wall, open } = machine();
  const simulation = open();
  const start = timeAfter(simulation, wall, SECOND);
  expect(timeAfter(simulation, wall, -HOUR)).toBe(start);
  expect(timeAfter(simulation, wall, SECOND)).toBe(start + SECOND);
  simulation.close();
  wall.now -= 24 * HOUR;
  const next = open();
  expect(timeAfter(next, wall, 0)).toBe(start + SECOND);
  expect(timeAfter(next, wall, SECOND)).toBe(start + 2 * SECOND);
  next.close();
});

test('a wall clock that runs ahead and is put right leaves the clusters ahead, and running', () => {
  const { wall, open } = machine();
  const simulation = open();
  const start = timeAfter(simulation, wall, 10 * 365 * 24 * HOUR);
  simulation.close();
  wall.now = START;
  const next = open();
  expect(timeAfter(next, wall, 0)).toBe(start);
  expect(timeAfter(next, wall, SECOND)).toBe(start + SECOND);
  next.close();
});

test('under the manual clock the wall clock leaves no trace', () => {
  const files = [0, -HOUR, 10 * HOUR].map((offset) => {
    const { fs, wall, open } = machine('manual');
    wall.now += offset;
    const simulation = open();
    const start = simulation.universe.now;
    expect(timeAfter(simulation, wall, offset)).toBe(start + 1000);
    simulation.close();
    return dump(fs, '/w');
  });
  expect(files[1]).toEqual(files[0]);
  expect(files[2]).toEqual(files[0]);
});

test('under the real clock again, it goes on from the time that was reached by hand', () => {
  const { wall, open } = machine('manual');
  const simulation = open();
  wall.now += HOUR;
  simulation.change(({ clock }) => clock.setMode('realtime'));
  const start = simulation.universe.now;
  expect(timeAfter(simulation, wall, SECOND)).toBe(start + SECOND);
  simulation.close();
});

test('who looks at the clock before asking anything sees that the time went on, or stood still by hand', () => {
  for (const [mode, seen] of [
    ['realtime', 33_000],
    ['manual', 0],
  ] as const) {
    const { wall, open } = machine(mode);
    const simulation = open();
    const { now } = localTransport(simulation, '');
    const before = now();
    wall.now += 33 * SECOND;
    expect(now() - before).toBe(seen);
    simulation.close();
  }
});
