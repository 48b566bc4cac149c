import { describe, expect, test } from 'vitest';
import { openStore } from '../../../src/engine/storage/store.ts';
import { memoryHost } from '../../../src/host/memory-fs.ts';
import { lastingFault } from '../../../src/rpc/client/lasting-fault.ts';
import { openUniverse } from './universe.ts';

type Universe = ReturnType<typeof openUniverse>;

async function twoClusters(count = 30) {
  const universe = openUniverse();
  await universe.cluster('A', 3);
  await universe.cluster('B', 3);
  await universe.createTable('A', 't', 4, 3);
  await universe.write('A', 't', count);
  return universe;
}

async function add(
  universe: Universe,
  options: { full?: boolean; remoteName?: string; replicas?: number; remote?: string } = {},
) {
  const { full = true, remoteName = 't', replicas = 0, remote = 'B' } = options;
  return universe.clients('A').meta.addDuplication({
    app_name: 't',
    remote_cluster_name: remote,
    is_duplicating_checkpoint: full,
    remote_app_name: remoteName,
    remote_replica_count: replicas,
  });
}

async function entry(universe: Universe) {
  return (await universe.clients('A').meta.queryDuplication({ app_name: 't' })).entry_list[0];
}

test('full: PREPARE, APP, LOG by itself, then every record and every later write', async () => {
  const universe = await twoClusters();
  await add(universe);
  const seen: string[] = [];
  for (let i = 0; i < 12; i++) {
    const status = await universe.status('A', 't');
    if (seen.at(-1) !== status) seen.push(`${status}`);
    await universe.seconds(10);
  }
  expect(seen).toEqual(['DS_PREPARE', 'DS_APP', 'DS_LOG']);
  await universe.write('A', 't', 10, 'later');
  await universe.seconds(2);
  expect(await universe.records('B', 't')).toEqual(await universe.records('A', 't'));
  expect(await universe.records('B', 't')).toHaveLength(40);
  await universe.seconds(30);
  const states = [...((await entry(universe))?.partition_states?.values() ?? [])];
  expect(states.every((state) => state.confirmed_decree === state.last_committed_decree)).toBe(true);
});

test('incremental: only what is written after the first sync arrives', async () => {
  const universe = await twoClusters();
  await universe.createTable('B', 't', 4, 3);
  expect((await add(universe, { full: false })).err).toBe('ERR_OK');
  expect(await universe.status('A', 't')).toBe('DS_LOG');
  await universe.seconds(25);
  await universe.write('A', 't', 10, 'new');
  await universe.seconds(5);
  const there = await universe.records('B', 't');
  expect(there).toHaveLength(10);
  expect(there.every((record) => record.startsWith('new'))).toBe(true);
});

test('pause holds shipping back, start lets it go on', async () => {
  const universe = await twoClusters();
  const { dupid } = await add(universe);
  await universe.seconds(100);
  const { meta } = universe.clients('A');
  expect((await meta.modifyDuplication({ app_name: 't', dupid, status: 'DS_PAUSE' })).err).toBe('ERR_OK');
  await universe.seconds(15);
  await universe.write('A', 't', 7, 'held');
  await universe.seconds(60);
  expect(await universe.records('B', 't')).toHaveLength(30);
  expect((await meta.modifyDuplication({ app_name: 't', dupid, status: 'DS_LOG' })).err).toBe('ERR_OK');
  await universe.seconds(15);
  expect(await universe.records('B', 't')).toHaveLength(37);
});

test('a primary that moves while shipping loses nothing', async () => {
  const universe = await twoClusters();
  await add(universe);
  await universe.seconds(100);
  await universe.write('A', 't', 20, 'before');
  await universe.node('A', 'replica1', 'kill');
  await universe.seconds(30);
  await universe.write('A', 't', 20, 'after');
  await universe.seconds(40);
  expect(await universe.records('B', 't')).toEqual(await universe.records('A', 't'));
});

