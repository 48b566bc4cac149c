import { expect, test } from 'vitest';
import { Arrival, Simulation } from '../../src/engine/simulation.ts';
import { MemoryFileSystem, memoryHost } from '../../src/host/memory-fs.ts';
import { changeNode, createTable, machine, pass, primaries, SECOND } from './turns.ts';

const MS = 1000;
const PARTITIONS = 8;

async function withTable(wall: { now: number }): Promise<Simulation> {
  const host = memoryHost(() => wall.now, new MemoryFileSystem());
  const simulation = new Simulation({ directory: '/w', host, clock: 'realtime', durability: 'group' });
  await createTable(simulation, PARTITIONS);
  simulation.change((universe) => universe.timeline.moveTo(universe.now + 60 * SECOND));
  return simulation;
}

test('a request that arrives together with what it has to wait for waits', async () => {
  const wall = { now: 1_790_000_000 * SECOND };
  const simulation = await withTable(wall);
  let asked = 0;
  simulation.takeTurns(() => ++asked % 3 > 0);
  let begun = 0;
  for (const action of ['kill', 'start', 'kill', 'start'] as const) {
    while (!simulation.admit()) simulation.goOn();
    changeNode(simulation, 'replica2', action);
    for (let n = 0; n < 600; n++) {
      while (simulation.isBehind) simulation.goOn();
      wall.now += 100 * MS;
      const isAdmitted = simulation.admit();
      expect(isAdmitted).toBe(!simulation.isMidway);
      begun += Number(simulation.isMidway);
    }
  }
  expect(begun).toBeGreaterThan(0);
  simulation.close();
});

test('what a request costs under a manual clock it costs once, also where it waits for what falls due meanwhile', async () => {
  const simulation = machine().open();
  await createTable(simulation);
  simulation.takeTurns(() => false);
  const start = simulation.universe.now;
  let [asked, waited] = [0, 0];
  // A new table is looked at within ten seconds.
  for (; primaries(simulation) === 0; asked++) {
    const arrival = new Arrival();
    for (; !simulation.admit(arrival); waited++) simulation.goOn();
  }
  expect(waited).toBeGreaterThan(0);
  expect(simulation.universe.now - start).toBe(asked * MS);
  simulation.close();
});

test('a request that comes while a server is in the middle of something costs what it costs under a manual clock', async () => {
  const simulation = machine().open();
  await createTable(simulation);
  pass(simulation, 60);
  for (const mayGoOn of [() => false, () => true]) {
    simulation.takeTurns(mayGoOn);
    const start = simulation.universe.now;
    for (const action of ['kill', 'start'] as const) {
      changeNode(simulation, 'replica2', action);
      expect(simulation.isMidway).toBe(!mayGoOn());
      const arrival = new Arrival();
      while (!simulation.admit(arrival)) simulation.goOn();
    }
    expect(simulation.universe.now - start).toBe(2 * MS);
  }
  simulation.close();
});
