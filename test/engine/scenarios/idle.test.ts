/** Idle time is made up for in one step, and leaves what it leaves where every timer is waited for. */
import { expect, test } from 'vitest';
import { lastingFault } from '../../../src/rpc/client/lasting-fault.ts';
import { openUniverse } from './universe.ts';

const HOUR = 3600;
/** Two requests under the manual clock. */
const LOOK = 0.002;

/** Table `t` of A with some records, and a full duplication of it to B that has had five minutes. */
async function duplicated({ auth = false, disturb = async (_universe: OpenUniverse) => {} } = {}) {
  const universe = openUniverse();
  await universe.cluster('A', 3);
  await universe.cluster('B', 3, { auth });
  await universe.createTable('A', 't', 2, 3);
  await universe.write('A', 't', 10);
  await disturb(universe);
  await universe.clients('A').meta.addDuplication({
    app_name: 't',
    remote_cluster_name: 'B',
    is_duplicating_checkpoint: true,
    remote_app_name: 't',
    remote_replica_count: 3,
  });
  await universe.seconds(300);
  return universe;
}

type OpenUniverse = ReturnType<typeof openUniverse>;
type Universe = Awaited<ReturnType<typeof duplicated>>;

/** Lets time pass in steps, and looks after each at what the operator sees of the duplication. */
async function pass(universe: Universe, steps: number, seconds: number) {
  let seen: unknown;
  for (let step = 0; step < steps; step++) {
    await universe.seconds(seconds - LOOK);
    seen = await look(universe);
  }
  return seen;
}

async function look(universe: Universe) {
  const { entry_list } = await universe.clients('A').meta.queryDuplication({ app_name: 't' });
  const state = await universe.duplication('A');
  // How much of the log a line takes depends on how many empty writes were made up for at once.
  const partitions = state?.partitions.map(({ plog_bytes: _size, ...partition }) => partition);
  return { entry_list, state: { ...state, partitions } };
}

test('two hours at once, one by one, and sync by sync', async () => {
  const atOnce = await pass(await duplicated(), 1, 2 * HOUR);
  const byHours = await pass(await duplicated(), 2, HOUR);
  const bySyncs = await pass(await duplicated(), 720, 10);
  expect(byHours).toEqual(atOnce);
  expect(bySyncs).toEqual(atOnce);
});

test('a duplication that cannot ship costs nothing while it cannot, and goes on when it can', async () => {
  const blocked = async (steps: number) => {
    const universe = await duplicated();
    await universe.clients('B').meta.dropApp({ app_name: 't', options: { success_if_not_exist: false } });
    await universe.write('A', 't', 1, 'later');
    const seen = await pass(universe, steps, (6 * HOUR) / steps);
    await universe.createTable('B', 't', 2, 3);
    await universe.seconds(2);
    return { seen, records: await universe.records('B', 't') };
  };
  const atOnce = await blocked(1);
  expect(atOnce.records).toHaveLength(1);
  expect(await blocked(360)).toEqual(atOnce);
});

test('what was confirmed before a leader died is confirmed for the next', async () => {
  const afterDeath = async (isLookedAt: boolean) => {
    const universe = await duplicated();
    const { nodes } = await universe.control.listNodes({ name: 'A' });
    const meta = nodes.find(({ role }) => role === 'meta')?.node ?? '';
    await universe.seconds(HOUR);
    if (isLookedAt) await look(universe);
    else await universe.seconds(LOOK);
    await universe.node('A', meta, 'kill');
    await universe.seconds(3);
    await universe.node('A', meta, 'start');
    return look(universe);
  };
  expect(await afterDeath(false)).toEqual(await afterDeath(true));
});

test('a checkpoint of idle time covers what was written when it was due, an hour or two after the last', async () => {
  const universe = openUniverse();
  await universe.cluster('A', 1);
  await universe.createTable('A', 't', 1, 1);
  await universe.write('A', 't', 5);
  await universe.seconds(30 * 24 * HOUR);
  const { replicas } = await universe.control.showNode({ cluster: 'A', node: 'replica1' });
  const [{ last_committed_decree: committed = 0, last_durable_decree: durable = 0 } = {}] = replicas;
  // An empty write comes every 100 s.
  expect(committed - durable).toBeGreaterThan(0);
  expect(committed - durable).toBeLessThanOrEqual(73);
  expect(await universe.records('A', 't')).toHaveLength(5);
});

/** The follower table is never made: B drops what comes without authentication. */
const refused = () => duplicated({ auth: true });

test('a duplication that is refused is as often refused at once as sync by sync', async () => {
  const atOnce = await pass(await refused(), 1, HOUR);
  const byMinutes = await pass(await refused(), 60, 60);
  const bySyncs = await pass(await refused(), 360, 10);
  expect(atOnce).toMatchObject({ state: { status: 'DS_PREPARE', error_code: 'ERR_TIMEOUT', attempts: 385 } });
  expect(byMinutes).toEqual(atOnce);
  expect(bySyncs).toEqual(atOnce);
});

test('a year of refusals costs what a few of them cost, and the follower is made when they end', async () => {
  const universe = await refused();
  await universe.seconds(365 * 24 * HOUR);
  await universe.control.setConfig({ name: 'A', key: 'security.enable_auth', value: 'true' });
  for (const node of ['meta1', 'replica1', 'replica2', 'replica3']) await universe.node('A', node, 'restart');
  await universe.seconds(120);
  expect(await universe.status('A', 't')).toBe('DS_LOG');
});

const YEAR = 365 * 24 * HOUR;

/** The follower table is being made, and cannot copy anything. */
const uncopied = () =>
  duplicated({
    disturb: async ({ control }) => {
      await control.addFault(lastingFault('B', 'rpc_request_drop', 'B', 'A'));
    },
  });

test('a year of copying in vain costs what a few attempts cost, and the follower is copied when it can be', async () => {
  const universe = await uncopied();
  await universe.seconds(YEAR);
  expect(await universe.status('A', 't')).toBe('DS_PREPARE');
  await universe.control.clearFaults({});
  await universe.seconds(60);
  expect(await universe.status('A', 't')).toBe('DS_LOG');
  expect(await universe.records('B', 't')).toHaveLength(10);
});

test('a year of waiting for checkpoints that nobody reports costs what a few syncs cost (D1)', async () => {
  const universe = await uncopied();
  await universe.control.clearFaults({});
  while ((await universe.status('A', 't')) !== 'DS_APP') await universe.seconds(1);
  await universe.control.addFault(lastingFault('A', 'rpc_request_drop', 'A', 'B'));
  await universe.seconds(30);
  await universe.node('A', 'meta1', 'restart');
  await universe.control.clearFaults({});
  await universe.seconds(YEAR);
  expect(await universe.status('A', 't')).toBe('DS_APP');
});
