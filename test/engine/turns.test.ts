import { expect, test } from 'vitest';
import { changeServer } from '../../src/engine/control/nodes.ts';
import { isMember } from '../../src/engine/meta/configuration.ts';
import { startCheckpoint } from '../../src/engine/replica/emergency-checkpoint.ts';
import { Simulation } from '../../src/engine/simulation.ts';
import { FORMAT } from '../../src/engine/storage/format.ts';
import { MemoryFileSystem, memoryHost } from '../../src/host/memory-fs.ts';
import { createMetaClient } from '../../src/rpc/client/meta/index.ts';
import { createDataClient } from '../../src/rpc/client/replica/data.ts';
import { localTransport } from '../../src/rpc/transport/local.ts';
import { dump } from '../storage/support.ts';
import { diskOf } from '../storage/workspace-image.ts';

const SECOND = 1_000_000;
const PARTITIONS = 24;

function machine() {
  const fs = new MemoryFileSystem();
  const host = memoryHost(() => 0, fs);
  const open = (isServed = false) =>
    new Simulation({ directory: '/w', host, clock: 'manual', durability: 'group', isServed });
  return { fs, open };
}

function metaOf(simulation: Simulation) {
  return createMetaClient(localTransport(simulation, ''));
}

async function createTable(simulation: Simulation): Promise<void> {
  const options = {
    partition_count: PARTITIONS,
    replica_count: 3,
    success_if_exist: false,
    app_type: 'pegasus',
    is_stateful: true,
    envs: new Map<string, string>(),
  };
  await metaOf(simulation).createApp({ app_name: 't', options });
}

/** So many records to different partitions. */
async function write(simulation: Simulation, count: number): Promise<void> {
  for (let n = 0; n < count; n++) await set(simulation, `${n}`, 'v');
}

async function set(simulation: Simulation, hashKey: string, value: string): Promise<void> {
  const table = createDataClient(localTransport(simulation, ''), metaOf(simulation)).table('t');
  const bytes = (text: string) => new TextEncoder().encode(text);
  await table.set(bytes(hashKey), bytes('s'), bytes(value));
}

function changeNode(simulation: Simulation, node: string, action: 'kill' | 'start'): void {
  simulation.change((universe) => changeServer(universe, { cluster: 'onebox', node, action }));
}

/** How many partitions have one. */
function primaries({ universe }: Simulation): number {
  const { tree } = universe.cluster('onebox').meta!;
  const partitions = Array.from({ length: PARTITIONS }, (_, pidx) => tree.partition(1, pidx));
  return partitions.filter(({ primary }) => primary !== '').length;
}

function begin(simulation: Simulation, seconds: number): void {
  simulation.change((universe) => universe.timeline.beginMove(universe.now + seconds * SECOND));
}

/** Lets time pass. @returns how often others had their turn */
function pass(simulation: Simulation, seconds: number): number {
  let turns = 0;
  begin(simulation, seconds);
  for (; simulation.isBehind; turns++) simulation.goOn();
  return turns;
}

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
  // It counts the commits.
  const { [`/w/${FORMAT}`]: _, ...files } = dump(fs);
  return { turns, files };
}

test('others may have their turn after each timer and each message; what happens is the same, byte for byte', async () => {
  const inOneGo = await live(() => true);
  const inParts = await live(() => false);
  expect(inOneGo.turns).toBe(0);
  // Of each partition three servers are asked, one by one.
  expect(inParts.turns).toBeGreaterThan(3 * PARTITIONS);
  expect(inParts.files).toEqual(inOneGo.files);
});

test('a request under a manual clock finds done what falls due before it', async () => {
  const simulation = machine().open();
  await createTable(simulation);
  simulation.takeTurns(() => false);
  while (primaries(simulation) === 0) simulation.arrive();
  expect(primaries(simulation)).toBe(PARTITIONS);
  simulation.close();
});

