import { expect, test } from 'vitest';
import { lastingFault } from '../../../src/rpc/client/lasting-fault.ts';
import { openUniverse } from './universe.ts';

type Universe = ReturnType<typeof openUniverse>;

async function partitions(universe: Universe, cluster: string, table: string) {
  const reply = await universe.clients(cluster).meta.queryConfig({ app_name: table, partition_indices: [] });
  return reply.partitions.map((partition) => ({
    ballot: partition.ballot,
    primary: Number(partition.hp_primary?.slice(-1) ?? 0),
    secondaries: partition.hp_secondaries?.map((node) => Number(node.slice(-1))) ?? [],
    drops: partition.hp_last_drops?.map((node) => Number(node.slice(-1))) ?? [],
  }));
}

async function statuses(universe: Universe) {
  const { infos } = await universe.clients('onebox').meta.listNodes({ status: 'NS_INVALID' });
  return infos.map((info) => `${info.hp_node?.slice(-1)} ${info.status}`);
}

async function onebox() {
  const universe = openUniverse();
  await universe.createTable('onebox', 'temp', 8, 3);
  return universe;
}

test('create: primaries are spread, every partition ends with ballot 3', async () => {
  const universe = await onebox();
  const all = await partitions(universe, 'onebox', 'temp');
  expect(all.map((partition) => partition.primary)).toEqual([1, 2, 3, 1, 2, 3, 1, 2]);
  expect(all.every((partition) => partition.ballot === 3 && partition.secondaries.length === 2)).toBe(true);
});

test('a server that starts again where nobody leads has the ballots of before, written to or not', async () => {
  const universe = await onebox();
  const ballots = async () => {
    const { replicas } = await universe.control.showNode({ cluster: 'onebox', node: 'replica1' });
    return replicas.map(({ ballot }) => ballot);
  };
  expect(await ballots()).toEqual([3, 3, 3, 3, 3, 3, 3, 3]);
  await universe.node('onebox', 'meta1', 'kill');
  await universe.node('onebox', 'replica1', 'restart');
  expect(await ballots()).toEqual([3, 3, 3, 3, 3, 3, 3, 3]);
});

test('a killed server is UNALIVE 20 to 24 s later, and its partitions go on without it', async () => {
  const universe = await onebox();
  await universe.write('onebox', 'temp', 40);
  await universe.node('onebox', 'replica3', 'kill');
  await universe.seconds(18);
  expect(await statuses(universe)).toContain('3 NS_ALIVE');
  await universe.seconds(7);
  expect(await statuses(universe)).toEqual(['1 NS_ALIVE', '2 NS_ALIVE', '3 NS_UNALIVE']);
  const all = await partitions(universe, 'onebox', 'temp');
  expect(all.every((partition) => partition.primary !== 3 && !partition.secondaries.includes(3))).toBe(true);
  expect(all.map((partition) => partition.ballot)).toEqual([4, 4, 5, 4, 4, 5, 4, 4]);
  expect(await universe.records('onebox', 'temp')).toHaveLength(40);
});

test('a server that is back within the grace period was never missed; its primaries have a new ballot', async () => {
  const universe = await onebox();
  await universe.node('onebox', 'replica1', 'restart');
  await universe.seconds(1);
  expect(await statuses(universe)).toContain('1 NS_ALIVE');
  const all = await partitions(universe, 'onebox', 'temp');
  expect(all.map((partition) => partition.ballot)).toEqual([4, 3, 3, 4, 3, 3, 4, 3]);
});

test('a server that is back within the grace period without its disk is missed at the next group checks, and learns', async () => {
  const universe = await onebox();
  await universe.write('onebox', 'temp', 20);
  for (const action of ['kill', 'wipe', 'start'] as const) await universe.node('onebox', 'replica3', action);
  await universe.seconds(150);
  const { replicas } = await universe.control.showNode({ cluster: 'onebox', node: 'replica3' });
  expect(replicas.map(({ status }) => status)).toEqual(Array(8).fill('PS_SECONDARY'));
  for (const node of ['replica1', 'replica2']) await universe.node('onebox', node, 'kill');
  await universe.seconds(60);
  expect(universe.closeAndCheck()).toEqual([]);
});

test('a server that comes back is taken in again by the next check, and learns what it missed', async () => {
  const universe = await onebox();
  await universe.node('onebox', 'replica3', 'kill');
  await universe.seconds(30);
  await universe.write('onebox', 'temp', 40);
  await universe.node('onebox', 'replica3', 'start');
  await universe.seconds(10);
  const all = await partitions(universe, 'onebox', 'temp');
  expect(all.every((partition) => partition.secondaries.includes(3))).toBe(true);
  await universe.node('onebox', 'replica1', 'kill');
  await universe.node('onebox', 'replica2', 'kill');
  await universe.seconds(30);
  await universe.node('onebox', 'replica1', 'start');
  await universe.seconds(20);
  expect(await universe.records('onebox', 'temp')).toHaveLength(40);
});

