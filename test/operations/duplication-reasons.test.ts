/** Clusters brought into each of the reasons for which a duplication stays where it is, and what a diagnosis makes of them. */
import { describe, expect, test } from 'vitest';
import { type Diagnosis, diagnoseDuplications } from '../../src/operations/duplication-diagnose.ts';
import { lastingFault } from '../../src/rpc/client/lasting-fault.ts';
import type { FaultKind } from '../../src/rpc/idl/control.ts';
import { openUniverse } from '../engine/scenarios/universe.ts';

type Universe = ReturnType<typeof openUniverse>;

interface Options {
  readonly defects?: string[];
  readonly replicas?: number;
  readonly auth?: boolean;
}

/** A with a table of two partitions and one replica, B beside it. */
async function clusters({ defects = [], replicas = 1, auth = false }: Options = {}) {
  const universe = openUniverse();
  await universe.cluster('A', replicas, { defects });
  await universe.cluster('B', 3, { auth });
  await universe.createTable('A', 't', 2, replicas);
  await universe.write('A', 't', 10);
  return universe;
}

function add(universe: Universe, request: { full?: boolean; name?: string; replicas?: number } = {}) {
  const { full = true, name = 't2', replicas = 2 } = request;
  return universe.clients('A').meta.addDuplication({
    app_name: 't',
    remote_cluster_name: 'B',
    is_duplicating_checkpoint: full,
    remote_app_name: name,
    remote_replica_count: replicas,
  });
}

function modify(universe: Universe, dupid: number, status: 'DS_LOG' | 'DS_PAUSE' | 'DS_REMOVED') {
  return universe.clients('A').meta.modifyDuplication({ app_name: 't', dupid, status });
}

async function fault(universe: Universe, kind: FaultKind, from: string, to = '') {
  await universe.control.addFault(lastingFault('A', kind, from, to));
}

async function diagnosis(universe: Universe): Promise<Diagnosis> {
  const { duplications } = await diagnoseDuplications(universe.control, 'A', undefined);
  expect(duplications).toHaveLength(1);
  return duplications[0] as Diagnosis;
}

/** What is diagnosed, some time after. */
async function later(universe: Universe, seconds: number) {
  await universe.seconds(seconds);
  return diagnosis(universe);
}

