/** Tables whose partitions are doubled while they are used (`meta_split_service.cpp`, `replica_split_manager.cpp`). */
import { describe, expect, test } from 'vitest';
import { lastingFault } from '../../../src/rpc/client/lasting-fault.ts';
import { openUniverse } from './universe.ts';

type Universe = ReturnType<typeof openUniverse>;

async function withTable(replicas: number, partitions = 4, servers = replicas) {
  const universe = openUniverse();
  await universe.cluster('A', servers);
  await universe.createTable('A', 't', partitions, replicas);
  await universe.seconds(30);
  await universe.write('A', 't', 40);
  return universe;
}

function start(universe: Universe, new_partition_count: number, app_name = 't') {
  return universe.clients('A').meta.startPartitionSplit({ app_name, new_partition_count });
}

type Control = 'PAUSE' | 'RESTART' | 'CANCEL';

function control(universe: Universe, control_type: Control, parent_pidx = -1, old_partition_count = 0) {
  const request = { app_name: 't', control_type, parent_pidx, old_partition_count };
  return universe.clients('A').meta.controlPartitionSplit(request);
}

/** Of each parent, in their order; why there is none. */
async function statuses(universe: Universe) {
  const reply = await universe.clients('A').meta.queryPartitionSplit({ app_name: 't' });
  return reply.err === 'ERR_OK' ? [...reply.status.values()].join(' ') : reply.hint_msg;
}

async function partitions(universe: Universe) {
  return (await universe.clients('A').meta.queryConfig({ app_name: 't', partition_indices: [] })).partitions;
}

/** The names of the servers of 1.0, its primary's first. */
async function membersByName(universe: Universe): Promise<string[]> {
  const { nodes } = await universe.control.listNodes({ name: 'A' });
  const [first] = await partitions(universe);
  const members = [first?.hp_primary, ...(first?.hp_secondaries ?? [])];
  return members.flatMap((member) => nodes.filter(({ node }) => node === member).map(({ name }) => name));
}

/** What the newest checkpoint of a partition on replica1 holds. */
function recordsInCheckpoint({ files }: Universe, pidx: number): number {
  const directory = `/w/clusters/A/nodes/localhost_35801/reps/1.${pidx}.pegasus/data`;
  const newest = files.list(directory).sort().at(-1) ?? '';
  const text = Buffer.from(files.read(`${directory}/${newest}`) ?? []).toString();
  return (JSON.parse(text) as { records: unknown[] }).records.length;
}

const DONE = 'app(t) is not splitting';

