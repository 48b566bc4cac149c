import { describe, expect, test } from 'vitest';
import { lastingFault } from '../../src/rpc/client/lasting-fault.ts';
import type { AddFaultRequest } from '../../src/rpc/idl/control.ts';
import { openUniverse } from './scenarios/universe.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Cluster A with three replica servers and a table `t` of one partition, led by replica1, in good health. */
async function openCluster() {
  const universe = openUniverse();
  await universe.cluster('A', 3);
  await universe.createTable('A', 't', 1, 3);
  await universe.seconds(60);
  const table = universe.clients('A').data.table('t');
  return {
    ...universe,
    fault: (fault: Partial<AddFaultRequest>) =>
      universe.control.addFault({ ...lastingFault('A', 'partition', ''), ...fault }),
    set: async (key: string, value: string) =>
      (await table.set(bytes(key), bytes('s'), bytes(value))).error.text,
    read: (key: string) => universe.get('A', 't', key),
    async replica(node: string) {
      const { replicas } = await universe.control.showNode({ cluster: 'A', node });
      const { status, ballot, last_prepared_decree: prepared } = replicas[0]!;
      return { status, ballot, prepared };
    },
    async partition() {
      const { partitions } = await universe
        .clients('A')
        .meta.queryConfig({ app_name: 't', partition_indices: [] });
      const { ballot, hp_primary, hp_secondaries } = partitions[0]!;
      return { ballot, primary: hp_primary, secondaries: [...(hp_secondaries ?? [])].sort() };
    },
  };
}

const [ONE, TWO, THREE] = ['localhost:35801', 'localhost:35802', 'localhost:35803'];

describe('partition', () => {
  test('a primary cut from all stops serving before the meta server gives its partitions to another', async () => {
    const a = await openCluster();
    await a.set('k', '1');
    await a.fault({ from: 'replica1', to: 'all', for_us: 60_000_000 });
    expect(await a.set('k', '2')).toBe('timeout');
    await a.seconds(12);
    expect((await a.replica('replica1')).status).toBe('PS_PRIMARY');
    await a.seconds(3);
    expect((await a.replica('replica1')).status).toBe('PS_INACTIVE');
    expect((await a.partition()).primary).toBe(ONE);
    await a.seconds(5);
    expect(await a.partition()).toEqual({ ballot: 5, primary: TWO, secondaries: [THREE] });
    expect(await a.read('k')).toBe('1');
    expect(await a.set('k', '3')).toBe('success');
    await a.seconds(60);
    expect(await a.partition()).toEqual({ ballot: 6, primary: TWO, secondaries: [ONE, THREE] });
    expect(await a.read('k')).toBe('3');
    a.engine.close();
  });

  test('acknowledgements that get lost cost the lease, not the place: nobody takes over until it heals', async () => {
    const a = await openCluster();
    await a.fault({ from: 'meta1', to: 'replica1', one_way: true });
    await a.seconds(120);
    expect((await a.partition()).primary).toBe(ONE);
    expect((await a.replica('replica1')).status).toBe('PS_INACTIVE');
    expect(await a.set('k', '1')).toBe('timeout');
    await a.control.clearFaults({});
    await a.seconds(4);
    expect(await a.replica('replica1')).toMatchObject({ status: 'PS_PRIMARY', ballot: 3 });
    expect(await a.set('k', '2')).toBe('success');
    a.engine.close();
  });

  test('a secondary cut from its primary only is dropped by the next write, closes, and learns again later', async () => {
    const a = await openCluster();
    await a.fault({ from: 'replica1', to: 'replica3', for_us: 60_000_000 });
    expect(await a.set('k', '1')).toBe('success');
    expect(await a.partition()).toEqual({ ballot: 4, primary: ONE, secondaries: [TWO] });
    await a.seconds(40);
    expect((await a.control.showNode({ cluster: 'A', node: 'replica3' })).replicas).toEqual([]);
    await a.seconds(40);
    expect(await a.partition()).toEqual({ ballot: 5, primary: ONE, secondaries: [TWO, THREE] });
    expect((await a.replica('replica3')).prepared).toBe((await a.replica('replica1')).prepared);
    a.engine.close();
  });

  test('an idle table notices at its next group check', async () => {
    const a = await openCluster();
    await a.fault({ from: 'replica1', to: 'replica3' });
    await a.seconds(100);
    expect((await a.partition()).secondaries).toEqual([TWO]);
    a.engine.close();
  });

  test('a write whose secondary is lost while the meta server cannot be asked is committed later', async () => {
    const a = await openCluster();
    await a.fault({ from: 'replica1', to: 'replica3' });
    await a.fault({ from: 'replica1', to: 'meta1', for_us: 10_000_000 });
    expect(await a.set('k', '1')).toBe('timeout');
    expect((await a.replica('replica1')).status).toBe('PS_INACTIVE');
    await a.seconds(10);
    expect(await a.partition()).toEqual({ ballot: 4, primary: ONE, secondaries: [TWO] });
    expect(await a.read('k')).toBe('1');
    a.engine.close();
  });

  test('a write that waits for the meta server is answered as soon as it is committed', async () => {
    const a = await openCluster();
    await a.fault({ from: 'replica1', to: 'replica3' });
    await a.fault({ kind: 'acl_deny', from: 'replica1', to: 'meta1', for_us: 4_000_000 });
    expect(await a.set('k', '1')).toBe('success');
    a.engine.close();
  });

  test('a primary that got no answer asks again a second after it has waited in vain', async () => {
    const a = await openCluster();
    await a.fault({ from: 'replica1', to: 'replica3' });
    await a.fault({ from: 'replica1', to: 'meta1', for_us: 500_000 });
    expect(await a.set('k', '1')).toBe('timeout');
    expect((await a.partition()).ballot).toBe(3);
    await a.seconds(2);
    expect((await a.partition()).ballot).toBe(4);
    a.engine.close();
  });

  test('a server whose config sync got no answer asks again at its next one', async () => {
    const a = await openCluster();
    await a.node('A', 'replica1', 'restart');
    await a.seconds(28);
    await a.fault({ from: 'replica1', to: 'meta1', for_us: 4_000_000 });
    await a.setEnvs('A', 't', { 'replica.deny_client_request': 'reconfig*all' });
    expect(await a.read('k')).toBe('not found');
    await a.seconds(2);
    expect(await a.read('k')).toBe('timeout');
    a.engine.close();
  });
});