describe('DS_PREPARE', () => {
  test('1: no replica server reports, for they are cut off from their meta server', async () => {
    const universe = await clusters();
    await add(universe);
    await fault(universe, 'partition', 'A/replica1', 'A/meta1');
    const found = await later(universe, 15);
    expect(found).toMatchObject({ status: 'DS_PREPARE', prepared: 0 });
    expect((await later(universe, 30)).verdict).toBe('blocked');
  });

  test('2: partitions without a primary', async () => {
    const universe = await clusters();
    await add(universe);
    await universe.seconds(5);
    await universe.node('A', 'replica1', 'stop');
    expect(await later(universe, 40)).toMatchObject({
      verdict: 'blocked',
      side: 'source',
      partitions: [0, 1],
      actions: ['pegsh -C A node start replica1'],
    });
  });

  test('3: too few members to write, so that an empty partition has nothing to make a checkpoint of', async () => {
    const universe = openUniverse();
    await universe.cluster('A', 2);
    await universe.cluster('B', 3);
    await universe.configure('A', {
      'replication.mutation_2pc_min_replica_count': '2',
      'meta_server.node_live_percentage_threshold_for_update': '0',
    });
    await universe.createTable('A', 't', 2, 2);
    await universe.node('A', 'replica2', 'kill');
    await universe.seconds(40);
    await add(universe);
    const found = await later(universe, 60);
    expect(found).toMatchObject({ verdict: 'blocked', side: 'source', partitions: [0, 1] });
    expect(found.reason).toBe('too few members to write: 2 are needed (mutation_2pc_min_replica_count)');
    await universe.node('A', 'replica2', 'start');
    expect(await later(universe, 200)).toMatchObject({ status: 'DS_LOG' });
  });

  test('4: the remote demands authentication', async () => {
    const universe = await clusters({ auth: true });
    await add(universe);
    const found = await later(universe, 70);
    expect(found).toMatchObject({ verdict: 'blocked', side: 'remote', error: { code: 'ERR_TIMEOUT' } });
    expect(found.reason).toContain('demands authentication');
  });

  test('5: the remote does not let it', async () => {
    const universe = await clusters();
    await add(universe);
    await fault(universe, 'acl_deny', 'A/meta1', 'B/meta1');
    const found = await later(universe, 70);
    expect(found).toMatchObject({ verdict: 'blocked', reason: 'B does not let A make tables' });
    expect(found.error?.log_line).toContain('create_err=ERR_ACL_DENY, update_err=ERR_NO_NEED_OPERATE');
  });

  test('6: no meta server of the remote runs, it hangs, or the addresses are wrong', async () => {
    const stopped = await clusters();
    await add(stopped);
    await stopped.node('B', 'meta1', 'stop');
    expect((await later(stopped, 70)).actions[0]).toBe('pegsh -C B node start meta1');

    const hanging = await clusters();
    await add(hanging);
    await fault(hanging, 'node_hang', 'B/meta1');
    expect((await later(hanging, 70)).reason).toBe(
      'no meta server of cluster B leads: none runs, or they hang',
    );

    const cut = await clusters();
    await add(cut);
    await fault(cut, 'partition', 'A/meta1', 'B/meta1');
    const between = await later(cut, 70);
    expect(between.reason).toBe(
      'B does not answer: it is cut off, or hangs (fault 1: partition A/meta1 B/meta1)',
    );
    expect(between.actions[0]).toBe('pegsh fault clear 1');

    const wrong = await clusters();
    await wrong.config('A', { 'pegasus.clusters.B': 'localhost:1' });
    await add(wrong);
    expect((await later(wrong, 70)).actions[0]).toBe('pegsh cluster config A --unset pegasus.clusters.B');
  });

  test('7: the remote is frozen', async () => {
    const universe = await clusters();
    await universe.clients('B').meta.controlMeta({ level: 'fl_freezed' });
    await add(universe);
    const found = await later(universe, 70);
    expect(found).toMatchObject({ verdict: 'blocked', error: { code: 'ERR_STATE_FREEZED' } });
    expect(found.reason).toBe('B makes no tables: its meta level is freezed');
    expect(found.actions).toEqual(['pegsh -C B set_meta_level steady']);

    const lonely = await clusters();
    for (const node of ['replica1', 'replica3'])
      await lonely.control.changeNode({ cluster: 'B', node, action: 'kill' });
    await lonely.seconds(60);
    await add(lonely);
    expect(await later(lonely, 70)).toMatchObject({
      reason: 'B makes no tables while so few of its replica servers are alive: 1',
      actions: ['pegsh -C B node start replica1 replica3'],
    });
  });

  test('8: more replicas than the remote has servers, or than it allows', async () => {
    const universe = await clusters();
    await add(universe, { replicas: 4 });
    expect((await later(universe, 70)).reason).toBe(
      'B cannot make t2 with 4 replicas: 3 of its servers are alive',
    );
  });

  test('10: the name is taken', async () => {
    const universe = await clusters();
    await universe.createTable('B', 't2', 2, 1);
    await add(universe);
    const { reason, actions } = await later(universe, 70);
    expect(reason).toBe("B has a table t2 that is not this duplication's");
    expect(actions).toEqual([
      expect.stringMatching(/^pegsh -C A remove_dup t \d+$/),
      'pegsh -C A add_dup t B -s -a OTHER_NAME',
      'or pegsh -C B drop t2, which loses what it holds',
    ]);
  });

  test('11: a table that an earlier duplication left behind (D13)', async () => {
    const universe = await clusters();
    const { dupid } = await add(universe);
    await universe.seconds(100);
    await modify(universe, dupid, 'DS_REMOVED');
    await add(universe);
    const found = await later(universe, 70);
    expect(found.reason).toBe('B has a table t2 that is left over from an earlier duplication');
    expect(found.actions[0]).toBe('pegsh -C B drop t2');
  });

  test('12: a table that an older source made (#2146)', async () => {
    const universe = await clusters({ defects: ['2146'] });
    const { dupid } = await add(universe);
    await universe.seconds(100);
    await modify(universe, dupid, 'DS_REMOVED');
    await add(universe);
    expect((await later(universe, 70)).reason).toBe('B has a table t2 that an older A made');
  });

  test('13: the remote is still making the table, for its storage does not answer', async () => {
    const universe = await clusters();
    await fault(universe, 'zookeeper_timeout', 'B/meta1');
    await add(universe);
    const found = await later(universe, 80);
    expect(found).toMatchObject({ status: 'DS_PREPARE', verdict: 'blocked', side: 'remote' });
    expect(found.reason).toBe(
      'B is still making a table t2: ZooKeeper does not answer the meta server of B (fault 1: zookeeper_timeout B/meta1)',
    );
    expect(found.actions).toEqual(['pegsh fault clear 1']);
    await universe.control.clearFaults({});
    expect(await later(universe, 60)).toMatchObject({ status: 'DS_LOG' });
  });

  test('13a: what is reported cannot be stored, for the storage of the source does not answer', async () => {
    const universe = await clusters();
    await add(universe);
    await fault(universe, 'zookeeper_timeout', 'A/meta1');
    expect(await later(universe, 60)).toMatchObject({
      verdict: 'blocked',
      side: 'source',
      reason: 'ZooKeeper does not answer the meta server of A (fault 1: zookeeper_timeout A/meta1)',
      actions: ['pegsh fault clear 1'],
    });
    await universe.control.clearFaults({});
    expect(await later(universe, 90)).toMatchObject({ status: 'DS_LOG' });
  });

  test('14: a server that dies after every start (#2098)', async () => {
    const universe = await clusters({ defects: ['2098'], auth: true });
    const { dupid } = await add(universe);
    await universe.seconds(70);
    await universe.node('A', 'replica1', 'restart');
    const found = await later(universe, 30);
    expect(found.reason).toMatch(/^replica1 died on an assertion, once so far: .*min_checkpoint_decree > 0/);
    expect(found.actions).toEqual([`pegsh -C A remove_dup t ${dupid}`, 'pegsh -C A node start replica1']);
  });
});

