import { expect, test } from 'vitest';
import { balancing } from '../../src/engine/meta/balance/balancer.ts';
import { startCheckpoint } from '../../src/engine/replica/emergency-checkpoint.ts';
import type { Replica } from '../../src/engine/replica/replica.ts';
import type { Simulation } from '../../src/engine/simulation.ts';
import { createControlClient } from '../../src/rpc/client/control.ts';
import { localTransport } from '../../src/rpc/transport/local.ts';
import { dump } from '../storage/support.ts';
import {
  begin,
  changeNode,
  createTable,
  filesOf,
  longestStretch,
  machine,
  membershipsOf,
  metaOf,
  nextAfterKill,
  OTHER,
  PARTITIONS,
  pass,
  primaries,
  set,
  write,
} from './turns.ts';

/** The life of a table: it is made, loses a server, has it back and is dropped. */
async function live(mayGoOn: () => boolean) {
  const { fs, open } = machine();
  const simulation = open();
  simulation.takeTurns(mayGoOn);
  await createTable(simulation);
  const turns = pass(simulation, 60);
  await write(simulation, 40);
  for (const action of ['kill', 'start'] as const) {
    changeNode(simulation, 'replica2', action);
    pass(simulation, 600);
    await write(simulation, 40);
  }
  await metaOf(simulation).dropApp({ app_name: 't', options: { success_if_not_exist: false } });
  pass(simulation, 60);
  simulation.close();
  return { turns, files: filesOf(fs) };
}

test('others may have their turn after each timer and each message; what happens is the same, byte for byte', async () => {
  const inOneGo = await live(() => true);
  const inParts = await live(() => false);
  expect(inOneGo.turns).toBe(0);
  // Of each partition three servers are asked, one by one.
  expect(inParts.turns).toBeGreaterThan(3 * PARTITIONS);
  expect(inParts.files).toEqual(inOneGo.files);
});

test('what a request begins takes its turns, whatever waits to be delivered', async () => {
  const simulation = machine().open();
  const meta = simulation.universe.cluster('onebox').meta!;
  let taken = 0;
  const long = function* () {
    for (let step = 0; step < 10; step++, taken++) yield;
  };
  simulation.takeTurns(() => false);
  simulation.change(() => {
    meta.post(long);
    meta.perform(long());
  });
  expect(taken).toBe(0);
  while (simulation.isBehind) simulation.goOn();
  expect(taken).toBe(20);
  simulation.close();
});

test('a request under a manual clock finds done what falls due before it', async () => {
  const simulation = machine().open();
  await createTable(simulation);
  simulation.takeTurns(() => false);
  while (primaries(simulation) === 0) simulation.arrive();
  expect(primaries(simulation)).toBe(PARTITIONS);
  simulation.close();
});

test('what a dead server leads to happens whole: requests wait for it, and a process that is killed has done nothing of it', async () => {
  const { fs, open } = machine();
  const simulation = open();
  await createTable(simulation);
  pass(simulation, 60);
  const node = 'localhost:34802';
  const isAlive = ({ universe }: Simulation): boolean =>
    universe.cluster('onebox').meta!.liveness.isAlive(node);
  expect(membershipsOf(simulation, node)).toBe(PARTITIONS);
  simulation.takeTurns(() => false);
  changeNode(simulation, node, 'kill');
  begin(simulation, 60);
  while (isAlive(simulation)) {
    simulation.sync();
    simulation.goOn();
  }
  expect(simulation).toMatchObject({ isMidway: true, isDurable: false });
  expect(simulation.admit()).toBe(false);
  expect(membershipsOf(simulation, node)).toBe(PARTITIONS);
  const next = nextAfterKill(fs);
  expect(isAlive(next)).toBe(true);
  while (simulation.isMidway) simulation.goOn();
  expect(membershipsOf(simulation, node)).toBe(0);
  simulation.close();
});

test('a server ends when its idle replicas have caught up one by one: a process that is killed meanwhile keeps those', async () => {
  const { fs, open } = machine();
  const simulation = open();
  await createTable(simulation);
  pass(simulation, 3 * 3600);
  simulation.takeTurns(() => false);
  changeNode(simulation, 'replica2', 'kill');
  const node = 'localhost:34802';
  const checkpoints = ({ universe }: Simulation): number =>
    universe
      .cluster('onebox')
      .replicaServer(node)!
      .held()
      .filter(({ disk }) => disk.last_durable_decree > 0).length;
  for (let caughtUp = 1; caughtUp < PARTITIONS / 2; caughtUp++) simulation.goOn();
  expect(simulation).toMatchObject({ isMidway: true, isIncomplete: false });
  expect(simulation.admit()).toBe(false);
  expect(checkpoints(simulation)).toBe(PARTITIONS / 2);
  simulation.sync();
  const next = nextAfterKill(fs);
  expect(checkpoints(next)).toBe(PARTITIONS / 2);
  while (simulation.isMidway) simulation.goOn();
  expect(simulation.universe.cluster('onebox').node(node).state).toBe('killed');
  simulation.close();
});

