import { expect, test } from 'vitest';
import type { FileSystem } from '../../src/engine/storage/host.ts';
import type { Store } from '../../src/engine/storage/store.ts';
import { Death, DyingDisk } from '../../src/host/dying-disk.ts';
import { VolatileDisk } from '../../src/host/volatile-disk.ts';
import { FailingDisk } from './failing-disk.ts';
import { chanceOf } from './places.ts';
import { counters, DIRECTORY, dump, open, plog, textOf } from './support.ts';

const TABLES = 6;
const ALL = Array.from({ length: TABLES }, (_, table) => table);

/** A workspace with files that are there and durable. */
function beginning(): VolatileDisk {
  const disk = new VolatileDisk();
  disk.makeDirectory(DIRECTORY);
  disk.syncAll();
  const store = open(disk, { durability: 'group' });
  change(store, 0);
  store.close();
  return disk;
}

function change(store: Store, step: number): void {
  for (const table of ALL) {
    counters(store, `${table}/counters.json`).set('a', { count: step });
    plog(store, `${table}/plog.jsonl`).append({ decree: step, text: 'x'.repeat(600) });
  }
  store.commit();
}

function stateOf(store: Store): unknown {
  return ALL.map((table) => [
    counters(store, `${table}/counters.json`).get('a'),
    plog(store, `${table}/plog.jsonl`).count,
  ]);
}

/** Changes all files, and closes the workspace as a command does that ends. */
async function changeAndClose(disk: FileSystem): Promise<void> {
  const store = open(disk, { durability: 'group', pid: 2 });
  change(store, 1);
  store.sync();
  await store.closing();
}

const AFTERWARDS = ALL.map(() => [{ count: 1 }, 2]);

test('a workspace that was closed is in its files, which survive a power cut', async () => {
  const chance = chanceOf();
  for (let round = 0; round < 20; round++) {
    const disk = beginning();
    await changeAndClose(new DyingDisk(disk));
    const files = dump(disk);
    disk.losePower(chance);
    expect(dump(disk)).toMatchObject({ ...files, [`${DIRECTORY}/journal.jsonl`]: expect.any(String) });
    expect(textOf(disk, '3/counters.json')).toContain('"a": {"count":1}');
    expect(stateOf(open(disk, { pid: 3 }))).toEqual(AFTERWARDS);
  }
});

test('a power cut at any moment of closing loses nothing that was acknowledged', async () => {
  const chance = chanceOf();
  const rehearsed = new DyingDisk(beginning());
  const store = open(rehearsed, { durability: 'group', pid: 2 });
  change(store, 1);
  store.sync();
  const acknowledgedAt = rehearsed.operations;
  await store.closing();
  expect(rehearsed.operations - acknowledgedAt).toBeGreaterThan(4 * TABLES);
  for (let k = acknowledgedAt + 1; k <= rehearsed.operations; k++) {
    const disk = beginning();
    await expect(changeAndClose(new DyingDisk(disk, k, 'half'))).rejects.toThrow(Death);
    disk.losePower(chance);
    const next = open(disk, { pid: 3 });
    expect(stateOf(next)).toEqual(AFTERWARDS);
    next.close();
    expect(Object.keys(dump(disk)).filter((path) => /tmp|lock/.test(path))).toEqual([]);
  }
});

test('a disk that refuses what is made durable together ends in an error, and the next process has it all', async () => {
  const rehearsed = new FailingDisk(beginning(), Number.POSITIVE_INFINITY, 'EIO', false);
  await changeAndClose(rehearsed);
  const last = rehearsed.operations;
  for (let k = last - 4 * TABLES; k <= last; k++) {
    const disk = beginning();
    await changeAndClose(new FailingDisk(disk, k, 'EIO', false)).catch((error) =>
      expect(`${error}`).toContain('EIO'),
    );
    expect(stateOf(open(disk, { pid: 3 }))).toEqual(AFTERWARDS);
  }
});
