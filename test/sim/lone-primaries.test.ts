import { expect, test } from 'vitest';
import { lastingFault } from '../../src/rpc/client/lasting-fault.ts';
import type { DataOperation, Operation, Plan } from '../../src/sim/operation.ts';
import { runPlan } from '../../src/sim/run.ts';

const KEY = { cluster: 'A', table: 't', hashKey: 'k' };
const set = (value: string, hashKey = 'k'): DataOperation => ({
  ...KEY,
  hashKey,
  kind: 'set',
  sortKey: 's',
  value,
  ttl: 0,
});
const change = (node: string, action: 'kill' | 'start'): Operation => ({
  kind: 'node',
  cluster: 'A',
  node,
  action,
});

const wait = (seconds: number): Operation => ({ kind: 'wait', ms: seconds * 1000 });

/** Writes are acknowledged by one member alone, then its disk refuses one. */
function planWith(...afterwards: readonly Operation[]): Plan {
  const operations: Operation[] = [
    { kind: 'create', cluster: 'A', table: 't', partitions: 1, replicas: 3 },
    wait(60),
    change('replica3', 'kill'),
    change('replica1', 'kill'),
    wait(25),
    set('1'),
    ...afterwards,
  ];
  return { seed: 1, clusters: [{ name: 'A', metas: 1, replicas: 3 }], operations };
}

const fault = (kind: 'disk_read_only' | 'node_stop', server: string, seconds = 60): Operation => ({
  kind: 'fault',
  fault: { ...lastingFault('A', kind, `A/${server}`), for_us: seconds * 1_000_000 },
});
const readOnly = fault('disk_read_only', 'replica2');

test('what a lone primary wrote before its disk failed is lost, as with Pegasus, and counts as possible', async () => {
  const { violation } = await runPlan(planWith(readOnly, set('2')));
  expect(violation).toBeUndefined();
});

test('what it wrote and nothing has made it lose stays', async () => {
  const { violation } = await runPlan(planWith({ ...KEY, kind: 'get', sortKey: 's' }));
  expect(violation).toBeUndefined();
});

test('what is written to the one that led meanwhile is of the same partition, although nobody knew the key then', async () => {
  const { violation } = await runPlan(
    planWith(
      set('2'),
      readOnly,
      set('3'),
      change('replica3', 'start'),
      wait(40),
      set('4', 'other'),
      set('5'),
      set('6'),
      wait(120),
      change('replica3', 'kill'),
      wait(25),
      { ...KEY, hashKey: 'other', kind: 'get', sortKey: 's' },
    ),
  );
  expect(violation).toBeUndefined();
});

test('where one after another loses its disk while it is alone, any of them may lead again', async () => {
  const { violation } = await runPlan(
    planWith(
      set('2'),
      fault('disk_read_only', 'replica2', 120),
      set('3'),
      fault('disk_read_only', 'replica3', 120),
      change('replica3', 'start'),
      wait(35),
      { ...KEY, kind: 'get', sortKey: 's' },
      wait(30),
      set('4'),
    ),
  );
  expect(violation).toBeUndefined();
});

test('another may lead and fail within one operation, so that the first leads again (seed 367400)', async () => {
  const operations: Operation[] = [
    { kind: 'create', cluster: 'A', table: 't', partitions: 1, replicas: 3 },
    wait(60),
    change('replica1', 'kill'),
    wait(60),
    set('1'),
    change('replica3', 'kill'),
    set('2'),
    wait(25),
    fault('disk_read_only', 'replica2', 1),
    set('3'),
    wait(40),
    change('replica3', 'start'),
    fault('disk_read_only', 'replica3', 8000),
    wait(13),
    set('4'),
  ];
  const clusters = [{ name: 'A', metas: 1, replicas: 3 }];
  expect((await runPlan({ seed: 367400, clusters, operations })).violation).toBeUndefined();
});

test('nobody has to be asked who was alone: the meta server may be down', async () => {
  const { violation } = await runPlan(planWith(fault('node_stop', 'meta1'), readOnly, set('2')));
  expect(violation).toBeUndefined();
});
