/** Duplications as they were recorded on real servers, step by step and second by second. */
import { describe, expect, test } from 'vitest';
import { openUniverse } from './universe.ts';

type Universe = ReturnType<typeof openUniverse>;

async function twoClusters() {
  const universe = openUniverse();
  await universe.cluster('A', 1);
  await universe.cluster('B', 1);
  return universe;
}

async function flushFirstTable(universe: Universe) {
  const { servers } = universe.clients('A');
  await servers.command('localhost:35801', 'replica.trigger-checkpoint', ['1'], 1000);
  await universe.seconds(15);
}

function add(
  universe: Universe,
  app_name: string,
  is_duplicating_checkpoint: boolean,
  remote_app_name = app_name,
) {
  const request = { remote_cluster_name: 'B', is_duplicating_checkpoint, remote_replica_count: 0 };
  return universe.clients('A').meta.addDuplication({ app_name, remote_app_name, ...request });
}

describe('raw-modify: statuses that no shell asks for', () => {
  const NAMES = ['DS_INIT', 'DS_PREPARE', 'DS_APP', 'DS_LOG', 'DS_PAUSE', 'DS_REMOVED'] as const;
  const REFUSED = 'ERR_INVALID_PARAMETERS 0';

  /** Asks for one after the other; gives what each was answered, and the status afterwards. */
  async function ask(universe: Universe, dupid: number, numbers: readonly number[]) {
    const { meta } = universe.clients('A');
    const told: string[] = [];
    for (const number of numbers) {
      const status = NAMES[number] ?? 'DS_INIT';
      const { err, appid } = await meta.modifyDuplication({ app_name: 'r', dupid, status });
      told.push(`${number}: ${err} ${appid} ${await universe.status('A', 'r')}`);
    }
    return told;
  }

  test('in DS_LOG and DS_PAUSE, until it is removed', async () => {
    const universe = await twoClusters();
    await universe.createTable('A', 'r', 1, 1);
    await universe.createTable('B', 'r', 1, 1);
    const { dupid } = await add(universe, 'r', false);
    await universe.seconds(80);
    expect(await ask(universe, dupid, [0, 1, 2, 4, 4, 1, 2, 3, 5])).toEqual([
      `0: ${REFUSED} DS_LOG`,
      `1: ${REFUSED} DS_LOG`,
      `2: ${REFUSED} DS_LOG`,
      '4: ERR_OK 1 DS_PAUSE',
      '4: ERR_OK 0 DS_PAUSE',
      `1: ${REFUSED} DS_PAUSE`,
      `2: ${REFUSED} DS_PAUSE`,
      '3: ERR_OK 1 DS_LOG',
      '5: ERR_OK 1 undefined',
    ]);
  });

  test('in DS_PREPARE, from where DS_APP can be asked for', async () => {
    const universe = await twoClusters();
    await universe.createTable('A', 'r', 1, 1);
    await universe.node('B', 'meta1', 'stop');
    const { dupid } = await add(universe, 'r', true, 'r2');
    expect(await ask(universe, dupid, [0, 3, 4, 2, 1])).toEqual([
      `0: ${REFUSED} DS_PREPARE`,
      `3: ${REFUSED} DS_PREPARE`,
      `4: ${REFUSED} DS_PREPARE`,
      '2: ERR_OK 1 DS_APP',
      `1: ${REFUSED} DS_APP`,
    ]);
  });
});

describe('full-variants: several full duplications at once, one server on each side', () => {
  /** Unflushed tables of two partitions take all ten slots for checkpoints; `em` has nothing in it. */
  const UNFLUSHED = ['mm', 'zero', 'pc', 'more', 'most'];

  async function variants() {
    const universe = await twoClusters();
    await universe.createTable('A', 'fl', 2, 1);
    await universe.createTable('A', 'em', 2, 1);
    await universe.write('A', 'fl', 6);
    await flushFirstTable(universe);
    for (const table of UNFLUSHED) {
      await universe.createTable('A', table, 2, 1);
      await universe.write('A', table, 6);
    }
    return universe;
  }

  test('what was flushed before is ahead by a sync, what waits for a slot is last', async () => {
    const universe = await variants();
    for (const table of ['fl', 'em', ...UNFLUSHED]) await add(universe, table, true);
    const started = universe.clients('A').meta.now();
    const entered = new Map<string, number>();
    for (let i = 0; i < 100; i++) {
      await universe.seconds(1);
      for (const table of ['fl', 'em', 'mm', 'pc']) {
        const key = `${table} ${await universe.status('A', table)}`;
        if (!entered.has(key)) entered.set(key, universe.clients('A').meta.now() - started);
      }
    }
    const syncs = (key: string, since: string) =>
      Math.round(((entered.get(key) ?? 0) - (entered.get(since) ?? 0)) / 10_000);
    expect(syncs('mm DS_APP', 'fl DS_APP')).toBe(1);
    expect(syncs('pc DS_APP', 'fl DS_APP')).toBe(1);
    // Recorded: 2. Here the sync comes before the slots are free, by ten milliseconds.
    expect(syncs('em DS_APP', 'fl DS_APP')).toBe(3);
    for (const table of ['fl', 'em', 'mm', 'pc']) {
      expect(syncs(`${table} DS_LOG`, `${table} DS_APP`)).toBeGreaterThanOrEqual(1);
      expect(syncs(`${table} DS_LOG`, `${table} DS_APP`)).toBeLessThanOrEqual(2);
    }
    await universe.seconds(30);
    for (const table of ['fl', 'em', ...UNFLUSHED])
      expect(await universe.records('B', table)).toEqual(await universe.records('A', table));
  });

  test('DS_APP comes three syncs after the first where there is a checkpoint, else four', async () => {
    for (const [isFlushed, seconds] of [
      [true, 30],
      [false, 40],
    ] as const) {
      const universe = await twoClusters();
      await universe.createTable('A', 't', 2, 1);
      await universe.write('A', 't', 6);
      if (isFlushed) await flushFirstTable(universe);
      await add(universe, 't', true);
      // The first sync comes within ten seconds.
      for (
        let i = 0;
        i < 100 && (await universe.duplication('A'))?.partitions[0]?.has_duplicator !== true;
        i++
      )
        await universe.engine.transport('A').sleep(100);
      await universe.seconds(seconds - 1);
      expect(await universe.status('A', 't')).toBe('DS_PREPARE');
      await universe.seconds(2);
      expect(await universe.status('A', 't')).toBe('DS_APP');
    }
  });
});
