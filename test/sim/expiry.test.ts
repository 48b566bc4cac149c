import { expect, test } from 'vitest';
import { applyData } from '../../src/sim/apply/data.ts';
import { applyDuplication } from '../../src/sim/apply/duplications.ts';
import { applyEnv } from '../../src/sim/apply/envs.ts';
import { applyTable } from '../../src/sim/apply/tables.ts';
import { applyUpkeep } from '../../src/sim/apply/upkeep.ts';
import { begin } from '../../src/sim/begin.ts';
import { checkContents, checkFollowers } from '../../src/sim/checkers/contents.ts';
import { heal } from '../../src/sim/heal.ts';
import { bytes } from '../../src/sim/names.ts';
import type { DataOperation } from '../../src/sim/operation.ts';
import { type KnownTable, World } from '../../src/sim/world.ts';

const PLACE = { cluster: 'A', table: 't' };
const KEY = { ...PLACE, hashKey: 'k', sortKey: 's' };
const set = (value: string, ttl = 0): DataOperation => ({ ...KEY, kind: 'set', value, ttl });
const env = (key: string, value: string, isRefused = false) =>
  ({ ...PLACE, kind: 'set_env', key, value, isRefused }) as const;

async function worldWithTable(...names: string[]): Promise<World> {
  const clusters = ['A', ...names].map((name) => ({ name, metas: 1, replicas: 3 }));
  const world = new World({ seed: 3, clusters, operations: [] });
  await begin(world);
  await applyTable(world, { ...PLACE, kind: 'create', partitions: 1, replicas: 3 });
  await world.sleep(60_000);
  return world;
}

test('a record that expires when its table says so is expected to, and not later', async () => {
  const world = await worldWithTable();
  await applyEnv(world, env('default_ttl', '60'));
  await world.sleep(31_000);
  await applyData(world, set('1'));
  await applyData(world, { ...KEY, kind: 'ttl' });
  await world.sleep(61_000);
  await checkContents(world);
  await applyData(world, set('2'));
  await world.of('A').data.table('t').set(bytes('k'), bytes('s'), bytes('2'), 600);
  await world.sleep(61_000);
  await expect(checkContents(world)).rejects.toThrow("multi_get answered 's=2', the key can only hold {s=2@");
});

test('a default that a primary has not heard of, or that was deleted, may count or not', async () => {
  const world = await worldWithTable();
  const history = () => world.history(world.table('A', 't') as KnownTable, 'k');
  await applyEnv(world, env('default_ttl', '60'));
  await applyData(world, set('1'));
  expect(history().describe()).toMatch(/^\{s=1@\d+\} or \{s=1\}$/);
  await world.sleep(31_000);
  await applyData(world, set('2'));
  expect(history().describe()).toMatch(/^\{s=2@\d+\}$/);
  await applyEnv(world, { ...PLACE, kind: 'del_env', key: 'default_ttl' });
  await world.sleep(31_000);
  await applyData(world, set('3'));
  expect(history().describe()).toMatch(/^\{s=3@\d+\} or \{s=3\}$/);
});

test('a table that was compacted gets no default, nor the other way round', async () => {
  const world = await worldWithTable();
  await applyUpkeep(world, { ...PLACE, kind: 'compact' });
  await applyEnv(world, env('default_ttl', '60'));
  expect((await world.stored('A'))[0]!.info.envs.has('default_ttl')).toBe(false);
});

test('a follower whose record expires at another time is found', async () => {
  const world = await worldWithTable('B');
  await applyDuplication(world, { ...PLACE, kind: 'add_dup', remote: 'B', full: true, calm: true });
  await applyData(world, set('1', 6000));
  await world.sleep(60_000);
  expect(await checkFollowers(world)).toEqual([]);
  await world.of('B').data.table('t').set(bytes('k'), bytes('s'), bytes('1'), 5000);
  expect(await checkFollowers(world)).toEqual([
    expect.stringMatching(/A\/t holds k:s=1@\d+, its follower B\/t k:s=1@/),
  ]);
});

test('an env that is taken although it may not be, or refused, is found', async () => {
  const world = await worldWithTable();
  await applyEnv(world, env('replica.slow_query_threshold', '19', true));
  await expect(applyEnv(world, env('replica.slow_query_threshold', '19'))).rejects.toThrow(
    'ERR_INVALID_PARAMETERS',
  );
  await expect(applyEnv(world, env('business.info', 'x', true))).rejects.toThrow(
    'business.info is to be set to x: ERR_OK',
  );
});

test('a client that is answered although it is denied is found, and let in again when all heals', async () => {
  const world = await worldWithTable();
  await applyEnv(world, env('replica.deny_client_request', 'timeout*write'));
  await applyData(world, set('1'));
  await world.sleep(31_000);
  await applyData(world, set('2'));
  await applyData(world, { ...KEY, kind: 'get' });
  const { of } = world;
  const answer = async () => ({ error: { code: 0, text: '' }, reply: { server: 'x' } });
  world.of = (cluster) => ({ ...of.call(world, cluster), data: { table: () => ({ set: answer }) } as never });
  await expect(applyData(world, set('3'))).rejects.toThrow(
    "set is denied by localhost:35801 with ballot 3, and answered 'ok'",
  );
  world.of = of;
  await heal(world);
  await applyData(world, set('4'));
  await checkContents(world);
  expect(world.history(world.table('A', 't') as KnownTable, 'k').describe()).toBe('{s=4}');
});
