import { afterAll, beforeAll, expect, test } from 'vitest';
import { Agenda } from '../../src/engine/agenda.ts';
import type { Cluster } from '../../src/engine/cluster.ts';
import type { Timer } from '../../src/engine/documents/universe.ts';
import { configSyncTimer } from '../../src/engine/replica/config-sync-timer.ts';
import { queryDiskInfo } from '../../src/engine/replica/disk-rpcs.ts';
import { queryReplicaInfo } from '../../src/engine/replica/info-rpcs.ts';
import { settlingForSync } from '../../src/engine/replica/settle.ts';
import { Simulation } from '../../src/engine/simulation.ts';
import { MAY_BE_KEPT, type Steps } from '../../src/engine/steps.ts';
import { MemoryFileSystem, memoryHost } from '../../src/host/memory-fs.ts';
import { makeTable } from '../server/support/served.ts';

const PARTITIONS = 600;

let simulation: Simulation;
let cluster: Cluster;

beforeAll(async () => {
  const host = memoryHost(() => 0, new MemoryFileSystem());
  simulation = new Simulation({ directory: '/w', host, clock: 'realtime', isServed: true });
  await makeTable(simulation, 'wide', PARTITIONS);
  cluster = simulation.universe.cluster('onebox');
});
afterAll(() => simulation.close());

const firstServer = () => cluster.runningReplicaServers()[0]!;

/** What steps come to, and how many there are. */
function counted<R>(steps: Steps<R>): { readonly value: R; readonly count: number } {
  for (let count = 0; ; count++) {
    const step = steps.next();
    if (step.done === true) return { value: step.value, count };
  }
}

test('a sync of many replicas begins anew where its process is killed while they are brought up to date', () => {
  const { agenda } = simulation.universe;
  const server = firstServer();
  const timer = configSyncTimer(server);
  const anew = { ...timer, gpid: 'settling' };
  const before = agenda.pending(timer);
  const steps = settlingForSync(server, server.tablesOnDisk(), timer);
  // The first step counts them: there is one table.
  expect([steps.next().value, steps.next().value]).toEqual([undefined, MAY_BE_KEPT]);
  expect(agenda.pending(anew)?.at_us).toBe(simulation.universe.now);
  expect(counted(steps).value).toHaveLength(PARTITIONS);
  expect(agenda.pending(anew)).toBeUndefined();
  expect(agenda.pending(timer)).toEqual(before);
});

test('what a server tells of many replicas is put together in steps', () => {
  const server = firstServer();
  const replicas = counted(queryReplicaInfo(server).steps);
  expect(replicas.value.replicas).toHaveLength(PARTITIONS);
  expect(replicas.count).toBeGreaterThanOrEqual(PARTITIONS);
  // Disks are measured every ten minutes.
  simulation.change(({ timeline, now }) => timeline.moveTo(now + 600_000_000));
  const disks = counted(queryDiskInfo(server, { node1: '127.0.0.1:34801', app_name: 'wide' }).steps);
  expect(disks.value.err).toBe('ERR_OK');
  expect(disks.count).toBeGreaterThanOrEqual(PARTITIONS);
});

test('the agenda counts the timers that a server has of a kind', () => {
  const timers = new Map<string, Timer>();
  const doc = {
    get: (key: string) => timers.get(key),
    set: (key: string, timer: Timer) => void timers.set(key, timer),
    delete: (key: string) => void timers.delete(key),
    keys: () => [...timers.keys()].sort(),
  };
  const agenda = new Agenda(doc as unknown as ConstructorParameters<typeof Agenda>[0]);
  const key = (node: string, gpid: string) => ({ cluster: 'c', node, kind: 'compaction', gpid }) as const;
  agenda.schedule(key('a:1', '1.0'), 5);
  agenda.schedule(key('a:1', '1.1'), 6);
  agenda.schedule(key('a:1', '1.1'), 7);
  agenda.schedule(key('b:1', '1.1'), 8);
  expect(agenda.count('c', 'a:1', 'compaction')).toBe(2);
  expect(new Agenda(doc as never).count('c', 'a:1', 'compaction')).toBe(2);
  agenda.takeDue(5);
  agenda.cancel(key('b:1', '1.1'));
  expect(agenda.count('c', 'a:1', 'compaction')).toBe(1);
  expect(agenda.count('c', 'b:1', 'compaction')).toBe(0);
  expect(agenda.count('c', 'a:1', 'disk-migration')).toBe(0);
});
