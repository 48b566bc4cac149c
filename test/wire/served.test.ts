import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createControlClient } from '../../src/rpc/client/control.ts';
import { lastingFault } from '../../src/rpc/client/lasting-fault.ts';
import { createMetaClient } from '../../src/rpc/client/meta/index.ts';
import { createDataClient } from '../../src/rpc/client/replica/data.ts';
import { createServersClient } from '../../src/rpc/client/servers.ts';
import { listApps } from '../../src/rpc/idl/methods.ts';
import type { Clusters } from '../../src/rpc/transport/clusters.ts';
import { openServed } from '../../src/rpc/transport/served.ts';
import { makeTable, type Served, served, ThftClient } from '../server/support/served.ts';

let serving: Served;
let clusters: Clusters;

beforeAll(async () => {
  serving = await served();
  clusters = await openServed(serving.control);
});

afterAll(async () => {
  clusters.close();
  await serving.stop();
});

const control = () => createControlClient(clusters.transport(''));

test('it tells clusters and time as an open workspace does', async () => {
  expect(clusters.currentCluster()).toBe('onebox');
  expect(clusters.clusters()).toEqual(['onebox']);
  const transport = clusters.transport('');
  const before = transport.now();
  await transport.sleep(60_000);
  expect(transport.now() - before).toBe(60_000);
});

test('where the time is real, it goes on after the last answer', async () => {
  const other = await served();
  const there = await openServed(other.control);
  const { now } = there.transport('');
  const clock = createControlClient(there.transport(''));
  const { now: passed } = performance;
  try {
    const manual = now();
    vi.spyOn(performance, 'now').mockImplementation(() => passed.call(performance) + 33_000);
    expect(now()).toBe(manual);
    vi.restoreAllMocks();
    await clock.setClock({ mode: 'realtime' });
    const real = now();
    vi.spyOn(performance, 'now').mockImplementation(() => passed.call(performance) + 33_000);
    expect(now() - real).toBeGreaterThanOrEqual(33_000);
    vi.restoreAllMocks();
    const wall = Date.now();
    vi.spyOn(Date, 'now').mockReturnValue(wall + 66_000);
    await there.transport('').sleep(0);
    expect(now() - real).toBeGreaterThanOrEqual(66_000);
  } finally {
    vi.restoreAllMocks();
    there.close();
    await other.stop();
  }
});

test('meta, data and control calls', async () => {
  const transport = clusters.transport('onebox');
  const meta = createMetaClient(transport);
  expect((await meta.listApps({ status: 'AS_AVAILABLE' })).infos.map(({ app_name }) => app_name)).toEqual([
    'temp',
  ]);
  const table = createDataClient(transport, meta).table('temp');
  await table.set(Buffer.from('h'), Buffer.from('s'), Buffer.from('v'));
  expect((await table.get(Buffer.from('h'), Buffer.from('s'))).reply?.value).toEqual(new Uint8Array([118]));
  expect((await control().listNodes({ name: 'onebox' })).nodes).toHaveLength(6);
});

test('a manual clock moves as long as an answer is waited for that never comes', async () => {
  const other = await served();
  const there = await openServed(other.control);
  try {
    const { addFault, getClock } = createControlClient(there.transport(''));
    await addFault(lastingFault('onebox', 'zookeeper_timeout', 'meta1'));
    const { now_us: before } = await getClock({});
    const { dropApp } = createMetaClient(there.transport('onebox'), 3000);
    const dropped = dropApp({ app_name: 'temp', options: { success_if_not_exist: false } });
    await expect(dropped).rejects.toMatchObject({ code: 'ERR_TIMEOUT' });
    expect((await getClock({})).now_us - before).toBe(3_000_000 + 2 * 1000);
  } finally {
    there.close();
    await other.stop();
  }
});

test('while a manual clock moves in parts, those who ask wait until it is there', async () => {
  serving.simulation.takeTurns(() => false);
  const { now_us: before } = await control().getClock({});
  const moved = control().advanceClock({ duration_us: 3_600_000_000 });
  const meta = createMetaClient(clusters.transport('onebox'));
  const others = [
    control().getClock({}),
    meta.listApps({ status: 'AS_AVAILABLE' }).then(() => control().getClock({})),
  ];
  expect(await moved).toEqual({ mode: 'manual', now_us: before + 3_600_000_000 + 1000 });
  for (const { now_us } of await Promise.all(others)) expect(now_us).toBeGreaterThan(before + 3_600_000_000);
});

test('others have their turn while duplications of many partitions are looked at', async () => {
  let clock = 0;
  const other = await served({ now: () => clock++ * 1000 });
  const there = await openServed(other.control);
  try {
    await makeTable(other.simulation, 'wide', 64);
    const controls = createControlClient(there.transport(''));
    await controls.createCluster({ name: 'B', metas: 1, replicas: 3, auth: false, defects: [], repairs: [] });
    const added = await createMetaClient(there.transport('onebox')).addDuplication({
      app_name: 'wide',
      remote_cluster_name: 'B',
      is_duplicating_checkpoint: true,
    });
    expect(added.err).toBe('ERR_OK');
    const told: string[] = [];
    const client = await ThftClient.connect(other.meta(1));
    const looked = controls.duplicationStates({ cluster: 'onebox' }).finally(() => told.push('looked'));
    await client.call(listApps, { status: 'AS_AVAILABLE' }).finally(() => told.push('listed'));
    expect((await looked).duplications[0]?.partitions).toHaveLength(64);
    expect(told).toEqual(['listed', 'looked']);
    client.end();
  } finally {
    there.close();
    await other.stop();
  }
});

