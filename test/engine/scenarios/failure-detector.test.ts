/** Whom the failure detector listens to (`failure_detector.cpp`). */
import { expect, test } from 'vitest';
import { openUniverse } from './universe.ts';

type Universe = ReturnType<typeof openUniverse>;

async function alive(universe: Universe) {
  const { infos } = await universe.clients('A').meta.listNodes({ status: 'NS_ALIVE' });
  return infos.map((info) => Number(info.hp_node?.slice(-1)));
}

test('under a white list only those on it may join', async () => {
  const universe = openUniverse();
  await universe.cluster('A', 3);
  await universe.configure('A', {
    'meta_server.enable_white_list': 'true',
    'meta_server.replica_white_list': 'localhost:35801, localhost:35803',
  });
  await universe.seconds(10);
  expect(await alive(universe)).toEqual([1, 3]);
  const reply = await universe.createTable('A', 't', 2, 3);
  expect(reply.err).toBe('ERR_INVALID_PARAMETERS');
});

test('one that was told that it may not join asks no more until it starts anew', async () => {
  const universe = openUniverse();
  await universe.cluster('A', 3);
  await universe.configure('A', {
    'meta_server.enable_white_list': 'true',
    'meta_server.replica_white_list': 'localhost:35801,localhost:35803',
  });
  await universe.seconds(10);
  await universe.config('A', { 'meta_server.enable_white_list': 'false' });
  await universe.node('A', 'meta1', 'restart');
  await universe.seconds(60);
  expect(await alive(universe)).toEqual([1, 3]);
  await universe.node('A', 'replica2', 'restart');
  await universe.seconds(1);
  expect(await alive(universe)).toEqual([1, 2, 3]);
});

test('a server can wait until the process before it counts as dead', async () => {
  const universe = openUniverse();
  await universe.cluster('A', 3);
  await universe.config('A', { 'replication.delay_for_fd_timeout_on_start': 'true' });
  await universe.node('A', 'replica2', 'restart');
  await universe.seconds(24);
  expect(await alive(universe)).toEqual([1, 3]);
  await universe.seconds(2);
  expect(await alive(universe)).toEqual([1, 2, 3]);
});

test('a server that restarts too often is not listened to until it has run for a while', async () => {
  const universe = openUniverse();
  await universe.cluster('A', 3);
  await universe.configure('A', {
    'meta_server.stable_rs_min_running_seconds': '600',
    'meta_server.max_succssive_unstable_restart': '3',
  });
  await universe.seconds(700);
  // What ran for 700 s was stable: only the restarts after the first are too quick.
  for (let i = 0; i < 4; i++) {
    await universe.node('A', 'replica2', 'kill');
    await universe.seconds(30);
    expect(await alive(universe)).toEqual([1, 3]);
    await universe.node('A', 'replica2', 'start');
    await universe.seconds(10);
    if (i < 3) expect(await alive(universe)).toEqual([1, 2, 3]);
  }
  expect(await alive(universe)).toEqual([1, 3]);
  await universe.seconds(580);
  expect(await alive(universe)).toEqual([1, 3]);
  await universe.seconds(20);
  expect(await alive(universe)).toEqual([1, 2, 3]);
});

test('where it is off nobody is ever found dead', async () => {
  const universe = openUniverse();
  await universe.cluster('A', 3);
  await universe.configure('A', { 'replication.fd_disabled': 'true' });
  await universe.seconds(10);
  await universe.node('A', 'replica2', 'kill');
  await universe.seconds(600);
  expect(await alive(universe)).toEqual([1, 2, 3]);
});
