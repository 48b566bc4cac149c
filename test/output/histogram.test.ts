import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Histogram } from '../../src/output/histogram.ts';

function histogramOf(...sizes: readonly number[]): string {
  const histogram = new Histogram();
  for (const size of sizes) histogram.add(size);
  return histogram.toString();
}

/** The hash keys of a recorded `count_data -c -a`: three empty, two of 1 byte, thirteen of 2, one of 6. */
test('as recorded', () => {
  const session = readFileSync(new URL('../fixtures/golden/cpp-shell/data.txt', import.meta.url), 'utf8');
  const shown = histogramOf(0, 0, 0, 1, 1, ...Array.from({ length: 13 }, () => 2), 6);
  expect(session).toContain(`[hash_key_size]============================\n${shown}====`);
});

test('several buckets', () => {
  expect(histogramOf(5, 5, 6, 100)).toBe(`Count: 4 Average: 29.0000  StdDev: 40.99
Min: 5  Median: 5.3333  Max: 100
Percentiles: P50: 5.33 P75: 6.00 P99: 100.00 P99.9: 100.00 P99.99: 100.00
------------------------------------------------------
(       4,       6 ]        3  75.000%  75.000% ###############
(      76,     110 ]        1  25.000% 100.000% #####
`);
});

test('nothing', () => {
  expect(histogramOf()).toBe(`Count: 0 Average: 0.0000  StdDev: 0.00
Min: 0  Median: 0.0000  Max: 0
Percentiles: P50: 0.00 P75: 0.00 P99: 0.00 P99.9: 0.00 P99.99: 0.00
------------------------------------------------------
`);
});
