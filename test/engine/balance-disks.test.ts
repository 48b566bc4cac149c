import { expect, test } from 'vitest';
import type { AppRecord, PartitionRecord } from '../../src/engine/documents/meta.ts';
import { balancePrimaries, balanceSecondaries } from '../../src/engine/meta/balance/app-policy.ts';
import type { Table } from '../../src/engine/meta/balance/view.ts';

const NODES = ['n1', 'n2', 'n3'];

/** A table by the servers of each partition, the primary first, with the disks that the first server has them on. */
function table(members: readonly (readonly string[])[], disks: string): Table {
  const partitions = members.map(([primary = '', ...secondaries]) => ({ primary, secondaries }));
  return {
    app: { app_id: 1 } as AppRecord,
    partitions: partitions as unknown as PartitionRecord[],
    diskOf: (pidx, node) => (node === 'n1' ? (disks[pidx] ?? '') : 'a'),
  };
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
