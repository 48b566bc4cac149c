import { expect, test } from 'vitest';
import { Simulation } from '../../src/engine/simulation.ts';
import type { Universe } from '../../src/engine/universe.ts';
import { MemoryFileSystem, memoryHost } from '../../src/host/memory-fs.ts';

const SECOND = 1_000_000;

function opened(clock: 'realtime' | 'manual' = 'realtime') {
  const wall = { now: 1_790_000_000 * SECOND };
  const host = memoryHost(() => wall.now, new MemoryFileSystem());
  return { wall, simulation: new Simulation({ directory: '/w', host, clock }) };
}

/** A change that another process would find. */
function setSeed(seed: number) {
  return (universe: Universe) => universe.saveSettings({ ...universe.settings, seed });
}

test('what requests change that arrived together is committed once, and found by the next of them', () => {
  const { simulation } = opened();
  const before = simulation.generation;
  const found: number[] = [];
  simulation.together(() => {
    for (const seed of [7, 8, 9]) {
      simulation.change(setSeed(seed));
      found.push(simulation.universe.settings.seed);
    }
    expect(simulation).toMatchObject({ generation: before, isDurable: false });
  });
  expect(found).toEqual([7, 8, 9]);
  expect(simulation.generation).toBe(before + 1);
  simulation.change(setSeed(10));
  expect(simulation.generation).toBe(before + 2);
  simulation.close();
});

test('a request that fails takes along what was changed before it, and nothing else', () => {
  const { simulation } = opened();
  simulation.change(setSeed(7));
  const fail = () => {
    simulation.change(setSeed(8));
    simulation.change((universe) => {
      setSeed(9)(universe);
      throw new Error('a mistake of ours');
    });
  };
  expect(() => simulation.together(fail)).toThrow('a mistake of ours');
  expect(simulation.universe.settings.seed).toBe(7);
  simulation.change(setSeed(10));
  expect(simulation.universe.settings.seed).toBe(10);
  simulation.close();
});

test('a message that makes no sense after them takes nothing along', () => {
  const { simulation } = opened();
  const fail = () => {
    simulation.change(setSeed(8));
    throw new Error('no such message');
  };
  expect(() => simulation.together(fail)).toThrow('no such message');
  expect(simulation.universe.settings.seed).toBe(8);
  simulation.close();
});

test('requests that arrived together arrived at one time; under a manual clock each has its own', () => {
  const { wall, simulation } = opened();
  const times = timesOf(simulation, () => {
    wall.now += SECOND;
  });
  expect(times[1]).toBe(times[0]);
  expect(timesOf(simulation, () => undefined)[0]! - times[0]!).toBe(SECOND);
  simulation.close();
  const manual = opened('manual').simulation;
  const [first, second] = timesOf(manual, () => undefined);
  expect(second! - first!).toBe(1000);
  manual.close();
});

/** When each of two requests is handled. */
function timesOf(simulation: Simulation, passSome: () => void): number[] {
  const times: number[] = [];
  simulation.together(() => {
    for (let request = 0; request < 2; request++) {
      passSome();
      simulation.arrive();
      times.push(simulation.universe.now);
    }
  });
  return times;
}
