/** Threads of a server that race for what a duplication is about to ship: about one time in a hundred it dies. */
import { expect, test } from 'vitest';
import { TIGHT_LOG } from '../../../src/sim/generate/clusters.ts';
import { openUniverse } from './universe.ts';

type Universe = ReturnType<typeof openUniverse>;

const SETTINGS = {
  ...TIGHT_LOG,
  'replication.checkpoint_interval_seconds': '5',
  'replication.dup_no_mutation_load_delay_ms': '30000',
};

async function shipping(defects: string[]) {
  const universe = openUniverse();
  await universe.cluster('A', 1, { defects });
  await universe.cluster('B', 1);
  await universe.configure('A', SETTINGS);
  await universe.createTable('A', 't', 1, 1);
  await universe.createTable('B', 't', 1, 1);
  const { dupid } = await universe.clients('A').meta.addDuplication({
    app_name: 't',
    remote_cluster_name: 'B',
    is_duplicating_checkpoint: false,
    remote_replica_count: 1,
  });
  await universe.seconds(100);
  return { universe, dupid };
}

async function pauseAndGoOn(universe: Universe, dupid: number) {
  for (const status of ['DS_PAUSE', 'DS_LOG'] as const) {
    await universe.clients('A').meta.modifyDuplication({ app_name: 't', dupid, status });
    await universe.seconds(10);
  }
}

async function loseTheMetaServer(universe: Universe) {
  await universe.node('A', 'meta1', 'stop');
  await universe.seconds(25);
  await universe.node('A', 'meta1', 'start');
  await universe.seconds(20);
}

async function makeCheckpoint(universe: Universe) {
  const { servers } = universe.clients('A');
  await servers.command('localhost:35801', 'replica.trigger-checkpoint', ['1'], 1000);
  await universe.seconds(30);
}

test.each([
  ['2211', 'SIGSEGV in task_code::task_code', pauseAndGoOn],
  ['693', 'SIGSEGV in mutation_log::get_log_file_map', loseTheMetaServer],
  ['1596', 'fail to get file size', makeCheckpoint],
])('%s: %s', async (issue, assertion, disturb) => {
  /** Of what the server died, if it did, and after how many rounds. */
  const live = async (defects: string[], rounds: number) => {
    const { universe, dupid } = await shipping(defects);
    for (let round = 1; round <= rounds; round++) {
      await universe.set('A', 't', `k${round}`, 'v');
      await disturb(universe, dupid);
      const death = await universe.assertion('A', 'replica1');
      if (death !== '') return { round, death };
    }
    return { round: rounds, death: '' };
  };
  const { round, death } = await live([issue], 500);
  expect(death).toContain(assertion);
  expect((await live([], round)).death).toBe('');
});
