import { expect, test, vi } from 'vitest';
import { setConfig } from '../../src/engine/control/config.ts';
import { fsck } from '../../src/engine/fsck/fsck.ts';
import type { StoredRecord } from '../../src/engine/replica/data/stored-record.ts';
import { migrateReplica } from '../../src/engine/replica/disk-migration.ts';
import type { Replica } from '../../src/engine/replica/replica.ts';
import { Simulation } from '../../src/engine/simulation.ts';
import { Timeline } from '../../src/engine/timeline.ts';
import { memoryHost } from '../../src/host/memory-fs.ts';
import {
  begin,
  changeNode,
  createTable,
  longestStretch,
  machine,
  metaOf,
  pass,
  SECOND,
  set,
  write,
} from './turns.ts';

const TWO_DISKS = { name: 'onebox', key: 'replication.data_dirs', value: 'a:/disk1,b:/disk2' };
/** More than a step takes of records. */
const RECORDS = 1000;

/** A table in one partition that has been quiet for a minute. */
async function withRecords(count: number, value = 'v') {
  const { fs, open } = machine();
  const simulation = open(true);
  simulation.change((universe) => setConfig(universe, TWO_DISKS));
  for (const node of ['replica1', 'replica2', 'replica3'])
    for (const action of ['kill', 'start'] as const) changeNode(simulation, node, action);
  pass(simulation, 60);
  await createTable(simulation, 1);
  pass(simulation, 60);
  for (let n = 0; n < count; n++) await set(simulation, `${n}`, value);
  pass(simulation, 60);
  const held = simulation.universe
    .cluster('onebox')
    .runningReplicaServers()
    .map((server) => server.findUnsettled('1.0') as Replica);
  return { fs, simulation, held, secondary: held.find(({ isPrimary }) => !isPrimary) as Replica };
}

/** Has the table compacted soon, with a time to live for records that have none. */
async function compact(simulation: Simulation, ttl: string): Promise<void> {
  await metaOf(simulation).updateAppEnv({
    app_name: 't',
    op: 'APP_ENV_OP_SET',
    keys: ['manual_compact.once.trigger_time', 'default_ttl'],
    values: [`${Math.floor(simulation.universe.now / SECOND) + 5}`, ttl],
  });
}

/** Has it wait for its checkpoint for a day. */
function idle(simulation: Simulation): void {
  pass(simulation, 86_400);
}

test('others may have their turn while the replicas of a partition are compacted', async () => {
  const { simulation, held } = await withRecords(RECORDS);
  simulation.takeTurns(() => false);
  await compact(simulation, '1000');
  begin(simulation, 60);
  expect(longestStretch(simulation)).toBeGreaterThan(RECORDS / 100);
  expect(held.map(({ disk }) => disk.compaction_finished_us)).toEqual(held.map(() => expect.any(Number)));
  const [record] = [...held[0]!.records.range(new Uint8Array(), undefined)][0]!.slice(1);
  expect(record).toMatchObject({ expire: expect.any(Number) });
  expect((record as { expire: number }).expire).toBeGreaterThan(0);
  simulation.close();
});

test('what a compaction changes takes the place of the checkpoint of the same decree, once it is whole', async () => {
  const { fs, simulation, held } = await withRecords(RECORDS);
  const replica = held.find(({ isPrimary }) => isPrimary) as Replica;
  const stored = () => replica.disk.checkpoints.map(({ decree, version }) => [decree, version]);
  await compact(simulation, '0');
  while (stored().length === 0) pass(simulation, 1);
  const [[decree]] = stored() as [[number]];
  await compact(simulation, '1000');
  simulation.takeTurns(() => false);
  begin(simulation, 60);
  while (stored()[0]![1] === undefined) simulation.goOn();
  expect(stored()).toEqual([[decree, 1]]);
  while (simulation.isBehind) simulation.goOn();
  simulation.close();
  const host = memoryHost(() => 0, fs, 2);
  expect(fsck(host, '/w', { repair: false, accept: false }).findings).toEqual([]);
  const next = new Simulation({ directory: '/w', host, clock: 'manual' });
  const again = next.universe.cluster('onebox').replicaServer(replica.server.node)!.findUnsettled('1.0')!;
  const [[, record]] = [...again.records.range(new Uint8Array(), undefined)] as [[Uint8Array, StoredRecord]];
  expect(record.expire).toBeGreaterThan(0);
  next.close();
});

test('others may have their turn while what is moved to another disk is kept in a checkpoint', async () => {
  const { simulation, secondary } = await withRecords(RECORDS);
  const { server } = secondary;
  const request = { pid: { app_id: 1, partition_index: 0 }, origin_disk: 'a', target_disk: 'b' };
  expect(migrateReplica(server, request)).toEqual({ err: 'ERR_OK' });
  simulation.takeTurns(() => false);
  begin(simulation, 3);
  expect(longestStretch(simulation)).toBeGreaterThan(RECORDS);
  expect(server.diskOf(1, 0)).toMatchObject({ disk_tag: 'b', last_durable_decree: expect.any(Number) });
  simulation.close();
});

test('a checkpoint that takes long is made after whoever finds that it is missing', async () => {
  const { simulation, secondary } = await withRecords(400, 'v'.repeat(1000));
  idle(simulation);
  simulation.takeTurns(() => false);
  secondary.server.find('1.0');
  expect(secondary.disk.last_durable_decree).toBe(0);
  begin(simulation, 1);
  expect(longestStretch(simulation)).toBeGreaterThan(400);
  expect(secondary.disk.last_durable_decree).toBeGreaterThan(400);
  simulation.close();
});

test('a short one is there for whoever looks', async () => {
  const { simulation, secondary } = await withRecords(3);
  idle(simulation);
  secondary.server.find('1.0');
  expect(secondary.disk.last_durable_decree).toBeGreaterThan(3);
  simulation.close();
});

test.each([10, 60, 80])(
  'nothing that was begun in steps is hurried on by what follows the start of a server without its disk, with a turn for others after %i',
  async (looks) => {
    const simulation = machine().open();
    await createTable(simulation);
    pass(simulation, 60);
    await write(simulation, 40);
    let asked = 0;
    simulation.takeTurns(() => ++asked % looks !== 0);
    const { inOneGo } = Timeline.prototype;
    let hurried = 0;
    const spy = vi.spyOn(Timeline.prototype, 'inOneGo').mockImplementation(function (this: Timeline, work) {
      hurried += Number(this.isMidway);
      inOneGo.call(this, work);
    });
    for (const action of ['kill', 'wipe', 'start'] as const) {
      changeNode(simulation, 'replica2', action);
      while (simulation.isBehind) simulation.goOn();
    }
    pass(simulation, 60);
    spy.mockRestore();
    expect(hurried).toBe(0);
    simulation.close();
  },
);
