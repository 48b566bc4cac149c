import { expect, test } from 'vitest';
import { isBalanced } from '../../../src/operations/conditions.ts';
import { openUniverse } from './universe.ts';

type Universe = ReturnType<typeof openUniverse>;

/** Primaries and replicas of each server, in order of the servers: `4/8 4/8 0/8`. */
async function spread(universe: Universe, table: string, servers: number) {
  const { meta } = universe.clients('A');
  const { partitions } = await meta.queryConfig({ app_name: table, partition_indices: [] });
  const counts = Array.from({ length: servers }, (_, index) => {
    const node = `localhost:3580${index + 1}`;
    const primaries = partitions.filter((one) => one.hp_primary === node).length;
    const secondaries = partitions.filter((one) => one.hp_secondaries?.includes(node)).length;
    return `${primaries}/${primaries + secondaries}`;
  });
  return counts.join(' ');
}

async function operations(universe: Universe) {
  const { keys, values } = await universe.clients('A').meta.clusterInfo({});
  return JSON.parse(values[keys.indexOf('balance_operation_count')] ?? '') as unknown;
}

async function afterRejoin() {
  const universe = openUniverse();
  await universe.cluster('A', 3);
  await universe.createTable('A', 't', 8, 3);
  await universe.write('A', 't', 50);
  await universe.node('A', 'replica3', 'kill');
  await universe.seconds(40);
  await universe.node('A', 'replica3', 'start');
  await universe.seconds(90);
  return universe;
}

test('a server that comes back leads nothing at steady; what could be moved is counted', async () => {
  const universe = await afterRejoin();
  expect(await spread(universe, 't', 3)).toBe('4/8 4/8 0/8');
  expect(await operations(universe)).toEqual({ copy_pri: 0, copy_sec: 0, move_pri: 2, total: 2 });
  await universe.seconds(3600);
  expect(await spread(universe, 't', 3)).toBe('4/8 4/8 0/8');
});

test('lively: primaries are moved until they are even, and nothing is lost', async () => {
  const universe = await afterRejoin();
  const { meta } = universe.clients('A');
  const watched = { meta, control: universe.control, cluster: 'A' };
  expect((await isBalanced(watched, 't')).done).toBe(false);
  await meta.controlMeta({ level: 'fl_lively' });
  await universe.seconds(120);
  expect(await spread(universe, 't', 3)).toBe('3/8 3/8 2/8');
  expect((await isBalanced(watched, 't')).done).toBe(true);
  expect(await universe.records('A', 't')).toHaveLength(50);
  expect(await operations(universe)).toEqual({ copy_pri: 0, copy_sec: 0, move_pri: 0, total: 0 });
});

test('not all replicas known: total is -1 until they are', async () => {
  const universe = openUniverse();
  await universe.cluster('A', 3);
  expect(await operations(universe)).toMatchObject({ total: 0 });
  await universe.createTable('A', 't', 4, 3);
  await universe.seconds(10);
  expect(await operations(universe)).toEqual({ copy_pri: 0, copy_sec: 0, move_pri: 0, total: -1 });
  await universe.seconds(40);
  expect(await operations(universe)).toMatchObject({ total: 0 });
});

async function withEmptyServer(settings: Readonly<Record<string, string>> = {}) {
  const universe = openUniverse();
  await universe.cluster('A', 4);
  for (const [key, value] of Object.entries(settings))
    await universe.control.setConfig({ name: 'A', key, value });
  await universe.node('A', 'replica4', 'stop');
  await universe.seconds(30);
  await universe.createTable('A', 't', 8, 2);
  await universe.createTable('A', 'u', 6, 3);
  await universe.write('A', 't', 50);
  await universe.node('A', 'replica4', 'start');
  await universe.seconds(60);
  return universe;
}

test('lively: an empty server gets replicas by copying, primaries too', async () => {
  const universe = await withEmptyServer();
  expect(await spread(universe, 't', 4)).toBe('3/6 3/5 2/5 0/0');
  await universe.clients('A').meta.controlMeta({ level: 'fl_lively' });
  await universe.seconds(600);
  expect(await spread(universe, 't', 4)).toMatch(/^2\/4 2\/4 2\/4 2\/4$/);
  expect(await spread(universe, 'u', 4)).toMatch(/^[12]\/[45] [12]\/[45] [12]\/[45] [12]\/[45]$/);
  expect(await universe.records('A', 't')).toHaveLength(50);
});

test('all tables as one: the servers end even, table by table and together', async () => {
  const universe = await withEmptyServer({ 'meta_server.balance_cluster': 'true' });
  await universe.clients('A').meta.controlMeta({ level: 'fl_lively' });
  await universe.seconds(900);
  const totals = [0, 0, 0, 0];
  for (const table of ['t', 'u']) {
    const counts = (await spread(universe, table, 4)).split(' ').map((one) => Number(one.split('/')[1]));
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    counts.forEach((count, index) => {
      totals[index] = (totals[index] ?? 0) + count;
    });
  }
  expect(Math.max(...totals) - Math.min(...totals)).toBeLessThanOrEqual(1);
  expect(await universe.records('A', 't')).toHaveLength(50);
});

