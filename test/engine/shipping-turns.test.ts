import { expect, test } from 'vitest';
import { duplicationStates } from '../../src/engine/control/duplications.ts';
import { lagOf } from '../../src/engine/duplication/lag.ts';
import { type LoadedSet, nextSet } from '../../src/engine/duplication/loading.ts';
import { lineOf } from '../../src/engine/replica/mutation-line.ts';
import type { Replica } from '../../src/engine/replica/replica.ts';
import { Simulation } from '../../src/engine/simulation.ts';
import { allOf } from '../../src/engine/steps.ts';
import { FORMAT } from '../../src/engine/storage/format.ts';
import { MemoryFileSystem, memoryHost } from '../../src/host/memory-fs.ts';
import { createControlClient } from '../../src/rpc/client/control.ts';
import { createMetaClient } from '../../src/rpc/client/meta/index.ts';
import { createDataClient } from '../../src/rpc/client/replica/data.ts';
import { encodeKey } from '../../src/rpc/idl/keys.ts';
import { localTransport } from '../../src/rpc/transport/local.ts';
import { dump } from '../storage/support.ts';
import { filesOf } from './turns.ts';

const SECOND = 1_000_000;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const text = (value: Uint8Array): string => Buffer.from(value).toString();

/** Two clusters, of which one ships a table of one partition to the other. */
async function shipping() {
  const fs = new MemoryFileSystem();
  const simulation = new Simulation({ directory: '/w', host: memoryHost(() => 0, fs), clock: 'manual' });
  await createControlClient(localTransport(simulation, '')).createCluster({
    name: 'B',
    metas: 1,
    replicas: 3,
    auth: false,
    defects: [],
    repairs: [],
  });
  const meta = createMetaClient(localTransport(simulation, 'onebox'));
  const options = {
    partition_count: 1,
    replica_count: 3,
    success_if_exist: false,
    app_type: 'pegasus',
    is_stateful: true,
    envs: new Map<string, string>(),
  };
  await meta.createApp({ app_name: 't', options });
  const { dupid } = await meta.addDuplication({
    app_name: 't',
    remote_cluster_name: 'B',
    is_duplicating_checkpoint: true,
    remote_app_name: 't',
    remote_replica_count: 3,
  });
  pass(simulation, 200);
  const change = async (status: 'DS_PAUSE' | 'DS_LOG' | 'DS_REMOVED') => {
    expect((await meta.modifyDuplication({ app_name: 't', dupid, status })).err).toBe('ERR_OK');
  };
  return { fs, simulation, change };
}

function pass(simulation: Simulation, seconds: number): void {
  simulation.change(({ timeline, now }) => timeline.moveTo(now + seconds * SECOND));
}

function primaryOf(simulation: Simulation, cluster: string): Replica {
  const servers = simulation.universe.cluster(cluster).runningReplicaServers();
  return servers.flatMap((server) => server.all()).find((replica) => replica.isPrimary)!;
}

function setsOf(replica: Replica, from: number, to: number): LoadedSet[] {
  const set = nextSet(replica, from, to);
  return set.lastDecree === to ? [set] : [set, ...setsOf(replica, set.lastDecree + 1, to)];
}

async function write(simulation: Simulation, count: number): Promise<void> {
  const transport = localTransport(simulation, 'onebox');
  const table = createDataClient(transport, createMetaClient(transport)).table('t');
  for (let n = 0; n < count; n++) await table.set(bytes(`k${n}`), bytes('s'), new Uint8Array(1000));
}

/** A duplication that was paused catches up. */
async function catchUp(mayGoOn: () => boolean) {
  const { fs, simulation, change } = await shipping();
  await change('DS_PAUSE');
  pass(simulation, 15);
  await write(simulation, 200);
  simulation.takeTurns(mayGoOn);
  await change('DS_LOG');
  const arrived: number[] = [];
  simulation.change(({ timeline, now }) => timeline.beginMove(now + 30 * SECOND));
  for (; simulation.isBehind; simulation.goOn()) arrived.push(primaryOf(simulation, 'B').copyRecords().size);
  expect(primaryOf(simulation, 'B').copyRecords().size).toBe(200);
  simulation.close();
  return { steps: new Set(arrived).size, files: filesOf(fs) };
}

test('others have their turn while a backlog is shipped; what arrives is the same', async () => {
  const inOneGo = await catchUp(() => true);
  const inParts = await catchUp(() => false);
  expect(inOneGo.steps).toBe(0);
  expect(inParts.steps).toBeGreaterThan(5);
  expect(inParts.files).toEqual(inOneGo.files);
});

/** The same of one that has to read its log first, and its follower its records, as a process that serves does. */
async function readAndCatchUp(mayGoOn: () => boolean) {
  const { fs, simulation, change } = await shipping();
  await write(simulation, 100);
  pass(simulation, 60);
  await change('DS_PAUSE');
  pass(simulation, 15);
  await write(simulation, 100);
  simulation.close();
  const served = new Simulation({ directory: '/w', host: memoryHost(() => 0, fs), isServed: true });
  served.takeTurns(mayGoOn);
  expect([primaryOf(served, 'B').hasRecords, primaryOf(served, 'onebox').plog.knows(150)]).toEqual([
    false,
    false,
  ]);
  const { duplications } = allOf(duplicationStates(served.universe, { cluster: 'onebox' }).steps);
  const modify = { app_name: 't', dupid: duplications[0]!.dupid, status: 'DS_LOG' } as const;
  await createMetaClient(localTransport(served, 'onebox')).modifyDuplication(modify);
  served.change(({ timeline, now }) => timeline.beginMove(now + 30 * SECOND));
  while (served.isBehind) served.goOn();
  expect(primaryOf(served, 'B').copyRecords().size).toBe(100);
  served.close();
  const { [`/w/${FORMAT}`]: _, ...files } = dump(fs, '/w');
  return files;
}

