import { expect, test } from 'vitest';
import { applyBackup } from '../../src/sim/apply/backups.ts';
import { applyData } from '../../src/sim/apply/data.ts';
import { applyPolicy, checkPoliciesAtRest, notePolicies } from '../../src/sim/apply/policies.ts';
import { applyTable } from '../../src/sim/apply/tables.ts';
import { begin } from '../../src/sim/begin.ts';
import { checkContents } from '../../src/sim/checkers/contents.ts';
import {
  checkPolicy,
  checkPolicyAtRest,
  checkPolicyProgress,
  type PolicyView,
} from '../../src/sim/checkers/policies.ts';
import { bytes } from '../../src/sim/names.ts';
import type { PolicyOperation } from '../../src/sim/operation.ts';
import { World } from '../../src/sim/world.ts';

const DAY_MS = 86_400_000;

function view(
  backups: [start: number, end: number][],
  changes: Partial<PolicyView['policy']> = {},
): PolicyView {
  const policy = {
    policy_name: 'p',
    backup_provider_type: 'local_service',
    backup_interval_seconds: '86400',
    app_ids: new Set([1]),
    backup_history_count_to_keep: 2,
    start_time: '24:00',
    is_disable: false,
    ...changes,
  };
  const entry = ([start, end]: [number, number]) => ({
    backup_id: start,
    start_time_ms: start,
    end_time_ms: end,
    app_ids: new Set([1]),
  });
  return { policy, backups: backups.map(entry) };
}

const GOOD = view([
  [1000, 2000],
  [DAY_MS + 1000, DAY_MS + 2000],
]);

test('backups as they should be', () => {
  expect(checkPolicy(GOOD)).toEqual([]);
  expect(checkPolicyProgress(view([]), GOOD)).toEqual([]);
  expect(checkPolicyAtRest(GOOD, DAY_MS + 100_000, false)).toEqual([]);
});

const off = { is_disable: true };
test.each<[string, string[]]>([
  ['ended at 999, before', checkPolicy(view([[1000, 999]]))],
  [
    'under way, and so is a later one',
    checkPolicy(
      view([
        [1000, 0],
        [DAY_MS * 2, 0],
      ]),
    ),
  ],
  [
    'ms after the one before',
    checkPolicy(
      view([
        [1000, 2000],
        [5000, 0],
      ]),
    ),
  ],
  ['not at 02:00', checkPolicy(view([[1000, 2000]], { start_time: '02:00' }))],
  ['is disabled, and began 1000', checkPolicyProgress(view([], off), view([[1000, 0]], off))],
  [
    'keeps 2 backups of 1',
    checkPolicyAtRest({ ...GOOD, policy: { ...GOOD.policy, backup_history_count_to_keep: 1 } }, DAY_MS, true),
  ],
  ['hangs', checkPolicyAtRest(view([[1000, 0]]), DAY_MS, false)],
  ['is late', checkPolicyAtRest(GOOD, DAY_MS * 3, false)],
])('%s is found', (text, found) => {
  expect(found).toEqual([expect.stringContaining(text)]);
});

test('one that hangs may, where a disk failed', () => {
  expect(checkPolicyAtRest(view([[1000, 0]]), DAY_MS, true)).toEqual([]);
});

const PLACE = { cluster: 'A', table: 't' };
const ADD: PolicyOperation = {
  cluster: 'A',
  policy: 'p',
  kind: 'add_policy',
  table: 't',
  intervalSeconds: 86_400,
  keep: 2,
  startTime: '24:00',
};

async function worldWithPolicy(): Promise<World> {
  const clusters = ['A', 'B'].map((name) => ({ name, metas: 1, replicas: 3 }));
  const world = new World({ seed: 3, clusters, operations: [] });
  await begin(world);
  await applyTable(world, { ...PLACE, kind: 'create', partitions: 1, replicas: 3 });
  await world.sleep(60_000);
  await applyData(world, { ...PLACE, hashKey: 'k', kind: 'set', sortKey: 's', value: '1', ttl: 0 });
  const sinceMs = world.nowMs;
  await applyPolicy(world, ADD);
  await notePolicies(world, ADD, sinceMs);
  return world;
}

test('a table of another cluster that is made of the backup of a policy holds what was there then', async () => {
  const world = await worldWithPolicy();
  expect(world.backups).toMatchObject([{ cluster: 'A', name: 't', appId: 1 }]);
  await applyData(world, { ...PLACE, hashKey: 'k', kind: 'set', sortKey: 's', value: '2', ttl: 0 });
  await applyBackup(world, { kind: 'restore', cluster: 'B', table: 'r', choice: 0 });
  await world.sleep(60_000);
  await checkContents(world);
  await world.of('B').data.table('r').set(bytes('k'), bytes('s'), bytes('2'));
  await expect(checkContents(world)).rejects.toThrow("B r k: multi_get answered 's=2'");
});

test('a backup during which somebody may have written is not restored from', async () => {
  const world = await worldWithPolicy();
  world.backups.pop();
  await notePolicies(world, { kind: 'wait', ms: 1 }, world.nowMs);
  await notePolicies(world, { ...PLACE, hashKey: 'k', kind: 'multi_get' }, 0);
  expect(world.backups).toEqual([]);
});

test('a policy that is taken although there is one, or for less than a day, is found', async () => {
  const world = await worldWithPolicy();
  await applyPolicy(world, ADD);
  await applyPolicy(world, { ...ADD, policy: 'q', intervalSeconds: 3600 });
  expect([...world.backupNames.keys()]).toEqual(['A/p/1']);
  const { of } = world;
  const meta = of.call(world, 'A').meta;
  const addBackupPolicy = async () => ({ err: 'ERR_OK', hint_message: '' });
  world.of = (cluster) => ({ ...of.call(world, cluster), meta: { ...meta, addBackupPolicy } as typeof meta });
  await expect(applyPolicy(world, ADD)).rejects.toThrow('policy p of 86400 s was added: ERR_OK');
});

test('what is due is waited for, once all is at rest', async () => {
  const world = await worldWithPolicy();
  await world.sleep(DAY_MS);
  await checkPoliciesAtRest(world);
  expect(world.nowMs).toBeGreaterThan(DAY_MS);
});