describe('servers', () => {
  test('a server that hangs loses its partitions, and comes back as a secondary', async () => {
    const a = await openCluster();
    await a.fault({ kind: 'node_hang', from: 'replica1', for_us: 60_000_000 });
    expect(await a.set('k', '1')).toBe('timeout');
    await a.seconds(25);
    expect(await a.set('k', '1')).toBe('success');
    await a.seconds(60);
    expect(await a.partition()).toMatchObject({ primary: TWO, secondaries: [ONE, THREE] });
    a.engine.close();
  });

  test('a kill with a time is over by itself', async () => {
    const a = await openCluster();
    await a.fault({ kind: 'node_kill', from: 'replica2', after_us: 5_000_000, for_us: 10_000_000 });
    const stateAfter = async (seconds: number) => {
      await a.seconds(seconds);
      return (await a.control.showNode({ cluster: 'A', node: 'replica2' })).node.state;
    };
    expect([await stateAfter(4), await stateAfter(2), await stateAfter(10)]).toEqual([
      'running',
      'killed',
      'running',
    ]);
    a.engine.close();
  });

  test('a leading meta server that hangs costs its session, then another leads', async () => {
    const a = await openCluster();
    await a.control.addFault(lastingFault('onebox', 'node_hang', 'meta1'));
    const leader = async () =>
      (await a.control.listClusters({})).clusters.find(({ name }) => name === 'onebox')?.leader;
    await a.seconds(59);
    expect(await leader()).toBe('localhost:34601');
    await a.seconds(2);
    expect(await leader()).toBe('localhost:34602');
    a.engine.close();
  });

  test('without any meta server no lease lasts', async () => {
    const a = await openCluster();
    await a.node('A', 'meta1', 'stop');
    await a.seconds(22);
    expect((await a.replica('replica1')).status).toBe('PS_INACTIVE');
    await a.node('A', 'meta1', 'start');
    await a.seconds(4);
    expect(await a.set('k', '1')).toBe('success');
    a.engine.close();
  });
});