test('a new primary that reports less than the one before is answered what it reported, and lives on', async () => {
  const universe = await twoClusters(0);
  await universe.configure('A', { 'replication.dup_progress_min_update_period_ms': '60000' });
  await universe.seconds(60);
  await universe.createTable('B', 't', 4, 3);
  await add(universe, { full: false });
  await universe.seconds(90);
  const progress = async () => (await universe.duplication('A'))?.partitions.find(({ pidx }) => pidx === 3);
  await universe.set('A', 't', 'k', 'stored');
  await universe.seconds(12);
  for (let i = 0; i < 8; i++) await universe.set('A', 't', 'k', new Uint8Array(5000));
  await universe.seconds(12);
  const before = await progress();
  expect(before).toMatchObject({ last_decree: 10, stored_decree: 2 });
  await universe.control.addFault({ ...lastingFault('A', 'rpc_request_drop', 'A', 'B'), ratio: 0.5 });
  const { nodes } = await universe.control.listNodes({ name: 'A' });
  const leader = nodes.find(({ node }) => node === before?.primary)?.name ?? '';
  await universe.node('A', leader, 'kill');
  await universe.seconds(120);
  const words = await Promise.all(nodes.map(({ name }) => universe.assertion('A', name)));
  expect(words.join('')).toBe('');
  expect(await progress()).toMatchObject({ last_decree: 10, stored_decree: 10 });
});

test('a remote cluster that is away is retried until it is back', async () => {
  const universe = await twoClusters();
  await add(universe);
  await universe.seconds(100);
  for (const node of ['replica1', 'replica2', 'replica3']) await universe.node('B', node, 'stop');
  await universe.write('A', 't', 5, 'while away');
  await universe.seconds(60);
  for (const node of ['replica1', 'replica2', 'replica3']) await universe.node('B', node, 'start');
  await universe.seconds(60);
  expect(await universe.records('B', 't')).toEqual(await universe.records('A', 't'));
});

test('a remote meta server that is down: ERR_NETWORK_FAILURE at once, and it goes on when that is up', async () => {
  const universe = await twoClusters();
  await universe.node('B', 'meta1', 'stop');
  await add(universe);
  await universe.seconds(60);
  const { duplications } = await universe.control.duplicationStates({ cluster: 'A' });
  expect(duplications[0]).toMatchObject({
    status: 'DS_PREPARE',
    error_code: 'ERR_NETWORK_FAILURE',
    remote_meta_runs: false,
  });
  await universe.node('B', 'meta1', 'start');
  await universe.seconds(60);
  expect(await universe.status('A', 't')).toBe('DS_LOG');
});

test('of one partition is told where only that is asked for, and of none that is not there', async () => {
  const universe = await twoClusters();
  await add(universe);
  const told = async (partition?: number) => {
    const which = partition === undefined ? {} : { partition };
    const { duplications } = await universe.control.duplicationStates({ cluster: 'A', ...which });
    return duplications[0]?.partitions.map(({ pidx }) => pidx) ?? [];
  };
  const all = await told();
  expect(all.length).toBeGreaterThan(1);
  const last = all.length - 1;
  expect([await told(last), await told(last + 1), await told(-1)]).toEqual([[last], [], []]);
});

test('add: refusals with their hints', async () => {
  const universe = await twoClusters(1);
  const refusals: [Parameters<typeof add>[1], string, string][] = [
    [{ remote: 'A' }, 'ERR_INVALID_PARAMETERS', 'illegal operation: adding duplication to itself'],
    [
      { remote: 'nowhere' },
      'ERR_INVALID_PARAMETERS',
      'get_duplication_cluster_id(nowhere) failed, error: ERR_OBJECT_NOT_FOUND: failed to get cluster id for  << nowhere',
    ],
    [
      { replicas: -1 },
      'ERR_INVALID_PARAMETERS',
      'invalid remote_replica_count(-1) which should never be negative',
    ],
  ];
  for (const [options, err, hint] of refusals)
    expect(await add(universe, options)).toMatchObject({ err, hint });
  expect(await add(universe)).toMatchObject({ err: 'ERR_OK', remote_app_name: 't', remote_replica_count: 3 });
  expect(await add(universe)).toMatchObject({ err: 'ERR_DUP_EXIST' });
  const again = await add(universe, { full: false });
  expect(again.err).toBe('ERR_INVALID_PARAMETERS');
  expect(again.hint).toMatch(/^start dup\[t\(\d+\)\] failed: err = ERR_INVALID_PARAMETERS$/);
});

