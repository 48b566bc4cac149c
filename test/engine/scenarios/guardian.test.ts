import { expect, test } from 'vitest';
import { openUniverse } from './universe.ts';

type Universe = ReturnType<typeof openUniverse>;

/** The members of a table's only partition, by the last digits of their ports: `1 [2,3]`. */
async function members(universe: Universe, table = 't') {
  const { meta } = universe.clients('A');
  const { partitions } = await meta.queryConfig({ app_name: table, partition_indices: [] });
  const [one] = partitions;
  const secondaries = one?.hp_secondaries?.map((node) => node.slice(-1)) ?? [];
  return `${one?.hp_primary?.slice(-1) ?? '-'} [${secondaries.join(',')}]`;
}

async function withTable(replicaCount = 3, servers = 3) {
  const universe = openUniverse();
  await universe.cluster('A', servers);
  await universe.createTable('A', 't', 1, replicaCount);
  await universe.seconds(40);
  return universe;
}

async function ddd(universe: Universe, app_id = -1, partition_index = -1) {
  const { partitions } = await universe.clients('A').meta.diagnoseDdd({ pid: { app_id, partition_index } });
  return partitions;
}

test('among secondaries that are equal the first of the configuration leads', async () => {
  const universe = await withTable();
  expect(await members(universe)).toBe('1 [2,3]');
  await universe.node('A', 'replica2', 'kill');
  await universe.seconds(30);
  await universe.node('A', 'replica2', 'start');
  await universe.seconds(30);
  expect(await members(universe)).toBe('1 [3,2]');
  await universe.node('A', 'replica1', 'kill');
  await universe.seconds(30);
  expect(await members(universe)).toBe('3 [2]');
});

test('a server that left is waited for until the millisecond after its time', async () => {
  for (const offset of [0, 2, 4, 6, 8]) {
    const universe = await withTable(3, 4);
    await universe.seconds(offset);
    await universe.node('A', 'replica3', 'kill');
    while ((await members(universe)) === '1 [2,3]') await universe.seconds(1);
    await universe.seconds(600);
    expect(await members(universe), `killed at ${offset}`).toBe('1 [2]');
    await universe.seconds(11);
    expect(await members(universe), `killed at ${offset}`).toBe('1 [2,4]');
  }
});

/** Two of three servers die, one after the other: the level is freezed then. */
async function withTwoDead(replicaCount: number, first: string) {
  const universe = await withTable(replicaCount);
  for (const node of [first, 'replica1']) {
    await universe.node('A', node, 'kill');
    await universe.seconds(30);
  }
  return universe;
}

test('a partition that loses its last member is told of while the level is freezed', async () => {
  const universe = await withTwoDead(2, 'replica2');
  expect(await members(universe)).toBe('- []');
  expect(await ddd(universe)).toMatchObject([
    { reason: "the last dropped node(localhost:35801) hasn't come back yet" },
  ]);
});

test('ddd_diagnose tells what the last check found', async () => {
  const universe = await withTwoDead(2, 'replica2');
  const alive = async () => (await ddd(universe))[0]?.dropped.map(({ is_alive }) => is_alive);
  expect(await alive()).toEqual([false, false]);
  await universe.node('A', 'replica1', 'start');
  await universe.seconds(1);
  expect(await alive()).toEqual([false, false]);
  await universe.seconds(10);
  expect(await alive()).toEqual([false, true]);
  expect(await ddd(universe, -1, 7)).toHaveLength(1);
  expect(await ddd(universe, 1, 7)).toHaveLength(0);
});

test('who is asked to lead while the level is freezed goes on asking, and leads as soon as it may', async () => {
  const universe = await withTwoDead(3, 'replica3');
  expect(await members(universe)).toBe('- [2]');
  const { servers } = universe.clients('A');
  await servers.command('localhost:35601', 'meta.live_percentage', ['0'], 1000);
  await universe.seconds(2);
  expect(await members(universe)).toBe('2 []');
});

test('below freezed no death is stored; it is, when the level rises, though the server is back', async () => {
  const universe = await withTable();
  const { meta } = universe.clients('A');
  await meta.controlMeta({ level: 'fl_blind' });
  await universe.node('A', 'replica1', 'kill');
  await universe.seconds(60);
  expect(await members(universe)).toBe('1 [2,3]');
  await universe.node('A', 'replica1', 'start');
  await universe.seconds(5);
  await meta.controlMeta({ level: 'fl_steady' });
  await universe.seconds(1);
  expect(await members(universe)).toMatch(/^[23] /);
  await universe.seconds(30);
  expect(await members(universe)).toMatch(/^[23] \[.,.\]$/);
});

test('below freezed a table is not dropped until the level rises', async () => {
  const universe = await withTable();
  const { meta } = universe.clients('A');
  await meta.controlMeta({ level: 'fl_blind' });
  const drop = () => meta.dropApp({ app_name: 't', options: { success_if_not_exist: false } });
  await expect(drop()).rejects.toThrow('ERR_TIMEOUT');
  expect(await drop()).toMatchObject({ err: 'ERR_BUSY_DROPPING' });
  await meta.controlMeta({ level: 'fl_steady' });
  expect(await drop()).toMatchObject({ err: 'ERR_APP_NOT_EXIST' });
});
