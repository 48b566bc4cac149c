import { expect, test } from 'vitest';
import type { StoredTable } from '../../src/rpc/idl/control.ts';
import { applyBackup } from '../../src/sim/apply/backups.ts';
import { applyData } from '../../src/sim/apply/data.ts';
import { applyDuplication } from '../../src/sim/apply/duplications.ts';
import { applyScan } from '../../src/sim/apply/scan.ts';
import { applyServer } from '../../src/sim/apply/servers.ts';
import { applyTable } from '../../src/sim/apply/tables.ts';
import { applyUpkeep } from '../../src/sim/apply/upkeep.ts';
import { begin } from '../../src/sim/begin.ts';
import {
  checkChained,
  checkContents,
  checkFollowers,
  checkMembers,
} from '../../src/sim/checkers/contents.ts';
import { checkFiles } from '../../src/sim/checkers/files.ts';
import { effectOf } from '../../src/sim/effects.ts';
import { TWO_DISKS } from '../../src/sim/generate/clusters.ts';
import { heal } from '../../src/sim/heal.ts';
import { bytes } from '../../src/sim/names.ts';
import type { DataOperation, UpkeepOperation } from '../../src/sim/operation.ts';
import { type KnownTable, World } from '../../src/sim/world.ts';

const KEY = { cluster: 'A', table: 't', hashKey: 'k' };
const set = (value: string, cluster = 'A'): DataOperation => ({
  ...KEY,
  cluster,
  kind: 'set',
  sortKey: 's',
  value,
  ttl: 0,
});

/** Two clusters, each with a table of one partition that holds '1'. */
async function worldWithTables(): Promise<World> {
  const clusters = ['A', 'B'].map((name) => ({ name, metas: 1, replicas: 3 }));
  // `checkMembers` looks at A where the seed is a multiple of three.
  const world = new World({ seed: 3, clusters, operations: [] });
  await begin(world);
  for (const { name } of clusters) {
    await applyTable(world, { kind: 'create', cluster: name, table: 't', partitions: 1, replicas: 3 });
  }
  await world.sleep(60_000);
  for (const { name } of clusters) await applyData(world, set('1', name));
  return world;
}

test('a write that is acknowledged and not there is found', async () => {
  const world = await worldWithTables();
  await checkContents(world);
  const table = world.table('A', 't') as KnownTable;
  world.history(table, 'k').answered(effectOf(set('2'), 0), 'ok', { from: 0, to: 0 });
  await expect(checkContents(world)).rejects.toThrow("multi_get answered 's=1'");
});

test('a follower that lacks a write is found', async () => {
  const world = await worldWithTables();
  const { appId } = world.table('A', 't') as KnownTable;
  world.duplications.push({ cluster: 'A', appId, dupid: 1, remote: 'B', table: 't', isWhole: true });
  expect(await checkFollowers(world)).toEqual([]);
  await applyData(world, set('2'));
  expect(await checkFollowers(world)).toEqual(['A/t holds k:s=2, its follower B/t k:s=1']);
  world.divergenceOf(world.table('B', 't') as KnownTable, 'k').mayLoseWhatOnlyHas('a', 3);
  expect(await checkFollowers(world)).toEqual([]);
});

test('a follower of a follower that holds what its origin never did is found', async () => {
  const clusters = ['A', 'B', 'C'].map((name) => ({ name, metas: 1, replicas: 3 }));
  const world = new World({ seed: 3, clusters, operations: [] });
  await begin(world);
  await applyTable(world, { kind: 'create', cluster: 'A', table: 't', partitions: 1, replicas: 3 });
  await world.sleep(60_000);
  await applyData(world, set('1'));
  for (const [cluster, remote] of [
    ['A', 'B'],
    ['B', 'C'],
  ] as const)
    await applyDuplication(world, { kind: 'add_dup', cluster, table: 't', remote, full: true, calm: true });
  expect(world.chained).toMatchObject([{ cluster: 'C', table: 't' }]);
  await applyData(world, set('2'));
  await checkChained(world);
  await world.of('C').data.table('t').set(bytes('k'), bytes('s'), bytes('3'));
  await expect(checkChained(world)).rejects.toThrow('C/t holds of k: s,3, which it never was');
});

test('a restored table that holds something else than what was backed up is found', async () => {
  const world = await worldWithTables();
  await applyBackup(world, { kind: 'backup', cluster: 'A', table: 't' });
  await applyData(world, set('2'));
  await applyBackup(world, { kind: 'restore', cluster: 'A', table: 'r', choice: 0 });
  await world.sleep(60_000);
  await checkContents(world);
  await world.of('A').data.table('r').set(bytes('k'), bytes('s'), bytes('2'));
  await expect(checkContents(world)).rejects.toThrow("A r k: multi_get answered 's=2'");
});

