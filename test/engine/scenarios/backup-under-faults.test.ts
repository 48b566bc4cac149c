import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lastingFault } from '../../../src/rpc/client/lasting-fault.ts';
import { openUniverse } from './universe.ts';

const REPLICAS = ['replica1', 'replica2', 'replica3'] as const;

/** What befalls a server, and for how many seconds. */
const trouble = fc.record({
  what: fc.constantFrom(
    'kill',
    'restart',
    'node_hang',
    'rpc_response_drop',
    'disk_full',
    'zookeeper_timeout',
  ),
  node: fc.constantFrom(...REPLICAS, 'meta1'),
  seconds: fc.constantFrom(1, 3, 10, 40),
});
type Trouble = typeof trouble extends fc.Arbitrary<infer T> ? T : never;

type Universe = ReturnType<typeof openUniverse>;

async function isRunning(universe: Universe, node: string): Promise<boolean> {
  const { nodes } = await universe.control.listNodes({ name: 'onebox' });
  return nodes.some((one) => one.name === node && one.state === 'running');
}

/** Lets it happen, then time pass, one after another; in the end all is well again. */
async function befall(universe: Universe, troubles: readonly Trouble[]) {
  for (const { what, node, seconds } of troubles) {
    if (what === 'kill' || what === 'restart')
      await universe.node('onebox', node, (await isRunning(universe, node)) ? what : 'start');
    else if ((what === 'zookeeper_timeout') === (node === 'meta1'))
      await universe.control.addFault(lastingFault('onebox', what, node));
    await universe.seconds(seconds);
  }
  await universe.control.clearFaults({});
  const { nodes } = await universe.control.listNodes({ name: 'onebox' });
  for (const { node, state } of nodes) if (state !== 'running') await universe.node('onebox', node, 'start');
  await universe.seconds(600);
}

async function isDone(universe: Universe): Promise<boolean> {
  const { backup_items = [] } = await universe.clients('onebox').meta.queryBackupStatus({ app_id: 1 });
  const last = backup_items.at(-1);
  expect(last?.is_backup_failed ?? false).toBe(false);
  return last !== undefined && last.end_time_ms > 0;
}

/** Anew where another leader has forgotten it. */
async function backUp(universe: Universe, troubles: readonly Trouble[]): Promise<number> {
  const request = { app_id: 1, backup_provider_type: 'local_service' };
  const start = async () => Number((await universe.clients('onebox').meta.startBackupApp(request)).backup_id);
  const begun = await start();
  await befall(universe, troubles);
  if (await isDone(universe)) return begun;
  const again = await start();
  await universe.seconds(60);
  expect(await isDone(universe)).toBe(true);
  return again;
}

test('whatever befalls the servers, a table that is restored has what was acknowledged before its backup', async () => {
  const some = fc.array(trouble, { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(some, some, async (during, after) => {
      const universe = openUniverse();
      await universe.createTable('onebox', 'temp', 2, 3);
      await universe.write('onebox', 'temp', 12);
      const before = await universe.records('onebox', 'temp');
      const time_stamp = await backUp(universe, during);
      await universe.write('onebox', 'temp', 3, 'later');
      const place = { cluster_name: 'onebox', policy_name: '', time_stamp, app_name: 'temp', app_id: 1 };
      const reply = await universe.clients('onebox').meta.startRestore({
        ...place,
        new_app_name: 'again',
        backup_provider_name: 'local_service',
        skip_bad_partition: false,
      });
      expect(reply.err).toBe('ERR_OK');
      await befall(universe, after);
      expect(await universe.records('onebox', 'again')).toEqual(before);
      expect(universe.closeAndCheck()).toEqual([]);
    }),
    { numRuns: 25 },
  );
});