test('log collection waits for what the remote has not confirmed', async () => {
  const universe = openUniverse();
  await universe.cluster('A', 1);
  await universe.cluster('B', 1);
  await universe.configure('A', {
    'replication.log_private_file_size_mb': '0',
    'replication.log_private_reserve_max_size_mb': '0',
    'replication.log_private_reserve_max_time_seconds': '0',
  });
  await universe.createTable('A', 't', 1, 1);
  await universe.createTable('B', 't', 1, 1);
  await universe.write('A', 't', 1, 'before');
  const { dupid } = await add(universe, { full: false });
  await universe.seconds(30);
  await universe.clients('A').meta.modifyDuplication({ app_name: 't', dupid, status: 'DS_PAUSE' });
  await universe.seconds(11);
  await universe.write('A', 't', 30);
  await universe.seconds(3 * 3600);
  await universe.clients('A').meta.modifyDuplication({ app_name: 't', dupid, status: 'DS_LOG' });
  await universe.seconds(30);
  expect(await universe.records('B', 't')).toHaveLength(30);
  expect((await universe.control.showNode({ cluster: 'A', node: 'replica1' })).node.crashes).toBe(0);
});

test("a follower's secondaries learn what its primary copied", async () => {
  const universe = await twoClusters();
  await add(universe);
  await universe.seconds(100);
  await universe.node('B', 'replica1', 'kill');
  await universe.seconds(30);
  expect(await universe.records('B', 't')).toHaveLength(30);
});

/** A duplication that does not ship is removed then, and not a second earlier. */
async function expectRemoval(universe: Universe, inSeconds: number): Promise<void> {
  await universe.seconds(inSeconds - 1);
  expect(await universe.status('A', 't')).toBe('DS_PREPARE');
  await universe.seconds(2);
  expect(await universe.status('A', 't')).toBeUndefined();
}

test('a duplication over its time limit is removed where the cluster wants that, one that ships is not', async () => {
  const universe = await twoClusters();
  await universe.config('A', {
    'pegsh.dup_prepare_timeout_seconds': '120',
    'pegsh.dup_prepare_timeout_remove': 'true',
  });
  await universe.node('B', 'meta1', 'stop');
  await add(universe);
  await expectRemoval(universe, 120);
  await universe.node('B', 'meta1', 'start');
  await add(universe);
  await universe.seconds(300);
  expect(await universe.status('A', 't')).toBe('DS_LOG');
});

test('a limit of its own goes before that of the cluster, and runs from when it was given', async () => {
  const universe = await twoClusters();
  await universe.config('A', {
    'pegsh.dup_prepare_timeout_seconds': '30',
    'pegsh.dup_prepare_timeout_remove': 'true',
  });
  await universe.node('B', 'meta1', 'stop');
  const { dupid } = await add(universe);
  await universe.control.limitDuplication({ cluster: 'A', app_name: 't', dupid, limit_us: 90_000_000 });
  expect(await universe.duplication('A')).toMatchObject({ limit_us: 90_000_000 });
  await expectRemoval(universe, 90);
});

test('a limit that the cluster comes to have counts for duplications that are there, from when they were added', async () => {
  const universe = await twoClusters();
  await universe.node('B', 'meta1', 'stop');
  const { dupid } = await add(universe);
  await universe.control.limitDuplication({ cluster: 'A', app_name: 't', dupid, limit_us: 90_000_000 });
  await universe.seconds(60);
  await universe.config('A', { 'pegsh.dup_prepare_timeout_remove': 'true' });
  await expectRemoval(universe, 30);
});

