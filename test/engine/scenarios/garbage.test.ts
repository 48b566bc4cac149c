import { expect, test } from 'vitest';
import { lastingFault } from '../../../src/rpc/client/lasting-fault.ts';
import { openUniverse } from './universe.ts';

const DAY = 86_400;

async function withTable(replicas = 3) {
  const universe = openUniverse();
  await universe.cluster('A', 4);
  await universe.createTable('A', 'temp', 1, replicas);
  await universe.write('A', 'temp', 5);
  const { meta } = universe.clients('A');
  const nodes = ['replica1', 'replica2', 'replica3', 'replica4'];
  const open = async (node: string) =>
    (await universe.control.showNode({ cluster: 'A', node })).replicas.length;
  return {
    universe,
    meta,
    level: (level: 'fl_lively' | 'fl_steady') => meta.controlMeta({ level }),
    drop: (reserve_seconds: number) =>
      meta.dropApp({ app_name: 'temp', options: { success_if_not_exist: false, reserve_seconds } }),
    openReplicas: async () => (await Promise.all(nodes.map(open))).reduce((sum, count) => sum + count, 0),
    /** How many servers still have the table's directory. */
    directories: () => {
      const { files } = universe;
      universe.letOthersIn();
      const root = '/w/clusters/A/nodes';
      const names = files
        .list(root)
        .filter((node) => files.list(`${root}/${node}/reps`).includes('1.0.pegasus'));
      return names.length;
    },
  };
}

test('at the default level the replicas of a dropped table are closed and never deleted', async () => {
  const { universe, drop, openReplicas, directories } = await withTable();
  expect(await openReplicas()).toBe(3);
  await drop(60);
  await universe.seconds(40);
  expect(await openReplicas()).toBe(0);
  await universe.seconds(30 * DAY);
  expect(directories()).toBe(3);
});

test('at level lively they are thrown away when the table has expired, and deleted a day later', async () => {
  const { universe, drop, level, directories } = await withTable();
  await level('fl_lively');
  await drop(3600);
  await universe.seconds(3600 + DAY - 1200);
  expect(directories()).toBe(3);
  await universe.seconds(2400);
  expect(directories()).toBe(0);
});

test('the level counts also when it is raised long after', async () => {
  const { universe, drop, level, directories } = await withTable();
  await drop(60);
  await universe.seconds(DAY);
  await universe.configure('A', { 'replication.gc_disk_garbage_replica_interval_seconds': '100' });
  await universe.seconds(60);
  await level('fl_lively');
  await universe.seconds(1300);
  expect(directories()).toBe(0);
});

test('what was thrown away is not loaded, also after a restart, and the table does not come back', async () => {
  const { universe, drop, level, meta, openReplicas, directories } = await withTable();
  await level('fl_lively');
  await drop(60);
  await universe.seconds(200);
  for (const node of ['replica1', 'replica2', 'replica3']) await universe.node('A', node, 'restart');
  await universe.seconds(60);
  expect(await openReplicas()).toBe(0);
  expect(directories()).toBe(3);
  expect((await meta.recallApp({ app_id: 1, new_app_name: '' })).err).toBe('ERR_APP_NOT_EXIST');
});

test('a replica that was removed is not there any more; it is closed, and can be thrown away, ten minutes later', async () => {
  const { universe, meta, level, openReplicas, directories } = await withTable();
  await universe.configure('A', {
    'replication.gc_disk_garbage_replica_interval_seconds': '0',
    'replication.disk_stat_interval_seconds': '30',
    'meta_server.max_reserved_dropped_replicas': '0',
  });
  await universe.seconds(60);
  await level('fl_lively');
  await meta.setMaxReplicaCount({ app_name: 'temp', max_replica_count: 2 });
  await universe.seconds(60);
  expect(await openReplicas()).toBe(2);
  await universe.seconds(480);
  expect(directories()).toBe(3);
  await universe.seconds(180);
  expect(directories()).toBe(2);
  expect(await universe.records('A', 'temp')).toHaveLength(5);
});

test('a replica that is loaded and is no member any more is closed after ten minutes, and thrown away', async () => {
  const { universe, level, openReplicas, directories } = await withTable();
  await level('fl_lively');
  const { meta } = universe.clients('A');
  const { partitions } = await meta.queryConfig({ app_name: 'temp', partition_indices: [0] });
  await universe.config('A', { 'meta_server.max_reserved_dropped_replicas': '0' });
  const [gone] = partitions[0]?.hp_secondaries ?? [];
  const { nodes } = await universe.control.listNodes({ name: 'A' });
  const name = nodes.find(({ node }) => node === gone)?.name ?? '';
  await universe.node('A', name, 'kill');
  await universe.seconds(660);
  expect(directories()).toBe(4);
  await universe.node('A', name, 'start');
  await universe.seconds(560);
  expect(await openReplicas()).toBe(4);
  await universe.seconds(80);
  expect(await openReplicas()).toBe(3);
  await universe.seconds(DAY + 700);
  expect(directories()).toBe(3);
});

test('a damaged replica is kept for a week, where nobody makes another', async () => {
  const { universe, meta, openReplicas, directories } = await withTable();
  await meta.controlMeta({ level: 'fl_freezed' });
  await universe.control.addFault({ ...lastingFault('A', 'disk_corrupt', 'A'), for_us: 5_000_000 });
  await universe.get('A', 'temp', 'user1');
  expect(await openReplicas()).toBe(2);
  await universe.seconds(7 * DAY - 1200);
  expect(directories()).toBe(3);
  await universe.seconds(2400);
  expect(directories()).toBe(2);
});

test('on a disk that failed it is kept until that works again', async () => {
  const { universe, meta, directories } = await withTable();
  await universe.config('A', { 'replication.gc_disk_error_replica_interval_seconds': '600' });
  await universe.createTable('A', 'other', 4, 3);
  await universe.seconds(60);
  await meta.controlMeta({ level: 'fl_freezed' });
  const fault = (kind: 'disk_corrupt' | 'disk_read_fail') =>
    universe.control.addFault({ ...lastingFault('A', kind, 'A'), for_us: 60_000_000 });
  await fault('disk_corrupt');
  await universe.get('A', 'temp', 'user1');
  await universe.seconds(60);
  await fault('disk_read_fail');
  for (let i = 0; i < 10; i++) await universe.get('A', 'other', `user${i}`);
  await universe.seconds(2400);
  expect(directories()).toBe(3);
  for (let i = 1; i <= 4; i++) await universe.node('A', `replica${i}`, 'restart');
  await universe.seconds(1200);
  expect(directories()).toBe(2);
});
