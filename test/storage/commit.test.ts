import { expect, test } from 'vitest';
import type { Store } from '../../src/engine/storage/store.ts';
import { counters, dump, newDisk, open, plog, putFile, readFile } from './support.ts';
import { diskOf } from './workspace-image.ts';

const MANY = 300;
/** After so many steps its changes are fixed, and it is about to be accepted. */
const HALF = MANY / 50;
const path = (n: number) => `node/${n}.json`;

/** A store in which a long commit has just begun. */
function committing() {
  const disk = newDisk();
  const store = open(disk, { appliesInSteps: true, durability: 'group' });
  counters(store, 'old/a.json').set('a', { count: 1 });
  plog(store).append({ decree: 1, text: 'x' });
  store.commit();
  store.sync();
  store.remove('old');
  counters(store, 'old/b.json').set('b', { count: 1 });
  for (let n = 0; n < MANY; n++) counters(store, path(n)).set('a', { count: n });
  plog(store).append({ decree: 2, text: 'y' });
  putFile(store, 'data/file.json', '{"a":1}');
  store.commit();
  expect(store.isCommitting).toBe(true);
  return { disk, store };
}

function seen(store: Store) {
  const counts = Array.from({ length: MANY }, (_, n) => counters(store, path(n)).get('a')?.count);
  return {
    lists: [store.list(''), store.list('old'), store.list('node').length],
    counts,
    log: plog(store).records(),
    file: readFile(store, 'data/file.json'),
  };
}

const ALL = {
  lists: [['data', 'node', 'old', 'replica'], ['b.json'], MANY],
  counts: Array.from({ length: MANY }, (_, n) => n),
  log: [
    { decree: 1, text: 'x' },
    { decree: 2, text: 'y' },
  ],
  file: '{"a":1}',
};

test('a long commit is there for whoever looks at any of its steps, and on the disk when it has ended', () => {
  const { disk, store } = committing();
  const before = dump(disk);
  let steps = 0;
  do {
    expect(seen(store)).toEqual(ALL);
    expect(store).toMatchObject({ hasChanges: true });
    steps++;
  } while (store.commitSome());
  expect(steps).toBeGreaterThan(HALF);
  expect([store.hasChanges, store.isDurable, dump(disk)]).toEqual([false, false, before]);
  store.sync();
  expect(seen(open(diskOf(dump(disk)), { pid: 2 }))).toEqual(ALL);
  store.close();
});

test.each(['sync', 'close', 'rollback'] as const)('%s ends a commit that was begun', (way) => {
  const { disk, store } = committing();
  for (let step = 0; step <= HALF; step++) store.commitSome();
  expect(store.isCommitting).toBe(true);
  store[way]();
  if (way === 'rollback') store.sync();
  expect(seen(open(diskOf(dump(disk)), { pid: 2 }))).toEqual(ALL);
});

test('what is changed in the middle of a commit is no part of it', () => {
  for (const steps of [0, HALF / 2, HALF + 2, 2 * HALF]) {
    const { store } = committing();
    for (let step = 0; step < steps; step++) store.commitSome();
    counters(store, path(0)).set('a', { count: -1 });
    plog(store).append({ decree: 3, text: 'z' });
    counters(store, 'new.json').set('a', { count: -1 });
    store.remove('data');
    store.rollback();
    expect(seen(store)).toEqual(ALL);
    store.close();
  }
});

test('of a long commit with what JSON cannot hold nothing is left', () => {
  const disk = newDisk();
  const store = open(disk, { appliesInSteps: true, durability: 'group' });
  for (let n = 0; n < MANY; n++) store.document<unknown>(path(n)).set('a', n === MANY - 1 ? 1n : n);
  store.commit();
  expect(() => {
    while (store.commitSome());
  }).toThrow('a record that JSON cannot hold');
  store.rollback();
  expect([store.isUsable, store.hasChanges, store.list('')]).toEqual([true, false, []]);
  store.close();
});

test('so it is with many records of one document: set, changed in a part and removed', () => {
  const disk = newDisk();
  const store = open(disk, { appliesInSteps: true, durability: 'group' });
  const document = counters(store);
  for (let n = 0; n < 3 * MANY; n++) document.set(`${n}`, { count: n });
  store.commit();
  while (store.commitSome());
  const left = new Map<string, number>();
  for (let n = 0; n < 3 * MANY; n++) {
    if (n % 3 === 0) document.set(`${n}`, { count: n + 2 });
    else if (n % 3 === 1) document.delete(`${n}`);
    else document.set(`${n}`, Object.assign(document.get(`${n}`)!, { count: n + 1 }), COUNT);
    if (n % 3 !== 1) left.set(`${n}`, n % 3 === 0 ? n + 2 : n + 1);
  }
  const countsOf = (doc: typeof document) => doc.keys().map((key) => [key, doc.get(key)!.count]);
  const all = [...left].sort(([a], [b]) => (a < b ? -1 : 1));
  store.commit();
  let steps = 0;
  do {
    expect(document.size).toBe(left.size);
    expect(countsOf(document)).toEqual(all);
    steps++;
  } while (store.commitSome());
  expect(steps).toBeGreaterThan(6);
  expect(document.size).toBe(left.size);
  store.sync();
  expect(countsOf(counters(open(diskOf(dump(disk)), { pid: 2 })))).toEqual(all);
  store.close();
});

const COUNT = ['count'] as const;
