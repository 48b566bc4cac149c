import { expect, test } from 'vitest';
import { openUniverse } from './universe.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function twoClusters() {
  const universe = openUniverse();
  await universe.cluster('A', 1);
  await universe.cluster('B', 3);
  await universe.createTable('A', 't', 2, 1);
  await universe.write('A', 't', 20);
  return universe;
}

type Universe = Awaited<ReturnType<typeof twoClusters>>;

function add(universe: Universe, isFull: boolean, from = 'A', to = 'B', remote = 't') {
  return universe.clients(from).meta.addDuplication({
    app_name: 't',
    remote_cluster_name: to,
    is_duplicating_checkpoint: isFull,
    remote_app_name: remote,
    remote_replica_count: from === 'A' ? 3 : 1,
  });
}

async function set(universe: Universe, cluster: string, key: string, value: string) {
  const { error } = await universe.clients(cluster).data.table('t').set(bytes(key), bytes('s'), bytes(value));
  expect(error.text).toBe('success');
}

test('D1: a meta server that restarts in DS_APP waits for ever; start_dup is the way out', async () => {
  const universe = await twoClusters();
  const { dupid } = await add(universe, true);
  await universe.seconds(45);
  for (const node of ['replica2', 'replica3']) await universe.node('B', node, 'kill');
  await universe.seconds(60);
  expect(await universe.status('A', 't')).toBe('DS_APP');
  await universe.node('A', 'meta1', 'restart');
  for (const node of ['replica2', 'replica3']) await universe.node('B', node, 'start');
  await universe.seconds(600);
  expect(await universe.status('A', 't')).toBe('DS_APP');
  const started = await universe
    .clients('A')
    .meta.modifyDuplication({ app_name: 't', dupid, status: 'DS_LOG' });
  expect(started.err).toBe('ERR_OK');
  await universe.write('A', 't', 5, 'later');
  await universe.seconds(30);
  expect(await universe.records('B', 't')).toEqual(await universe.records('A', 't'));
});

test('D2: the fail mode goes back to FAIL_SLOW with every automatic step', async () => {
  const universe = await twoClusters();
  const { dupid } = await add(universe, true);
  const { meta } = universe.clients('A');
  await meta.modifyDuplication({ app_name: 't', dupid, fail_mode: 'FAIL_SKIP' });
  const failMode = async () => (await meta.queryDuplication({ app_name: 't' })).entry_list[0]?.fail_mode;
  expect(await failMode()).toBe('FAIL_SKIP');
  await universe.seconds(100);
  expect(await failMode()).toBe('FAIL_SLOW');
});

test('D3: adding again without a checkpoint resumes a paused duplication, in memory only', async () => {
  const universe = await twoClusters();
  const { dupid } = await add(universe, true);
  await universe.seconds(100);
  await universe.clients('A').meta.modifyDuplication({ app_name: 't', dupid, status: 'DS_PAUSE' });
  expect((await add(universe, false)).err).toBe('ERR_DUP_EXIST');
  expect(await universe.status('A', 't')).toBe('DS_LOG');
  await universe.node('A', 'meta1', 'restart');
  expect(await universe.status('A', 't')).toBe('DS_PAUSE');
});

test('D6: duplicated back, the follower copies from the wrong master', async () => {
  const universe = await twoClusters();
  await add(universe, true);
  await universe.seconds(100);
  await set(universe, 'B', 'only on B', '1');
  await add(universe, true, 'B', 'A', 't3');
  await universe.seconds(150);
  expect(await universe.status('B', 't')).toBe('DS_LOG');
  const there = await universe.records('A', 't3');
  expect(there.some((record) => record.startsWith('only on B'))).toBe(false);
  expect(there).toHaveLength(20);
});

test('D10: what arrives last wins, whatever is newer', async () => {
  const universe = await twoClusters();
  const { dupid } = await add(universe, true);
  await universe.seconds(100);
  const { meta } = universe.clients('A');
  await meta.modifyDuplication({ app_name: 't', dupid, status: 'DS_PAUSE' });
  await universe.seconds(15);
  await set(universe, 'A', 'x', '1');
  await universe.seconds(5);
  await set(universe, 'B', 'x', '2');
  await meta.modifyDuplication({ app_name: 't', dupid, status: 'DS_LOG' });
  await universe.seconds(30);
  expect(await universe.get('B', 't', 'x')).toBe('1');
});

test('D14: an incremental duplication begins at the first sync, not when it is added', async () => {
  const universe = await twoClusters();
  await universe.createTable('B', 't', 2, 3);
  await universe.seconds(1);
  await add(universe, false);
  await universe.write('A', 't', 5, 'at once');
  await universe.seconds(25);
  await universe.write('A', 't', 5, 'later');
  await universe.seconds(10);
  const there = await universe.records('B', 't');
  expect(there.map((record) => record.split('|')[0]?.replace(/\d+$/, ''))).toEqual(Array(5).fill('later'));
});
