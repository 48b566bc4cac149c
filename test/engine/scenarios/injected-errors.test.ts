/** Errors of the storage that a setting asks for, as upstream's integration test does (`integration_test.cpp`). */
import { expect, test } from 'vitest';
import { openUniverse } from './universe.ts';

async function withTable() {
  const universe = openUniverse();
  await universe.cluster('A', 3);
  await universe.createTable('A', 't', 1, 3);
  await universe.set('A', 't', 'k', '1');
  const { meta, servers, data } = universe.clients('A');
  const members = async () => {
    const { partitions } = await meta.queryConfig({ app_name: 't', partition_indices: [] });
    return { primary: partitions[0]?.hp_primary ?? '', secondaries: partitions[0]?.hp_secondaries ?? [] };
  };
  const update = (node: string, name: string, status: number) =>
    servers.get(node, `/updateConfig?inject_${name}_error_for_test=${status}`, 5000);
  return { universe, members, update, table: data.table('t') };
}

test('a get ends with the status; what else is read does not', async () => {
  const { universe, members, update, table } = await withTable();
  const { primary } = await members();
  await update(primary, 'read', 2);
  expect(await universe.get('A', 't', 'k')).toBe('corruption');
  const key = new TextEncoder().encode('k');
  expect((await table.sortkeyCount(key)).error.code).toBe(0);
  await update(primary, 'read', 0);
  expect(await universe.get('A', 't', 'k')).toBe('1');
});

test.each([
  [2, 'corruption'],
  [5, 'io error'],
  [11, 'busy'],
])('a write ends with status %i, and with it the primary: another leads', async (status, text) => {
  const { universe, members, update } = await withTable();
  const { primary, secondaries } = await members();
  await update(primary, 'write', status);
  expect(await universe.set('A', 't', 'k', '2')).toBe(text);
  expect(secondaries).toContain((await members()).primary);
  expect(await universe.get('A', 't', 'k')).toBe('2');
});

test('a secondary is lost with what it applies, one write later', async () => {
  const { universe, members, update } = await withTable();
  const { secondaries } = await members();
  await update(secondaries[0] ?? '', 'write', 2);
  await universe.clients('A').meta.controlMeta({ level: 'fl_freezed' });
  const openOn = async () =>
    (await universe.control.showNode({ cluster: 'A', node: secondaries[0] ?? '' })).replicas.length;
  expect(await universe.set('A', 't', 'k', '2')).toBe('success');
  expect(await openOn()).toBe(0);
});
