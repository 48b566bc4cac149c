import { expect, test, vi } from 'vitest';
import { fsck } from '../../src/engine/fsck/fsck.ts';
import { isMember } from '../../src/engine/meta/configuration.ts';
import { Replica } from '../../src/engine/replica/replica.ts';
import { Simulation } from '../../src/engine/simulation.ts';
import { memoryHost } from '../../src/host/memory-fs.ts';
import { encodeKey } from '../../src/rpc/idl/keys.ts';
import { dump } from '../storage/support.ts';
import { diskOf, type Image, WORKSPACE } from '../storage/workspace-image.ts';
import {
  begin,
  changeNode,
  createTable,
  longestStretch,
  machine,
  membershipsOf,
  metaOf,
  PARTITIONS,
  pass,
  primaries,
  set,
  write,
} from './turns.ts';

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
  expect(longestStretch(simulation)).toBeGreaterThan(WRITES);
  expect(membershipsOf(simulation, 'localhost:34802')).toBe(PARTITIONS);
  const { tree } = simulation.universe.cluster('onebox').meta!;
  const records = tree.lookAtAll(tree.app(1)!).map((_, pidx) => {
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
  const pidx = tree.lookAtAll(tree.app(1)!).findIndex(({ secondaries }) => secondaries.includes(node));
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
    .lookAtAll(tree.app(1)!)
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

test('a primary that comes back has read what is long before it commits what was prepared', async () => {
  const simulation = machine().open(true);
  await createTable(simulation);
  pass(simulation, 60);
  for (let n = 0; n < 5; n++) await set(simulation, 'one', 'v'.repeat(100_000));
  const cluster = simulation.universe.cluster('onebox');
  const replica = cluster
    .runningReplicaServers()
    .flatMap((server) => server.held())
    .find(({ isPrimary, plog }) => isPrimary && plog.bytes > 400_000)!;
  const { node } = replica.server;
  for (const action of ['kill', 'start'] as const)
    changeNode(simulation, node.replace(/.*0/, 'replica'), action);
  const again = cluster.replicaServer(node)!.findUnsettled(replica.gpid)!;
  const readingAtOnce = vi.spyOn(again, 'copyRecords');
  pass(simulation, 5);
  expect(again).toMatchObject({ isPrimary: true });
  expect(again.records.size).toBe(1);
  expect(readingAtOnce).not.toHaveBeenCalled();
  simulation.close();
});

test('a partition of a table that is recalled is opened step by step', async () => {
  const WRITES = 400;
  const simulation = machine().open();
  await createTable(simulation);
  pass(simulation, 60);
  for (let n = 0; n < WRITES; n++) await set(simulation, 'one', `${n}`);
  await metaOf(simulation).dropApp({ app_name: 't', options: { success_if_not_exist: false } });
  // Until then its replicas are in memory.
  pass(simulation, 1000);
  await metaOf(simulation).recallApp({ app_id: 1, new_app_name: '' });
  simulation.takeTurns(() => false);
  begin(simulation, 60);
  expect(longestStretch(simulation)).toBeGreaterThan(WRITES);
  expect(primaries(simulation)).toBe(PARTITIONS);
  simulation.close();
});

test('no long records are read or copied at once where a partition is split', async () => {
  const simulation = machine().open(true);
  await createTable(simulation);
  pass(simulation, 60);
  for (let n = 0; n < 5; n++) await set(simulation, 'one', 'v'.repeat(100_000));
  await metaOf(simulation).startPartitionSplit({ app_name: 't', new_partition_count: 2 * PARTITIONS });
  const readingAtOnce = vi.spyOn(Replica.prototype, 'copyRecords');
  pass(simulation, 60);
  expect(membershipsOf(simulation, 'localhost:34802')).toBe(2 * PARTITIONS);
  const read = readingAtOnce.mock.contexts as Replica[];
  expect(read.filter(({ storedBytes }) => storedBytes > 100_000)).toEqual([]);
  readingAtOnce.mockRestore();
  simulation.close();
});

test('others have their turn between one learner and the next, when no server is in the middle of anything', async () => {
  const simulation = machine().open();
  await createTable(simulation);
  pass(simulation, 60);
  changeNode(simulation, 'replica2', 'kill');
  pass(simulation, 60);
  await write(simulation, 40);
  changeNode(simulation, 'replica2', 'start');
  simulation.takeTurns(() => false);
  begin(simulation, 60);
  const seen = new Set<number>();
  for (; simulation.isBehind; simulation.goOn())
    if (!simulation.isMidway) seen.add(membershipsOf(simulation, 'localhost:34802'));
  expect([...seen]).toEqual(Array.from({ length: PARTITIONS + 1 }, (_, count) => count));
  simulation.close();
});

/** What may happen when a process was killed while a server was learning. */
const AFTERWARDS: Readonly<Record<string, (simulation: Simulation, primary: string) => void>> = {
  'nothing else happens': () => {},
  'the learner starts anew': (simulation) => {
    for (const action of ['kill', 'start'] as const) changeNode(simulation, 'replica2', action);
  },
  'its primary is dead for a while': (simulation, primary) => {
    changeNode(simulation, primary, 'kill');
    pass(simulation, 60);
    changeNode(simulation, primary, 'start');
  },
};

test.each(Object.entries(AFTERWARDS))(
  'what a learner has copied is kept piece by piece; where the process is killed in between and %s, it has all in the end',
  async (_, happen) => {
    const WRITES = 12;
    const { fs, open } = machine();
    const simulation = open();
    await createTable(simulation);
    pass(simulation, 60);
    changeNode(simulation, 'replica2', 'kill');
    pass(simulation, 60);
    for (let n = 0; n < WRITES; n++) await set(simulation, 'one', `${n}`);
    changeNode(simulation, 'replica2', 'start');
    simulation.takeTurns(() => false);
    begin(simulation, 60);
    const { meta } = simulation.universe.cluster('onebox');
    const killed: { readonly image: Image; readonly primary: string; readonly gpid: string }[] = [];
    for (; simulation.isBehind; simulation.goOn()) {
      const learner = simulation.universe
        .cluster('onebox')
        .replicaServer('localhost:34802')!
        .held()
        .find(({ ram }) => ram.status === 'PS_POTENTIAL_SECONDARY');
      if (learner === undefined || !simulation.isMidway || simulation.isIncomplete) continue;
      simulation.sync();
      expect(simulation.isMidway).toBe(true);
      const { primary } = meta!.tree.partition(1, learner.pidx);
      killed.push({ image: dump(fs, WORKSPACE), primary, gpid: learner.gpid });
    }
    simulation.close();
    expect(killed.length).toBeGreaterThan(WRITES / 2);
    for (const { image, primary, gpid } of killed) {
      const host = memoryHost(() => 0, diskOf(image), 2);
      expect(fsck(host, WORKSPACE, { repair: false, accept: false }).findings).toEqual([]);
      const next = new Simulation({ directory: WORKSPACE, host, clock: 'manual' });
      happen(next, primary.replace('localhost:3480', 'replica'));
      pass(next, 120);
      expect(membershipsOf(next, 'localhost:34802')).toBe(PARTITIONS);
      const learner = next.universe.cluster('onebox').replicaServer('localhost:34802')!.find(gpid)!;
      expect(valueIn(learner, 'one')).toBe(`${WRITES - 1}`);
      next.close();
    }
  },
);

function valueIn(replica: Replica, hashKey: string): string | undefined {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const value = replica.copyRecords().get(encodeKey(bytes(hashKey), bytes('s')))?.value;
  return value === undefined ? undefined : new TextDecoder().decode(value);
}
