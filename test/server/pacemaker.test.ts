import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Simulation } from '../../src/engine/simulation.ts';
import { Pacemaker } from '../../src/server/pacemaker.ts';

function pacemakerOf(simulation: object, onBeat: () => void): Pacemaker {
  return new Pacemaker(simulation as Simulation, onBeat, (error) => {
    throw error;
  });
}

test('what much was changed by goes on once that is durable', async () => {
  const done: string[] = [];
  const simulation = {
    isBehind: true,
    mustSync: true,
    goOn: () => void done.push('went on'),
  };
  const pacemaker = pacemakerOf(simulation, () => void done.push('planned a sync'));
  pacemaker.goOn();
  pacemaker.goOn();
  expect(done).toEqual(['planned a sync']);
  await turn();
  expect(done).toEqual(['planned a sync', 'planned a sync']);
  simulation.mustSync = false;
  await turn();
  expect(done.slice(2)).toEqual(['went on', 'planned a sync']);
  await turn();
  expect(done).toHaveLength(4);
});

test('what is left when something long is over is done without being asked for', async () => {
  let left = 2;
  const simulation = {
    mustSync: false,
    get isBehind() {
      return left > 0;
    },
    get isMidway() {
      return left > 1;
    },
    goOn: () => void left--,
  };
  pacemakerOf(simulation, () => {}).goOn();
  expect(left).toBe(1);
  for (let n = 0; n < 4; n++) await turn();
  expect(left).toBe(0);
});

test('requests have a turn between what takes long and the next, once that is durable', async () => {
  const lengths = [2, 2];
  let left = 0;
  const simulation = {
    mustSync: false,
    get isBehind() {
      return left > 0 || lengths.length > 0;
    },
    get isMidway() {
      return left > 0;
    },
    goOn: () => {
      left = left > 0 ? left - 1 : lengths.shift()!;
    },
  };
  const pacemaker = pacemakerOf(simulation, () => {});
  const turns: string[] = [];
  const untilTurn = async () => {
    pacemaker.goOn();
    turns.push(`${simulation.isMidway ? 'midway' : 'free'}${simulation.mustSync ? ', not durable' : ''}`);
    await turn();
  };
  for (let n = 0; n < 3; n++) await untilTurn();
  simulation.mustSync = true;
  await untilTurn();
  simulation.mustSync = false;
  for (let n = 0; n < 3; n++) await untilTurn();
  expect(turns).toEqual(['midway', 'midway', 'free', 'free, not durable', 'free', 'midway', 'free']);
});