test('what changed much is committed in steps: requests wait for them, and a process that is killed has done nothing of it', async () => {
  const left = [true, false].map(async (isInSteps) => {
    const { fs, open } = machine();
    const simulation = open(true);
    await createTable(simulation, 80);
    pass(simulation, 3 * 3600);
    simulation.sync();
    const before = dump(fs, '/w');
    const isCommitting = () => simulation.isIncomplete && !simulation.universe.timeline.isIncomplete;
    if (isInSteps) simulation.takeTurns(() => !isCommitting());
    changeNode(simulation, 'replica2', 'kill');
    let turns = 0;
    for (; isCommitting(); turns++) {
      expect(simulation).toMatchObject({ isMidway: true, isDurable: false });
      expect([simulation.admit(), dump(fs, '/w')]).toEqual([false, before]);
      simulation.goOn();
    }
    expect(turns > 10).toBe(isInSteps);
    expect(simulation.admit()).toBe(true);
    simulation.sync();
    expect(dump(fs, '/w')).not.toEqual(before);
    simulation.close();
    return dump(fs, '/w');
  });
  const [inSteps, atOnce] = await Promise.all(left);
  expect(inSteps).toEqual(atOnce);
});

test('with the last step of a commit another turn is asked for: what waited for it goes on', async () => {
  const simulation = machine().open(true);
  await createTable(simulation, 80);
  pass(simulation, 3 * 3600);
  simulation.sync();
  let asked = 0;
  const isCommitting = () => simulation.isIncomplete && !simulation.universe.timeline.isIncomplete;
  simulation.takeTurns(() => {
    asked++;
    return !isCommitting();
  });
  changeNode(simulation, 'replica2', 'kill');
  expect(isCommitting()).toBe(true);
  for (let turns = 0; isCommitting(); turns++) {
    asked = 0;
    simulation.goOn();
    expect([turns, asked > 0]).toEqual([turns, true]);
  }
  simulation.close();
});

test('a server that starts has all its replicas before others have their turn', async () => {
  const simulation = machine().open();
  await createTable(simulation);
  pass(simulation, 60);
  changeNode(simulation, 'replica2', 'kill');
  simulation.takeTurns(() => false);
  changeNode(simulation, 'replica2', 'start');
  expect(simulation.isMidway).toBe(true);
  simulation.sync();
  const server = simulation.universe.cluster('onebox').replicaServer('localhost:34802')!;
  expect([simulation.isMidway, server.all().length]).toEqual([false, PARTITIONS]);
  simulation.close();
});

test('others may have their turn while a checkpoint is made', async () => {
  const WRITES = 40;
  const simulation = machine().open();
  await createTable(simulation);
  pass(simulation, 60);
  for (let n = 0; n < WRITES; n++) await set(simulation, 'h', `${n}`);
  const replica = simulation.universe
    .cluster('onebox')
    .replicaServer('localhost:34801')!
    .replicasOf(1)
    .find(({ ram }) => ram.last_committed_decree >= WRITES)!;
  simulation.change(() => startCheckpoint(replica));
  pass(simulation, 5);
  // What was flushed has to be read from the log once there is more.
  await set(simulation, 'h', 'more');
  simulation.takeTurns(() => false);
  begin(simulation, 10);
  let turns = 0;
  for (; replica.disk.last_durable_decree === 0; simulation.goOn()) turns += Number(simulation.isMidway);
  expect(turns).toBeGreaterThan(WRITES);
  expect(replica.disk.last_durable_decree).toBe(replica.ram.last_committed_decree - 1);
  simulation.close();
});

