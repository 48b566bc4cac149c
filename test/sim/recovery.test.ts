import { expect, test } from 'vitest';
import { applyData } from '../../src/sim/apply/data.ts';
import { applyRecovery } from '../../src/sim/apply/recovery.ts';
import { applyTable } from '../../src/sim/apply/tables.ts';
import { begin } from '../../src/sim/begin.ts';
import { checkContents } from '../../src/sim/checkers/contents.ts';
import { heal } from '../../src/sim/heal.ts';
import type { RecoverOperation } from '../../src/sim/operation.ts';
import { Violation, World } from '../../src/sim/world.ts';

const PLACE = { cluster: 'A', table: 't1' };
const RECOVER: RecoverOperation = { kind: 'recover', cluster: 'A' };

/** A table that a server has left, and that was given another name since. */
async function worldWithALeaver(): Promise<World> {
  const clusters = [{ name: 'A', metas: 1, replicas: 4 }];
  const world = new World({ seed: 3, clusters, operations: [] });
  await begin(world);
  await applyTable(world, { ...PLACE, kind: 'create', partitions: 1, replicas: 3 });
  await world.sleep(60_000);
  const [partition] = await world.partitionsOf('A', 't1');
  const node = partition?.hp_primary ?? '';
  await world.control.changeNode({ cluster: 'A', node, action: 'kill' });
  await world.sleep(15 * 60_000);
  await heal(world);
  await applyTable(world, { ...PLACE, kind: 'rename', to: 't2' });
  await world.sleep(60_000);
  return world;
}

test('what a server that left tells of a table that was changed since is not asked for', async () => {
  const world = await worldWithALeaver();
  await applyRecovery(world, RECOVER);
  expect(world.lines.get(RECOVER)).not.toContain('recover');
});

test('a recovery that fails is noticed', async () => {
  const world = await worldWithALeaver();
  world.changed.clear();
  const recovery = applyRecovery(world, RECOVER);
  await expect(recovery).rejects.toThrow(Violation);
  const { crashes } = await world.control.showNode({ cluster: 'A', node: 'meta1' });
  expect(crashes.at(-1)?.assertion).toContain('conflict app info');
});

test('what was dropped is back, under a name of its own, with what it held', async () => {
  const world = new World({ seed: 3, clusters: [{ name: 'A', metas: 3, replicas: 3 }], operations: [] });
  await begin(world);
  for (const value of ['1', '2']) {
    await applyTable(world, { ...PLACE, kind: 'create', partitions: 2, replicas: 3 });
    await world.sleep(60_000);
    await applyData(world, { ...PLACE, hashKey: 'a', kind: 'set', sortKey: 's', value, ttl: 0 });
    if (value === '1') await applyTable(world, { ...PLACE, kind: 'drop' });
  }
  await applyRecovery(world, RECOVER);
  expect([...world.tables.keys()].sort()).toEqual(['A/t1', 'A/t1__1']);
  await checkContents(world);
});
