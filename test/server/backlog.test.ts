import { setImmediate as turn } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import * as methods from '../../src/rpc/idl/methods.ts';
import { Backlog } from '../../src/server/backlog.ts';
import { served, ThftClient } from './support/served.ts';

test('who has waited longest goes on first, one at least in each turn, and nobody while something else must be done', async () => {
  let [now, mustWait] = [0, false];
  const done: string[] = [];
  const backlog = new Backlog(
    () => now,
    () => mustWait,
  );
  const work = (name: string, ms: number) => (): void => {
    done.push(name);
    now += ms;
  };
  for (const [name, ms] of [
    ['a', 7],
    ['b', 7],
    ['c', 20],
    ['d', 0],
  ] as const)
    backlog.add(work(name, ms));
  expect(done).toEqual([]);
  await turn();
  expect(done).toEqual(['a', 'b']);
  expect([backlog.hasTurn, backlog.isTurnOver]).toEqual([false, true]);
  backlog.add(work('e', 0));
  mustWait = true;
  await turn();
  await turn();
  expect(done).toEqual(['a', 'b']);
  mustWait = false;
  await turn();
  expect(done).toEqual(['a', 'b', 'c']);
  await turn();
  expect(done).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('many connections together hold a turn no longer than one', async () => {
  let clockMs = 0;
  const it = await served({ now: () => clockMs++ });
  let [handled, most] = [0, 0];
  const admit = it.simulation.admit.bind(it.simulation);
  vi.spyOn(it.simulation, 'admit').mockImplementation((isBack) => {
    if (handled === 0) setImmediate(() => (handled = 0));
    most = Math.max(most, ++handled);
    return admit(isBack);
  });
  const clients = await Promise.all(Array.from({ length: 20 }, () => ThftClient.connect(it.meta(1))));
  const asked = { app_name: 'temp', partition_indices: [] };
  const twenty = (client: ThftClient) =>
    Array.from({ length: 20 }, () => client.call(methods.queryConfig, asked));
  await Promise.all(clients.flatMap(twenty));
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThan(20);
  for (const client of clients) client.end();
  await it.stop();
});
