import { expect, test } from 'vitest';
import { type Steps, someOf } from '../../src/engine/steps.ts';

function* counting(steps: number, taken: { count: number }): Steps<string> {
  for (; taken.count < steps; taken.count++) yield;
  return 'done';
}

test('of many steps a few are taken at once, and more as long as there is time', () => {
  const taken = { count: 0 };
  const steps = counting(100, taken);
  expect(someOf(steps, () => false)).toBeUndefined();
  expect(taken.count).toBeLessThan(20);
  expect(someOf(steps, () => taken.count < 50)).toBeUndefined();
  expect(taken.count).toBe(50);
  expect(someOf(steps, () => true)).toBe('done');
});
