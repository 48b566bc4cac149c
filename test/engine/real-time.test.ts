import { expect, test } from 'vitest';
import { Simulation } from '../../src/engine/simulation.ts';
import { MemoryFileSystem, memoryHost } from '../../src/host/memory-fs.ts';

const SECOND = 1_000_000;

test('the real time goes on as the wall clock does, however often it is looked at and saved or not', () => {
  let wall = 1000 * SECOND;
  const host = memoryHost(() => wall, new MemoryFileSystem());
  const simulation = new Simulation({ directory: '/w', host, clock: 'realtime', durability: 'group' });
  const start = simulation.universe.now;
  for (let second = 1; second <= 10; second++) {
    wall += SECOND;
    simulation.arrive();
    simulation.arrive();
    expect(simulation.universe.now).toBe(start + second * SECOND);
  }
  simulation.change((universe) => universe.moveTo(universe.now + 60 * SECOND));
  wall += SECOND;
  simulation.arrive();
  expect(simulation.universe.now).toBe(start + 71 * SECOND);
  simulation.close();
});