describe('messages of the client', () => {
  test('a lost reply leaves the write done', async () => {
    const a = await openCluster();
    await a.fault({ kind: 'rpc_response_drop', from: 'client', to: 'replica1' });
    expect(await a.set('k', '1')).toBe('timeout');
    await a.control.clearFaults({});
    expect(await a.read('k')).toBe('1');
    a.engine.close();
  });

  test('a delay takes its time', async () => {
    const a = await openCluster();
    await a.fault({
      kind: 'rpc_request_delay',
      from: 'client',
      to: 'replica1',
      min_us: 700_000,
      max_us: 700_000,
    });
    const before = (await a.control.getClock({})).now_us;
    expect(await a.set('k', '1')).toBe('success');
    expect((await a.control.getClock({})).now_us - before).toBeGreaterThan(700_000);
    a.engine.close();
  });

  test('what is lost now and then is drawn from the seed', async () => {
    const run = async () => {
      const a = await openCluster();
      await a.fault({ kind: 'rpc_request_drop', from: 'client', to: 'replica1', ratio: 0.5 });
      const seen: string[] = [];
      for (let i = 0; i < 12; i++) seen.push(await a.set('k', `${i}`));
      a.engine.close();
      return seen;
    };
    const first = await run();
    expect(new Set(first)).toEqual(new Set(['success', 'timeout']));
    expect(await run()).toEqual(first);
  });
});

