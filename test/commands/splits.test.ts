import { expect, test } from 'vitest';
import type { Context } from '../../src/commands/command.ts';
import { noTotals, runSplits } from '../../src/commands/cpp-shell/shared/splits.ts';
import type { Scanner } from '../../src/rpc/client/replica/scanner.ts';

test('work that is over at once is looked at after a second, also where the timer rings early', async () => {
  let now = 0;
  const meta = {
    now: () => now,
    sleep: async (ms: number) => {
      now += ms - 1;
    },
  };
  const scanner = {
    async *batches() {},
  };
  const job = { totals: noTotals(1), take: async () => {} };
  const { ticks } = await runSplits(
    { meta, signal: new AbortController().signal } as unknown as Context,
    [scanner as unknown as Scanner],
    job,
  );
  expect(ticks).toMatchObject([{ seconds: 1, splitsDone: 1 }]);
});