function membershipsOf({ universe }: Simulation, node: string): number {
  const { tree } = universe.cluster('onebox').meta!;
  return tree.partitions(tree.app(1)!).filter((partition) => isMember(partition, node)).length;
}

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
  const host = memoryHost(() => 0, diskOf(dump(fs, '/w')), 2);
  const next = new Simulation({ directory: '/w', host, clock: 'manual' });
  expect(isAlive(next)).toBe(true);
  while (simulation.isMidway) simulation.goOn();
  expect(membershipsOf(simulation, node)).toBe(0);
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
  expect(turns).toBe(PARTITIONS);
  simulation.close();
});

test('others may have their turn while a server learns, mutation by mutation; requests wait until it has', async () => {
  const WRITES = 40;
  const simulation = machine().open();
  await createTable(simulation);
  pass(simulation, 60);
  changeNode(simulation, 'replica2', 'kill');
  pass(simulation, 60);
  await write(simulation, WRITES);
  changeNode(simulation, 'replica2', 'start');
  simulation.takeTurns(() => false);
  begin(simulation, 60);
  let longest = 0;
  for (let turns = 0; simulation.isBehind; simulation.goOn()) {
    turns = simulation.isMidway ? turns + 1 : 0;
    longest = Math.max(longest, turns);
  }
  expect(longest).toBeGreaterThan(WRITES);
  expect(membershipsOf(simulation, 'localhost:34802')).toBe(PARTITIONS);
  const { tree } = simulation.universe.cluster('onebox').meta!;
  const records = tree.partitions(tree.app(1)!).map((_, pidx) => {
    const replica = simulation.universe
      .cluster('onebox')
      .replicaServer('localhost:34802')!
      .find(`1.${pidx}`)!;
    return replica.copyRecords().size;
  });
  expect(records.reduce((sum, size) => sum + size, 0)).toBe(WRITES);
  simulation.close();
});

test('no time passes while a server that was proposed learns', async () => {
  const simulation = machine().open();
  await createTable(simulation);
  pass(simulation, 60);
  await write(simulation, 40);
  simulation.takeTurns(() => false);
  const node = 'localhost:34802';
  const { universe } = simulation;
  const { tree } = universe.cluster('onebox').meta!;
  const pidx = tree.partitions(tree.app(1)!).findIndex(({ secondaries }) => secondaries.includes(node));
  const { primary: target } = tree.partition(1, pidx);
  const address = (text: string) => text.replace('localhost', '127.0.0.1');
  const action_list = (['CT_DOWNGRADE_TO_INACTIVE', 'CT_ADD_SECONDARY'] as const).map((type) => ({
    type,
    target: address(target),
    node: address(node),
    hp_target: target,
    hp_node: node,
  }));
  const gpid = { app_id: 1, partition_index: pidx };
  await metaOf(simulation).proposeBalancer({ gpid, action_list, force: true });
  const { now } = universe;
  expect(isMember(tree.partition(1, pidx), node)).toBe(false);
  begin(simulation, 60);
  let turns = 0;
  for (; !isMember(tree.partition(1, pidx), node); simulation.goOn()) {
    expect(universe.now).toBe(now);
    turns += Number(simulation.isMidway);
  }
  expect(turns).toBeGreaterThan(1);
  simulation.close();
});

test('a replica that is to lead reads a long log step by step', async () => {
  const WRITES = 400;
  const simulation = machine().open(true);
  await createTable(simulation);
  pass(simulation, 60);
  for (let n = 0; n < WRITES; n++) await set(simulation, 'one', 'v'.repeat(1000));
  const { tree } = simulation.universe.cluster('onebox').meta!;
  const written = tree
    .partitions(tree.app(1)!)
    .findIndex(({ primary }, pidx) => logBytes(primary, pidx) > 100_000);
  simulation.takeTurns(() => false);
  changeNode(simulation, tree.partition(1, written).primary.replace('localhost:3480', 'replica'), 'kill');
  begin(simulation, 60);
  let turns = 0;
  for (; simulation.isBehind; simulation.goOn()) turns += Number(simulation.isMidway);
  expect(turns).toBeGreaterThan(WRITES);
  simulation.close();

  function logBytes(node: string, pidx: number): number {
    return simulation.universe.cluster('onebox').replicaServer(node)!.find(`1.${pidx}`)!.plog.bytes;
  }
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
