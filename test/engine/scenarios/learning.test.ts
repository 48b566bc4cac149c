import { expect, test } from 'vitest';
import { openUniverse } from './universe.ts';

/** A table of two replicas on three servers, whose log reaches back no further than its checkpoints. */
async function withShortLog() {
  const universe = openUniverse();
  await universe.cluster('A', 3);
  await universe.configure('A', {
    'replication.log_private_file_size_mb': '0',
    'replication.log_private_reserve_max_size_mb': '0',
    'replication.log_private_reserve_max_time_seconds': '0',
  });
  await universe.createTable('A', 'temp', 1, 2);
  const { meta } = universe.clients('A');
  const members = async () => {
    const { partitions } = await meta.queryConfig({ app_name: 'temp', partition_indices: [] });
    const primary = partitions[0]?.hp_primary ?? '';
    return { primary, secondaries: partitions[0]?.hp_secondaries ?? [] };
  };
  const replica = async (node: string) => {
    const { replicas } = await universe.control.showNode({ cluster: 'A', node });
    return replicas[0];
  };
  /** Adds the third server, and tells of it and of the primary. */
  const learn = async () => {
    const before = await members();
    await meta.setMaxReplicaCount({ app_name: 'temp', max_replica_count: 3 });
    await universe.seconds(30);
    const { primary, secondaries } = await members();
    const learner = secondaries.find((node) => !before.secondaries.includes(node)) ?? '';
    return {
      primary: await replica(primary),
      learner: await replica(learner),
      node: learner,
      primaryNode: primary,
    };
  };
  return { universe, learn };
}

/** Up to which decree a server's log of the table is gone, or never was there. */
async function logBegin(universe: ReturnType<typeof openUniverse>, node: string) {
  const answer = await universe.clients('A').servers.command(node, 'replica.query-progress', [], 5000);
  return Number(/"max_gc_decree": (-?\d+)/.exec(answer)?.[1]);
}

test('a learner whose log cannot be had takes the newest checkpoint, and the log after it', async () => {
  const { universe, learn } = await withShortLog();
  await universe.write('A', 'temp', 20);
  await universe.seconds(3 * 3600);
  await universe.write('A', 'temp', 5, 'late');
  const { primary, learner } = await learn();
  expect(primary?.last_durable_decree).toBeGreaterThan(20);
  expect(learner).toMatchObject({
    status: 'PS_SECONDARY',
    last_durable_decree: primary?.last_committed_decree,
    last_prepared_decree: primary?.last_prepared_decree,
  });
});

test('one whose log can be had takes that alone', async () => {
  const { universe, learn } = await withShortLog();
  await universe.write('A', 'temp', 20);
  const { primary, learner, node } = await learn();
  expect(primary).toMatchObject({ last_durable_decree: 0, last_committed_decree: 20 });
  expect(learner).toMatchObject({ status: 'PS_SECONDARY', last_durable_decree: 20 });
  expect(await logBegin(universe, node)).toBe(0);
});

test('one whose log is all in the first segment is learnt from a checkpoint once it is not in memory any more', async () => {
  for (const [inMemory, begin] of [
    [110, 0],
    [10, 20],
  ] as const) {
    const universe = openUniverse();
    await universe.cluster('A', 3);
    await universe.configure('A', { 'replication.max_mutation_count_in_prepare_list': `${inMemory}` });
    await universe.createTable('A', 'temp', 1, 2);
    await universe.write('A', 'temp', 20);
    const { meta, servers } = universe.clients('A');
    for (const node of ['localhost:35801', 'localhost:35802', 'localhost:35803'])
      await servers.command(node, 'replica.trigger-checkpoint', [], 5000);
    await universe.seconds(20);
    await universe.write('A', 'temp', 5, 'late');
    await meta.setMaxReplicaCount({ app_name: 'temp', max_replica_count: 3 });
    await universe.seconds(30);
    const { partitions } = await meta.queryConfig({ app_name: 'temp', partition_indices: [] });
    const learner = partitions[0]?.hp_secondaries?.at(-1) ?? '';
    expect(await logBegin(universe, learner)).toBe(begin);
  }
});

test('what was learnt is all there when only the learner is left', async () => {
  const { universe, learn } = await withShortLog();
  await universe.write('A', 'temp', 20);
  await universe.seconds(3 * 3600);
  await universe.write('A', 'temp', 5, 'late');
  const { node } = await learn();
  const others = ['localhost:35801', 'localhost:35802', 'localhost:35803'].filter((one) => one !== node);
  await universe.control.setConfig({
    name: 'A',
    key: 'meta_server.node_live_percentage_threshold_for_update',
    value: '0',
  });
  await universe.node('A', 'meta1', 'restart');
  await universe.seconds(30);
  for (const other of others) {
    await universe.node('A', other, 'kill');
    await universe.seconds(60);
  }
  expect(await universe.records('A', 'temp')).toHaveLength(25);
});