describe('a split', () => {
  test('of three replicas: every record once, in the half of its hash; new writes go to either', async () => {
    const universe = await withTable(3);
    const before = await universe.records('A', 't');
    expect(await start(universe, 8)).toEqual({ err: 'ERR_OK', hint_msg: '' });
    expect(await statuses(universe)).toBe('SPLITTING SPLITTING SPLITTING SPLITTING');
    await universe.seconds(31);
    expect(await statuses(universe)).toBe(DONE);
    const after = await partitions(universe);
    expect(after.map(({ ballot }) => ballot)).toEqual([3, 3, 3, 3, 4, 4, 4, 4]);
    for (const [pidx, child] of after.slice(4).entries()) {
      expect(child.hp_primary).toBe(after[pidx]?.hp_primary);
      expect(child.hp_secondaries).toEqual(after[pidx]?.hp_secondaries);
    }
    expect(await universe.records('A', 't')).toEqual(before);
    await universe.write('A', 't', 20, 'later');
    expect(await universe.records('A', 't')).toHaveLength(60);
    expect(universe.closeAndCheck()).toEqual([]);
  });

  test('of one replica: the child has one ballot more, and outlives its server', async () => {
    const universe = await withTable(1, 2);
    await start(universe, 4);
    await universe.seconds(31);
    expect((await partitions(universe)).map(({ ballot }) => ballot)).toEqual([1, 1, 2, 2]);
    await universe.write('A', 't', 20, 'later');
    await universe.node('A', 'replica1', 'kill');
    await universe.node('A', 'replica1', 'start');
    await universe.seconds(10);
    expect(await universe.records('A', 't')).toHaveLength(60);
  });

  test('is no interruption: between start and end the parents answer for their children', async () => {
    const universe = await withTable(3);
    await start(universe, 8);
    expect((await partitions(universe)).map(({ ballot }) => ballot)).toEqual([3, 3, 3, 3, -1, -1, -1, -1]);
    await universe.write('A', 't', 20, 'meanwhile');
    expect(await universe.get('A', 't', 'meanwhile7')).toBe('value 7');
    await universe.seconds(31);
    expect(await universe.get('A', 't', 'meanwhile7')).toBe('value 7');
    expect(await universe.records('A', 't')).toHaveLength(60);
  });

  test('is heard of by a client that knew the table before, when it scans all of it', async () => {
    const universe = await withTable(1, 1);
    const table = universe.clients('A').data.table('t');
    const count = async () => {
      let found = 0;
      for (const scanner of await table.fullScan()) for await (const _ of scanner) found++;
      return found;
    };
    expect(await count()).toBe(40);
    await start(universe, 2);
    await universe.seconds(31);
    expect(await count()).toBe(40);
  });

  test('lets nobody drop the table, and waits for members that are away', async () => {
    const universe = await withTable(3);
    await universe.node('A', 'replica3', 'kill');
    await start(universe, 8);
    const { meta } = universe.clients('A');
    expect(await meta.dropApp({ app_name: 't', options: { success_if_not_exist: false } })).toEqual({
      err: 'ERR_SPLITTING',
    });
    await universe.seconds(120);
    expect(await statuses(universe)).toBe('SPLITTING SPLITTING SPLITTING SPLITTING');
    await universe.node('A', 'replica3', 'start');
    await universe.seconds(60);
    expect(await statuses(universe)).toBe(DONE);
    expect(await universe.records('A', 't')).toHaveLength(40);
  });

  test('goes on under another leader, also what was paused: that is not stored', async () => {
    const universe = await withTable(3);
    await start(universe, 8);
    await control(universe, 'PAUSE');
    await universe.seconds(31);
    expect(await statuses(universe)).toBe('PAUSED PAUSED PAUSED PAUSED');
    await universe.node('A', 'meta1', 'restart');
    expect(await statuses(universe)).toBe('SPLITTING SPLITTING SPLITTING SPLITTING');
    await universe.seconds(61);
    expect(await statuses(universe)).toBe(DONE);
  });

  test('begins anew when a disk fails while it is under way', async () => {
    const universe = await withTable(3, 1, 4);
    await start(universe, 2);
    const [, secondary] = await membersByName(universe);
    await universe.control.addFault(lastingFault('A', 'disk_write_fail', `A/${secondary}`));
    await universe.seconds(31);
    expect(await statuses(universe)).toBe('SPLITTING');
    await universe.seconds(700);
    expect(await statuses(universe)).toBe(DONE);
    expect(await universe.records('A', 't')).toHaveLength(40);
  });

  async function countKnownTo(universe: Universe, node: string) {
    const { replicas } = await universe.control.showNode({ cluster: 'A', node });
    return replicas.find(({ gpid }) => gpid === '1.0')?.partition_count;
  }

  /** The servers of 1.0 after a split that one of them has missed, which is back by then, and what is left when others are killed. */
  async function afterMissedSplit(universe: Universe, ...killed: ('primary' | 'secondary')[]) {
    const [, away = ''] = await membersByName(universe);
    await universe.node('A', away, 'kill');
    await universe.seconds(700);
    await start(universe, 2);
    await universe.seconds(31);
    expect(await statuses(universe)).toBe(DONE);
    const [primary = '', secondary = ''] = await membersByName(universe);
    await universe.node('A', away, 'start');
    await universe.seconds(60);
    expect(await countKnownTo(universe, away)).toBe(1);
    for (const role of killed) await universe.node('A', { primary, secondary }[role], 'kill');
    await universe.seconds(700);
    return away;
  }

  test('is heard of by a server that was away, and learns its partition again', async () => {
    const universe = await withTable(2, 1, 6);
    const away = await afterMissedSplit(universe, 'secondary');
    expect(await membersByName(universe)).toContain(away);
    expect(await countKnownTo(universe, away)).toBe(2);
  });

  test('is heard of by a server that was away, and leads', async () => {
    const universe = await withTable(2, 1, 6);
    const away = await afterMissedSplit(universe, 'secondary', 'primary');
    const { nodes } = await universe.control.listNodes({ name: 'A' });
    const node = nodes.find(({ name }) => name === away)!.node;
    const address = node.replace('localhost', '127.0.0.1');
    const action = {
      type: 'CT_ASSIGN_PRIMARY',
      target: address,
      hp_target: node,
      node: address,
      hp_node: node,
    } as const;
    const gpid = { app_id: 1, partition_index: 0 };
    await universe.clients('A').meta.proposeBalancer({ gpid, action_list: [action], force: false });
    await universe.seconds(60);
    expect((await membersByName(universe))[0]).toBe(away);
    expect(await countKnownTo(universe, away)).toBe(2);
  });

  test('leaves the other half to a compaction', async () => {
    const universe = await withTable(1, 1);
    await start(universe, 2);
    await universe.seconds(31);
    await universe.clients('A').meta.startManualCompact({ app_name: 't' });
    await universe.seconds(120);
    expect(await universe.records('A', 't')).toHaveLength(40);
    universe.engine.close();
    const held = [0, 1].map((pidx) => recordsInCheckpoint(universe, pidx));
    expect(Math.min(...held)).toBeGreaterThan(0);
    expect(held[0]! + held[1]!).toBe(40);
  });
});