test('only_move_primary and only_primary_balancer: nothing is copied', async () => {
  const universe = openUniverse();
  await universe.cluster('A', 4);
  for (const key of ['only_move_primary', 'only_primary_balancer'])
    await universe.control.setConfig({ name: 'A', key: `meta_server.${key}`, value: 'true' });
  await universe.node('A', 'meta1', 'restart');
  await universe.node('A', 'replica4', 'stop');
  await universe.seconds(30);
  await universe.createTable('A', 't', 8, 2);
  await universe.node('A', 'replica4', 'start');
  await universe.clients('A').meta.controlMeta({ level: 'fl_lively' });
  await universe.seconds(600);
  expect(await spread(universe, 't', 4)).toMatch(/ 0\/0$/);
});

test('tables that the balancer is told to ignore stay as they are', async () => {
  const universe = await afterRejoin();
  const { meta, servers } = universe.clients('A');
  await servers.command('localhost:35601', 'meta.lb.ignored_app_list', ['set', '1'], 1000);
  await meta.controlMeta({ level: 'fl_lively' });
  await universe.seconds(120);
  expect(await spread(universe, 't', 3)).toBe('4/8 4/8 0/8');
  await servers.command('localhost:35601', 'meta.lb.ignored_app_list', ['clear'], 1000);
  await universe.seconds(120);
  expect(await spread(universe, 't', 3)).toBe('3/8 3/8 2/8');
});

test('a server on the black list gets no secondary, though it had one', async () => {
  const universe = openUniverse();
  await universe.cluster('A', 4);
  await universe.createTable('A', 't', 1, 3);
  const { servers } = universe.clients('A');
  const before = await spread(universe, 't', 4);
  const lost = [...before.split(' ').entries()].find(([, one]) => one === '0/1')?.[0] ?? 0;
  const chosen = [`localhost:3580${lost + 1}`];
  await servers.command('localhost:35601', 'meta.lb.assign_secondary_black_list', chosen, 1000);
  await universe.node('A', `replica${lost + 1}`, 'kill');
  await universe.seconds(60);
  await universe.node('A', `replica${lost + 1}`, 'start');
  await universe.seconds(60);
  const after = (await spread(universe, 't', 4)).split(' ');
  expect(after[lost]).toBe('0/0');
  expect(after.filter((one) => one !== '0/0')).toHaveLength(3);
});

test('what could be moved is counted anew when a server, a table or a setting is gone', async () => {
  const universe = openUniverse();
  await universe.cluster('A', 4);
  await universe.node('A', 'replica4', 'stop');
  await universe.seconds(30);
  await universe.createTable('A', 't', 8, 3);
  await universe.createTable('A', 'u', 8, 3);
  await universe.node('A', 'replica4', 'start');
  await universe.seconds(60);
  const { meta, servers } = universe.clients('A');
  const counted = { copy_pri: 4, copy_sec: 11, move_pri: 0, total: 15 };
  expect(await operations(universe)).toEqual(counted);
  const tell = (word: string) =>
    servers.command('localhost:35601', 'meta.lb.only_move_primary', [word], 1000);
  await tell('true');
  await universe.seconds(10);
  expect(await operations(universe)).toMatchObject({ copy_pri: 0 });
  await tell('false');
  await universe.config('A', { 'meta_server.balance_cluster': 'true' });
  await universe.seconds(10);
  expect(await operations(universe)).toMatchObject({ total: 0 });
  await universe.config('A', { 'meta_server.balance_cluster': 'false' });
  await meta.dropApp({ app_name: 'u', options: { success_if_not_exist: false } });
  await universe.seconds(10);
  expect(await operations(universe)).toEqual({ copy_pri: 2, copy_sec: 6, move_pri: 0, total: 8 });
  await universe.node('A', 'replica4', 'kill');
  await universe.seconds(40);
  expect(await operations(universe)).toMatchObject({ total: 0 });
});

test('a shorter patience with servers that left is known at the next check', async () => {
  const universe = openUniverse();
  await universe.cluster('A', 4);
  await universe.createTable('A', 't', 4, 3);
  await universe.node('A', 'replica1', 'kill');
  await universe.seconds(60);
  expect(await spread(universe, 't', 4)).toMatch(/^0\/0 /);
  const { servers } = universe.clients('A');
  await servers.command('localhost:35601', 'meta.lb.assign_delay_ms', ['1000'], 1000);
  await universe.seconds(30);
  expect(await spread(universe, 't', 4)).toMatch(/^0\/0 .\/4 .\/4 .\/4$/);
});
