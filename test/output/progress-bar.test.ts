import { expect, test } from 'vitest';
import { progressBar } from '../../src/output/progress-bar.ts';

test('done at once, as recorded', () => {
  expect(progressBar(4, 4, 100, 0)).toBe(`4 / 4 [${'-'.repeat(75)}] 100.00% ? p/s 0s`);
});

test('not begun, as recorded', () => {
  expect(progressBar(0, 4, 100, 0)).toBe(`0 / 4 [${'_'.repeat(78)}] 0.00% ? p/s ?`);
});

test('on the way', () => {
  const bar = progressBar(3, 4, 60, 3);
  expect(bar).toHaveLength(60);
  expect(bar).toMatch(/^3 \/ 4 \[-+>_+\] 75\.00% 1 p\/s ETA 1s$/);
});
