import { describe, expect, test } from 'vitest';
import { lastingFault } from '../../../src/rpc/client/lasting-fault.ts';
import type { ConfigType } from '../../../src/rpc/idl/configuration.ts';
import { openUniverse } from './universe.ts';

/** A table of one partition, led by the first server, on a cluster of `servers`. */
async function onePartition(servers = 3) {
  const universe = openUniverse();
  await universe.cluster('A', servers);
  await universe.createTable('A', 't', 1, 3);
  const { meta } = universe.clients('A');
  const { infos } = await meta.listNodes({ status: 'NS_ALIVE' });
  const nodes = infos.map((info) => info.hp_node ?? '');
  const numberOf = (node: string) => nodes.indexOf(node) + 1;
  const nameOf = (number: number) => (number === 0 ? '' : (nodes[number - 1] ?? ''));
  return {
    universe,
    meta,
    async shown() {
      const { partitions } = await meta.queryConfig({ app_name: 't', partition_indices: [] });
      const [only] = partitions;
      const secondaries = (only?.hp_secondaries ?? []).map(numberOf);
      return `${only?.ballot}: ${numberOf(only?.hp_primary ?? '')} [${secondaries}]`;
    },
    /** Steps as `target>node TYPE`; target 0 = whoever is primary. */
    async propose(steps: readonly string[], options: { force?: boolean; gpid?: [number, number] } = {}) {
      const [app_id, partition_index] = options.gpid ?? [1, 0];
      const action_list = steps.map((step) => {
        const [, target, node, type] = /^(\d)>(\d) (\w+)$/.exec(step) as unknown as [
          string,
          string,
          string,
          string,
        ];
        const hp_target = nameOf(Number(target));
        const hp_node = nameOf(Number(node));
        const address = (name: string) => name.replace('localhost', '127.0.0.1');
        return {
          target: address(hp_target),
          node: address(hp_node),
          type: `CT_${type}` as ConfigType,
          hp_target,
          hp_node,
        };
      });
      const request = { gpid: { app_id, partition_index }, action_list, force: options.force ?? false };
      return (await meta.proposeBalancer(request)).err;
    },
    async crashes(number: number) {
      return (await universe.control.showNode({ cluster: 'A', node: `replica${number}` })).crashes;
    },
  };
}