describe('DS_APP', () => {
  test('15: the follower table is dropped', async () => {
    const universe = await clusters();
    await add(universe);
    await universe.node('A', 'replica1', 'restart');
    await waitForApp(universe);
    await universe.clients('B').meta.dropApp({ app_name: 't2', options: { success_if_not_exist: false } });
    const found = await diagnosis(universe);
    expect(found).toMatchObject({
      status: 'DS_APP',
      verdict: 'blocked',
      reason: 'B has no table t2 any more',
    });
    expect(found.actions.at(-1)).toBe('pegsh -C A add_dup t B -s -a t2');
  });

  test('16: the follower table has another number of partitions', async () => {
    const universe = await clusters();
    await add(universe);
    await waitForApp(universe);
    await universe.clients('B').meta.dropApp({ app_name: 't2', options: { success_if_not_exist: false } });
    await universe.createTable('B', 't2', 4, 1);
    expect((await diagnosis(universe)).reason).toBe('B/t2 has 4 partitions, t has 2');
  });

  test('16a: copying goes nowhere, for the disks of the remote are full', async () => {
    const universe = await clusters();
    for (const server of ['replica1', 'replica2', 'replica3'])
      await fault(universe, 'disk_full', `B/${server}`);
    await add(universe);
    const told =
      'B has copied 0 of 2 checkpoints; disks of B fail (fault 1: disk_full B/replica1, ' +
      'fault 2: disk_full B/replica2, fault 3: disk_full B/replica3)';
    expect(await later(universe, 100)).toMatchObject({ verdict: 'moving', reason: told });
    const found = await later(universe, 300);
    expect(found).toMatchObject({ verdict: 'blocked', side: 'remote', reason: told });
    expect(found.actions).toEqual(['pegsh fault clear 1', 'pegsh fault clear 2', 'pegsh fault clear 3']);
    await universe.control.clearFaults({});
    expect(await later(universe, 120)).toMatchObject({ status: 'DS_LOG' });
  });

  test('17: copying fails: no checkpoint (#2069)', async () => {
    const universe = openUniverse();
    await universe.cluster('A', 1, { defects: ['2069'] });
    await universe.cluster('B', 3);
    await universe.createTable('A', 't', 2, 1);
    await add(universe);
    const found = await later(universe, 400);
    expect(found).toMatchObject({ status: 'DS_APP', verdict: 'blocked', side: 'remote' });
    expect(found.reason).toContain('ERR_PATH_NOT_FOUND: a partition of A has no checkpoint yet');
  });

  test('17: copying fails: the source was renamed', async () => {
    const universe = await clusters();
    await add(universe);
    for (const node of ['replica1', 'replica2', 'replica3']) await universe.node('B', node, 'stop');
    await universe.config('B', { 'meta_server.node_live_percentage_threshold_for_update': '0' });
    await universe.clients('A').meta.renameApp({ old_app_name: 't', new_app_name: 'renamed' });
    for (const node of ['replica1', 'replica2', 'replica3']) await universe.node('B', node, 'start');
    const found = await later(universe, 400);
    // The request carries the name of the day, so a rename before it does no harm.
    expect(found).toMatchObject({ table: 'renamed', status: 'DS_LOG' });
  });

  test('17: copying fails: the source demands authentication from the remote', async () => {
    const universe = openUniverse();
    await universe.cluster('A', 1, { auth: true });
    await universe.cluster('B', 3);
    await universe.createTable('A', 't', 2, 1);
    await add(universe);
    const found = await later(universe, 500);
    expect(found).toMatchObject({ status: 'DS_APP', verdict: 'blocked' });
    expect(found.reason).toContain('ERR_TIMEOUT: A does not answer B: it demands authentication');
  });

  test('17: copying fails: the remote does not get through to the source', async () => {
    const universe = await clusters();
    await fault(universe, 'partition', 'B', 'A/replica1');
    await add(universe);
    const found = await later(universe, 500);
    expect(found).toMatchObject({ status: 'DS_APP', verdict: 'blocked', side: 'remote' });
    expect(found.reason).toContain('ERR_TIMEOUT: A does not answer B: it demands authentication, is cut off');
    await universe.control.clearFaults({});
    expect(await later(universe, 60)).toMatchObject({ status: 'DS_LOG' });
  });

  test('18: no secondaries, for too few servers of the remote are alive', async () => {
    const universe = await clusters();
    await universe.config('B', { 'meta_server.node_live_percentage_threshold_for_update': '0' });
    await add(universe);
    await waitForApp(universe);
    for (const node of ['replica2', 'replica3']) await universe.node('B', node, 'kill');
    const found = await later(universe, 600);
    expect(found).toMatchObject({ status: 'DS_APP', verdict: 'blocked', side: 'remote' });
  });

  test('19: one replica on the remote (#2092)', async () => {
    const universe = await clusters({ defects: ['2092'] });
    const { dupid } = await add(universe, { replicas: 1 });
    const found = await later(universe, 500);
    expect(found.reason).toContain('#2092');
    expect(found.actions).toEqual([`pegsh -C A start_dup t ${dupid}`]);
  });

  test('15: another name on the remote (#2025)', async () => {
    const universe = await clusters({ defects: ['2025'] });
    const { dupid } = await add(universe);
    const found = await later(universe, 200);
    expect(found.reason).toContain('looks for it under the name t (#2025)');
    expect(found.actions).toEqual([`pegsh -C A start_dup t ${dupid}`]);
  });

  test('20: the meta server has forgotten what is prepared (D1)', async () => {
    const universe = await clusters();
    const { dupid } = await add(universe);
    await universe.seconds(45);
    for (const node of ['replica2', 'replica3']) await universe.node('B', node, 'kill');
    await universe.seconds(60);
    await universe.node('A', 'meta1', 'restart');
    for (const node of ['replica2', 'replica3']) await universe.node('B', node, 'start');
    const found = await later(universe, 300);
    expect(found).toMatchObject({ status: 'DS_APP', verdict: 'blocked', side: 'source', prepared: 0 });
    expect(found.actions).toEqual([`pegsh -C A start_dup t ${dupid}`]);
  });

  async function waitForApp(universe: Universe) {
    for (let i = 0; i < 200 && (await universe.status('A', 't')) !== 'DS_APP'; i++) await universe.seconds(1);
    expect(await universe.status('A', 't')).toBe('DS_APP');
  }
});

