import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fixed } from '../../src/output/fixed.ts';
import { byteSize, mebibyteSize, significant, siNumber } from '../../src/output/humanize.ts';

/** What the Go library itself made of numbers. */
function vectors<V>(name: string): V[] {
  const path = new URL(`../fixtures/golden/admin-cli/vectors/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8'));
}

test.each(vectors<{ in: string; default: string; g5: string }>('number-default'))('$in', (vector) => {
  expect(siNumber(Number(vector.in))).toBe(vector.default);
  expect(significant(Number(vector.in), 5)).toBe(vector.g5);
});

test.each(vectors<{ in: string; bytes: string }>('number-bytes'))('$in bytes', (vector) => {
  expect(byteSize(Number(vector.in))).toBe(vector.bytes);
});

test.each(vectors<{ in: string; byte: string; mb: string }>('number-mb-byte'))('$in MB', (vector) => {
  expect(byteSize(Number(vector.in))).toBe(vector.byte);
  expect(mebibyteSize(Number(vector.in))).toBe(vector.mb);
});

test('what lies between two texts gets the even one', () => {
  expect([0.125, 0.375, 2.5, 3.5].map((value) => fixed(value, value < 1 ? 2 : 0))).toEqual([
    '0.12',
    '0.38',
    '2',
    '4',
  ]);
  expect(fixed(0.0625, 3)).toBe('0.062');
  expect(fixed(1.005, 2)).toBe('1.00');
});