describe('proposals', () => {
  test('move_pri: ballot +2, the old primary goes to the end of the secondaries', async () => {
    const { universe, shown, propose } = await onePartition();
    expect(await shown()).toBe('3: 1 [2,3]');
    await universe.write('A', 't', 5);
    expect(await propose(['1>1 DOWNGRADE_TO_SECONDARY', '2>2 UPGRADE_TO_PRIMARY'])).toBe('ERR_OK');
    expect(await shown()).toBe('3: 1 [2,3]');
    expect(await propose(['1>1 DOWNGRADE_TO_SECONDARY', '2>2 UPGRADE_TO_PRIMARY'])).toBe(
      'ERR_INVALID_PARAMETERS',
    );
    await universe.seconds(10);
    expect(await shown()).toBe('5: 2 [3,1]');
    await universe.write('A', 't', 5, 'later');
    expect(await universe.records('A', 't')).toHaveLength(10);
  });

  test('who still asks the old primary reads nothing old there', async () => {
    const { universe, propose } = await onePartition();
    await universe.set('A', 't', 'k', '1');
    const { data } = universe.clients('A');
    const [k, s] = ['k', 's'].map((text) => new TextEncoder().encode(text)) as [Uint8Array, Uint8Array];
    const get = async () => Buffer.from((await data.table('t').get(k, s)).reply?.value ?? []).toString();
    expect(await get()).toBe('1');
    await propose(['1>1 DOWNGRADE_TO_SECONDARY', '2>2 UPGRADE_TO_PRIMARY']);
    await universe.seconds(10);
    await universe.set('A', 't', 'k', '2');
    expect(await get()).toBe('2');
  });

  test('a secondary that is downgraded comes back at once: it is alive and was the last to go', async () => {
    const { universe, shown, propose } = await onePartition();
    expect(await propose(['1>3 DOWNGRADE_TO_INACTIVE'])).toBe('ERR_OK');
    await universe.seconds(10);
    expect(await shown()).toBe('5: 1 [2,3]');
    expect(await propose(['1>2 DOWNGRADE_TO_INACTIVE'], { force: true })).toBe('ERR_OK');
    expect(await shown()).toBe('7: 1 [3,2]');
  });

  test('a server that fell out of step finds out at its next config sync, one that is removed is told', async () => {
    const { universe, propose } = await onePartition();
    const statusOn = async (number: number) => {
      const { replicas } = await universe.control.showNode({ cluster: 'A', node: `replica${number}` });
      return replicas[0]?.status;
    };
    for (const number of [2, 3]) await universe.node('A', `replica${number}`, 'restart');
    await universe.seconds(2);
    await universe.control.addFault({ ...lastingFault('A', 'partition', 'replica3'), to: 'replica1' });
    await propose(['1>2 REMOVE', '1>3 DOWNGRADE_TO_INACTIVE'], { force: true });
    expect(await statusOn(2)).toBe(undefined);
    expect(await statusOn(3)).toBe('PS_SECONDARY');
    await universe.seconds(31);
    expect(await statusOn(3)).toBe(undefined);
  });

  test('who is no member is removed in name: the ballot rises', async () => {
    const { shown, propose } = await onePartition(4);
    expect(await propose(['1>4 REMOVE'], { force: true })).toBe('ERR_OK');
    expect(await shown()).toBe('4: 1 [2,3]');
  });

  test('copy_pri of the shell: the surplus replica goes with the cure that follows', async () => {
    const { universe, shown, propose } = await onePartition(4);
    expect(await shown()).toBe('3: 1 [2,3]');
    await propose(['1>4 ADD_SECONDARY_FOR_LB', '1>1 DOWNGRADE_TO_SECONDARY', '4>4 UPGRADE_TO_PRIMARY']);
    await universe.seconds(30);
    expect(await shown()).toBe('7: 4 [3,1]');
  });

  test('copy_sec: no target means the primary, whoever that is', async () => {
    const { universe, shown, propose } = await onePartition(4);
    await propose(['0>4 ADD_SECONDARY_FOR_LB', '0>3 DOWNGRADE_TO_INACTIVE']);
    await universe.seconds(30);
    expect(await shown()).toBe('5: 1 [2,4]');
  });

  test('a year of asking in vain costs what a few times cost, and ends when there is room', async () => {
    const { universe, shown, propose } = await onePartition(4);
    await propose(['1>4 ADD_SECONDARY']);
    await universe.seconds(365 * 24 * 3600);
    expect(await shown()).toBe('3: 1 [2,3]');
    await universe.node('A', 'replica3', 'kill');
    await universe.seconds(700);
    expect(await shown()).toBe('5: 1 [2,4]');
  });

  test('who could not learn for an hour learns at the check that would come next', async () => {
    const seen = async (pieces: number) => {
      const { universe, shown, propose } = await onePartition(4);
      const broken = lastingFault('A', 'disk_full', 'replica4');
      await universe.control.addFault({ ...broken, for_us: 3600 * 1_000_000 });
      await propose(['1>4 ADD_SECONDARY_FOR_LB']);
      const shownAfter: string[] = [];
      for (const seconds of [3600 - 10, 9, 12]) {
        for (let piece = 0; piece < pieces; piece++) await universe.seconds(seconds / pieces);
        shownAfter.push(await shown());
      }
      return shownAfter;
    };
    const atOnce = await seen(1);
    expect(atOnce).toEqual(['3: 1 [2,3]', '3: 1 [2,3]', '5: 1 [3,4]']);
    expect(await seen(500)).toEqual(atOnce);
  });

  test('what does not fit is accepted and dropped by the next check', async () => {
    const { universe, shown, propose } = await onePartition();
    expect(await propose(['1>2 ADD_SECONDARY'])).toBe('ERR_OK');
    expect(await propose(['1>2 ADD_SECONDARY'])).toBe('ERR_INVALID_PARAMETERS');
    await universe.seconds(10);
    expect(await shown()).toBe('3: 1 [2,3]');
    expect(await propose(['1>3 REMOVE'])).toBe('ERR_OK');
    await universe.seconds(10);
    expect(await shown()).toBe('5: 1 [2,3]');
  });

  test('unknown tables and partitions', async () => {
    const { propose } = await onePartition();
    expect(await propose(['1>2 REMOVE'], { gpid: [9, 0] })).toBe('ERR_APP_NOT_EXIST');
    expect(await propose(['1>2 REMOVE'], { gpid: [1, 1] })).toBe('ERR_INVALID_PARAMETERS');
    expect(await propose(['1>2 REMOVE'], { gpid: [1, -1], force: true })).toBe('ERR_INVALID_PARAMETERS');
  });

  test('what is under way ends with any level below lively', async () => {
    const { universe, meta, shown, propose } = await onePartition();
    await propose(['1>1 DOWNGRADE_TO_SECONDARY', '2>2 UPGRADE_TO_PRIMARY']);
    await meta.controlMeta({ level: 'fl_steady' });
    await universe.seconds(20);
    expect(await shown()).toBe('3: 1 [2,3]');
  });

  test.each([
    [
      '1>2 ADD_SECONDARY',
      1,
      '[!_primary_states.check_exist(node, partition_status::PS_SECONDARY)] node = localhost:35802',
    ],
    [
      '1>1 ADD_SECONDARY',
      1,
      '[!_primary_states.check_exist(node, partition_status::PS_PRIMARY)] node = localhost:35801',
    ],
    [
      '1>2 DOWNGRADE_TO_SECONDARY',
      1,
      '[proposal.hp_node == proposal.config.hp_primary] localhost:35802 vs localhost:35801',
    ],
    ['2>2 REGISTER_CHILD', 2, '[false] invalid config_type, type = config_type::CT_REGISTER_CHILD'],
  ])('forced %s is answered well and kills server %i', async (step, server, assertion) => {
    const { universe, shown, propose, crashes } = await onePartition();
    expect(await propose([step], { force: true })).toBe('ERR_OK');
    const [crash] = await crashes(server);
    expect(crash?.assertion).toBe(`assertion expression: ${assertion}`);
    await universe.node('A', `replica${server}`, 'start');
    await universe.seconds(60);
    expect(await shown()).toMatch(/^\d+: \d \[\d,\d\]$/);
  });
});

