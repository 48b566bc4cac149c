/** What is wrong in Pegasus's current code, by its number in docs/defects.md: as it is there, and repaired. */
import { describe, expect, test } from 'vitest';
import { openUniverse } from './universe.ts';

interface Options {
  readonly repairs?: string[];
  readonly replicas?: number;
  readonly partitions?: number;
  readonly records?: number;
}

async function twoClusters({ repairs = [], replicas = 1, partitions = 2, records = 20 }: Options = {}) {
  const universe = openUniverse();
  await universe.cluster('A', replicas, { repairs });
  await universe.cluster('B', 3, { repairs });
  await universe.createTable('A', 't', partitions, replicas);
  await universe.write('A', 't', records);
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

function modify(universe: Universe, dupid: number, status: 'DS_LOG' | 'DS_PAUSE' | 'DS_REMOVED') {
  return universe.clients('A').meta.modifyDuplication({ app_name: 't', dupid, status });
}

async function setLog(universe: Universe) {
  await universe.configure('A', {
    'replication.log_private_file_size_mb': '0',
    'replication.log_private_reserve_max_size_mb': '0',
    'replication.log_private_reserve_max_time_seconds': '0',
  });
}

/** Every defect here is in the release, so each test runs it as it is and mended. */
const BOTH = [
  ['as it is', []],
  ['repaired', undefined],
] as const;

function both(issue: string, run: (repairs: string[], isRepaired: boolean) => Promise<void>) {
  test.each(BOTH)(`${issue} %s`, async (_name, repairs) => {
    await run(repairs === undefined ? [issue] : [], repairs === undefined);
  });
}

describe('a meta server that restarts in DS_APP waits for ever; start_dup is the way out', () => {
  both('D1', async (repairs, isRepaired) => {
    const universe = await twoClusters({ repairs });
    const { dupid } = await add(universe, true);
    await universe.seconds(45);
    for (const node of ['replica2', 'replica3']) await universe.node('B', node, 'kill');
    await universe.seconds(60);
    expect(await universe.status('A', 't')).toBe('DS_APP');
    await universe.node('A', 'meta1', 'restart');
    for (const node of ['replica2', 'replica3']) await universe.node('B', node, 'start');
    await universe.seconds(600);
    expect(await universe.status('A', 't')).toBe(isRepaired ? 'DS_LOG' : 'DS_APP');
    expect((await modify(universe, dupid, 'DS_LOG')).err).toBe('ERR_OK');
    await universe.write('A', 't', 5, 'later');
    await universe.seconds(30);
    expect(await universe.records('B', 't')).toEqual(await universe.records('A', 't'));
  });
});

describe('the fail mode goes back to FAIL_SLOW with every automatic step', () => {
  both('D2', async (repairs, isRepaired) => {
    const universe = await twoClusters({ repairs });
    const { dupid } = await add(universe, true);
    const { meta } = universe.clients('A');
    await meta.modifyDuplication({ app_name: 't', dupid, fail_mode: 'FAIL_SKIP' });
    const failMode = async () => (await meta.queryDuplication({ app_name: 't' })).entry_list[0]?.fail_mode;
    expect(await failMode()).toBe('FAIL_SKIP');
    await universe.seconds(100);
    expect(await failMode()).toBe(isRepaired ? 'FAIL_SKIP' : 'FAIL_SLOW');
  });
});

describe('adding again without a checkpoint resumes a paused duplication, in memory only', () => {
  both('D3', async (repairs, isRepaired) => {
    const universe = await twoClusters({ repairs });
    const { dupid } = await add(universe, true);
    await universe.seconds(100);
    await modify(universe, dupid, 'DS_PAUSE');
    expect((await add(universe, false)).err).toBe('ERR_DUP_EXIST');
    expect(await universe.status('A', 't')).toBe(isRepaired ? 'DS_PAUSE' : 'DS_LOG');
    await universe.node('A', 'meta1', 'restart');
    expect(await universe.status('A', 't')).toBe('DS_PAUSE');
  });

  test('it also takes the fail mode back, in memory only', async () => {
    const universe = await twoClusters();
    const { dupid } = await add(universe, true);
    await universe.seconds(100);
    const { meta } = universe.clients('A');
    await meta.modifyDuplication({ app_name: 't', dupid, fail_mode: 'FAIL_SKIP' });
    await add(universe, false);
    const failMode = async () => (await meta.queryDuplication({ app_name: 't' })).entry_list[0]?.fail_mode;
    expect(await failMode()).toBe('FAIL_SLOW');
    await universe.node('A', 'meta1', 'restart');
    expect(await failMode()).toBe('FAIL_SKIP');
  });
});

describe('an incremental duplication of an empty table leaves out the first write of each partition', () => {
  both('D5', async (repairs, isRepaired) => {
    const universe = await twoClusters({ repairs, partitions: 1, records: 0 });
    await universe.createTable('B', 't', 1, 3);
    await add(universe, false);
    await universe.seconds(30);
    await universe.write('A', 't', 5);
    await universe.seconds(30);
    const here = await universe.records('A', 't');
    expect(await universe.records('B', 't')).toEqual(isRepaired ? here : here.slice(1));
  });
});

describe('duplicated back, the follower copies from the wrong master', () => {
  both('D6', async (repairs, isRepaired) => {
    const universe = await twoClusters({ repairs });
    await add(universe, true);
    await universe.seconds(100);
    await universe.set('B', 't', 'only on B', '1');
    await add(universe, true, 'B', 'A', 't3');
    await universe.seconds(150);
    expect(await universe.status('B', 't')).toBe('DS_LOG');
    const there = await universe.records('A', 't3');
    expect(there.some((record) => record.startsWith('only on B'))).toBe(isRepaired);
    expect(there).toHaveLength(isRepaired ? 21 : 20);
  });

  test('chained, too; without the four envs it is right', async () => {
    const universe = await twoClusters();
    await universe.cluster('C', 1);
    await add(universe, true);
    await universe.seconds(100);
    await universe.set('B', 't', 'only on B', '1');
    await add(universe, true, 'B', 'C', 'wrong');
    await universe.seconds(150);
    expect(await universe.records('C', 'wrong')).toHaveLength(20);
    await universe.set('B', 't', 'later', '2');
    await universe.seconds(30);
    expect(await universe.records('C', 'wrong')).toHaveLength(21);
  });
});

describe('what arrives last wins, whatever is newer', () => {
  both('D10', async (repairs, isRepaired) => {
    const universe = await twoClusters({ repairs });
    const { dupid } = await add(universe, true);
    await universe.seconds(100);
    await modify(universe, dupid, 'DS_PAUSE');
    await universe.seconds(15);
    await universe.set('A', 't', 'x', '1');
    await universe.seconds(5);
    await universe.set('B', 't', 'x', '2');
    await modify(universe, dupid, 'DS_LOG');
    await universe.seconds(30);
    expect(await universe.get('B', 't', 'x')).toBe(isRepaired ? '2' : '1');
  });
});

describe('.app-info of a server that leads no partition says that the table is not duplicating', () => {
  /** What the servers believe when they start: their disk, until the first config sync. */
  both('D11', async (repairs, isRepaired) => {
    const universe = await twoClusters({ repairs, replicas: 3, partitions: 1 });
    await setLog(universe);
    const { dupid } = await add(universe, true);
    await universe.seconds(100);
    await modify(universe, dupid, 'DS_PAUSE');
    await universe.seconds(15);
    await universe.write('A', 't', 20, 'held');
    const { primary } = (await universe.duplication('A'))?.partitions[0] ?? {};
    // Nobody tells the servers better: they collect log that the duplication still needs.
    await universe.node('A', 'meta1', 'stop');
    for (const node of ['replica1', 'replica2', 'replica3']) await universe.node('A', node, 'restart');
    await universe.seconds(3 * 3600);
    await universe.node('A', 'meta1', 'start');
    await universe.seconds(60);
    for (const node of ['replica1', 'replica2', 'replica3']) {
      const { node: shown } = await universe.control.showNode({ cluster: 'A', node });
      if (shown.node === primary) await universe.node('A', node, 'kill');
    }
    await universe.seconds(60);
    await modify(universe, dupid, 'DS_LOG');
    await universe.seconds(60);
    const deaths = await Promise.all(
      ['replica1', 'replica2', 'replica3'].map((node) => universe.assertion('A', node)),
    );
    const isTruncated = deaths.some((text) => text.includes('accidentally truncated'));
    expect(isTruncated).toBe(!isRepaired);
    if (isRepaired) expect(await universe.records('B', 't')).toHaveLength(40);
  });
});

test('D12 does not happen: a primary that is lost and regained within a sync period is built anew', async () => {
  const universe = await twoClusters({ replicas: 3, partitions: 1 });
  await universe.configure('A', { 'replication.duplication_sync_period_second': '200' });
  await add(universe, true);
  await universe.seconds(3000);
  expect(await universe.status('A', 't')).toBe('DS_LOG');
  const leader = async () => (await universe.duplication('A'))?.partitions[0]?.primary;
  const first = await leader();
  const nodeAt = async (address: string | undefined) =>
    (await universe.control.listNodes({ name: 'A' })).nodes.find((one) => one.node === address)?.name ?? '';
  await universe.node('A', await nodeAt(first), 'restart');
  await universe.write('A', 't', 10, 'after');
  const second = await leader();
  await universe.node('A', await nodeAt(second), 'restart');
  await universe.write('A', 't', 10, 'later');
  await universe.seconds(1000);
  for (const node of ['replica1', 'replica2', 'replica3'])
    expect(await universe.assertion('A', node)).toBe('');
  expect(await universe.records('B', 't')).toEqual(await universe.records('A', 't'));
});

describe('the follower table of a duplication that was removed is in the way of the next to the same name', () => {
  both('D13', async (repairs, isRepaired) => {
    const universe = await twoClusters({ repairs });
    const { dupid } = await add(universe, true);
    await universe.seconds(100);
    await modify(universe, dupid, 'DS_REMOVED');
    const again = await add(universe, true);
    await universe.seconds(100);
    if (isRepaired) {
      expect(again).toMatchObject({
        err: 'ERR_APP_EXIST',
        hint: 'app t of an earlier duplication is still there: drop it on B, or choose another name',
      });
    } else {
      expect(await universe.duplication('A')).toMatchObject({
        status: 'DS_PREPARE',
        error_code: 'ERR_APP_EXIST',
      });
    }
    expect((await add(universe, true, 'A', 'B', 'other')).err).toBe(isRepaired ? 'ERR_OK' : 'ERR_DUP_EXIST');
  });
});

test.each([
  ['as it is, an incremental duplication begins at the first sync', [], 5],
  ['repaired, when it is added', ['D14'], 10],
])('D14: %s', async (_name, repairs, count) => {
  const universe = await twoClusters({ repairs });
  await universe.createTable('B', 't', 2, 3);
  await universe.seconds(1);
  await add(universe, false);
  await universe.write('A', 't', 5, 'at once');
  await universe.seconds(25);
  await universe.write('A', 't', 5, 'later');
  await universe.seconds(10);
  const there = await universe.records('B', 't');
  expect(there.filter((record) => record.startsWith('later'))).toHaveLength(5);
  expect(there).toHaveLength(count);
});

describe('D9: ids that the remote cluster has wrong take servers down', () => {
  async function shipped(settings: Readonly<Record<string, string>>, repairs: string[] = []) {
    const universe = await twoClusters({ repairs });
    await add(universe, true);
    await universe.seconds(100);
    await universe.configure('B', settings);
    await universe.write('A', 't', 1, 'first');
    await universe.seconds(2);
    return universe;
  }

  test.each([
    [
      'the source is not configured there',
      { 'duplication-group.A': '0' },
      'request cluster id is unconfigured',
    ],
    [
      'the remote has the id of the source for itself',
      { 'duplication-group.A': '9', 'duplication-group.B': '2' },
      'self-duplicating',
    ],
  ])('%s: the source dies, again after every start, until it is mended', async (_name, settings, hint) => {
    const universe = await shipped(settings);
    const last = await universe.assertion('A', 'replica1');
    expect(last).toMatch(
      new RegExp(
        `^assertion expression: \\[perr != PERR_INVALID_ARGUMENT\\] \\[1\\.[01]@localhost:\\d+\\] -1004 vs -1004 ${hint}$`,
      ),
    );
    await universe.node('A', 'replica1', 'start');
    await universe.seconds(15);
    const { node } = await universe.control.showNode({ cluster: 'A', node: 'replica1' });
    expect(node).toMatchObject({ state: 'crashed', crashes: 2 });
    for (const key of Object.keys(settings)) await universe.control.setConfig({ name: 'B', key });
    await universe.node('A', 'replica1', 'start');
    await universe.seconds(60);
    expect(await universe.records('B', 't')).toEqual(await universe.records('A', 't'));
  });

  test('repaired: what is refused waits until it is mended', async () => {
    const universe = await shipped({ 'duplication-group.A': '0' }, ['D9']);
    await universe.seconds(60);
    expect(await universe.assertion('A', 'replica1')).toBe('');
    const errors = (await universe.duplication('A'))?.partitions.map((partition) => partition.ship_error);
    expect(errors).toContain('ERR_INVALID_PARAMETERS');
    await universe.control.setConfig({ name: 'B', key: 'duplication-group.A' });
    await universe.seconds(60);
    expect(await universe.records('B', 't')).toEqual(await universe.records('A', 't'));
  });

  test.each([
    [
      'has no id for the remote',
      { 'duplication-group.B': '0' },
      'invalid remote cluster: B, err_ret: ERR_OBJECT_NOT_FOUND',
    ],
    ['knows no meta server of the remote', { 'pegasus.clusters.B': '' }, '[meta_servers.size() > 0] 0 vs 0'],
    [
      'calls itself as the remote',
      { 'replication.dup_cluster_name': 'B' },
      'B vs B remote cluster should not be myself: B',
    ],
  ])('the source %s: it dies when it begins to ship, after every start', async (_name, settings, last) => {
    const universe = await twoClusters();
    await add(universe, true);
    await universe.seconds(100);
    await universe.configure('A', settings);
    await universe.seconds(60);
    expect(await universe.assertion('A', 'replica1')).toContain(last);
    for (const key of Object.keys(settings)) await universe.control.setConfig({ name: 'A', key });
    await universe.node('A', 'replica1', 'start');
    await universe.seconds(60);
    expect(await universe.records('B', 't')).toEqual(await universe.records('A', 't'));
  });

  test('the remote lacks itself: the remote dies', async () => {
    const universe = await shipped({ 'duplication-group.B': '0' });
    const deaths = await Promise.all(
      ['replica1', 'replica2', 'replica3'].map((node) => universe.assertion('B', node)),
    );
    expect(deaths).toContain(
      'assertion expression: [_err.is_ok()] ERR_OBJECT_NOT_FOUND: failed to get cluster id for  << B',
    );
    expect(await universe.assertion('A', 'replica1')).toBe('');
  });

  test('a remote that ignores the ids of others takes everything', async () => {
    const universe = await shipped({
      'duplication-group.A': '0',
      'replication.dup_ignore_other_cluster_ids': 'true',
    });
    await universe.seconds(10);
    expect(await universe.records('B', 't')).toEqual(await universe.records('A', 't'));
  });
});

describe('a primary that moves before its checkpoint is copied', () => {
  both('D17', async (repairs, isRepaired) => {
    const universe = await twoClusters({ repairs, replicas: 3, partitions: 1, records: 0 });
    // The checkpoints of the secondaries are of two hours ago; writes since then are in the log only.
    await universe.seconds(3 * 3600);
    await universe.write('A', 't', 10);
    await universe.node('B', 'meta1', 'stop');
    await add(universe, true);
    await universe.seconds(60);
    const primary = (await universe.duplication('A'))?.partitions[0]?.primary;
    const { nodes } = await universe.control.listNodes({ name: 'A' });
    const leading = nodes.find((node) => node.node === primary);
    await universe.node('B', 'meta1', 'start');
    await universe.node('A', leading?.name ?? '', 'kill');
    await universe.seconds(300);
    await universe.write('A', 't', 3, 'later');
    await universe.seconds(60);
    const [here, there] = [await universe.records('A', 't'), await universe.records('B', 't')];
    if (isRepaired) expect(there).toEqual(here);
    else expect(there.length).toBeLessThan(here.length);
  });
});
