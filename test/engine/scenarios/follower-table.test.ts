/** What the source's meta server makes of the remote one's answers, in its log's words (recorded in `dup-real`). */
import { describe, expect, test } from 'vitest';
import { openUniverse } from './universe.ts';

async function inDsApp() {
  const universe = openUniverse();
  await universe.cluster('A', 1);
  await universe.cluster('B', 3);
  await universe.createTable('A', 't', 2, 1);
  await universe.clients('A').meta.addDuplication({
    app_name: 't',
    remote_cluster_name: 'B',
    is_duplicating_checkpoint: true,
    remote_app_name: 't2',
    remote_replica_count: 3,
  });
  while ((await universe.status('A', 't')) !== 'DS_APP') await universe.seconds(1);
  for (const node of ['replica2', 'replica3']) await universe.node('B', node, 'kill');
  return universe;
}

const ABOUT = 'follower app(cluster_name=B, app_name=t2)';
const OF = 'master_app_name=t, duplication_status=DS_APP';

describe('a follower table that does not come to be', () => {
  test('its replicas are not there', async () => {
    const universe = await inDsApp();
    await universe.seconds(11);
    expect(await universe.duplication('A')).toMatchObject({
      status: 'DS_APP',
      error_code: 'ERR_NOT_ENOUGH_MEMBER',
      error_log_line: `check all replicas of creating ${ABOUT}: ${OF}, query_err=ERR_NOT_ENOUGH_MEMBER, update_err=ERR_NO_NEED_OPERATE`,
    });
  });

  test('the remote meta server refuses to mark it', async () => {
    const universe = await inDsApp();
    await universe.seconds(40);
    expect(await universe.duplication('A')).toMatchObject({
      error_code: 'ERR_STATE_FREEZED',
      error_log_line: `mark ${ABOUT} as created failed: ${OF}, callback_err=ERR_OK, resp_err=ERR_STATE_FREEZED`,
    });
  });

  test('the remote meta server is away', async () => {
    const universe = await inDsApp();
    await universe.node('B', 'meta1', 'stop');
    await universe.seconds(15);
    expect(await universe.duplication('A')).toMatchObject({
      error_code: 'ERR_NETWORK_FAILURE',
      error_log_line: `mark ${ABOUT} as created failed: ${OF}, callback_err=ERR_NETWORK_FAILURE, resp_err=ERR_OK`,
    });
  });
});

test('what a dropped table still ships is not taken down', async () => {
  const universe = openUniverse();
  await universe.cluster('A', 1);
  await universe.cluster('B', 1);
  for (const cluster of ['A', 'B']) await universe.createTable(cluster, 't', 1, 1);
  const { meta } = universe.clients('A');
  await meta.addDuplication({ app_name: 't', remote_cluster_name: 'B', is_duplicating_checkpoint: false });
  await universe.seconds(60);
  await universe.write('A', 't', 1, 'before');
  await universe.seconds(30);
  const confirmed = async () =>
    (await meta.queryDuplication({ app_name: 't' })).entry_list[0]?.partition_states?.get(0)
      ?.confirmed_decree;
  const before = await confirmed();
  await universe.write('A', 't', 3, 'last');
  await meta.dropApp({ app_name: 't', options: { success_if_not_exist: false } });
  await universe.seconds(12);
  await meta.recallApp({ app_id: 1, new_app_name: '' });
  expect(await confirmed()).toBe(before);
});
