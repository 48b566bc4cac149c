import { expect, test } from 'vitest';
import type { AppInfo } from '../../src/rpc/idl/layer2.ts';
import { wrongTableReply } from '../../src/sim/checkers/table-replies.ts';

const PLACE = { cluster: 'A', table: 't' };

function stored(changes: Partial<AppInfo> = {}) {
  const info: AppInfo = {
    status: 'AS_AVAILABLE',
    app_type: 'pegasus',
    app_name: 't',
    app_id: 1,
    partition_count: 1,
    envs: new Map(),
    is_stateful: true,
    max_replica_count: 3,
    expire_second: 0,
    create_second: 0,
    drop_second: 0,
    duplicating: false,
    init_partition_count: 1,
    is_bulk_loading: false,
    atomic_idempotent: false,
    ...changes,
  };
  return [{ info, partitions: [] }];
}

const there = stored();
const dropped = stored({ status: 'AS_DROPPED' });

test.each([
  ['create', { ...PLACE, kind: 'create', partitions: 1, replicas: 3 }, [], there],
  ['drop', { ...PLACE, kind: 'drop' }, there, dropped],
  ['recall', { ...PLACE, kind: 'recall' }, dropped, there],
  ['recall', { ...PLACE, kind: 'recall', to: 'u' }, dropped, stored({ app_name: 'u' })],
  ['rename', { ...PLACE, kind: 'rename', to: 'u' }, there, stored({ app_name: 'u' })],
  [
    'set_replica_count',
    { ...PLACE, kind: 'set_replica_count', replicas: 1 },
    there,
    stored({ max_replica_count: 1 }),
  ],
  [
    'set_atomic_idempotent',
    { ...PLACE, kind: 'set_atomic_idempotent', isOn: true },
    there,
    stored({ atomic_idempotent: true }),
  ],
] as const)('what is granted is done, and what is refused is not: %s', (kind, operation, before, after) => {
  const wrong = (is: typeof before | typeof after, err: string) =>
    wrongTableReply(before, is, operation, 1, err);
  expect(wrong(after, 'ERR_OK')).toBeUndefined();
  expect(wrong(before, 'ERR_BUSY_CREATING')).toBeUndefined();
  expect(wrong(before, 'ERR_OK')).toContain(`${kind} was answered ERR_OK`);
  expect(wrong(after, 'ERR_BUSY_CREATING')).toContain(`${kind} was answered ERR_BUSY_CREATING`);
});
