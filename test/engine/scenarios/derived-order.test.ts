/** What is wrong in Pegasus's current code (docs/defects.md) about the order of things: splits, updates, logs. */
import { describe, expect, test } from 'vitest';
import type { DuplicatorRecord } from '../../../src/engine/documents/replica.ts';
import { minConfirmedDecree } from '../../../src/engine/replica/log-collection.ts';
import type { Replica } from '../../../src/engine/replica/replica.ts';
import { openUniverse } from './universe.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function duplicated(defects: string[] = [], partitions = 2, repairs: string[] = []) {
  const universe = openUniverse();
  await universe.cluster('A', 1, { defects, repairs });
  await universe.cluster('B', 1);
  await universe.createTable('A', 't', partitions, 1);
  await universe.createTable('B', 't', partitions, 1);
  await universe.write('A', 't', 4, 'old');
  const { meta } = universe.clients('A');
  const add = () =>
    meta.addDuplication({
      app_name: 't',
      remote_cluster_name: 'B',
      is_duplicating_checkpoint: false,
      remote_replica_count: 1,
    });
  const { dupid } = await add();
  await universe.seconds(60);
  return { universe, meta, dupid, add };
}

describe('D4: log goes past an older duplication that has not begun', () => {
  /** A primary with two duplications, the older without progress. */
  function primary(hasDefect: boolean): Replica {
    const confirmed = (confirmed_decree: number) => ({ confirmed_decree }) as DuplicatorRecord;
    const known = {
      isPrimary: true,
      ram: { duplicators: { 100: confirmed(-1), 200: confirmed(7) } },
      server: { cluster: { hasDefect: () => hasDefect } },
    };
    return known as unknown as Replica;
  }

  test('as it is, what the younger one has confirmed may go', () => {
    expect(minConfirmedDecree(primary(true))).toBe(7);
  });

  test('repaired, nothing is known and nothing goes', () => {
    expect(minConfirmedDecree(primary(false))).toBe(-1);
  });
});

describe('D7: a table that is split while it is duplicated', () => {
  test('what is written to the new halves is missing, and nothing says so', async () => {
    const { universe, meta } = await duplicated([], 4);
    await meta.startPartitionSplit({ app_name: 't', new_partition_count: 8 });
    await universe.seconds(31);
    await universe.write('A', 't', 40, 'after');
    await universe.seconds(30);
    const { entry_list } = await meta.queryDuplication({ app_name: 't' });
    const states = [...(entry_list[0]?.partition_states ?? [])];
    expect(states.map(([pidx]) => pidx)).toEqual([0, 1, 2, 3]);
    expect(states.every(([, one]) => one.confirmed_decree === one.last_committed_decree)).toBe(true);
    const there = await universe.records('B', 't');
    expect(there.length).toBeGreaterThan(0);
    expect(there.length).toBeLessThan(40);
    // Their log is never collected: the servers know of no progress.
    expect((await universe.duplication('A'))?.partitions.map((one) => one.is_untracked)).toEqual([
      ...Array(4).fill(false),
      ...Array(4).fill(true),
    ]);
  });

  test('repaired, the new halves are shipped from where they begin', async () => {
    const { universe, meta } = await duplicated([], 4, ['D7']);
    await meta.startPartitionSplit({ app_name: 't', new_partition_count: 8 });
    await universe.seconds(11);
    await universe.write('A', 't', 40, 'after');
    await universe.seconds(40);
    expect(await universe.records('B', 't')).toHaveLength(40);
    const partitions = (await universe.duplication('A'))?.partitions ?? [];
    expect(partitions.map((one) => one.is_untracked)).toEqual(Array(8).fill(false));
    expect(partitions.every((one) => one.stored_decree === one.last_committed_decree)).toBe(true);
  });

  test('removed, split on both sides and added again it works', async () => {
    const { universe, meta, dupid, add } = await duplicated();
    await meta.startPartitionSplit({ app_name: 't', new_partition_count: 4 });
    await universe.seconds(31);
    await meta.modifyDuplication({ app_name: 't', dupid, status: 'DS_REMOVED' });
    await universe.clients('B').meta.startPartitionSplit({ app_name: 't', new_partition_count: 4 });
    await universe.seconds(31);
    await add();
    await universe.seconds(60);
    await universe.write('A', 't', 20, 'after');
    await universe.seconds(30);
    expect(await universe.records('B', 't')).toHaveLength(20);
  });

  test('a full duplication that is being set up gets a follower that it never takes for ready', async () => {
    const universe = openUniverse();
    await universe.cluster('A', 1);
    await universe.cluster('B', 1);
    await universe.createTable('A', 't', 2, 1);
    const { meta } = universe.clients('A');
    await meta.addDuplication({ app_name: 't', remote_cluster_name: 'B', is_duplicating_checkpoint: true });
    await meta.startPartitionSplit({ app_name: 't', new_partition_count: 4 });
    await universe.seconds(600);
    const { partition_count } = await universe.clients('B').meta.queryConfig({
      app_name: 't',
      partition_indices: [],
    });
    expect(partition_count).toBe(4);
    expect(await universe.duplication('A')).toMatchObject({
      status: 'DS_APP',
      error_code: 'ERR_INCONSISTENT_STATE',
      error_log_line:
        'check all replicas of creating follower app(cluster_name=B, app_name=t): master_app_name=t, ' +
        'duplication_status=DS_APP, query_err=ERR_INCONSISTENT_STATE, update_err=ERR_NO_NEED_OPERATE',
    });
  });
});

describe('D8: updates of one mutation are shipped in any order', () => {
  test.each([
    ['where it strikes', ['D8'], '1'],
    ['where it does not', [], '2'],
  ])('%s', async (_name, defects, expected) => {
    const { universe, meta } = await duplicated(defects);
    await meta.setAtomicIdempotent({ app_name: 't', atomic_idempotent: true });
    await universe.seconds(31);
    const { data } = universe.clients('A');
    const put = (value: string) => ({ put: bytes('s'), value: bytes(value) });
    const check = { sortKey: bytes('s'), type: 'CT_NO_CHECK' } as const;
    await data.table('t').checkAndMutate(bytes('x'), check, [put('1'), put('2')]);
    await universe.seconds(10);
    expect(await universe.get('A', 't', 'x')).toBe('2');
    expect(await universe.get('B', 't', 'x')).toBe(expected);
    await universe.set('A', 't', 'x', '3');
    await universe.seconds(10);
    expect(await universe.get('B', 't', 'x')).toBe('3');
  });
});

describe('D15: the last write before a silence is left behind now and then', () => {
  /** How many of 30 single writes were not there a second later. */
  async function late(defects: string[]) {
    const { universe } = await duplicated(defects, 1);
    let count = 0;
    for (let i = 0; i < 30; i++) {
      await universe.set('A', 't', `single${i}`, 'v');
      await universe.seconds(1);
      if ((await universe.get('B', 't', `single${i}`)) !== 'v') count++;
    }
    await universe.seconds(220);
    expect(await universe.records('B', 't')).toHaveLength(30);
    return count;
  }

  test('where it strikes, it comes with the next write or empty write', async () => {
    const count = await late(['D15']);
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThan(15);
  });

  test('where it does not, everything is there at once', async () => {
    expect(await late([])).toBe(0);
  });
});