test('one that is ahead of a primary which an operator chose keeps nothing of what the others never had', async () => {
  const universe = openUniverse();
  await universe.cluster('A', 3);
  await universe.configure('A', { 'meta_server.node_live_percentage_threshold_for_update': '0' });
  await universe.createTable('A', 'temp', 1, 3);
  const [ahead, chosen, other] = ['localhost:35801', 'localhost:35802', 'localhost:35803'] as const;
  const state = async (node: string) => (await universe.control.showNode({ cluster: 'A', node })).replicas[0];
  const change = async (action: 'kill' | 'start', ...nodes: string[]) => {
    for (const node of nodes) await universe.node('A', node, action);
    await universe.seconds(30);
  };
  await universe.write('A', 'temp', 5);
  expect(await state(ahead)).toMatchObject({ status: 'PS_PRIMARY', last_committed_decree: 5 });
  await change('kill', chosen, other);
  await universe.write('A', 'temp', 9, 'alone');
  await change('kill', ahead);
  await change('start', chosen, other);
  await universe.clients('A').meta.proposeBalancer({
    gpid: { app_id: 1, partition_index: 0 },
    action_list: [
      {
        type: 'CT_ASSIGN_PRIMARY',
        target: '127.0.0.1:35802',
        hp_target: chosen,
        node: '127.0.0.1:35802',
        hp_node: chosen,
      },
    ],
    force: true,
  });
  await change('start', ahead);
  expect((await state(chosen))?.last_committed_decree).toBeLessThan(14);
  await universe.seconds(60);
  expect((await state(ahead))?.last_prepared_decree).toBe((await state(chosen))?.last_prepared_decree);
  await change('kill', other);
  await change('kill', chosen);
  expect(await universe.records('A', 'temp')).toHaveLength(5);
});

test('what one had prepared, and nobody committed, gives way to what was committed in its place', async () => {
  const universe = openUniverse();
  await universe.cluster('A', 3);
  await universe.configure('A', { 'meta_server.node_live_percentage_threshold_for_update': '0' });
  await universe.createTable('A', 'temp', 1, 3);
  const { meta } = universe.clients('A');
  const { nodes } = await universe.control.listNodes({ name: 'A' });
  const { partitions } = await meta.queryConfig({ app_name: 'temp', partition_indices: [] });
  const nameOf = (node: string) => nodes.find((one) => one.node === node)?.name ?? '';
  const first = nameOf(partitions[0]?.hp_primary ?? '');
  const others = (partitions[0]?.hp_secondaries ?? []).map(nameOf);
  const change = async (names: string[], action: 'kill' | 'start') => {
    for (const name of names) await universe.node('A', name, action);
  };
  await universe.set('A', 'temp', 'k', '1');
  await meta.controlMeta({ level: 'fl_freezed' });
  await change(others, 'kill');
  expect(await universe.set('A', 'temp', 'k', 'never')).toBe('timeout');
  await change([first], 'kill');
  await change(others, 'start');
  await universe.seconds(60);
  await meta.controlMeta({ level: 'fl_steady' });
  await universe.seconds(60);
  expect(await universe.set('A', 'temp', 'k', '2')).toBe('success');
  await change([first], 'start');
  await universe.seconds(700);
  for (const name of others) {
    await change([name], 'kill');
    await universe.seconds(60);
  }
  expect(await universe.get('A', 'temp', 'k')).toBe('2');
});

test('the log of a server that learnt from files of log begins after what it learnt', async () => {
  const universe = openUniverse();
  await universe.cluster('A', 3);
  await universe.createTable('A', 't', 1, 1);
  await universe.write('A', 't', 200);
  const { meta, servers } = universe.clients('A');
  await meta.setMaxReplicaCount({ app_name: 't', max_replica_count: 2 });
  await universe.seconds(60);
  const [partition] = (await meta.queryConfig({ app_name: 't', partition_indices: [] })).partitions;
  const [learner = ''] = partition?.hp_secondaries ?? [];
  await universe.write('A', 't', 5, 'later');
  const progress = await servers.command(learner, 'replica.query-progress', ['1.0'], 1000);
  expect(progress.match(/"(last_durable|max_gc)_decree": \d+/g)).toEqual([
    '"last_durable_decree": 200',
    '"max_gc_decree": 200',
  ]);
  await universe.node('A', `replica${partition?.hp_primary?.at(-1)}`, 'kill');
  await universe.seconds(60);
  expect(await universe.records('A', 't')).toHaveLength(205);
});