describe('what is refused', () => {
  test.each([
    ['start', 'none', 8, 'ERR_APP_NOT_EXIST', 'app not existed'],
    ['start', 't', 4, 'ERR_INVALID_PARAMETERS', 'wrong partition_count, should be 8'],
    ['start', 't', 16, 'ERR_INVALID_PARAMETERS', 'wrong partition_count, should be 8'],
  ])('%s of %s to %i', async (_what, name, count, err, hint_msg) => {
    const universe = await withTable(1);
    expect(await start(universe, count, name)).toEqual({ err, hint_msg });
  });

  test('more partitions than a table may be made with', async () => {
    const universe = openUniverse();
    await universe.cluster('A', 1);
    await universe.createTable('A', 't', 16_384, 1);
    expect(await start(universe, 32_768)).toEqual({
      err: 'ERR_INVALID_PARAMETERS',
      hint_msg: 'a table has at most 16384 partitions here',
    });
  });

  test('a second start, while the first goes on', async () => {
    const universe = await withTable(1);
    await start(universe, 8);
    expect(await start(universe, 16)).toEqual({
      err: 'ERR_BUSY',
      hint_msg: 'app(t) is already executing partition split',
    });
  });

  test('queries and control of what is not splitting', async () => {
    const universe = await withTable(1);
    const { meta } = universe.clients('A');
    expect(await statuses(universe)).toBe(DONE);
    expect(await control(universe, 'PAUSE')).toEqual({ err: 'ERR_INVALID_STATE', hint_msg: DONE });
    expect(await meta.queryPartitionSplit({ app_name: 'none' })).toMatchObject({
      err: 'ERR_APP_NOT_EXIST',
      hint_msg: 'app(none) not existed',
    });
    const request = { app_name: 'none', control_type: 'PAUSE', parent_pidx: -1 } as const;
    expect(await meta.controlPartitionSplit(request)).toEqual({
      err: 'ERR_APP_NOT_EXIST',
      hint_msg: 'app not existed',
    });
  });
});

describe('control', () => {
  const wrong = (pidx: number, status: string) => ({
    err: 'ERR_INVALID_STATE',
    hint_msg: `partition[${pidx}] wrong split_status(replication::split_status::${status})`,
  });

  test('one partition pauses while the others go on, and is started again', async () => {
    const universe = await withTable(3);
    await start(universe, 8);
    expect(await control(universe, 'RESTART', 1)).toEqual(wrong(1, 'SPLITTING'));
    expect(await control(universe, 'PAUSE', 1)).toEqual({ err: 'ERR_OK' });
    expect(await control(universe, 'PAUSE', 1)).toEqual(wrong(1, 'PAUSING'));
    expect(await control(universe, 'PAUSE', 4)).toEqual({
      err: 'ERR_INVALID_PARAMETERS',
      hint_msg: 'invalid parent partition index(4)',
    });
    await universe.seconds(31);
    expect(await statuses(universe)).toBe('PAUSED');
    const late = 'partition[0] is not splitting';
    expect(await control(universe, 'PAUSE', 0)).toEqual({ err: 'ERR_CHILD_REGISTERED', hint_msg: late });
    expect(await control(universe, 'RESTART', 0)).toEqual({ err: 'ERR_INVALID_STATE', hint_msg: late });
    expect(await control(universe, 'PAUSE')).toEqual({ err: 'ERR_OK' });
    expect(await statuses(universe)).toBe('PAUSED');
    expect(await control(universe, 'CANCEL', -1, 4)).toEqual({
      err: 'ERR_CHILD_REGISTERED',
      hint_msg: 'some partitions have already finished split',
    });
    expect(await control(universe, 'RESTART', 1)).toEqual({ err: 'ERR_OK' });
    await universe.seconds(31);
    expect(await statuses(universe)).toBe(DONE);
    expect(await universe.records('A', 't')).toHaveLength(40);
  });

  test('cancelled before anything is split, the table is what it was', async () => {
    const universe = await withTable(3);
    await start(universe, 8);
    expect(await control(universe, 'CANCEL', -1, 8)).toEqual({
      err: 'ERR_INVALID_PARAMETERS',
      hint_msg: 'wrong partition_count, should be 4',
    });
    expect(await control(universe, 'CANCEL', -1, 4)).toEqual({ err: 'ERR_OK' });
    expect(await statuses(universe)).toBe('CANCELING CANCELING CANCELING CANCELING');
    await universe.seconds(31);
    expect(await statuses(universe)).toBe(DONE);
    expect((await partitions(universe)).map(({ ballot }) => ballot)).toEqual([3, 3, 3, 3]);
    expect(await universe.records('A', 't')).toHaveLength(40);
    expect(universe.closeAndCheck()).toEqual([]);
  });
});