test('what a server answers over HTTP', async () => {
  const servers = createServersClient(clusters.transport(''));
  const { status, body } = await servers.get('localhost:34802', '/config?name=fd_grace_seconds', 1000);
  expect([status, JSON.parse(body)]).toMatchObject([200, { section: 'replication', value: '22' }]);
  expect(await servers.get('localhost:34802', '/nowhere', 1000)).toMatchObject({ status: 404 });
  await expect(servers.get('localhost:34809', '/config', 1000)).rejects.toMatchObject({
    code: 'ERR_NETWORK_FAILURE',
  });
});

test('errors are those of the serving process', async () => {
  await expect(control().listNodes({ name: 'nowhere' })).rejects.toMatchObject({
    name: 'ClusterError',
    code: 'ERR_OBJECT_NOT_FOUND',
    hint: expect.stringContaining('pegsh cluster list'),
  });
  const unknown = control().setConfig({ name: 'onebox', key: 'no.such', value: '1' });
  await expect(unknown).rejects.toMatchObject({ name: 'UsageError' });
});

test('when the serving process has gone, that is noticed', async () => {
  const other = await served();
  const there = await openServed(other.control);
  expect(there.isGone).toBe(false);
  await other.stop();
  await expect(createControlClient(there.transport('')).getClock({})).rejects.toMatchObject({
    code: 'ERR_NETWORK_FAILURE',
  });
  expect(there.isGone).toBe(true);
});

test('one that takes the call and does not answer is suspended, perhaps', async () => {
  const silent = createServer();
  await once(silent.listen(0, '127.0.0.1'), 'listening');
  const endpoint = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
  await expect(openServed(endpoint, 50)).rejects.toMatchObject({
    name: 'WorkspaceError',
    message: `the process that serves the workspace at ${endpoint} does not answer (ERR_TIMEOUT)`,
    hint: expect.stringContaining('kill -CONT'),
  });
  silent.close();
});

test('one that is in the middle of something says at once that it is there', async () => {
  const other = await served();
  const inner = connect(Number(other.control.split(':')[1]), '127.0.0.1');
  const between = createServer((socket: Socket) => void socket.pipe(inner).pipe(socket));
  await once(between.listen(0, '127.0.0.1'), 'listening');
  const isBusy = vi.spyOn(other.simulation, 'mustWait', 'get').mockReturnValue(true);
  const opened = openServed(`127.0.0.1:${(between.address() as AddressInfo).port}`);
  await once(inner, 'data');
  isBusy.mockRestore();
  const there = await opened;
  expect(there.clusters()).toEqual(['onebox']);
  there.close();
  between.close();
  await other.stop();
});

describe('one that owes an answer', () => {
  let inFront: Socket[];
  let between: Server;
  let there: Clusters;

  /** What is between the two can be made to pass nothing on. */
  beforeEach(async () => {
    inFront = [];
    between = createServer((socket: Socket) => {
      const behind = connect(Number(serving.control.split(':')[1]), '127.0.0.1');
      inFront.push(socket);
      socket.pipe(behind).pipe(socket);
      socket.on('error', () => behind.destroy());
    });
    await once(between.listen(0, '127.0.0.1'), 'listening');
    there = await openServed(`127.0.0.1:${(between.address() as AddressInfo).port}`);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });

  afterEach(() => {
    vi.useRealTimers();
    there.close();
    for (const socket of inFront) socket.destroy();
    between.close();
  });

  test('is waited for as long as it says that it is there', async () => {
    inFront[0]!.pause();
    const asked = createControlClient(there.transport('')).getClock({});
    for (let minute = 0; minute < 5; minute++) {
      vi.advanceTimersByTime(60_000);
      const [looking] = (await once(between, 'connection')) as [Socket];
      await once(looking, 'close');
    }
    inFront[0]!.resume();
    expect(await asked).toMatchObject({ mode: 'manual' });
  });

  test('and does not say that it is there any more is suspended, perhaps', async () => {
    for (const listener of between.listeners('connection'))
      between.off('connection', listener as (socket: Socket) => void);
    inFront[0]!.pause();
    const asked = createControlClient(there.transport('')).getClock({});
    const refused = expect(asked).rejects.toMatchObject({
      name: 'WorkspaceError',
      message: expect.stringContaining('does not answer'),
    });
    vi.advanceTimersByTime(60_000);
    inFront.push(...((await once(between, 'connection')) as [Socket]));
    vi.advanceTimersByTime(60_000);
    await refused;
  });
});
