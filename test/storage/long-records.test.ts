import { expect, test } from 'vitest';
import { MemoryFileSystem } from '../../src/host/memory-fs.ts';
import { counters, DIRECTORY, dump, newDisk, open, plog } from './support.ts';

const MANY = 20_000;
const keyOf = (at: number) => `${'k'.repeat(100)}${at}`;
const LAST = keyOf(MANY - 1);
const SERVED = { durability: 'group', appliesInSteps: true } as const;

/** What is on a disk now, on one of its own: what a process that is killed leaves. */
function copyOf(disk: MemoryFileSystem): MemoryFileSystem {
  const copy = newDisk();
  copy.makeDirectory(DIRECTORY);
  for (const [path, bytes] of Object.entries(dump(disk))) {
    copy.makeDirectory(path.slice(0, path.lastIndexOf('/')));
    copy.write(path, 0, Buffer.from(bytes, 'latin1'));
  }
  return copy;
}

/** What the next process finds in the first and the last of the counters, and how many there are. */
function foundOn(disk: MemoryFileSystem): readonly (number | undefined)[] {
  const store = open(copyOf(disk), { pid: 2 });
  const found = counters(store);
  const values = [found.get(keyOf(0))?.count, found.get(LAST)?.count, found.size];
  store.close();
  return values;
}

test('a long record is written to the journal in steps, and is there as a whole or not at all', () => {
  const disk = newDisk();
  const store = open(disk, SERVED);
  for (let at = 0; at < MANY; at++) counters(store).set(keyOf(at), { count: 1 });
  store.commit();
  while (store.commitSome());
  let steps = 0;
  while (store.prepareSync()) {
    steps++;
    expect(store.isFull).toBe(!store.isDurable);
    const found = foundOn(disk);
    if (found[2] !== 0 || store.isDurable) expect(found).toEqual([1, 1, MANY]);
    if (steps < 10) expect(found).toEqual([undefined, undefined, 0]);
  }
  expect(steps).toBeGreaterThan(10);
  expect(store.isDurable).toBe(true);
  store.close();
});

test('what is committed while a long record is being written is not in it', () => {
  const disk = newDisk();
  const store = open(disk, SERVED);
  for (let at = 0; at < MANY; at++) counters(store).set(keyOf(at), { count: 1 });
  store.commit();
  while (store.commitSome());
  expect(store.prepareSync()).toBe(true);
  counters(store).set(LAST, { count: 2 });
  store.commit();
  expect(foundOn(disk)).toEqual([1, 1, MANY]);
  store.sync();
  expect(foundOn(disk)).toEqual([1, 2, MANY]);
  store.close();
});

test('a long record of a log is brought up in parts, of which a killed process may have left some', () => {
  const disk = newDisk();
  const store = open(disk, { ...SERVED, journalLimitBytes: 1024 });
  const texts = ['a', 'x'.repeat(5_000_000), 'b'];
  for (const [at, text] of texts.entries()) plog(store).append({ decree: at + 1, text });
  store.commit();
  store.sync();
  const sizes = new Set<number>();
  while (store.applySome()) {
    sizes.add(disk.stat(`${DIRECTORY}/replica/plog.jsonl`)?.size ?? 0);
    for (const left of [store, open(copyOf(disk), { pid: 2 })]) {
      expect(plog(left).records()).toMatchObject(texts.map((text) => ({ text })));
      if (left !== store) left.close();
    }
    if (sizes.size === 2) {
      texts.push('c');
      plog(store).append({ decree: texts.length, text: 'c' });
      store.commit();
      store.sync();
    }
  }
  expect(sizes.size).toBeGreaterThan(3);
  store.close();
  const next = open(disk, { pid: 3 });
  expect(plog(next).records()).toMatchObject(texts.map((text) => ({ text })));
  next.close();
});

test('a long document is brought up in steps, whatever becomes of it meanwhile', () => {
  const disk = newDisk();
  const store = open(disk, { ...SERVED, journalLimitBytes: 1024 });
  for (let at = 0; at < MANY; at++) counters(store).set(keyOf(at), { count: 0 });
  store.commit();
  store.sync();
  let steps = 0;
  for (; store.applySome() && steps < 1000; steps++) {
    expect(foundOn(disk)).toEqual([steps, steps, MANY - steps]);
    counters(store).delete(keyOf(steps + 1));
    for (const key of [keyOf(0), LAST]) counters(store).set(key, { count: steps + 1 });
    store.commit();
    store.sync();
  }
  expect(steps).toBeGreaterThan(2);
  expect(foundOn(disk)).toEqual([steps, steps, MANY - steps]);
  store.close();
  expect(foundOn(disk)).toEqual([steps, steps, MANY - steps]);
  expect(Object.keys(dump(disk)).filter((path) => path.endsWith('.tmp'))).toEqual([]);
});

test('a long document that is removed while it is brought up stays away', () => {
  const disk = newDisk();
  const store = open(disk, { ...SERVED, journalLimitBytes: 1024 });
  for (let at = 0; at < MANY; at++) counters(store).set(keyOf(at), { count: 0 });
  store.commit();
  store.sync();
  expect(store.applySome()).toBe(true);
  store.remove('counters.json');
  store.commit();
  store.sync();
  while (store.applySome());
  expect(foundOn(disk)).toEqual([undefined, undefined, 0]);
  store.close();
  expect(Object.keys(dump(disk)).filter((path) => path.includes('counters'))).toEqual([]);
});

test('where much was removed its directories are synced some at a time, before anything new is saved', () => {
  const synced: string[] = [];
  class WatchedDisk extends MemoryFileSystem {
    override syncDirectory(path: string): void {
      synced.push(path);
      super.syncDirectory(path);
    }
  }
  const disk = new WatchedDisk();
  const store = open(disk, { ...SERVED, journalLimitBytes: 1024 });
  const replicas = Array.from({ length: 100 }, (_, at) => `replicas/${at}`);
  const change = (each: (replica: string) => void): void => {
    for (const replica of replicas) each(replica);
    store.commit();
    while (store.commitSome());
    store.sync();
    while (store.applySome());
  };
  change((replica) => plog(store, `${replica}/plog.jsonl`).append({ decree: 1, text: 'x'.repeat(1024) }));
  for (const replica of replicas) store.remove(`${replica}/plog.jsonl`);
  counters(store).set('a', { count: 1 });
  store.commit();
  store.sync();
  let most = 0;
  for (let isMore = true; isMore; most = Math.max(most, synced.length)) {
    synced.length = 0;
    isMore = store.applySome();
    const isSaved = disk.stat(`${DIRECTORY}/counters.json`) !== undefined;
    const left = replicas.filter((replica) => disk.stat(`${DIRECTORY}/${replica}/plog.jsonl`) !== undefined);
    if (isSaved) expect(left).toEqual([]);
  }
  expect(most).toBeLessThan(10);
  store.close();
});
