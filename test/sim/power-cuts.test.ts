import { afterEach, expect, test, vi } from 'vitest';
import { VolatileDisk } from '../../src/host/volatile-disk.ts';
import { applyData } from '../../src/sim/apply/data.ts';
import { applyPowerCut } from '../../src/sim/apply/power-cuts.ts';
import { applyServer } from '../../src/sim/apply/servers.ts';
import { applyTable } from '../../src/sim/apply/tables.ts';
import { begin } from '../../src/sim/begin.ts';
import { checkContents } from '../../src/sim/checkers/contents.ts';
import type { DataOperation, InterruptedOperation, TableOperation } from '../../src/sim/operation.ts';
import { type KnownTable, World } from '../../src/sim/world.ts';

const PLACE = { cluster: 'A', table: 't' };
const set = (value: string): DataOperation => ({
  ...PLACE,
  hashKey: 'k',
  kind: 'set',
  sortKey: 's',
  value,
  ttl: 0,
});
const NEVER = 1_000_000;

afterEach(() => {
  vi.restoreAllMocks();
});

/** A table whose key holds 1. */
async function worldWithTable(): Promise<World> {
  const world = new World({ seed: 3, clusters: [{ name: 'A', metas: 1, replicas: 3 }], operations: [] });
  await begin(world);
  await applyTable(world, { ...PLACE, kind: 'create', partitions: 1, replicas: 3 });
  await world.sleep(60_000);
  await applyData(world, set('1'));
  return world;
}

async function cutDuring(world: World, during: InterruptedOperation, at: number, seed = 1): Promise<void> {
  const apply = async (one: InterruptedOperation): Promise<void> => {
    if ('hashKey' in one) await applyData(world, one);
    else if (one.kind === 'drop') await applyTable(world, one);
    else if (one.kind === 'wait') await world.sleep(one.ms);
    else await applyServer(world, one as never);
  };
  const cut = { kind: 'power_cut', during, at, isWhileOpening: false, losesPower: true, seed } as const;
  await applyPowerCut(world, cut, apply);
}

const described = (world: World) => world.history(world.table('A', 't') as KnownTable, 'k').describe();

test('a write that the power cut off may be there or not, and one that was answered is', async () => {
  const world = await worldWithTable();
  await cutDuring(world, set('2'), 1);
  expect(described(world)).toBe('{s=1} or {s=2}');
  await checkContents(world);
  await cutDuring(world, set('3'), NEVER);
  expect(described(world)).toContain('{s=3}');
  await checkContents(world);
});

test('wherever the power fails, what is there is in order, and what was there before is kept', async () => {
  const world = await worldWithTable();
  for (let at = 1; at < 60; at += 7) {
    await cutDuring(world, { kind: 'wait', ms: 200_000 }, at, at);
    await checkContents(world);
  }
  expect(described(world)).toBe('{s=1}');
});

test('a table that was dropped when the power failed is there or not, and it is known which', async () => {
  const drop: TableOperation = { ...PLACE, kind: 'drop' };
  for (const [at, isThere] of [
    [1, true],
    [NEVER, false],
  ] as const) {
    const world = await worldWithTable();
    await cutDuring(world, drop as InterruptedOperation, at);
    expect(world.table('A', 't') !== undefined).toBe(isThere);
  }
});

test('an answer that the disk has not kept is found', async () => {
  const world = await worldWithTable();
  vi.spyOn(VolatileDisk.prototype, 'sync').mockReturnValue();
  const results = [];
  for (let seed = 1; seed <= 10 && results.length === 0; seed++) {
    try {
      await cutDuring(world, set(`${seed + 1}`), NEVER, seed);
      await checkContents(world);
    } catch (error) {
      results.push(`${error}`);
    }
  }
  expect(results).toEqual([
    expect.stringMatching(/multi_get answered 's=\d+', the key can only hold|fsck|Workspace/),
  ]);
});
