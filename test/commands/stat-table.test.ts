import { describe, expect, test } from 'vitest';
import { title } from '../../src/commands/admin-cli/remote-command/to-servers.ts';
import { statTables } from '../../src/commands/admin-cli/shared/stat-table.ts';
import tableStat from '../../src/commands/admin-cli/table-stat.ts';
import { RpcError } from '../../src/rpc/transport/transport.ts';
import { ran } from './support/fake-context.ts';
import { fixture } from './support/golden.ts';
import { config } from './support/replies.ts';
import { stubCluster } from './support/stub-cluster.ts';

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

describe('what the meta server refuses', () => {
  const servers = { command: JSON.stringify({ counters: [] }) };

  // The original against a server that refuses so: `collector/aggregate/perf_client.go`.
  test('a table whose partitions are not told has none', async () => {
    const meta = { ...stubCluster(null), queryConfig: { ...config(0, []), err: 'ERR_BUSY' } };
    const { out } = await ran(tableStat, [], { meta, servers });
    expect(out).toContain('| 2     | temp | 8          | 0.00 |');
    const cut = { ...meta, queryConfig: new RpcError('ERR_TIMEOUT', 'queryConfig') };
    expect(await ran(tableStat, [], { meta: cut, servers })).toMatchObject({
      out: '',
      err:
        'error: failed to aggregate: [failed on table(stat): context deadline exceeded, ' +
        'failed on table(temp): context deadline exceeded, failed on table(sick): context deadline exceeded]\n',
    });
  });

  test('the tables', async () => {
    const meta = { ...stubCluster(null), listApps: { err: 'ERR_BUSY' } };
    const { err } = await ran(tableStat, [], { meta, servers });
    expect(err).toBe('error: failed to aggregate: ListApps failed: ErrorCode({Errno:ERR_BUSY})\n');
  });
});
