/** Bugs around the private log that a duplication holds and reads, and what the fail modes do where it cannot be read. */
import { describe, expect, test } from 'vitest';
import { lastingFault } from '../../../src/rpc/client/lasting-fault.ts';
import { TIGHT_LOG } from '../../../src/sim/generate/clusters.ts';
import { openUniverse } from './universe.ts';

type Universe = ReturnType<typeof openUniverse>;

/** A single server that lives may lead. */
const ONE_IS_ENOUGH = { 'meta_server.node_live_percentage_threshold_for_update': '0' };

interface Options {
  readonly defects?: string[];
  readonly replicas?: number;
}

/** A table of one partition on A and on B, duplicated, until it ships. */
async function shipping({ defects = [], replicas = 1 }: Options = {}) {
  const universe = openUniverse();
  await universe.cluster('A', replicas, { defects });
  await universe.cluster('B', 1);
  await universe.configure('A', { ...TIGHT_LOG, ...ONE_IS_ENOUGH });
  await universe.createTable('A', 't', 1, replicas);
  await universe.createTable('B', 't', 1, 1);
  await universe.write('A', 't', 3, 'old');
  const { dupid } = await universe.clients('A').meta.addDuplication({
    app_name: 't',
    remote_cluster_name: 'B',
    is_duplicating_checkpoint: false,
    remote_replica_count: 1,
  });
  await universe.seconds(100);
  return { universe, dupid };
}

interface Change {
  readonly status?: 'DS_LOG' | 'DS_PAUSE';
  readonly fail_mode?: 'FAIL_SLOW' | 'FAIL_SKIP' | 'FAIL_FAST';
}

async function modify(universe: Universe, dupid: number, change: Change) {
  const reply = await universe.clients('A').meta.modifyDuplication({ app_name: 't', dupid, ...change });
  expect(reply.err).toBe('ERR_OK');
}

describe('a log that cannot be read', () => {
  /** Ten writes are held back, each in a file; then the disk of the source fails. */
  async function unreadable(fail_mode: Change['fail_mode'] & string, defects: string[] = []) {
    const { universe, dupid } = await shipping({ defects });
    await modify(universe, dupid, { status: 'DS_PAUSE', fail_mode });
    await universe.seconds(15);
    await universe.write('A', 't', 10, 'held');
    await universe.control.addFault(lastingFault('A', 'disk_read_fail', 'A/replica1'));
    await modify(universe, dupid, { status: 'DS_LOG' });
    return { universe, dupid };
  }

  const partition = async (universe: Universe) => (await universe.duplication('A'))?.partitions[0];
  const died = 'localhost_35801/reps/1.0.pegasus/plog';

  test('FAIL_SLOW: it is tried again every 10 s, without end, and nothing is lost', async () => {
    const { universe } = await unreadable('FAIL_SLOW');
    await universe.seconds(1000);
    const found = await partition(universe);
    expect(found?.load_failures).toBeGreaterThan(95);
    expect(await universe.records('B', 't')).toEqual([]);
    await universe.control.clearFaults({});
    await universe.seconds(60);
    expect(await universe.records('B', 't')).toHaveLength(10);
    expect(await universe.assertion('A', 'replica1')).toBe('');
  });

  test('FAIL_SKIP: a file that failed ten times, three blocks each, is left out', async () => {
    const { universe } = await unreadable('FAIL_SKIP');
    await universe.seconds(290);
    expect(await partition(universe)).toMatchObject({ lost_mutations: 0 });
    await universe.seconds(30);
    expect(await partition(universe)).toMatchObject({ lost_mutations: 1 });
    await universe.control.clearFaults({});
    await universe.seconds(60);
    const arrived = await universe.records('B', 't');
    expect(arrived).toHaveLength(9);
    expect(arrived.some((record) => record.startsWith('held0'))).toBe(false);
  });

  test('FAIL_SKIP keeps trying where it is the last file', async () => {
    const { universe } = await unreadable('FAIL_SKIP');
    await universe.config('A', { 'replication.empty_write_disabled': 'true' });
    await universe.seconds(2 * 3600);
    expect(await partition(universe)).toMatchObject({ lost_mutations: 9 });
    await universe.control.clearFaults({});
    await universe.seconds(60);
    expect(await universe.records('B', 't')).toHaveLength(1);
  });

  test('FAIL_FAST: the server dies', async () => {
    const { universe } = await unreadable('FAIL_FAST');
    await universe.seconds(290);
    expect(await universe.assertion('A', 'replica1')).toBe('');
    await universe.seconds(30);
    const last = await universe.assertion('A', 'replica1');
    expect(last).toMatch(/\[!will_fail_fast\(\)\] \[1\.0@localhost:35801\] unable to load file /);
    expect(last).toContain(died);
    expect(last).toMatch(/, fail fast\. please check if the file is corrupted$/);
  });

  describe('rdsn862: the hole that FAIL_SKIP leaves is fatal', () => {
    test.each([
      ['before the fix', ['rdsn862'], /mutation \d+ is missing in prepare list/],
      ['with it', [], /^$/],
    ])('%s', async (_name, defects, last) => {
      const { universe } = await unreadable('FAIL_SKIP', defects);
      await universe.seconds(400);
      expect(await universe.assertion('A', 'replica1')).toMatch(last);
    });
  });
});

