/** Bugs in shipping, in the log and in what takes servers down: each with its switch on and off. */
import { describe, expect, test } from 'vitest';
import { TIGHT_LOG } from '../../../src/sim/generate/clusters.ts';
import { openUniverse } from './universe.ts';

type Universe = ReturnType<typeof openUniverse>;

interface Options {
  readonly defects?: string[];
  readonly repairs?: string[];
  readonly replicas?: number;
  readonly isFull?: boolean;
}

/** A table of one partition on A and on B, duplicated, until it ships. */
async function shipping({ defects = [], repairs = [], replicas = 1, isFull = false }: Options = {}) {
  const universe = openUniverse();
  await universe.cluster('A', replicas, { defects, repairs });
  await universe.cluster('B', 1, { defects, repairs });
  await universe.createTable('A', 't', 1, replicas);
  await universe.write('A', 't', 3, 'old');
  if (!isFull) await universe.createTable('B', 't', 1, 1);
  const { dupid } = await add(universe, isFull);
  await universe.seconds(100);
  return { universe, dupid };
}

function add(universe: Universe, isFull: boolean, from = 'A', to = 'B') {
  return universe.clients(from).meta.addDuplication({
    app_name: 't',
    remote_cluster_name: to,
    is_duplicating_checkpoint: isFull,
    remote_replica_count: 1,
  });
}

function modify(universe: Universe, dupid: number, status: 'DS_LOG' | 'DS_PAUSE' | 'DS_REMOVED') {
  return universe.clients('A').meta.modifyDuplication({ app_name: 't', dupid, status });
}

async function logBytes(universe: Universe, node: string): Promise<number> {
  const { replicas } = await universe.control.showNode({ cluster: 'A', node });
  return replicas[0]?.plog_bytes ?? -1;
}

describe('2050: the last write before a silence is shipped late', () => {
  test.each([
    ['before the fix', ['2050'], 0],
    ['with it', [], 1],
  ])('%s', async (_name, defects, atOnce) => {
    const { universe } = await shipping({ defects });
    await universe.set('A', 't', 'last', '1');
    await universe.seconds(5);
    expect(await universe.records('B', 't')).toHaveLength(atOnce);
    await universe.set('A', 't', 'next', '2');
    await universe.seconds(5);
    expect(await universe.records('B', 't')).toHaveLength(atOnce + 1);
    await universe.seconds(220);
    expect(await universe.records('B', 't')).toHaveLength(2);
  });
});

describe('1840: a batch is larger than the remote cluster takes', () => {
  test.each([
    ['before the fix', ['1840'], 'ERR_INVALID_DATA', 0],
    ['with it', [], '', 8],
  ])('%s', async (_name, defects, error, arrived) => {
    const { universe, dupid } = await shipping({ defects });
    await universe.config('A', {
      'replication.duplicate_log_batch_bytes': '100000',
      'replication.dup_max_allowed_write_size': '2000',
    });
    await universe.configure('B', { 'replication.max_allowed_write_size': '5000' });
    await modify(universe, dupid, 'DS_PAUSE');
    await universe.seconds(15);
    for (let i = 0; i < 8; i++) await universe.set('A', 't', `large${i}`, new Uint8Array(900));
    await modify(universe, dupid, 'DS_LOG');
    await universe.seconds(30);
    expect((await universe.duplication('A'))?.partitions[0]?.ship_error).toBe(error);
    expect(await universe.records('B', 't')).toHaveLength(arrived);
  });
});

describe('784: shipping begins before the meta server has confirmed where', () => {
  test.each([
    ['before the fix', ['784'], /mutation \d+ is missing in prepare list/],
    ['with it', [], /^$/],
  ])('%s', async (_name, defects, last) => {
    const universe = openUniverse();
    await universe.cluster('A', 1, { defects });
    await universe.cluster('B', 1);
    await universe.createTable('A', 't', 1, 1);
    await universe.createTable('B', 't', 1, 1);
    await universe.write('A', 't', 5, 'old');
    await add(universe, false);
    // Between the first sync, which builds the duplicator, and the second, which confirms where it begins.
    await universe.seconds(10);
    await universe.write('A', 't', 5);
    await universe.seconds(30);
    expect(await universe.assertion('A', 'replica1')).toMatch(last);
    expect(await universe.records('B', 't')).toHaveLength(defects.length === 0 ? 5 : 0);
  });
});

describe('783: secondaries never forget the confirmed decree of a duplication that was removed', () => {
  test.each([
    ['before the fix', ['783'], true],
    ['with it', [], false],
  ])('%s', async (_name, defects, isHeld) => {
    const universe = openUniverse();
    await universe.cluster('A', 2, { defects });
    await universe.cluster('B', 1);
    await universe.configure('A', TIGHT_LOG);
    await universe.createTable('A', 't', 1, 2);
    await universe.createTable('B', 't', 1, 1);
    const { dupid } = await add(universe, false);
    await universe.seconds(30);
    await universe.write('A', 't', 5);
    await universe.seconds(300);
    await modify(universe, dupid, 'DS_REMOVED');
    await universe.seconds(300);
    await universe.write('A', 't', 50, 'later');
    await universe.seconds(3 * 3600);
    const primary = (await universe.clients('A').meta.queryConfig({ app_name: 't', partition_indices: [] }))
      .partitions[0]?.hp_primary;
    const { nodes } = await universe.control.listNodes({ name: 'A' });
    const secondary = nodes.find((one) => one.role === 'replica' && one.node !== primary)?.name ?? '';
    const lead = nodes.find((one) => one.node === primary)?.name ?? '';
    expect((await logBytes(universe, secondary)) > (await logBytes(universe, lead)) + 1000).toBe(isHeld);
  });
});