test('what has to be read before it is shipped costs no time', async () => {
  expect(await readAndCatchUp(() => false)).toEqual(await readAndCatchUp(() => true));
});

test('where a backlog begins is sought in steps, and no further than that; how long it is tells the log', async () => {
  const { fs, simulation, change } = await shipping();
  await change('DS_PAUSE');
  pass(simulation, 15);
  await write(simulation, 200);
  simulation.close();
  const again = new Simulation({ directory: '/w', host: memoryHost(() => 0, fs) });
  const primary = primaryOf(again, 'onebox');
  const { plog, ram } = primary;
  const shipped = ram.last_committed_decree - 100;
  expect(plog.knows(shipped + 1)).toBe(false);
  const steps = [...plog.seeking(shipped + 1)].length;
  expect(steps).toBeGreaterThan(5);
  expect([plog.knows(shipped + 1), plog.knows(ram.last_committed_decree)]).toEqual([true, false]);
  const lag = lagOf(primary, { ...Object.values(ram.duplicators)[0]!, last_decree: shipped });
  const { path } = plog.segmentAt(shipped)!;
  const lines = dump(fs, '/w')[`/w/${path}`]!.split('\n').slice(0, -1);
  const first = lines.findIndex((line) => line.startsWith(`{"decree":${shipped + 1},`));
  const bytes = lines.slice(first).reduce((sum, line) => sum + line.length + 1, 0);
  const { time_us } = JSON.parse(lines[first]!) as { time_us: number };
  expect(lag).toEqual({ ageUs: primary.now - time_us, bytes });
  again.close();
});

test('others have their turn while duplications are looked at; what is gone by then is left out', async () => {
  const { simulation, change } = await shipping();
  const request = { cluster: 'onebox', with_lag: true };
  const { steps } = duplicationStates(simulation.universe, request);
  expect(steps.next().done).toBe(false);
  await change('DS_PAUSE');
  expect(allOf(steps).duplications.map(({ status }) => status)).toEqual(['DS_PAUSE']);
  const { steps: before } = duplicationStates(simulation.universe, request);
  before.next();
  await change('DS_REMOVED');
  expect(allOf(before).duplications).toEqual([]);
  simulation.close();
});

test('what one meta server has told of duplications is forgotten where another one leads', async () => {
  const { simulation } = await shipping();
  const { universe } = simulation;
  const { steps } = duplicationStates(universe, { cluster: 'onebox' });
  steps.next();
  const { meta, record } = universe.cluster('onebox');
  await createControlClient(localTransport(simulation, '')).changeNode({
    cluster: 'onebox',
    node: record.leader,
    action: 'kill',
  });
  pass(simulation, 60);
  expect(universe.cluster('onebox').meta).not.toBe(meta);
  expect(allOf(steps).duplications[0]?.partitions).toHaveLength(1);
  simulation.close();
});

test('what came from elsewhere is passed a piece at a time', async () => {
  const { simulation } = await shipping();
  const primary = primaryOf(simulation, 'onebox');
  const start = primary.ram.last_prepared_decree;
  for (let n = 1; n <= 1000; n++) {
    const { ballot } = primary.ram;
    const head = { decree: start + n, ballot, committed: start + n - 1, time_us: n, default_ttl: 0 };
    primary.log(head, lineOf(head, [{ code: 'RPC_RRDB_RRDB_DUPLICATE', request: { entries: [] } }]));
  }
  const sets = setsOf(primary, start + 1, start + 1000);
  expect(sets.length).toBeGreaterThan(9);
  expect(Math.max(...sets.map(({ shipments }) => shipments.length))).toBeLessThan(101);
  expect(sets.reduce((sum, { shipments }) => sum + shipments.length, 0)).toBe(1000);
  simulation.close();
});

test('what was prepared again is shipped once, as it was prepared last', async () => {
  const { simulation } = await shipping();
  const primary = primaryOf(simulation, 'onebox');
  const start = primary.ram.last_prepared_decree;
  const logged = (decree: number, committed: number, value: string): void => {
    const ballot = primary.ram.ballot;
    const head = {
      decree: start + decree,
      ballot,
      committed: start + committed,
      time_us: decree,
      default_ttl: 0,
    };
    const request = { key: encodeKey(bytes('k'), bytes('s')), value: bytes(value), expire_ts_seconds: 0 };
    primary.log(head, lineOf(head, [{ code: 'RPC_RRDB_RRDB_PUT', request }]));
  };
  logged(1, 0, 'lost');
  logged(2, 0, 'lost');
  logged(1, 0, 'one');
  logged(2, 0, 'two');
  logged(3, 2, 'lost');
  logged(3, 2, 'three');
  logged(4, 3, 'not committed');
  const shipped = setsOf(primary, start + 1, start + 3).flatMap(({ shipments }) =>
    shipments.map(({ update }) => text((update.request as { value: Uint8Array }).value)),
  );
  expect(shipped).toEqual(['one', 'two', 'three']);
  simulation.close();
});