test('a server that stays away for ten minutes is waited for no longer: another takes its place', async () => {
  const universe = openUniverse();
  await universe.cluster('A', 4);
  await universe.createTable('A', 'temp', 1, 3);
  const [before] = await partitions(universe, 'A', 'temp');
  const gone = before?.secondaries[0] ?? 0;
  await universe.node('A', `replica${gone}`, 'kill');
  await universe.seconds(600);
  expect((await partitions(universe, 'A', 'temp'))[0]?.secondaries).toHaveLength(1);
  await universe.seconds(40);
  expect((await partitions(universe, 'A', 'temp'))[0]?.secondaries).toHaveLength(2);
});

test('with one of three servers alive nothing is changed: it is frozen', async () => {
  const universe = await onebox();
  await universe.node('onebox', 'replica3', 'kill');
  await universe.seconds(30);
  await universe.node('onebox', 'replica2', 'kill');
  await universe.seconds(30);
  const all = await partitions(universe, 'onebox', 'temp');
  expect(all.filter((partition) => partition.primary === 0).length).toBeGreaterThan(0);
  const refused = await universe.createTable('onebox', 'other', 4, 1);
  expect(refused.err).toBe('ERR_STATE_FREEZED');
});

test.each([
  ['is dead, at once', 'node_kill', 0],
  ['hangs, after a prepare timeout', 'node_hang', 3000],
] as const)('a write goes through without a secondary that %s', async (_, kind, waited) => {
  const universe = await onebox();
  await universe.control.addFault({ ...lastingFault('onebox', kind, 'replica3'), for_us: 20_000_000 });
  const before = universe.clients('onebox').meta.now();
  await universe.write('onebox', 'temp', 1);
  const took = universe.clients('onebox').meta.now() - before;
  expect(Math.floor(took / 1000) * 1000).toBe(waited);
  await universe.seconds(30);
  expect(await universe.records('onebox', 'temp')).toHaveLength(1);
});

test('everything written survives the end of every server', async () => {
  const universe = await onebox();
  await universe.write('onebox', 'temp', 60);
  for (const node of ['replica1', 'replica2', 'replica3']) await universe.node('onebox', node, 'kill');
  await universe.seconds(60);
  for (const node of ['replica1', 'replica2', 'replica3']) await universe.node('onebox', node, 'start');
  await universe.seconds(60);
  expect(await universe.records('onebox', 'temp')).toHaveLength(60);
  const all = await partitions(universe, 'onebox', 'temp');
  expect(all.every((partition) => partition.primary !== 0)).toBe(true);
});

test('a dropped table can be read until its servers hear of it, then not', async () => {
  const universe = await onebox();
  await universe.write('onebox', 'temp', 5);
  const { meta } = universe.clients('onebox');
  expect((await meta.dropApp({ app_name: 'temp', options: { success_if_not_exist: false } })).err).toBe(
    'ERR_OK',
  );
  expect((await meta.dropApp({ app_name: 'temp', options: { success_if_not_exist: false } })).err).toBe(
    'ERR_APP_NOT_EXIST',
  );
  const { infos } = await meta.listApps({ status: 'AS_DROPPED' });
  expect(infos[0]).toMatchObject({ app_name: 'temp', app_id: 1 });
  expect((infos[0]?.expire_second ?? 0) - (infos[0]?.drop_second ?? 0)).toBe(604_800);
  await universe.seconds(31);
  const { replicas } = await universe.control.showNode({ cluster: 'onebox', node: 'replica1' });
  expect(replicas).toEqual([]);
});

test('an idle partition writes one empty decree each 100 s; 30 idle days are made up for when somebody looks', async () => {
  const universe = openUniverse();
  await universe.createTable('onebox', 'temp', 1, 1);
  const committed = async () => {
    const nodes = ['replica1', 'replica2', 'replica3'];
    const shown = await Promise.all(
      nodes.map((node) => universe.control.showNode({ cluster: 'onebox', node })),
    );
    return shown.flatMap((server) => server.replicas)[0];
  };
  const before = await committed();
  await universe.seconds(1000);
  expect((await committed())?.last_committed_decree).toBe((before?.last_committed_decree ?? 0) + 10);
  await universe.seconds(30 * 86_400);
  const after = await committed();
  expect(after?.last_committed_decree).toBe((before?.last_committed_decree ?? 0) + 10 + 30 * 864);
  expect(after?.last_durable_decree).toBeGreaterThan(0);
});

test('a server that starts again knows from its disk whether its table makes atomic operations idempotent', async () => {
  const universe = openUniverse();
  await universe.cluster('A', 1);
  await universe.cluster('B', 1);
  await universe.createTable('A', 't', 1, 1);
  const { meta, data } = universe.clients('A');
  await meta.setAtomicIdempotent({ app_name: 't', atomic_idempotent: true });
  await meta.addDuplication({
    app_name: 't',
    remote_cluster_name: 'B',
    is_duplicating_checkpoint: true,
    remote_app_name: 't',
    remote_replica_count: 1,
  });
  await universe.seconds(120);
  const [hashKey, sortKey] = [Buffer.from('k'), Buffer.from('s')];
  const increment = async () => (await data.table('t').incr(hashKey, sortKey, 1n)).error.text;
  expect(await increment()).toBe('success');
  await universe.node('A', 'meta1', 'kill');
  await universe.node('A', 'replica1', 'restart');
  // It leads nothing until a meta server says so, and refuses nothing for good.
  expect(await increment()).toBe('timeout');
  await universe.node('A', 'meta1', 'start');
  await universe.seconds(10);
  expect(await increment()).toBe('success');
});