describe('DS_LOG', () => {
  async function shipping(options: Options = {}) {
    const universe = await clusters(options);
    const { dupid } = await add(universe);
    await universe.seconds(100);
    expect(await universe.status('A', 't')).toBe('DS_LOG');
    return { universe, dupid };
  }

  test('21: what is shipped is not stored, for the storage of the meta server does not answer', async () => {
    const { universe } = await shipping();
    await fault(universe, 'zookeeper_timeout', 'A/meta1');
    await universe.write('A', 't', 5, 'later');
    expect((await later(universe, 5)).verdict).not.toBe('blocked');
    const found = await later(universe, 40);
    expect(found).toMatchObject({ verdict: 'blocked', side: 'source' });
    expect(found.reason).toMatch(
      /^what is shipped is not stored: after a restart it is shipped again; ZooKeeper does not answer/,
    );
    expect(found.actions).toEqual(['pegsh fault clear 1']);
    expect(found.decrees.some((one) => one.shipped > one.stored)).toBe(true);
    expect(await universe.records('B', 't2')).toHaveLength(15);
    await universe.control.clearFaults({});
    expect((await later(universe, 30)).verdict).toBe('ok');
  });

  test('22: the remote is down, the table gone, the batches too large', async () => {
    const { universe: down } = await shipping();
    for (const node of ['replica1', 'replica2', 'replica3']) await down.node('B', node, 'stop');
    await down.write('A', 't', 5, 'later');
    expect(await later(down, 5)).toMatchObject({ verdict: 'blocked', side: 'remote' });

    const { universe: refused } = await shipping();
    await refused.config('B', { 'security.enable_auth': 'true', 'security.mandatory_auth': 'true' });
    for (const node of ['meta1', 'replica1', 'replica2', 'replica3'])
      await refused.node('B', node, 'restart');
    await refused.write('A', 't', 5, 'later');
    const { reason, actions } = await later(refused, 30);
    expect(reason).toMatch(/^B demands authentication and drops what comes without; /);
    expect(actions.slice(0, 2)).toEqual([
      'pegsh cluster config B security.mandatory_auth false',
      'pegsh -C B node restart meta1',
    ]);
    await refused.config('B', { 'security.mandatory_auth': 'false' });
    expect((await later(refused, 30)).reason).toMatch(/^B lets A in, but the connection is from before: /);
    await refused.node('B', 'meta1', 'restart');
    expect((await later(refused, 60)).verdict).toBe('ok');

    const { universe: gone } = await shipping();
    await gone.clients('B').meta.dropApp({ app_name: 't2', options: { success_if_not_exist: false } });
    await gone.seconds(40);
    await gone.write('A', 't', 5, 'later');
    const dropped = await later(gone, 5);
    expect(dropped.reason).toBe('B has dropped its table t2');
    expect(dropped.actions[0]).toBe('pegsh -C B recall 1');
    await gone.clients('B').meta.recallApp({ app_id: 1, new_app_name: '' });
    expect((await later(gone, 60)).verdict).toBe('ok');
    expect(await gone.records('B', 't2')).toEqual(await gone.records('A', 't'));

    const { universe: large } = await shipping();
    await large.configure('B', { 'replication.max_allowed_write_size': '100' });
    await large.seconds(30);
    await large.write('A', 't', 5, 'later');
    expect((await later(large, 5)).reason).toContain('a batch is larger than B takes');
  });

  test('23: wrong ids on the remote kill the source', async () => {
    const { universe, dupid } = await shipping();
    await universe.config('B', { 'duplication-group.A': '0' });
    await universe.write('A', 't', 1, 'later');
    const found = await later(universe, 5);
    expect(found.reason).toContain('request cluster id is unconfigured');
    expect(found.actions[0]).toBe(`pegsh -C A pause_dup t ${dupid}`);
  });

  test('24: the log cannot be read', async () => {
    const { universe, dupid } = await shipping();
    await fault(universe, 'disk_read_fail', 'A/replica1');
    await universe.write('A', 't', 5, 'later');
    const found = await later(universe, 60);
    expect(found).toMatchObject({ verdict: 'blocked', side: 'source', nodes: ['localhost:35801'] });
    expect(found.reason).toMatch(
      /^their private logs cannot be read: up to [67] attempts have failed, under FAIL_SLOW$/,
    );
    expect(found.actions[1]).toMatch(new RegExp(`^or pegsh -C A set_dup_fail_mode t ${dupid} skip, `));
  });

  test('27: log was skipped, so the remote lacks what was in it', async () => {
    const { universe, dupid } = await shipping();
    await universe.configure('A', { 'replication.log_private_file_size_mb': '0' });
    await universe.seconds(30);
    await universe.clients('A').meta.modifyDuplication({ app_name: 't', dupid, fail_mode: 'FAIL_SKIP' });
    await universe.seconds(15);
    await fault(universe, 'disk_read_fail', 'A/replica1');
    await universe.write('A', 't', 8, 'later');
    await universe.seconds(320);
    await universe.control.clearFaults({});
    const found = await later(universe, 60);
    expect(found.verdict).toBe('blocked');
    expect(found.reason).toBe('2 mutations were skipped, for the log could not be read: B/t2 lacks them');
    expect(found.actions[0]).toBe('pegsh -C A dup verify t');
    expect(await universe.records('B', 't2')).toHaveLength(16);
  });

  test('26: log that was deleted before it was shipped (#1595)', async () => {
    const { universe, dupid } = await shipping({ defects: ['1595'] });
    await universe.configure('A', {
      'replication.log_private_file_size_mb': '0',
      'replication.log_private_reserve_max_size_mb': '0',
      'replication.log_private_reserve_max_time_seconds': '0',
    });
    await universe.seconds(30);
    await modify(universe, dupid, 'DS_PAUSE');
    await universe.seconds(15);
    await universe.write('A', 't', 20, 'held');
    await universe.node('A', 'meta1', 'stop');
    await universe.node('A', 'replica1', 'restart');
    await universe.seconds(150);
    await universe.node('A', 'meta1', 'start');
    await universe.seconds(30);
    await modify(universe, dupid, 'DS_LOG');
    const found = await later(universe, 30);
    expect(found.reason).toContain('accidentally truncated');
    expect(found.actions.slice(0, 3)).toEqual([
      `pegsh -C A remove_dup t ${dupid}`,
      'pegsh -C B drop t2',
      'pegsh -C A add_dup t B -s -a t2',
    ]);
  });
});

