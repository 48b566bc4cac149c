import { beforeEach, describe, expect, test } from 'vitest';
import { lastingFault } from '../../../src/rpc/client/lasting-fault.ts';
import * as methods from '../../../src/rpc/idl/methods.ts';
import { openUniverse } from './universe.ts';

let universe: ReturnType<typeof openUniverse>;
/** The server of the secondary that is moved, and the disk that it is on. */
let node: string;

beforeEach(async () => {
  universe = openUniverse();
  await universe.configure('onebox', { 'replication.data_dirs': 'a:/disk1,b:/disk2' });
  await universe.createTable('onebox', 'temp', 1, 3);
  await universe.write('onebox', 'temp', 20);
  node = (await partition()).hp_secondaries[0] as string;
});

async function partition() {
  const request = { app_name: 'temp', partition_indices: [] };
  const [config] = (await universe.clients('onebox').meta.queryConfig(request)).partitions;
  return config as { ballot: number; hp_primary: string; hp_secondaries: string[] };
}

function migrate(origin_disk = 'a', target_disk = 'b', server = node, app_id = 1) {
  const pid = { app_id, partition_index: 0 };
  const request = { pid, origin_disk, target_disk };
  return universe.clients('onebox').servers.migrateReplicaDisk(server, request, 5000);
}

async function info() {
  const target = { to: 'replica', server: node, gpid: { app_id: 0, partition_index: 0 } } as const;
  const transport = universe.engine.transport('onebox');
  const { replicas } = await transport.call(
    methods.queryReplicaInfo,
    { ...target, partitionHash: 0n },
    { node1: '127.0.0.1:34801' },
    5000,
  );
  return replicas[0];
}

async function holding() {
  const request = { node1: '127.0.0.1:34801', app_name: '' };
  const { disk_infos } = await universe.clients('onebox').servers.queryDiskInfo(node, request, 5000);
  return disk_infos.map((disk) => [disk.tag, disk.holding_secondary_replicas.get(1)?.size ?? 0]);
}

test('a secondary is closed where it is, missed by its primary, and learns where it is now', async () => {
  expect(await migrate()).toEqual({ err: 'ERR_OK' });
  expect(await migrate()).toEqual({
    err: 'ERR_BUSY',
    hint: 'Existed migrate task(replication::disk_migration_status::MOVING) is running',
  });
  await universe.seconds(2);
  expect(await info()).toMatchObject({ status: 'PS_INACTIVE', disk_tag: 'b', last_committed_decree: 19 });
  await universe.seconds(150);
  expect((await partition()).hp_secondaries).toContain(node);
  expect(await info()).toMatchObject({ status: 'PS_SECONDARY', disk_tag: 'b' });
  await universe.write('onebox', 'temp', 5, 'later');
  const { hp_primary } = await partition();
  await universe.node('onebox', hp_primary, 'kill');
  await universe.seconds(60);
  expect(await universe.records('onebox', 'temp')).toHaveLength(25);
  await universe.node('onebox', node, 'restart');
  await universe.seconds(60);
  expect(await info()).toMatchObject({ disk_tag: 'b' });
  expect(universe.closeAndCheck()).toEqual([]);
});

test('a write finds it missing sooner than a group check does', async () => {
  const { ballot } = await partition();
  await migrate();
  await universe.seconds(2);
  await universe.write('onebox', 'temp', 1, 'later');
  expect((await partition()).ballot).toBeGreaterThan(ballot);
  await universe.seconds(30);
  expect((await partition()).hp_secondaries).toContain(node);
});

test('a server that starts anew before it is missed goes on with it as a secondary that has no log', async () => {
  const { ballot } = await partition();
  await migrate();
  await universe.seconds(2);
  await universe.node('onebox', node, 'restart');
  await universe.seconds(5);
  const { replicas } = await universe.control.showNode({ cluster: 'onebox', node });
  expect(replicas).toMatchObject([{ status: 'PS_SECONDARY', ballot, plog_bytes: 0 }]);
  await universe.write('onebox', 'temp', 5, 'later');
  const { hp_primary, hp_secondaries } = await partition();
  expect([(await partition()).ballot, hp_secondaries]).toEqual([ballot, expect.arrayContaining([node])]);
  await universe.node('onebox', hp_primary, 'kill');
  await universe.seconds(60);
  expect(await universe.records('onebox', 'temp')).toHaveLength(25);
  expect(universe.closeAndCheck()).toEqual([]);
});