describe('disks and clocks', () => {
  test('a full disk keeps writes out', async () => {
    const a = await openCluster();
    await a.set('k', '1');
    await a.fault({ kind: 'disk_full', from: 'replica1', for_us: 60_000_000 });
    expect(await a.set('k', '2')).toBe('disk insufficient');
    expect(await a.read('k')).toBe('1');
    await a.seconds(60);
    expect(await a.set('k', '2')).toBe('success');
    a.engine.close();
  });

  test('a primary whose disk takes no writes gives its partition up and dies; when it is back it learns', async () => {
    const a = await openCluster();
    await a.set('k', '1');
    const fault = await a.fault({ kind: 'disk_read_only', from: 'replica1' });
    expect(await a.set('k', '2')).toBe('success');
    expect(await a.partition()).toMatchObject({ primary: TWO, secondaries: [THREE] });
    expect(await a.assertion('A', 'replica1')).toBe('assertion expression: [s_not_exit_on_log_failure] ');
    await a.control.clearFaults({ id: fault.id });
    await a.seconds(30);
    expect(await a.partition()).toMatchObject({ primary: TWO, secondaries: [THREE] });
    await a.node('A', 'replica1', 'start');
    await a.seconds(60);
    expect(await a.partition()).toMatchObject({ primary: TWO, secondaries: [ONE, THREE] });
    expect(await a.read('k')).toBe('2');
    a.engine.close();
  });

  test('a primary that a frozen cluster does not let go leads until it is missed', async () => {
    const a = await openCluster();
    for (const node of ['replica2', 'replica3']) await a.node('A', node, 'kill');
    await a.seconds(25);
    await a.fault({ kind: 'disk_read_only', from: 'replica1', for_us: 60_000_000 });
    expect(await a.set('k', '1')).not.toBe('success');
    expect((await a.partition()).primary).toBe(ONE);
    for (const node of ['replica2', 'replica3']) await a.node('A', node, 'start');
    await a.seconds(31);
    expect((await a.partition()).primary).not.toBe(ONE);
    a.engine.close();
  });

  test('a secondary whose disk fails to write dies, and the write goes on without it', async () => {
    const a = await openCluster();
    await a.fault({ kind: 'disk_write_fail', from: 'replica3' });
    expect(await a.set('k', '1')).toBe('success');
    expect((await a.partition()).secondaries).toEqual([TWO]);
    expect(await a.assertion('A', 'replica3')).toContain('s_not_exit_on_log_failure');
    a.engine.close();
  });

  test('a primary whose death is still to be stored does not lead when it is back, and loses nothing that way', async () => {
    const a = await openCluster();
    await a.fault({ from: 'replica1', to: 'replica2' });
    await a.fault({ from: 'replica1', to: 'replica3' });
    expect(await a.set('k', '1')).toBe('success');
    await a.control.clearFaults({});
    await a.fault({ kind: 'zookeeper_timeout', from: 'meta1' });
    await a.node('A', 'replica1', 'kill');
    await a.seconds(30);
    await a.node('A', 'replica1', 'start');
    await a.seconds(30);
    expect((await a.replica('replica1')).status).toBe('PS_INACTIVE');
    expect(await a.set('k', '2')).toBe('timeout');
    await a.control.clearFaults({});
    await a.seconds(30);
    expect((await a.partition()).primary).toBe(ONE);
    expect(await a.read('k')).toBe('1');
    a.engine.close();
  });

  test('a write that takes a decree again is answered for itself, once the server of the first has died', async () => {
    const a = await openCluster();
    await a.set('k', '1');
    await a.set('k', '2');
    await a.fault({ from: 'replica1', to: 'replica2' });
    await a.fault({ from: 'replica1', to: 'replica3' });
    expect(await a.set('k', '3')).toBe('success');
    await a.control.clearFaults({});
    await a.fault({ from: 'meta1', to: 'replica1', for_us: 14_000_000 });
    await a.clients('A').servers.command(ONE as string, 'replica.kill_partition', ['1'], 1000);
    await a.seconds(90);
    expect(await a.read('k')).toBe('2');
    await a.node('A', 'replica3', 'kill');
    await a.seconds(25);
    expect(await a.replica('replica1')).toMatchObject({ status: 'PS_PRIMARY', prepared: 2 });
    await a.fault({ kind: 'disk_write_fail', from: 'replica1' });
    expect(await a.set('k', '5')).toBe('success');
    expect(await a.read('k')).toBe('5');
    a.engine.close();
  });

  test('a disk that fails to read counts as broken until the server restarts', async () => {
    const a = await openCluster();
    await a.set('k', '1');
    const fault = await a.fault({ kind: 'disk_read_fail', from: 'replica1' });
    expect(await a.read('k')).toBe('1');
    expect((await a.partition()).primary).toBe(TWO);
    await a.control.clearFaults({ id: fault.id });
    await a.seconds(60);
    expect((await a.partition()).secondaries).toEqual([THREE]);
    await a.node('A', 'replica1', 'restart');
    await a.seconds(60);
    expect((await a.partition()).secondaries).toEqual([ONE, THREE]);
    a.engine.close();
  });

  test('a corrupted replica is lost, and made anew from the others', async () => {
    const a = await openCluster();
    await a.set('k', '1');
    await a.fault({ kind: 'disk_corrupt', from: 'replica1', for_us: 5_000_000 });
    expect(await a.read('k')).toBe('1');
    await a.seconds(60);
    expect(await a.partition()).toMatchObject({ primary: TWO, secondaries: [ONE, THREE] });
    a.engine.close();
  });

  test('a slow disk slows the write down; one slower than the prepare timeout costs the membership', async () => {
    const a = await openCluster();
    const now = async () => (await a.control.getClock({})).now_us;
    await a.fault({ kind: 'disk_io_delay', from: 'replica2', min_us: 800_000, max_us: 800_000 });
    const before = await now();
    expect(await a.set('k', '1')).toBe('success');
    expect((await now()) - before).toBeGreaterThan(800_000);
    await a.control.clearFaults({});
    await a.fault({ kind: 'disk_io_delay', from: 'replica2', min_us: 3_500_000, max_us: 3_500_000 });
    const { ballot } = await a.partition();
    expect(await a.set('k', '2')).toBe('success');
    // It is gone and back: the meta server has it learn at once.
    expect(await a.partition()).toMatchObject({ ballot: ballot + 2, secondaries: [TWO, THREE] });
    a.engine.close();
  });

  test('a clock that is ahead expires records early', async () => {
    const a = await openCluster();
    const table = a.clients('A').data.table('t');
    await table.set(bytes('k'), bytes('s'), bytes('1'), 60);
    await a.fault({ kind: 'clock_skew', from: 'replica1', min_us: 120_000_000, max_us: 120_000_000 });
    expect(await a.read('k')).toBe('not found');
    await a.control.clearFaults({});
    expect(await a.read('k')).toBe('1');
    a.engine.close();
  });
});
