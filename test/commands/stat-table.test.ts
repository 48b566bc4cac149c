import { describe, expect, test } from 'vitest';
import { title } from '../../src/commands/admin-cli/remote-command/to-servers.ts';
import { statTables } from '../../src/commands/admin-cli/shared/stat-table.ts';
import { fixture } from './support/golden.ts';

/** What the original's own code made of numbers and titles. */
function vectors<V>(name: string): V[] {
  return JSON.parse(fixture(`admin-cli/vectors/${name}.json`));
}

interface Total {
  readonly in: readonly number[];
  readonly sum_default: string;
  readonly avg_default: string;
  readonly sum_byte: string;
  readonly sum_mb: string;
}

describe('the last line', () => {
  test.each(vectors<Total>('total-row'))('$in', (vector) => {
    const columns = [
      { title: 'Sum', stat: 'v' },
      { title: 'Average', stat: 'v', isAverage: true },
      { title: 'Bytes', stat: 'v', unit: 'byte' },
      { title: 'MB', stat: 'v', unit: 'MB' },
    ] as const;
    const rows = vector.in.map((v, at) => ({ common: [String(at)], stats: { v } }));
    const line = statTables({ common: ['Row'], sections: { All: columns } }, rows)
      .split('\n')
      .at(-3)!;
    const cells = line.split('|').slice(2, -1);
    const expected = [vector.sum_default, vector.avg_default, vector.sum_byte, vector.sum_mb];
    expect(cells.map((cell) => cell.trim())).toEqual(expected.map((text) => text.trim()));
  });
});

test.each(vectors<{ header: string; out: string }>('remote-command-title'))('$header', ({ header, out }) => {
  expect(title(header)).toBe(out);
});