describe('903: a follower table that was made anew takes down those who ship to it', () => {
  test.each([
    ['before the fix', ['903'], /\[_app_id == resp\.app_id\] 1 vs 2$/, 0],
    ['with it', [], /^$/, 1],
  ])('%s', async (_name, defects, last, arrived) => {
    const { universe } = await shipping({ defects });
    await universe.write('A', 't', 1, 'first');
    await universe.seconds(5);
    await universe.clients('B').meta.dropApp({ app_name: 't', options: { success_if_not_exist: false } });
    // Its replicas go on taking writes until their config sync.
    await universe.seconds(31);
    await universe.createTable('B', 't', 1, 1);
    await universe.write('A', 't', 1, 'second');
    await universe.seconds(5);
    expect(await universe.assertion('A', 'replica1')).toMatch(last);
    expect(await universe.records('B', 't')).toHaveLength(arrived);
  });
});

describe('413: a remote cluster without meta servers in the configuration', () => {
  async function added(defects: string[]) {
    const universe = openUniverse();
    await universe.cluster('A', 1, { defects });
    await universe.cluster('B', 1);
    await universe.createTable('A', 't', 1, 1);
    await universe.config('A', { 'pegasus.clusters.B': '' });
    return { universe, reply: await add(universe, false).catch((error: Error) => error.message) };
  }

  test('before the fix it takes down the meta server', async () => {
    const { universe } = await added(['413']);
    expect(await universe.assertion('A', 'meta1')).toBe(
      'assertion expression: [servers.size() > 0] no meta server specified in config [pegasus.clusters].B',
    );
  });

  test('with it the request is refused', async () => {
    const { universe, reply } = await added([]);
    expect(reply).toMatchObject({
      err: 'ERR_INVALID_PARAMETERS',
      hint: 'failed to find cluster[B] address in config [pegasus.clusters]',
    });
    expect(await universe.assertion('A', 'meta1')).toBe('');
  });
});

describe('1595: a restarted replica does not know that it is duplicating', () => {
  test.each([
    ['before the fix', ['1595'], /the logs haven't yet duplicated were accidentally truncated/],
    ['with it', [], /^$/],
  ])('%s', async (_name, defects, last) => {
    const { universe, dupid } = await shipping({ defects });
    await universe.configure('A', TIGHT_LOG);
    await modify(universe, dupid, 'DS_PAUSE');
    await universe.seconds(15);
    await universe.write('A', 't', 20, 'held');
    await universe.node('A', 'meta1', 'stop');
    await universe.node('A', 'replica1', 'restart');
    await universe.seconds(150);
    await universe.node('A', 'meta1', 'start');
    await universe.seconds(30);
    await modify(universe, dupid, 'DS_LOG');
    await universe.seconds(30);
    expect(await universe.assertion('A', 'replica1')).toMatch(last);
    expect(await universe.records('B', 't')).toHaveLength(defects.length === 0 ? 20 : 0);
  });
});

describe('2284: a batch that ends with a write of another cluster is not sent', () => {
  /** Both directions, and writes of both sides within one round of the loaders. */
  test.each([
    ['as it is', []],
    ['repaired', ['2284']],
  ])('%s', async (_name, repairs) => {
    const { universe } = await shipping({ repairs });
    await add(universe, false, 'B', 'A');
    await universe.seconds(60);
    for (let i = 0; i < 40; i++) {
      await universe.set('A', 't', `a${i}`, 'x');
      await universe.set('B', 't', `b${i}`, 'y');
    }
    await universe.seconds(120);
    const own = (records: string[], prefix: string) =>
      records.filter((record) => record.startsWith(prefix)).length;
    const [here, there] = [await universe.records('A', 't'), await universe.records('B', 't')];
    expect([own(here, 'a'), own(there, 'b')]).toEqual([40, 40]);
    const arrived = own(there, 'a') + own(here, 'b');
    if (repairs.length > 0) expect(arrived).toBe(80);
    else expect(arrived).toBeLessThan(80);
    for (const cluster of ['A', 'B']) {
      const partition = (await universe.duplication(cluster))?.partitions[0];
      expect(partition?.stored_decree).toBe(partition?.last_committed_decree);
      expect(partition?.ship_error).toBe('');
    }
  });
});

describe('D16: connections that were refused stay deaf', () => {
  test.each([
    ['as it is', [], 'DS_PREPARE'],
    ['repaired', ['D16'], 'DS_LOG'],
  ])('%s', async (_name, repairs, status) => {
    const universe = openUniverse();
    await universe.cluster('A', 1, { repairs });
    await universe.cluster('B', 1, { auth: true, repairs });
    await universe.createTable('A', 't', 1, 1);
    await add(universe, true);
    await universe.seconds(70);
    await universe.config('B', { 'security.mandatory_auth': 'false' });
    await universe.seconds(120);
    expect(await universe.status('A', 't')).toBe(status);
  });
});