describe('partitions that lost all their members', () => {
  /** All servers die one after another; what the meta server may do is not limited by their number. */
  async function allDead() {
    const { universe, meta, ...rest } = await onePartition();
    await universe.control.setConfig({
      name: 'A',
      key: 'meta_server.node_live_percentage_threshold_for_update',
      value: '0',
    });
    await universe.node('A', 'meta1', 'restart');
    await universe.seconds(1);
    await universe.write('A', 't', 5);
    for (const number of [3, 2, 1]) {
      await universe.node('A', `replica${number}`, 'kill');
      await universe.seconds(30);
    }
    const ddd = async (app_id = -1, partition_index = -1) =>
      (await meta.diagnoseDdd({ pid: { app_id, partition_index } })).partitions;
    return { universe, meta, ddd, ...rest };
  }

  test('wait for the last two to come back, and say so', async () => {
    const { universe, ddd, shown } = await allDead();
    expect(await shown()).toBe('6: 0 []');
    const start = async (number: number, seconds: number) => {
      await universe.node('A', `replica${number}`, 'start');
      await universe.seconds(seconds);
    };
    await start(3, 15);
    const [waiting] = await ddd();
    expect(waiting).toMatchObject({
      reason: "the last dropped node(localhost:35801) hasn't come back yet",
      config: { pid: { app_id: 1, partition_index: 0 }, ballot: 6, primary: '' },
    });
    expect(
      waiting?.dropped.map(({ hp_node, is_alive, is_collected, ballot }) => [
        hp_node,
        is_alive,
        is_collected,
        ballot,
      ]),
    ).toEqual([
      ['localhost:35803', true, true, 3],
      ['localhost:35802', false, false, -1],
      ['localhost:35801', false, false, -1],
    ]);
    expect(await ddd(1)).toHaveLength(1);
    expect(await ddd(1, 0)).toHaveLength(1);
    expect(await ddd(1, 1)).toHaveLength(0);
    await start(2, 15);
    expect((await ddd())[0]?.reason).toBe("the last dropped node(localhost:35801) hasn't come back yet");
    await start(1, 15);
    expect(await ddd()).toHaveLength(0);
    await universe.seconds(30);
    expect(await universe.records('A', 't')).toHaveLength(5);
  });

  test('an operator who knows better names the primary', async () => {
    const { universe, propose, ddd } = await allDead();
    await universe.node('A', 'replica2', 'start');
    await universe.seconds(15);
    expect(await ddd()).toHaveLength(1);
    expect(await propose(['2>2 ASSIGN_PRIMARY'])).toBe('ERR_OK');
    await universe.seconds(10);
    expect(await ddd()).toHaveLength(0);
    expect(await universe.records('A', 't')).toHaveLength(5);
  });

  test('a server that lost its disk has nothing to offer', async () => {
    const { universe, ddd } = await allDead();
    for (const number of [1, 2]) {
      await universe.node('A', `replica${number}`, 'wipe');
      await universe.node('A', `replica${number}`, 'start');
    }
    await universe.seconds(45);
    expect((await ddd())[0]?.reason).toBe('no replica info collected from the last two drops');
  });

  test('unknown tables', async () => {
    const { meta } = await onePartition();
    expect(await meta.diagnoseDdd({ pid: { app_id: 7, partition_index: -1 } })).toEqual({
      err: 'ERR_APP_NOT_EXIST',
      partitions: [],
    });
  });
});