test('a limit that is over while no meta server leads counts as soon as one does', async () => {
  const universe = await twoClusters();
  await universe.config('A', {
    'pegsh.dup_prepare_timeout_seconds': '120',
    'pegsh.dup_prepare_timeout_remove': 'true',
  });
  await universe.node('B', 'meta1', 'stop');
  await add(universe);
  await universe.seconds(60);
  await universe.node('A', 'meta1', 'stop');
  await universe.seconds(120);
  await universe.node('A', 'meta1', 'start');
  await universe.seconds(1);
  expect(await universe.status('A', 't')).toBeUndefined();
});

describe('what ships remembers where it shipped to, as any client does', () => {
  const names = async (universe: Universe) => {
    const there = await universe.records('B', 't');
    return [...new Set(there.map((record) => record.split('|')[0]?.replace(/\d+$/, '')))];
  };

  test('what is written just after the follower table is dropped is confirmed and lost, what comes later is held', async () => {
    const universe = await twoClusters();
    await add(universe);
    await universe.seconds(100);
    await universe.write('A', 't', 20, 'before');
    await universe.seconds(10);
    const { meta } = universe.clients('B');
    const before = await meta.queryConfig({ app_name: 't', partition_indices: [] });
    await meta.dropApp({ app_name: 't', options: { success_if_not_exist: false } });
    await universe.write('A', 't', 8, 'soon');
    await universe.seconds(40);
    await universe.write('A', 't', 8, 'late');
    await universe.seconds(20);
    const held = (await universe.duplication('A'))?.partitions.map((one) => one.ship_error);
    expect(held).toContain('ERR_OBJECT_NOT_FOUND');
    await universe.createTable('B', 't', before.partition_count, 3);
    await universe.seconds(20);
    expect(await names(universe)).toEqual(['late']);
  });

  test('a remote meta server that is away keeps nothing from arriving', async () => {
    const universe = await twoClusters();
    await add(universe);
    await universe.seconds(100);
    await universe.write('A', 't', 8, 'before');
    await universe.seconds(10);
    await universe.node('B', 'meta1', 'stop');
    await universe.write('A', 't', 8, 'meanwhile');
    await universe.seconds(5);
    await universe.node('B', 'meta1', 'start');
    await universe.seconds(1);
    expect(await names(universe)).toContain('meanwhile');
  });
});

test('what an earlier version kept of all partitions in one record is known, and goes on', async () => {
  const universe = await twoClusters();
  const { appid, dupid } = await add(universe);
  await universe.seconds(100);
  const before = await entry(universe);
  universe.engine.suspend();
  const host = memoryHost(() => 0, universe.files);
  const store = openStore({ directory: '/w', host });
  const [leader] = store.list('clusters/A/nodes');
  const memory = store.document<object>(`clusters/A/nodes/${leader}/memory/${appid}.json`);
  const { partition_count, ...context } = memory.get(`duplication:${dupid}`) as { partition_count: number };
  const keys = [...Array(partition_count).keys()].map((pidx) => `progress:${dupid}/${pidx}`);
  const progress = Object.fromEntries(keys.map((key, pidx) => [pidx, memory.get(key)]));
  memory.set(`duplication:${dupid}`, { ...context, progress });
  for (const key of keys) memory.delete(key);
  store.commit();
  store.close();
  universe.engine.resume();
  expect(Object.values(progress)).not.toContain(undefined);
  expect(await entry(universe)).toEqual(before);
  await universe.write('A', 't', 10, 'later');
  await universe.seconds(30);
  const states = [...((await entry(universe))?.partition_states?.values() ?? [])];
  expect(states.map((state) => state.confirmed_decree)).not.toEqual(
    [...(before?.partition_states?.values() ?? [])].map((state) => state.confirmed_decree),
  );
  expect(states.every((state) => state.confirmed_decree === state.last_committed_decree)).toBe(true);
  expect(universe.closeAndCheck()).toEqual([]);
});
