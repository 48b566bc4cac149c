import { expect, test } from 'vitest';
import { openUniverse } from './universe.ts';

const ASSERTION =
  /^assertion expression: \[min_checkpoint_decree > 0\] \[1\.\d@localhost:35801\] -1 vs 0 min_checkpoint_decree should be a number greater than 0 which means a new checkpoint must be created$/;

async function untilItSticks(defects: string[]) {
  const universe = openUniverse();
  await universe.cluster('A', 1, { defects });
  await universe.cluster('B', 3, { auth: true });
  await universe.createTable('A', 'test1', 8, 1);
  await universe.write('A', 'test1', 40);
  const { meta } = universe.clients('A');
  const added = await meta.addDuplication({
    app_name: 'test1',
    remote_cluster_name: 'B',
    is_duplicating_checkpoint: true,
    remote_app_name: 'test_dup_1',
    remote_replica_count: 3,
  });
  expect(added.err).toBe('ERR_OK');
  await universe.seconds(70);
  return { universe, meta, dupid: added.dupid };
}

test('dup: a remote that demands authentication keeps it in DS_PREPARE, and the engine knows why', async () => {
  const { universe } = await untilItSticks([]);
  const { duplications } = await universe.control.duplicationStates({ cluster: 'A' });
  expect(duplications[0]).toMatchObject({
    status: 'DS_PREPARE',
    error_code: 'ERR_TIMEOUT',
    remote_demands_auth: true,
    local_has_auth: false,
  });
  expect(duplications[0]?.error_log_line).toBe(
    'create follower app(cluster_name=B, app_name=test_dup_1) to trigger duplicate checkpoint failed: ' +
      'master_app_name=test1, duplication_status=DS_PREPARE, create_err=ERR_TIMEOUT, update_err=ERR_NO_NEED_OPERATE',
  );
});

test('dup: with defect 2098 the restarted server dies at its first sync, after every start, until the dup is removed', async () => {
  const { universe, meta, dupid } = await untilItSticks(['2098']);
  await universe.node('A', 'replica1', 'restart');
  await universe.seconds(9);
  expect((await universe.control.showNode({ cluster: 'A', node: 'replica1' })).node.state).toBe('running');
  await universe.seconds(2);
  const dead = await universe.control.showNode({ cluster: 'A', node: 'replica1' });
  expect(dead.node).toMatchObject({ state: 'crashed', crashes: 1 });
  expect(dead.crashes[0]?.assertion).toMatch(ASSERTION);

  expect(await universe.get('A', 'test1', 'user1')).toBe('timeout');
  await universe.seconds(30);
  const { infos } = await meta.listNodes({ status: 'NS_INVALID' });
  expect(infos.map((info) => info.status)).toEqual(['NS_UNALIVE']);

  await universe.node('A', 'replica1', 'start');
  await universe.seconds(11);
  expect((await universe.control.showNode({ cluster: 'A', node: 'replica1' })).node).toMatchObject({
    crashes: 2,
  });

  expect(await meta.modifyDuplication({ app_name: 'test1', dupid, status: 'DS_PAUSE' })).toMatchObject({
    err: 'ERR_INVALID_PARAMETERS',
  });
  expect((await meta.modifyDuplication({ app_name: 'test1', dupid, status: 'DS_REMOVED' })).err).toBe(
    'ERR_OK',
  );
  await universe.node('A', 'replica1', 'start');
  await universe.seconds(60);
  expect((await universe.control.showNode({ cluster: 'A', node: 'replica1' })).node.state).toBe('running');
  expect(await universe.get('A', 'test1', 'user1')).toBe('value 1');
});

test('dup: with the fix it survives the restart, and finishes by itself once the remote lets it in', async () => {
  const { universe } = await untilItSticks([]);
  await universe.node('A', 'replica1', 'restart');
  await universe.seconds(40);
  expect(await universe.status('A', 'test1')).toBe('DS_PREPARE');
  expect((await universe.control.showNode({ cluster: 'A', node: 'replica1' })).node.crashes).toBe(0);

  await universe.control.setConfig({ name: 'B', key: 'security.mandatory_auth', value: 'false' });
  for (const node of ['meta1', 'replica1', 'replica2', 'replica3']) await universe.node('B', node, 'restart');
  await universe.seconds(60);
  expect(await universe.status('A', 'test1')).toBe('DS_LOG');
  await universe.write('A', 'test1', 5, 'later');
  await universe.seconds(5);
  expect(await universe.records('B', 'test_dup_1')).toEqual(await universe.records('A', 'test1'));
  expect(await universe.records('B', 'test_dup_1')).toHaveLength(45);
});

test('dup: opened at run time only, the connections of before stay deaf: the table is made, the reply does not arrive', async () => {
  const { universe } = await untilItSticks([]);
  await universe.control.setConfig({ name: 'B', key: 'security.mandatory_auth', value: 'false' });
  await universe.seconds(40);
  expect(await universe.status('A', 'test1')).toBe('DS_PREPARE');
  const { infos } = await universe.clients('B').meta.listApps({ status: 'AS_AVAILABLE' });
  expect(infos.map((info) => info.app_name)).toEqual(['test_dup_1']);
  await universe.node('A', 'meta1', 'restart');
  await universe.seconds(60);
  expect(await universe.status('A', 'test1')).toBe('DS_LOG');
});

test('dup: min_checkpoint_decree is kept over a restart, and recomputed where it is absent', async () => {
  const { universe } = await untilItSticks([]);
  const decrees = async () => {
    const { duplications } = await universe.control.duplicationStates({ cluster: 'A' });
    return duplications[0]?.partitions.map((partition) => partition.min_checkpoint_decree);
  };
  const before = await decrees();
  expect(before?.every((decree) => decree > 0)).toBe(true);
  await universe.write('A', 'test1', 40, 'more');
  await universe.node('A', 'replica1', 'restart');
  await universe.seconds(11);
  expect(await decrees()).toEqual(before);
});

test('dup: one whose progress was not stored before a restart begins anew, where the server is by then', async () => {
  const universe = openUniverse();
  await universe.cluster('A', 1);
  await universe.cluster('B', 1);
  await universe.createTable('A', 't', 1, 1);
  await universe.clients('A').meta.addDuplication({ app_name: 't', remote_cluster_name: 'B' });
  const begun = async () => {
    for (let passed = 0; passed < 30; passed++) {
      const partition = (await universe.duplication('A'))?.partitions[0];
      if (partition?.has_duplicator === true) return partition;
      await universe.seconds(1);
    }
  };
  expect(await begun()).toMatchObject({ stored_decree: -1, last_decree: 1, min_checkpoint_decree: 1 });
  await universe.write('A', 't', 5);
  await universe.node('A', 'replica1', 'restart');
  await universe.seconds(1);
  expect(await begun()).toMatchObject({ stored_decree: -1, last_decree: 6, min_checkpoint_decree: 6 });
});
