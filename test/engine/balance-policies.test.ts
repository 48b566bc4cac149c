import { expect, test } from 'vitest';
import type { AppRecord, PartitionRecord } from '../../src/engine/documents/meta.ts';
import { balancePrimaries, balanceSecondaries } from '../../src/engine/meta/balance/app-policy.ts';
import { balanceCluster } from '../../src/engine/meta/balance/cluster-policy.ts';
import { type Move, type Table, viewOf } from '../../src/engine/meta/balance/view.ts';

const NODES = ['n1', 'n2', 'n3'];

/** A table by the servers of each partition, the primary first, with the disks that the first server has them on. */
function table(members: readonly (readonly string[])[], disks: string): Table {
  const partitions = members.map(([primary = '', ...secondaries]) => ({ primary, secondaries }));
  const diskOf = (pidx: number, node: string) => (node === 'n1' ? (disks[pidx] ?? '') : 'a');
  return viewOf({ app_id: 1 } as AppRecord, partitions as unknown as PartitionRecord[], diskOf);
}

test('primaries leave the fullest disk first', () => {
  const all = table(Array(6).fill(['n1', 'n2', 'n3']), 'aabbbb');
  const moved = balancePrimaries(all, NODES, true).map(({ pidx, to }) => `${pidx} ${to}`);
  expect(moved).toEqual(['2 n2', '3 n2']);
});

test('so do copies', () => {
  const members = [
    ['n2', 'n1'],
    ['n2', 'n1'],
    ['n2', 'n1'],
    ['n2', 'n1'],
  ];
  const copied = balanceSecondaries(table(members, 'abbb'), NODES, new Set());
  expect(copied[0]).toMatchObject({ kind: 'copy_sec', pidx: 1, from: 'n1', to: 'n3' });
});

test('a disk that was the fullest gives all copies of one round', () => {
  const members = Array(8).fill(['n2', 'n1']);
  const copied = balanceSecondaries(table(members, 'aaaabbbb'), NODES, new Set());
  expect(copied.map(({ pidx, from, to }) => `${pidx} ${from} ${to}`)).toEqual([
    '0 n1 n3',
    '1 n1 n3',
    '2 n1 n3',
    '3 n1 n3',
  ]);
});

test('a chain of moves counts what its last hop has taken from a disk', () => {
  // n1 has one too many and n3 one too few, and they have nothing in common.
  const members = [
    ['n1', 'n2'],
    ['n1', 'n2'],
    ['n1', 'n2'],
    ['n2', 'n3'],
    ['n2', 'n3'],
    ['n3', 'n2'],
  ];
  const tags: Readonly<Record<string, string>> = { n1: 'aaaaaa', n2: 'bbaaba', n3: 'aaaaaa' };
  const all = {
    ...table(members, ''),
    diskOf: (pidx: number, node: string) => tags[node]?.[pidx] ?? '',
  };
  const moved = balancePrimaries(all, NODES, true).map(({ pidx, from, to }) => `${pidx} ${from} ${to}`);
  expect(moved).toEqual(['3 n2 n3', '2 n1 n2']);
});

/** What each server has of some tables. */
function loadsOf(tables: readonly Table[]) {
  const partitions = tables.flatMap((one) => one.partitions);
  const loadOf = (node: string) => ({
    primaries: partitions.filter(({ primary }) => primary === node).length,
    partitions: partitions.filter(
      ({ primary, secondaries }) => primary === node || secondaries.includes(node),
    ).length,
  });
  return new Map(NODES.map((node) => [node, loadOf(node)]));
}

/** A table whose partitions are healthy. */
function healthy(members: readonly (readonly string[])[], disks = ''): Table {
  const { partitions, ...rest } = table(members, disks);
  return {
    ...rest,
    partitions: partitions.map((one) => ({ ...one, max_replica_count: one.secondaries.length + 1 })),
  };
}