test('29: paused, with the log that is held', async () => {
  const universe = await clusters();
  const { dupid } = await add(universe);
  await universe.seconds(100);
  await modify(universe, dupid, 'DS_PAUSE');
  const found = await later(universe, 3 * 3600);
  expect(found).toMatchObject({ verdict: 'paused', actions: [`pegsh -C A start_dup t ${dupid}`] });
  expect(found.reason).toMatch(/private logs are held \(.* on the primaries, for 3 hours\)/);
});

test('31: partitions that a split has added since the duplication was (D7)', async () => {
  const universe = await clusters();
  const { dupid } = await add(universe);
  await universe.seconds(100);
  await universe.clients('A').meta.startPartitionSplit({ app_name: 't', new_partition_count: 4 });
  const found = await later(universe, 40);
  expect(found).toMatchObject({ verdict: 'blocked', side: 'source', partitions: [2, 3] });
  expect(found.reason).toContain('nothing that is written to them is duplicated (D7)');
  expect(found.actions[0]).toBe(`pegsh -C A remove_dup t ${dupid}`);
});

test('32: a dropped table keeps its duplications', async () => {
  const universe = await clusters();
  await add(universe);
  await universe.seconds(100);
  await universe.clients('A').meta.dropApp({ app_name: 't', options: { success_if_not_exist: false } });
  expect(await later(universe, 10)).toMatchObject({ verdict: 'paused', actions: ['pegsh -C A recall 1'] });
});

