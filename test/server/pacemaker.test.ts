import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Simulation } from '../../src/engine/simulation.ts';
import { Pacemaker } from '../../src/server/pacemaker.ts';

test('what much was changed by goes on once that is durable', async () => {
  const done: string[] = [];
  const simulation = {
    isBehind: true,
    mustSync: true,
    goOn: () => void done.push('went on'),
  };
  const pacemaker = new Pacemaker(
    simulation as unknown as Simulation,
    () => void done.push('planned a sync'),
    (error) => {
      throw error;
    },
  );
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