test('a full scan that shows what nobody wrote, or not what somebody did, is found', async () => {
  const world = await worldWithTables();
  const scan = () =>
    applyScan(world, {
      kind: 'full_scan',
      cluster: 'A',
      table: 't',
      batch: 1,
      after: 1,
      node: 'replica1',
      action: 'restart',
    });
  for (const hashKey of ['l', 'm']) await applyData(world, { ...set('1'), hashKey });
  await scan();
  const { data } = world.of('A');
  await data.table('t').del(bytes('l'), bytes('s'));
  await expect(scan()).rejects.toThrow("A t l: full_scan answered '', the key can only hold {s=1}");
  await data.table('t').set(bytes('l'), bytes('s'), bytes('1'));
  await data.table('t').set(bytes('n'), bytes('s'), bytes('1'));
  await expect(scan()).rejects.toThrow("A t n: full_scan answered 's=1', the key can only hold {}");
});

test('a secondary that moves to another disk has all of it again, and detecting hotkeys and compacting change nothing', async () => {
  const clusters = [{ name: 'A', metas: 1, replicas: 3, settings: TWO_DISKS }];
  const world = new World({ seed: 3, clusters, operations: [] });
  await begin(world);
  await applyTable(world, { kind: 'create', cluster: 'A', table: 't', partitions: 1, replicas: 3 });
  await world.sleep(60_000);
  await applyData(world, set('1'));
  const place = { cluster: 'A', table: 't', partition: 0 } as const;
  const upkeep: UpkeepOperation[] = [
    { ...place, kind: 'migrate_disk', choice: 0 },
    { ...place, kind: 'detect_hotkey', type: 'READ', action: 'START' },
    { ...place, kind: 'compact' },
  ];
  for (const operation of upkeep) await applyUpkeep(world, operation);
  const [partition] = await world.partitionsOf('A', 't');
  expect(partition).toMatchObject({ ballot: 5, hp_secondaries: { length: 2 } });
  expect(upkeep.map((operation) => world.lines.get(operation)?.replace(/localhost:\d+/, 'NODE'))).toEqual([
    'disk-migrate -g 1.0 -n NODE -f d1 -t d2\nclock advance 200000ms',
    'detect_hotkey -a 1 -p 0 -t read -c start -d NODE',
    undefined,
  ]);
  await checkMembers(world, () => heal(world));
  await checkContents(world);
});

test('a table that is made in a frozen cluster is found, and a member that a partition gets or loses', async () => {
  const world = await worldWithTables();
  const level = (name: 'fl_freezed' | 'fl_steady') =>
    applyServer(world, { kind: 'level', cluster: 'A', level: name });
  await level('fl_freezed');
  await applyServer(world, { kind: 'node', cluster: 'A', node: 'replica1', action: 'kill' });
  await world.sleep(60_000);
  await level('fl_freezed');
  const table = world.frozen.get('A')?.get(1) as StoredTable;
  const [partition] = table.partitions;
  const secondaries = partition?.hp_secondaries ?? [];
  expect(secondaries).toHaveLength(2);
  const remember = (hp_secondaries: string[]) =>
    world.frozen.set('A', new Map([[1, { ...table, partitions: [{ ...partition!, hp_secondaries }] }]]));
  world.frozen.set('A', new Map());
  await expect(level('fl_steady')).rejects.toThrow('A: t was made while all was frozen');
  remember([]);
  await expect(level('fl_steady')).rejects.toThrow(`A: 1.0 got ${secondaries} while all was frozen`);
  remember([...secondaries, 'localhost:9']);
  await expect(level('fl_steady')).rejects.toThrow('A: 1.0 lost localhost:9 while all was frozen');
});

test('members of which one holds something else are found', async () => {
  const world = await worldWithTables();
  await checkMembers(world, () => heal(world));
  const { sleep } = world;
  // What is read while a server is away is not what was read before.
  world.sleep = async (ms) => {
    await sleep.call(world, ms);
    await applyData(world, set('2'));
  };
  await expect(checkMembers(world, () => heal(world))).rejects.toThrow(
    /^A without localhost:\d+, A\/t holds k:s=2, before it held k:s=1$/,
  );
});

test('a partition that nobody leads once a server is gone is found', async () => {
  const world = await worldWithTables();
  const { stored } = world;
  world.stored = async (cluster) => {
    const tables = await stored.call(world, cluster);
    const leaderless = (partitions: StoredTable['partitions']) =>
      partitions.map((partition) => ({ ...partition, hp_primary: '' }));
    return tables.map((table) => ({ ...table, partitions: leaderless(table.partitions) }));
  };
  await expect(checkMembers(world, () => heal(world))).rejects.toThrow(
    /^A without localhost:\d+, 1\.0 is led by ''$/,
  );
});

test('a file that is gone is found', async () => {
  const world = await worldWithTables();
  world.close();
  checkFiles(world);
  world.disk.remove('/w/clusters/A/cluster.json');
  expect(() => checkFiles(world)).toThrow('fsck: clusters/A/cluster.json');
});