test('33: duplication is not enabled', async () => {
  const universe = await clusters();
  await add(universe);
  await universe.configure('A', { 'replication.duplication_enabled': 'false' });
  expect(await diagnosis(universe)).toMatchObject({
    verdict: 'blocked',
    side: 'source',
    reason: expect.stringContaining('duplication_enabled is false'),
  });
});

test('what its limit has removed is told until there is another, or another meta server leads', async () => {
  const universe = await clusters();
  const limits = { 'pegsh.dup_prepare_timeout_seconds': '60', 'pegsh.dup_prepare_timeout_remove': 'true' };
  const removed = async () => (await diagnoseDuplications(universe.control, 'A', undefined)).removed;
  await universe.config('A', limits);
  await universe.node('B', 'meta1', 'stop');
  const { dupid } = await add(universe);
  await universe.seconds(59);
  expect(await removed()).toEqual([]);
  await universe.seconds(30);
  expect(await removed()).toEqual([
    {
      table: 't',
      dupid,
      remote: 'B',
      remote_table: 't2',
      at_ms: expect.any(Number),
      limit_ms: 60_000,
      actions: ['pegsh -C A dup preflight B --table t', 'pegsh -C A add_dup t B -s -a t2'],
    },
  ]);
  await add(universe);
  expect(await removed()).toEqual([]);
  await universe.seconds(90);
  expect(await removed()).toHaveLength(2);
  await universe.node('A', 'meta1', 'restart');
  expect(await removed()).toEqual([]);
});

test('over the limit that --prepare-timeout gives it is blocked, whatever it still hopes for', async () => {
  const universe = await clusters();
  await universe.node('B', 'meta1', 'stop');
  const { dupid } = await add(universe);
  await universe.control.limitDuplication({ cluster: 'A', app_name: 't', dupid, limit_us: 20_000_000 });
  expect((await later(universe, 15)).verdict).toBe('moving');
  const found = await later(universe, 10);
  expect(found).toMatchObject({ status: 'DS_PREPARE', verdict: 'blocked' });
  expect(found.reason).toMatch(/^not shipping within its limit of 20 s: /);
  expect(found.actions).toEqual([`or pegsh -C A remove_dup t ${dupid}`]);
});
