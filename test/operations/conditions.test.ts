import { expect, test } from 'vitest';
import {
  hasReplicas,
  isBalanced,
  isCaughtUp,
  isDuplicationIn,
  isHealthy,
  isNodeIn,
  type Watched,
} from '../../src/operations/conditions.ts';

interface Scene {
  /** Servers of each partition of each table, the primary first; '' where there is none. Three are wanted. */
  readonly tables?: Readonly<Record<string, readonly (readonly string[])[]>>;
  readonly alive?: readonly string[];
  readonly duplications?: readonly {
    status: string;
    partitions: readonly [last: number, committed: number][];
  }[];
}

/** A cluster that is as the scene says, and tells so by RPC. */
function watch({ tables = {}, alive = [], duplications = [] }: Scene): Watched {
  const info = (node: string) => ({ status: 'NS_ALIVE', node, hp_node: node });
  const partitionsOf = (name: string) =>
    (tables[name] ?? []).map(([primary = '', ...secondaries]) => ({
      primary,
      secondaries,
      max_replica_count: 3,
    }));
  const fake = {
    cluster: 'A',
    meta: {
      listNodes: async () => ({ err: 'ERR_OK', infos: alive.map(info) }),
      listApps: async () => ({ err: 'ERR_OK', infos: Object.keys(tables).map((app_name) => ({ app_name })) }),
      queryConfig: async ({ app_name }: { app_name: string }) =>
        app_name in tables
          ? { err: 'ERR_OK', partitions: partitionsOf(app_name) }
          : { err: 'ERR_OBJECT_NOT_FOUND', partitions: [] },
      queryDuplication: async () => ({
        err: 'ERR_OK',
        entry_list: duplications.map(({ status }, at) => ({ dupid: at + 1, status })),
      }),
    },
    control: {
      duplicationStates: async () => ({
        now_us: 0,
        duplications: duplications.map(({ status, partitions }, at) => ({
          dupid: at + 1,
          status,
          partitions: partitions.map(([last_decree, last_committed_decree], pidx) => ({
            pidx,
            last_decree,
            last_committed_decree,
            has_duplicator: true,
          })),
        })),
      }),
      showNode: async ({ node }: { node: string }) => ({
        node: { name: node, node, role: node.startsWith('meta') ? 'meta' : 'replica', state: 'running' },
      }),
    },
  };
  return fake as unknown as Watched;
}

test('replicas: so many that are there, on every partition', async () => {
  const tables = {
    t: [
      ['n1', 'n2'],
      ['n1', 'n2', 'n3'],
      ['', 'n2'],
    ],
  };
  expect(await hasReplicas(watch({ tables }), 't', 2)).toEqual({
    done: false,
    text: '1 of 3 partitions have 2 replicas, others have 1, 3',
  });
  expect(await hasReplicas(watch({ tables: { t: [['n1', 'n2']] } }), undefined, 2)).toEqual({
    done: true,
    text: '1 of 1 partitions have 2 replicas',
  });
});

test('healthy: a primary and all secondaries, on every partition, of one table or of all', async () => {
  const tables = { whole: [['a', 'b', 'c']], thin: [['a', 'b', 'c'], ['a', 'b'], ['']] };
  expect(await isHealthy(watch({ tables }), 'whole')).toEqual({
    done: true,
    text: '1 of 1 partitions are healthy',
  });
  expect(await isHealthy(watch({ tables }), 'thin')).toEqual({
    done: false,
    text: '1 of 3 partitions are healthy',
  });
  expect(await isHealthy(watch({ tables }), undefined)).toEqual({
    done: false,
    text: '2 of 4 partitions are healthy',
  });
  await expect(isHealthy(watch({ tables }), 'none')).rejects.toMatchObject({ code: 'ERR_OBJECT_NOT_FOUND' });
});

test('balanced: no live server leads or holds two partitions of a table more than another', async () => {
  const tables = {
    t: [['a'], ['a'], ['b'], ['c']],
    u: [['a'], ['a'], ['b'], ['b']],
    copied: [
      ['a', 'b'],
      ['b', 'a'],
      ['c', 'a'],
      ['b', 'a'],
    ],
  };
  const alive = ['a', 'b', 'c'];
  expect(await isBalanced(watch({ tables, alive }), 't')).toEqual({
    done: true,
    text: 'primaries and replicas are even',
  });
  expect(await isBalanced(watch({ tables, alive }), 'copied')).toEqual({
    done: false,
    text: 'copied has 4, 3, 1 replicas',
  });
  expect(await isBalanced(watch({ tables, alive }), undefined)).toEqual({
    done: false,
    text: 'u has 2, 2, 0 primaries; u has 2, 2, 0 replicas; copied has 4, 3, 1 replicas',
  });
  expect(await isBalanced(watch({ tables }), 't')).toMatchObject({ done: false });
});

test('caught-up: shipping, and nothing committed is left', async () => {
  const shipping = (partitions: [number, number][]) =>
    watch({ duplications: [{ status: 'DS_LOG', partitions }] });
  expect(
    await isCaughtUp(
      shipping([
        [5, 5],
        [9, 9],
      ]),
      't',
    ),
  ).toMatchObject({ done: true });
  expect(
    await isCaughtUp(
      shipping([
        [5, 5],
        [7, 9],
      ]),
      't',
    ),
  ).toEqual({
    done: false,
    text: 'behind: partition 1 at decree 7 of 9',
  });
  const early = watch({ duplications: [{ status: 'DS_APP', partitions: [[5, 5]] }] });
  expect(await isCaughtUp(early, 't')).toEqual({ done: false, text: 'duplication 1 is in DS_APP' });
  await expect(isCaughtUp(watch({}), 't')).rejects.toMatchObject({ code: 'ERR_OBJECT_NOT_FOUND' });
});

test('dup: every duplication of the table has the status; a removed one is gone', async () => {
  const duplications = [
    { status: 'DS_LOG', partitions: [] },
    { status: 'DS_APP', partitions: [] },
  ];
  expect(await isDuplicationIn(watch({ duplications }), 't', 'DS_LOG')).toEqual({
    done: false,
    text: 'duplication 1 is in DS_LOG, duplication 2 is in DS_APP',
  });
  expect(await isDuplicationIn(watch({}), 't', 'DS_REMOVED')).toMatchObject({ done: true });
  await expect(isDuplicationIn(watch({}), 't', 'DS_LOG')).rejects.toThrow("table 't' has no duplication");
});

test('node: the process, or what the meta server thinks; a meta server is alive when it runs', async () => {
  const watched = watch({ alive: ['replica1'] });
  expect(await isNodeIn(watched, 'replica1', 'alive')).toMatchObject({ done: true });
  expect(await isNodeIn(watched, 'replica2', 'alive')).toMatchObject({ done: false });
  expect(await isNodeIn(watched, 'replica2', 'unalive')).toMatchObject({ done: true });
  expect(await isNodeIn(watched, 'replica2', 'running')).toMatchObject({ done: true });
  expect(await isNodeIn(watched, 'replica2', 'crashed')).toEqual({
    done: false,
    text: 'replica2 is running',
  });
  expect(await isNodeIn(watched, 'meta1', 'alive')).toMatchObject({ done: true });
  expect(await isNodeIn(watched, 'meta1', 'unalive')).toMatchObject({ done: false });
});
