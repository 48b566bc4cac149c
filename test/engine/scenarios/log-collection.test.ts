/** When spare private log is deleted (`replica_chkpt.cpp on_checkpoint_timer`, `mutation_log.cpp garbage_collection`). */
import { expect, test } from 'vitest';
import { openUniverse } from './universe.ts';

const HOUR = 3600;

/** A table of one replica; `begin` tells up to which decree its log is gone. */
async function withTable(settings: Readonly<Record<string, string>> = {}) {
  const universe = openUniverse();
  await universe.cluster('A', 1);
  await universe.configure('A', settings);
  await universe.createTable('A', 't', 1, 1);
  await universe.write('A', 't', 5);
  const { servers } = universe.clients('A');
  const command = (name: string) => servers.command('localhost:35801', name, [], 5000);
  const begin = async () =>
    Number(/"max_gc_decree": (-?\d+)/.exec(await command('replica.query-progress'))?.[1]);
  return { universe, command, begin };
}

test('what a checkpoint has made spare is deleted when its timer fires next', async () => {
  const { universe, command, begin } = await withTable({
    'replication.log_private_file_size_mb': '0',
    'replication.log_private_reserve_max_size_mb': '0',
  });
  await universe.seconds(120);
  await command('replica.trigger-checkpoint');
  await universe.seconds(20);
  expect(await begin()).toBe(0);
  await universe.seconds(60);
  expect(await begin()).toBeGreaterThan(4);
});

test('a server that starts anew begins another segment; the one before is kept for ten hours after its last write', async () => {
  const { universe, begin } = await withTable();
  await universe.seconds(12 * HOUR);
  await universe.node('A', 'replica1', 'restart');
  await universe.seconds(60);
  await universe.write('A', 't', 1, 'later');
  await universe.seconds(9 * HOUR);
  expect(await begin()).toBe(0);
  await universe.seconds(HOUR + 300);
  expect(await begin()).toBeGreaterThan(400);
});