describe('a server that learns anew while log is held', () => {
  /** The last words of the learner, once it leads and ships. */
  async function learnt(defects: string[]) {
    const { universe, dupid } = await shipping({ defects, replicas: 2 });
    await universe.write('A', 't', 10, 'shipped');
    await universe.seconds(3 * 3600);
    await modify(universe, dupid, { status: 'DS_PAUSE' });
    await universe.seconds(15);
    await universe.write('A', 't', 10, 'held');
    // The newest checkpoint covers what is held; of the log only that is left.
    await universe.seconds(3 * 3600);
    const { nodes } = await universe.control.listNodes({ name: 'A' });
    const leader = (await universe.duplication('A'))?.partitions[0]?.primary;
    const nameOf = (leads: boolean) =>
      nodes.find((one) => one.role === 'replica' && (one.node === leader) === leads)?.name ?? '';
    await universe.node('A', nameOf(false), 'stop');
    await universe.seconds(40);
    await universe.node('A', nameOf(false), 'wipe');
    await universe.node('A', nameOf(false), 'start');
    await universe.seconds(60);
    await universe.node('A', nameOf(true), 'kill');
    await universe.seconds(40);
    await modify(universe, dupid, { status: 'DS_LOG' });
    // Without an empty write its log has no file yet.
    await universe.seconds(150);
    return { universe, words: await universe.assertion('A', nameOf(false)) };
  }

  test.each(['740', '765'])('%s: it has no log of before, and dies once it leads', async (defect) => {
    const { words } = await learnt([defect]);
    expect(words).toContain("the logs haven't yet duplicated were accidentally truncated");
  });

  test('with both mended it has the log, and ships it', async () => {
    const { universe, words } = await learnt([]);
    expect(words).toBe('');
    expect(await universe.records('B', 't')).toHaveLength(20);
  });
});

describe('D18: a secondary that has not heard of a duplication yet deletes log', () => {
  test.each([
    ['as it is', []],
    ['repaired', ['D18']],
  ])('%s', async (_name, repairs) => {
    const universe = openUniverse();
    await universe.cluster('A', 2, { repairs });
    await universe.cluster('B', 1);
    // A group check would tell it what is confirmed.
    const settings = { ...TIGHT_LOG, ...ONE_IS_ENOUGH, 'replication.group_check_interval_ms': '300000' };
    await universe.configure('A', settings);
    await universe.createTable('A', 't', 1, 2);
    await universe.createTable('B', 't', 1, 1);
    await universe.write('A', 't', 3, 'old');
    await universe.seconds(105);
    await universe.control.addFault(lastingFault('A', 'partition', 'A', 'B'));
    const { meta, servers } = universe.clients('A');
    const request = { app_name: 't', remote_cluster_name: 'B', is_duplicating_checkpoint: false };
    await meta.addDuplication({ ...request, remote_replica_count: 1 });
    // Where it begins is known by now; the next config sync of its servers comes some seconds after the checkpoint below.
    await universe.seconds(12);
    await universe.write('A', 't', 5, 'held');
    const [partition] = (await meta.queryConfig({ app_name: 't', partition_indices: [] })).partitions;
    const [secondary = ''] = partition?.hp_secondaries ?? [];
    await servers.command(secondary, 'replica.trigger-checkpoint', [], 5000);
    await universe.seconds(60);
    const { nodes } = await universe.control.listNodes({ name: 'A' });
    const nameOf = (address = '') => nodes.find(({ node }) => node === address)?.name ?? '';
    await universe.node('A', nameOf(partition?.hp_primary), 'kill');
    await universe.seconds(40);
    await universe.control.clearFaults({});
    await universe.seconds(60);
    const words = await universe.assertion('A', nameOf(secondary));
    if (repairs.length === 0)
      expect(words).toContain("the logs haven't yet duplicated were accidentally truncated");
    else expect(await universe.records('B', 't')).toHaveLength(5);
  });
});