test('all tables together: a copy leaves the fullest disk of a server', () => {
  const members = [
    ['n1', 'n2'],
    ['n1', 'n3'],
    ['n2', 'n1'],
    ['n2', 'n1'],
    ['n3', 'n1'],
    ['n3', 'n1'],
  ];
  const one = healthy(members, '  bbab');
  expect(balanceCluster([one], loadsOf([one]), 1)).toMatchObject([
    { kind: 'copy_sec', pidx: 5, from: 'n1', to: 'n2' },
  ]);
});

test('all tables together: what ignored tables have counts as load, and one is moved at least', () => {
  const one = healthy([
    ['n1', 'n2'],
    ['n2', 'n3'],
    ['n3', 'n1'],
    ['n1', 'n2'],
  ]);
  const ignored = healthy([
    ['n1', 'n2'],
    ['n1', 'n2'],
    ['n3', 'n2'],
  ]);
  expect(balanceCluster([one], loadsOf([one]), 10)).toEqual([]);
  const moves = [{ kind: 'copy_sec', pidx: 0, from: 'n2', to: 'n3' }];
  expect(balanceCluster([one], loadsOf([one, ignored]), 10)).toMatchObject(moves);
  expect(balanceCluster([one], loadsOf([one, ignored]), 0)).toMatchObject(moves);
});

/** Numbers from 0 below a limit, the same for the same seed. */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return (state >>> 16) % below;
  };
}

/** Healthy partitions wherever chance has them, on three disks each. */
function anyTable(seed: number, nodes: readonly string[]): Table {
  const next = chance(seed);
  const replicas = 1 + next(nodes.length);
  const members = Array.from({ length: 1 + next(24) }, () => {
    const rest = [...nodes];
    return Array.from({ length: replicas }, () => rest.splice(next(rest.length), 1)[0] ?? '');
  });
  return { ...healthy(members), diskOf: (pidx, node) => `${(pidx * 7 + node.length) % 3}` };
}

/** The table once some moves are done. */
function after(before: Table, moves: readonly Move[]): Table {
  const partitions = before.partitions.map((partition, pidx) => {
    const move = moves.find((one) => one.pidx === pidx);
    if (move === undefined) return partition;
    const others = partition.secondaries.filter((node) => node !== move.from && node !== move.to);
    if (move.kind === 'copy_sec') return { ...partition, secondaries: [...others, move.to] };
    const secondaries = move.kind === 'move_pri' ? [...others, move.from] : others;
    return { ...partition, primary: move.to, secondaries };
  });
  return viewOf(before.app, partitions, before.diskOf);
}

/** How far the servers are apart. */
function gap(one: Table, nodes: readonly string[], holds: (one: PartitionRecord, node: string) => boolean) {
  const counts = nodes.map((node) => one.partitions.filter((partition) => holds(partition, node)).length);
  return Math.max(...counts) - Math.min(...counts);
}

const leads = ({ primary }: PartitionRecord, node: string) => primary === node;
const has = (one: PartitionRecord, node: string) => leads(one, node) || one.secondaries.includes(node);

test('wherever the partitions are, they end even, and no round makes it worse', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const nodes = Array.from({ length: 2 + (seed % 5) }, (_, index) => `n${index + 1}`);
    let now = anyTable(seed, nodes);
    for (let round = 0; ; round++) {
      expect(round, `rounds of seed ${seed}`).toBeLessThan(100);
      const primaries = balancePrimaries(now, nodes, false);
      const moves = primaries.length > 0 ? primaries : balanceSecondaries(now, nodes, new Set());
      if (moves.length === 0) break;
      const next = after(now, moves);
      const [rule, kind] = primaries.length > 0 ? [leads, 'primaries'] : [has, 'replicas'];
      expect(gap(next, nodes, rule), `${kind} of seed ${seed}`).toBeLessThanOrEqual(gap(now, nodes, rule));
      now = next;
    }
    expect(gap(now, nodes, leads), `primaries of seed ${seed}`).toBeLessThanOrEqual(1);
    expect(new Set(now.partitions.map(({ secondaries }) => new Set(secondaries).size)).size).toBe(1);
  }
});
