import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { TurnBudget } from '../../src/server/turn-budget.ts';

test('a turn has so much time from the first question on, and the next turn has as much again', async () => {
  let now = 100;
  let turns = 0;
  const { isLeft } = new TurnBudget(
    4,
    () => now,
    () => turns++,
  );
  now = 200;
  expect(isLeft()).toBe(true);
  now += 3;
  expect(isLeft()).toBe(true);
  now += 1;
  expect([isLeft(), turns]).toEqual([false, 0]);
  await turn();
  expect([isLeft(), turns]).toEqual([true, 1]);
  await turn();
  await turn();
  expect(turns).toBe(2);
});
