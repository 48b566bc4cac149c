import { expect, test } from 'vitest';
import type { SplitStatus } from '../../src/rpc/idl/metadata.ts';
import { applyData } from '../../src/sim/apply/data.ts';
import { applySplit, noteSplits } from '../../src/sim/apply/splits.ts';
import { applyTable } from '../../src/sim/apply/tables.ts';
import { begin } from '../../src/sim/begin.ts';
import { checkConfiguration, checkHealth } from '../../src/sim/checkers/configuration.ts';
import { checkContents } from '../../src/sim/checkers/contents.ts';
import { look } from '../../src/sim/checkers/snapshot.ts';
import { wrongSplitReply } from '../../src/sim/checkers/split-replies.ts';
import { heal } from '../../src/sim/heal.ts';
import { bytes } from '../../src/sim/names.ts';
import type { SplitOperation } from '../../src/sim/operation.ts';
import { type KnownTable, partitionOf, World } from '../../src/sim/world.ts';

const PLACE = { cluster: 'A', table: 't' };
const start = (factor = 2): SplitOperation => ({ ...PLACE, kind: 'start_split', factor });
const control = (what: 'PAUSE' | 'RESTART' | 'CANCEL', parent = -1): SplitOperation => ({
  ...PLACE,
  kind: 'control_split',
  control: what,
  parent,
});

/** Of four partitions, which are to be eight where any of these is being split. */
function state(...statuses: (SplitStatus | undefined)[]) {
  const parents = statuses.flatMap((status, pidx) => (status === undefined ? [] : [[pidx, status] as const]));
  return { partitions: parents.length === 0 ? 4 : 8, parents: new Map(parents) };
}

const WHOLE = ['SPLITTING', 'SPLITTING', 'SPLITTING', 'SPLITTING'] as const;

test.each([
  ['a start', state(), start(), 'ERR_OK'],
  ['a start to the wrong count', state(), start(4), 'ERR_INVALID_PARAMETERS'],
  ['a second start', state('SPLITTING'), start(), 'ERR_BUSY'],
  ['a control of nothing', state(), control('PAUSE'), 'ERR_INVALID_STATE'],
  ['a pause', state('SPLITTING'), control('PAUSE', 0), 'ERR_OK'],
  ['a pause of all', state('PAUSED'), control('PAUSE'), 'ERR_OK'],
  ['a pause of what is done', state('SPLITTING'), control('PAUSE', 1), 'ERR_CHILD_REGISTERED'],
  ['a pause of a child', state('SPLITTING'), control('PAUSE', 4), 'ERR_INVALID_PARAMETERS'],
  ['a restart', state('PAUSED'), control('RESTART', 0), 'ERR_OK'],
  ['a restart of what is paused by then', state('PAUSING'), control('RESTART', 0), 'ERR_OK'],
  ['a restart of what goes on', state('SPLITTING'), control('RESTART', 0), 'ERR_INVALID_STATE'],
  ['a cancel', state(...WHOLE), control('CANCEL'), 'ERR_OK'],
  ['a cancel of what is done in part', state('SPLITTING'), control('CANCEL'), 'ERR_CHILD_REGISTERED'],
])('%s is answered so, and not otherwise', (_what, before, operation, err) => {
  expect(wrongSplitReply(before, operation, err)).toBeUndefined();
  expect(wrongSplitReply(before, operation, 'ERR_BUSY_DROPPING')).toContain('was answered ERR_BUSY_DROPPING');
});

/** A cluster whose table of one partition holds '1' under each key, and is being split. */
async function splittingWorld(...keys: string[]): Promise<World> {
  const clusters = [{ name: 'A', metas: 1, replicas: 3 }];
  const world = new World({ seed: 3, clusters, operations: [] });
  await begin(world);
  await applyTable(world, { ...PLACE, kind: 'create', partitions: 1, replicas: 3 });
  await world.sleep(60_000);
  for (const hashKey of keys)
    await applyData(world, { ...PLACE, hashKey, kind: 'set', sortKey: 's', value: '1', ttl: 0 });
  await applySplit(world, start());
  await noteSplits(world);
  return world;
}

/** Two keys that a split takes apart. */
function keysApart(): [stays: string, leaves: string] {
  const keys = ['a', 'b', 'c', 'd', 'e'];
  const of = (pidx: number) => keys.find((key) => partitionOf(key, [true, true]) === pidx)!;
  return [of(0), of(1)];
}

test('a child that is not there yet is nobody’s, and waited for', async () => {
  const world = await splittingWorld();
  const [view] = await look(world);
  expect(checkConfiguration(view!)).toEqual([]);
  expect(checkHealth(view!)).toEqual([expect.stringContaining('1.1 is not healthy: ballot -1')]);
  const [table] = view!.stored;
  const child = table!.partitions[1]!;
  const broken = (changes: object) => checkConfiguration({ ...view!, stored: [{ ...table!, ...changes }] });
  expect(broken({ partitions: [table!.partitions[0]!, { ...child, hp_primary: 'x' }] })).toEqual([
    '1.1 is not there yet, and has members x | ',
  ]);
  expect(broken({ info: { ...table!.info, envs: new Map() } })).toEqual([
    't is being split, and nobody looks at hashes',
  ]);
});

test('a split that is paused, or about to be, goes on when all heals', async () => {
  const world = await splittingWorld();
  await applySplit(world, control('PAUSE'));
  await heal(world);
  expect((await world.partitionsOf('A', 't')).map(({ ballot }) => ballot > 0)).toEqual([true, true]);
});

test('a key that a split takes to another partition is looked for there, and found to be gone', async () => {
  const keys = keysApart();
  const world = await splittingWorld(...keys);
  await world.sleep(60_000);
  await checkContents(world);
  await world.of('A').data.table('t').del(bytes(keys[1]), bytes('s'));
  await expect(checkContents(world)).rejects.toThrow(`A t ${keys[1]}: multi_get answered ''`);
});

test('what a partition may have lost, its child may have lost too, but not what comes after the split', async () => {
  const [stays, leaves] = keysApart();
  const world = await splittingWorld(stays, leaves);
  const table = world.table('A', 't') as KnownTable;
  world.divergenceOf(table, stays).mayLoseWhatOnlyHas('x', 3);
  await world.sleep(60_000);
  await noteSplits(world);
  expect(world.history(table, leaves).divergence.mayBeThePast).toBe(true);
  expect(world.history(table, leaves).divergence).not.toBe(world.history(table, stays).divergence);
  world.divergence('A', 1, 1).isLedBy('x', 4, 2);
  expect([stays, leaves].map((key) => world.divergenceOf(table, key).mayBeThePast)).toEqual([true, false]);
});
