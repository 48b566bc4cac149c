import { expect, test } from 'vitest';
import type { Store } from '../../src/engine/storage/store.ts';
import type { MemoryFileSystem } from '../../src/host/memory-fs.ts';
import { counters, dump, newDisk, open, plog } from './support.ts';

const PATHS = ['a/x.json', 'a/deep/y.json'];

function make(store: Store, count: number): void {
  for (const path of PATHS) counters(store, path).set('k', { count });
  plog(store, 'a/deep/plog.jsonl').append({ decree: count, text: 'x' });
  store.commit();
}

/** A directory inside one that is removed as well. */
function removeInParts(store: Store): void {
  store.remove('a/deep');
  store.remove('a');
}

function found(store: Store): (number | undefined)[] {
  const counts = PATHS.map((path) => counters(store, path).get('k')?.count);
  return [...counts, plog(store, 'a/deep/plog.jsonl').count];
}

/** What another process finds once this one has committed, and ended. */
function foundByNext(store: Store, disk: MemoryFileSystem): (number | undefined)[] {
  store.commit();
  store.close();
  return found(open(disk));
}

const NOTHING = [undefined, undefined, 0];

test('a directory that was removed in parts comes back with a rollback, and is gone with a commit', () => {
  const disk = newDisk();
  const store = open(disk);
  make(store, 1);
  removeInParts(store);
  expect(found(store)).toEqual(NOTHING);
  store.rollback();
  expect(found(store)).toEqual([1, 1, 1]);
  store.remove('a');
  store.commit();
  expect(found(store)).toEqual(NOTHING);
  store.close();
  expect(Object.keys(dump(disk)).filter((path) => path.includes('/a'))).toEqual([]);
  expect(found(open(disk))).toEqual(NOTHING);
});

test('what was made where something was removed is removed again, in the same command or a later one', () => {
  for (const isLater of [false, true]) {
    const disk = newDisk();
    const store = open(disk);
    make(store, 1);
    removeInParts(store);
    if (isLater) store.commit();
    counters(store, PATHS[1]).set('k', { count: 2 });
    expect(found(store)).toEqual([undefined, 2, 0]);
    if (isLater) store.commit();
    store.remove('a');
    expect(found(store)).toEqual(NOTHING);
    expect(foundByNext(store, disk)).toEqual(NOTHING);
  }
});

test('what is made anew has nothing of what was removed', () => {
  const disk = newDisk();
  const store = open(disk);
  make(store, 1);
  removeInParts(store);
  store.commit();
  counters(store, PATHS[0]).set('other', { count: 2 });
  plog(store, 'a/deep/plog.jsonl').append({ decree: 7, text: 'y' });
  store.commit();
  store.close();
  const next = open(disk);
  expect(counters(next, PATHS[0]).keys()).toEqual(['other']);
  const decrees = plog(next, 'a/deep/plog.jsonl')
    .records()
    .map(({ decree }) => decree);
  expect(decrees).toEqual([7]);
});

test('what another process made where something was removed is found, and removed', () => {
  const disk = newDisk();
  const one = open(disk);
  make(one, 1);
  removeInParts(one);
  one.commit();
  one.suspend();
  const two = open(disk, { pid: 2 });
  make(two, 2);
  two.close();
  one.resume();
  expect(found(one)).toEqual([2, 2, 1]);
  one.remove('a');
  expect(found(one)).toEqual(NOTHING);
  expect(foundByNext(one, disk)).toEqual(NOTHING);
});
