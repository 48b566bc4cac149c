import { expect, test, vi } from 'vitest';
import { answerHttp } from '../../src/engine/http/answer.ts';
import type { Pieces } from '../../src/engine/http/route.ts';
import { serve } from '../../src/engine/serve.ts';
import { Simulation } from '../../src/engine/simulation.ts';
import { someOf } from '../../src/engine/steps.ts';
import { MemoryFileSystem, memoryHost } from '../../src/host/memory-fs.ts';
import { createMetaClient } from '../../src/rpc/client/meta/index.ts';
import { createDataClient } from '../../src/rpc/client/replica/data.ts';
import { localTransport } from '../../src/rpc/transport/local.ts';
import { makingPage } from '../../src/server/pages.ts';
import { makeTable } from './support/served.ts';

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

test('where many requests come, a read waits for no log, however much was written before it', async () => {
  const host = memoryHost(() => 0, new MemoryFileSystem());
  const simulation = new Simulation({ directory: '/w', host, clock: 'manual', isServed: true });
  await makeTable(simulation);
  const transport = localTransport(simulation, '');
  const table = createDataClient(transport, createMetaClient(transport)).table('temp');
  for (let at = 0; at < 50; at++) await table.set(bytes('h'), bytes(`${at}`), bytes('v'));
  const replicas = simulation.universe
    .clusters()
    .flatMap((cluster) => cluster.runningReplicaServers().flatMap((server) => server.held()));
  const reads = replicas.map(({ plog }) => vi.spyOn(plog, 'from'));
  const { reply } = await table.get(bytes('h'), bytes('7'));
  expect(reply?.value).toEqual(bytes('v'));
  expect(reads.flatMap(({ mock }) => mock.calls)).toEqual([]);
  simulation.close();
});

/** A workspace that is served, of which a partition has records that nobody has read yet. */
async function withUnread(clock: 'realtime' | 'manual') {
  const fs = new MemoryFileSystem();
  const written = new Simulation({ directory: '/w', host: memoryHost(() => 0, fs), clock });
  await makeTable(written);
  const table = createDataClient(
    localTransport(written, ''),
    createMetaClient(localTransport(written, '')),
  ).table('temp');
  const value = bytes('v'.repeat(1000));
  const records = Array.from({ length: 500 }, (_, at) => ({ sortKey: bytes(`${at}`), value }));
  await table.multiSet(bytes('h'), records);
  written.close();
  const simulation = new Simulation({ directory: '/w', host: memoryHost(() => 0, fs), isServed: true });
  const cluster = simulation.universe.cluster('onebox');
  const replica = cluster
    .runningReplicaServers()
    .flatMap((server) => server.held())
    .find(({ isPrimary, storedBytes }) => isPrimary && storedBytes > 500_000)!;
  simulation.takeTurns(() => false);
  return { simulation, cluster, replica };
}

test.each(['realtime', 'manual'] as const)(
  'what is not short is read while others have their turn, before it is asked for the first time, under a clock that is %s',
  async (clock) => {
    const { simulation, cluster, replica } = await withUnread(clock);
    const { now } = simulation.universe;
    const get = () =>
      simulation.change(() =>
        serve(cluster, replica.server.node, {
          code: 'RPC_RRDB_RRDB_SORTKEY_COUNT',
          gpid: { app_id: replica.appId, partition_index: replica.pidx },
          body: { hash_key: bytes('h') },
          timeoutUs: 1_000_000,
          partitionHash: 0n,
        }),
      );
    expect([get().err, simulation.mustWait, replica.hasRecords]).toEqual(['postponed', true, false]);
    let turns = 0;
    for (; simulation.isMidway; turns++) simulation.goOn();
    expect(turns).toBeGreaterThan(1);
    expect(get()).toMatchObject({ err: 'ERR_OK', reply: { count: 500 } });
    expect(simulation.universe.now).toBe(now);
    simulation.close();
  },
);

test('a page of metrics that counts records waits until they are read', async () => {
  const { simulation, cluster, replica } = await withUnread('realtime');
  const { body } = answerHttp(
    cluster,
    replica.server.node,
    { url: '/metrics?metrics=rdb_estimated_keys', method: 'GET', body: '' },
    (text) => text,
  );
  const readAtOnce = vi.spyOn(replica, 'copyRecords');
  const making = makingPage(body as Pieces);
  let page: Buffer[] | undefined;
  let turns = 0;
  while (page === undefined) {
    page = someOf(making, () => false);
    for (; simulation.isMidway; turns++) simulation.goOn();
  }
  expect(turns).toBeGreaterThan(1);
  expect(page.join('')).toContain('"value": 500');
  expect(readAtOnce).not.toHaveBeenCalled();
  simulation.close();
});

test('what is long is read before anybody asks for it', async () => {
  const host = memoryHost(() => 0, new MemoryFileSystem());
  const written = new Simulation({ directory: '/w', host, clock: 'manual' });
  await makeTable(written);
  const transport = localTransport(written, '');
  const table = createDataClient(transport, createMetaClient(transport)).table('temp');
  const value = bytes('v'.repeat(1000));
  const records = Array.from({ length: 500 }, (_, at) => ({ sortKey: bytes(`${at}`), value }));
  for (let at = 0; at < 10; at++) await table.multiSet(bytes('h'), records);
  written.close();
  const opened = new Simulation({ directory: '/w', host, clock: 'manual', isServed: true });
  const loads = opened.universe
    .clusters()
    .flatMap((cluster) => cluster.runningReplicaServers().flatMap((server) => server.held()))
    .filter(({ isPrimary }) => isPrimary)
    .map((replica) => ({ replica, from: vi.spyOn(replica.plog, 'from') }));
  const held = loads.reduce((sum, { replica }) => sum + replica.records.size, 0);
  expect(held).toBe(500);
  expect(loads.flatMap(({ from }) => from.mock.calls)).toEqual([]);
  opened.close();
});
