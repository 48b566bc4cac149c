/** `[security] enable_acl`: who comes without a name is no superuser (recorded in acl-deny). */
import { describe, expect, test } from 'vitest';
import { openUniverse } from './universe.ts';

async function guarded() {
  const universe = openUniverse();
  await universe.cluster('A', 1);
  await universe.cluster('B', 1);
  await universe.createTable('A', 't', 2, 1);
  await universe.createTable('B', 'own', 2, 1);
  await universe.write('B', 'own', 3);
  await universe.configure('B', { 'security.enable_acl': 'true' });
  await universe.seconds(10);
  return universe;
}

describe('a meta server', () => {
  test('lists tables and servers for everybody, and does nothing else', async () => {
    const universe = await guarded();
    const { meta } = universe.clients('B');
    expect((await meta.listApps({ status: 'AS_INVALID' })).infos).toHaveLength(1);
    expect((await meta.listNodes({ status: 'NS_INVALID' })).infos).toHaveLength(1);
    expect((await meta.queryConfig({ app_name: 'own', partition_indices: [] })).err).toBe('ERR_OK');
    const options = { success_if_not_exist: false };
    expect((await meta.dropApp({ app_name: 'own', options })).err).toBe('ERR_ACL_DENY');
    expect((await meta.queryDuplication({ app_name: 'own' })).err).toBe('ERR_ACL_DENY');
    expect((await universe.createTable('B', 'x', 2, 1)).err).toBe('ERR_ACL_DENY');
  });

  test('makes no follower table: the duplication stays in DS_PREPARE', async () => {
    const universe = await guarded();
    await universe.clients('A').meta.addDuplication({
      app_name: 't',
      remote_cluster_name: 'B',
      is_duplicating_checkpoint: true,
      remote_app_name: 't2',
      remote_replica_count: 1,
    });
    await universe.seconds(70);
    expect(await universe.duplication('A')).toMatchObject({
      status: 'DS_PREPARE',
      error_code: 'ERR_ACL_DENY',
      error_log_line:
        'create follower app(cluster_name=B, app_name=t2) to trigger duplicate checkpoint failed: ' +
        'master_app_name=t, duplication_status=DS_PREPARE, create_err=ERR_ACL_DENY, update_err=ERR_NO_NEED_OPERATE',
    });
    await universe.control.setConfig({ name: 'B', key: 'security.enable_acl' });
    await universe.node('B', 'meta1', 'restart');
    await universe.seconds(60);
    expect(await universe.status('A', 't')).toBe('DS_LOG');
  });

  test('makes it for servers that have authenticated', async () => {
    const universe = await guarded();
    for (const name of ['A', 'B']) await universe.configure(name, { 'security.enable_auth': 'true' });
    await universe.clients('A').meta.addDuplication({
      app_name: 't',
      remote_cluster_name: 'B',
      is_duplicating_checkpoint: true,
      remote_replica_count: 1,
    });
    await universe.seconds(120);
    expect(await universe.status('A', 't')).toBe('DS_LOG');
  });
});

describe('a table', () => {
  test('that lists no users is open to all; one that does is not, be it read or written', async () => {
    const universe = openUniverse();
    await universe.cluster('A', 1);
    await universe.createTable('A', 't', 1, 1);
    await universe.setEnvs('A', 't', { 'replica_access_controller.allowed_users': 'alice,bob' });
    expect(await universe.set('A', 't', 'k', '1')).toBe('success');
    await universe.configure('A', { 'security.enable_acl': 'true' });
    await universe.seconds(31);
    // A client that is denied looks for another server until its time is up.
    const { data } = universe.clients('A');
    const key = [new Uint8Array([1]), new Uint8Array([2])] as const;
    expect((await data.table('t').get(...key, 1000)).error.text).toBe('timeout');
    expect((await data.table('t').del(...key, 1000)).error.text).toBe('timeout');
    await universe.control.setConfig({ name: 'A', key: 'security.enable_acl' });
    await universe.node('A', 'replica1', 'restart');
    await universe.seconds(31);
    expect(await universe.get('A', 't', 'k')).toBe('1');
  });
});