test('others may have their turn while a checkpoint is copied to a backup', async () => {
  const simulation = machine().open();
  await createTable(simulation);
  pass(simulation, 60);
  await set(simulation, 'h', 'v'.repeat(900_000));
  const request = { backup_provider_type: 'local_service', app_id: 1 };
  const { backup_id } = await metaOf(simulation).startBackupApp(request);
  const { universe } = simulation;
  const hasCheckpoint = ({ disk }: Replica): boolean => disk.last_durable_decree > 0;
  const isMade = (): boolean =>
    universe
      .cluster('onebox')
      .runningReplicaServers()
      .some((server) => server.held().some(hasCheckpoint));
  const isDone = (): boolean =>
    universe.store.exists(`block_service/local_service/onebox/${backup_id}/backup_info`);
  while (!isMade()) pass(simulation, 0.1);
  expect(isDone()).toBe(false);
  simulation.takeTurns(() => false);
  let turns = 0;
  for (begin(simulation, 60); simulation.isBehind && !isDone(); simulation.goOn())
    turns += Number(simulation.isMidway);
  // Half a megabyte is read, summed and written at a time.
  expect([isDone(), turns]).toEqual([true, 4]);
  simulation.close();
});

test('a server that comes back hears of one partition after the other', async () => {
  const simulation = machine().open();
  await createTable(simulation);
  pass(simulation, 60);
  changeNode(simulation, 'replica2', 'kill');
  pass(simulation, 5);
  changeNode(simulation, 'replica2', 'start');
  simulation.takeTurns(() => false);
  const { universe } = simulation;
  const server = universe.cluster('onebox').replicaServer(universe.cluster('onebox').record.replicas[1]!)!;
  let turns = 0;
  begin(simulation, 1);
  for (; !server.process.connected; turns++) simulation.goOn();
  // It counts those of its table, brings each up to date, and tells of it.
  expect(turns).toBe(1 + 2 * PARTITIONS);
  simulation.close();
});

test('a server hears of its duplications at one partition after the other', async () => {
  const simulation = machine().open();
  await createTable(simulation);
  await createControlClient(localTransport(simulation, '')).createCluster(OTHER);
  pass(simulation, 60);
  const request = { app_name: 't', remote_cluster_name: OTHER.name, is_duplicating_checkpoint: true };
  expect((await metaOf(simulation).addDuplication(request)).err).toBe('ERR_OK');
  simulation.takeTurns(() => false);
  let turns = 0;
  for (begin(simulation, 15); simulation.isBehind; simulation.goOn()) turns += Number(simulation.isMidway);
  // Each of three servers looks at all its replicas.
  expect(turns).toBeGreaterThan(3 * PARTITIONS);
  simulation.close();
});

test('duplications are brought up to date one partition after the other before their meta server ends', async () => {
  const simulation = machine().open();
  await createTable(simulation);
  await createControlClient(localTransport(simulation, '')).createCluster(OTHER);
  const request = { app_name: 't', remote_cluster_name: OTHER.name, is_duplicating_checkpoint: true };
  expect((await metaOf(simulation).addDuplication(request)).err).toBe('ERR_OK');
  pass(simulation, 600);
  simulation.takeTurns(() => false);
  changeNode(simulation, 'meta1', 'kill');
  const takingUp = 3;
  expect(longestStretch(simulation)).toBe(3 * PARTITIONS + takingUp);
  expect(simulation.universe.cluster('onebox').record.leader).toBe('localhost:34602');
  simulation.close();
});

test('a server whose lease is over leaves one partition after the other', async () => {
  const simulation = machine().open();
  await createTable(simulation);
  pass(simulation, 600);
  for (const meta of ['meta1', 'meta2', 'meta3']) changeNode(simulation, meta, 'kill');
  simulation.takeTurns(() => false);
  begin(simulation, 60);
  expect(longestStretch(simulation)).toBeGreaterThan(PARTITIONS);
  const server = simulation.universe.cluster('onebox').replicaServer('localhost:34802')!;
  const isIdle = ({ ram }: Replica): boolean => ram.status === 'PS_INACTIVE';
  expect(server.held().filter(isIdle)).toHaveLength(PARTITIONS);
  simulation.close();
});

test('tables are balanced one after the other', async () => {
  const simulation = machine().open();
  for (const name of ['a', 'b', 'c', 'd']) await createTable(simulation, 4, name);
  pass(simulation, 60);
  const meta = simulation.universe.cluster('onebox').meta!;
  simulation.change(() => meta.saveProcess({ ...meta.process, level: 'fl_lively' }));
  expect(simulation.change(() => [...balancing(meta)].length)).toBeGreaterThan(2 * 4);
  simulation.close();
});

test('what was sent and not delivered when the workspace is closed is delivered', async () => {
  const { open } = machine();
  const first = open();
  await createTable(first);
  first.takeTurns(() => false);
  begin(first, 60);
  while (primaries(first) === 0) first.goOn();
  expect(primaries(first)).toBeLessThan(PARTITIONS);
  first.close();
  const second = open();
  expect(primaries(second)).toBe(PARTITIONS);
  second.close();
});
