import { expect, test } from 'vitest';
import { openUniverse } from './universe.ts';

const HOUR = 3600;

test('a segment of the log is kept for ten hours from when it was last written to', async () => {
  const universe = openUniverse();
  await universe.cluster('A', 1);
  await universe.configure('A', {
    'replication.log_private_file_size_mb': '1',
    'replication.empty_write_disabled': 'true',
  });
  await universe.createTable('A', 't', 1, 1);
  const { servers } = universe.clients('A');
  const ask = (command: string) => servers.command('localhost:35801', command, ['1.0'], 1000);
  const firstDecreeGone = async () =>
    / *"max_gc_decree": (\d+)/.exec(await ask('replica.query-progress'))?.[1];
  const write = (count: number) => universe.set('A', 't', 'k', 'v'.repeat(count));
  await write(1000);
  await universe.seconds(9 * HOUR);
  for (let i = 0; i < 2; i++) expect(await write(600_000)).toBe('success');
  await universe.seconds(HOUR);
  await write(1000);
  await ask('replica.trigger-checkpoint');
  await universe.seconds(8 * HOUR);
  expect(await firstDecreeGone()).toBe('0');
  await universe.seconds(HOUR);
  expect(await firstDecreeGone()).toBe('0');
  await universe.seconds(2);
  expect(await firstDecreeGone()).toBe('3');
});

test('a process begins a segment of its own; the one before is as old as its last write', async () => {
  const universe = openUniverse();
  await universe.cluster('A', 1);
  await universe.createTable('A', 't', 1, 1);
  await universe.write('A', 't', 1);
  const segments = () => {
    universe.letOthersIn();
    const directory = '/w/clusters/A/nodes/localhost_35801/reps/1.0.pegasus/plog';
    return universe.files.list(directory).map((name) => name.split('.')[1]);
  };
  expect(segments()).toEqual(['1']);
  await universe.seconds(9 * HOUR);
  await universe.node('A', 'replica1', 'restart');
  await universe.seconds(40);
  await universe.write('A', 't', 1);
  expect(segments()).toEqual(['1', '2']);
  await universe.seconds(9 * HOUR);
  await universe.write('A', 't', 1);
  expect(segments()).toEqual(['1', '2']);
  await universe.seconds(2 * HOUR);
  await universe.write('A', 't', 1);
  expect(segments()).toEqual(['2']);
});