test('disks are measured out of turn: the replica that was moved is on none of them until the next turn', async () => {
  await universe.seconds(600);
  expect(await holding()).toEqual([
    ['a', 1],
    ['b', 0],
  ]);
  await migrate();
  await universe.seconds(2);
  expect(await holding()).toEqual([
    ['a', 0],
    ['b', 0],
  ]);
  await universe.seconds(600);
  expect(await holding()).toEqual([
    ['a', 0],
    ['b', 1],
  ]);
});

test('back and forth: not again to where what was left behind is still kept', async () => {
  const move = async (from: string, to: string) => {
    expect(await migrate(from, to)).toEqual({ err: 'ERR_OK' });
    await universe.seconds(200);
    return (await info())?.disk_tag;
  };
  expect([await move('a', 'b'), await move('b', 'a'), await move('a', 'b')]).toEqual(['b', 'a', 'a']);
  const key = 'replication.gc_disk_migration_origin_replica_interval_seconds';
  await universe.config('onebox', { [key]: '60' });
  expect(await move('a', 'b')).toBe('b');
});

describe('nothing comes of it', () => {
  test('where the replica leads by the time that the copy is complete', async () => {
    await migrate();
    const { hp_primary } = await partition();
    const gpid = { app_id: 1, partition_index: 0 };
    const action = (type: 'CT_DOWNGRADE_TO_SECONDARY' | 'CT_UPGRADE_TO_PRIMARY', who: string) => ({
      type,
      target: '127.0.0.1:1',
      node: '127.0.0.1:1',
      hp_target: who,
      hp_node: who,
    });
    const { meta } = universe.clients('onebox');
    await meta.controlMeta({ level: 'fl_steady' });
    for (const [type, who] of [
      ['CT_DOWNGRADE_TO_SECONDARY', hp_primary],
      ['CT_UPGRADE_TO_PRIMARY', node],
    ] as const)
      await meta.proposeBalancer({ gpid, action_list: [action(type, who)], force: true });
    await universe.seconds(5);
    expect((await partition()).hp_primary).toBe(node);
    expect(await info()).toMatchObject({ status: 'PS_PRIMARY', disk_tag: 'a' });
  });

  test('where the other disk cannot be written', async () => {
    await migrate();
    await universe.control.addFault(lastingFault('onebox', 'disk_read_only', node));
    await universe.seconds(2);
    expect(await info()).toMatchObject({ status: 'PS_SECONDARY', disk_tag: 'a' });
  });
});

describe('refused', () => {
  test.each([
    ['a', 'a', 'ERR_INVALID_PARAMETERS', 'Invalid disk tag(origin(a) equal target(a))'],
    ['b', 'a', 'ERR_PATH_ALREADY_EXIST', 'replica(1.0) already exists on target disk(a)'],
    ['b', 'x', 'ERR_OBJECT_NOT_FOUND', "replica(1.0) doesn't exist on the origin disk(b)"],
    ['x', 'b', 'ERR_OBJECT_NOT_FOUND', "origin disk(x) doesn't exist"],
    ['a', 'x', 'ERR_OBJECT_NOT_FOUND', "target disk(x) doesn't exist"],
  ])('from %s to %s', async (from, to, err, hint) => {
    expect(await migrate(from, to)).toEqual({ err, hint });
  });

  test('of a primary, and of what is not there', async () => {
    const { hp_primary } = await partition();
    expect(await migrate('a', 'b', hp_primary)).toEqual({
      err: 'ERR_INVALID_STATE',
      hint: 'Invalid partition status(replication::partition_status::PS_PRIMARY)',
    });
    expect(await migrate('a', 'b', node, 2)).toEqual({ err: 'ERR_OBJECT_NOT_FOUND' });
  });

  test('onto a disk without room: upstream names the other one', async () => {
    await universe.control.addFault(lastingFault('onebox', 'disk_full', node));
    expect(await migrate()).toEqual({
      err: 'ERR_DISK_INSUFFICIENT',
      hint: 'replica(1.0) target disk(a) is replication::disk_status::SPACE_INSUFFICIENT',
    });
  });
});
