import { describe, expect, test } from 'vitest';
import { openUniverse } from './universe.ts';

/** A and B with a table on A and a full duplication of it, two minutes later. */
async function duplicated(
  defects: string[],
  options: { records?: number; remoteName?: string; replicas?: number; auth?: boolean } = {},
) {
  const { records = 8, remoteName = 't', replicas = 2, auth = false } = options;
  const universe = openUniverse();
  await universe.cluster('A', 1, { defects });
  await universe.cluster('B', 3, { auth });
  await universe.createTable('A', 't', 2, 1);
  await universe.write('A', 't', records);
  const { meta } = universe.clients('A');
  const request = {
    app_name: 't',
    remote_cluster_name: 'B',
    is_duplicating_checkpoint: true,
    remote_app_name: remoteName,
    remote_replica_count: replicas,
  };
  const added = await meta.addDuplication(request);
  await universe.seconds(120);
  const { duplications } = await universe.control.duplicationStates({ cluster: 'A' });
  return { universe, meta, request, added, state: duplications[0] };
}

describe('2069: a checkpoint counts as prepared although there is none', () => {
  test('before the fix', async () => {
    const { state } = await duplicated(['2069'], { records: 0 });
    expect(state).toMatchObject({ status: 'DS_APP', error_code: 'ERR_INACTIVE_STATE' });
    expect(state?.follower).toMatchObject({ without_primary: 2, copy_error: 'ERR_PATH_NOT_FOUND' });
  });

  test('with it', async () => {
    const { state } = await duplicated([], { records: 0 });
    expect(state?.status).toBe('DS_LOG');
  });
});

describe('2025: the follower table is looked for under the name of the source', () => {
  test('before the fix', async () => {
    const { state } = await duplicated(['2025'], { remoteName: 'other' });
    expect(state).toMatchObject({ status: 'DS_APP', error_code: 'ERR_OBJECT_NOT_FOUND' });
  });

  test('with it', async () => {
    const { state } = await duplicated([], { remoteName: 'other' });
    expect(state?.status).toBe('DS_LOG');
  });
});

describe('2092: a follower of one replica is never ready', () => {
  test('before the fix', async () => {
    const { state } = await duplicated(['2092'], { replicas: 1 });
    expect(state).toMatchObject({ status: 'DS_APP', error_code: 'ERR_NOT_ENOUGH_MEMBER' });
  });

  test('with it', async () => {
    const { state } = await duplicated([], { replicas: 1 });
    expect(state?.status).toBe('DS_LOG');
  });
});

describe('2146: a follower table whose reply was lost is refused for ever', () => {
  async function withLostReply(defects: string[]) {
    const { universe } = await duplicated(defects, { auth: true });
    // Connections that were refused stay deaf: the request is done now, its reply is lost.
    await universe.control.setConfig({ name: 'B', key: 'security.mandatory_auth', value: 'false' });
    await universe.seconds(30);
    await universe.node('A', 'meta1', 'restart');
    await universe.seconds(120);
    const { duplications } = await universe.control.duplicationStates({ cluster: 'A' });
    return duplications[0];
  }

  test('before the fix', async () => {
    expect(await withLostReply(['2146'])).toMatchObject({
      status: 'DS_PREPARE',
      error_code: 'ERR_APP_EXIST',
    });
  });

  test('with it', async () => {
    expect((await withLostReply([]))?.status).toBe('DS_LOG');
  });
});

describe('2039: adding a duplication twice seems to work', () => {
  test('before the fix', async () => {
    const { meta, request } = await duplicated(['2039']);
    const again = await meta.addDuplication({
      ...request,
      is_duplicating_checkpoint: false,
      remote_app_name: 'other',
    });
    expect(again).toMatchObject({ err: 'ERR_OK', remote_app_name: 'other' });
  });

  test('with it', async () => {
    const { meta, request } = await duplicated([]);
    const again = await meta.addDuplication({
      ...request,
      is_duplicating_checkpoint: false,
      remote_app_name: 'other',
    });
    expect(again).toMatchObject({ err: 'ERR_DUP_EXIST', remote_app_name: 't' });
  });
});
