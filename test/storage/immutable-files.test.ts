import { describe, expect, test } from 'vitest';
import { sealFile } from '../../src/engine/storage/seal.ts';
import type { Store } from '../../src/engine/storage/store.ts';
import { counters, dump, newDisk, open, putFile, readFile, textOf } from './support.ts';
import { diskOf } from './workspace-image.ts';

const parts = Array.from({ length: 20 }, (_, at) => `${at === 0 ? '{"a":["' : '"'}${'é'.repeat(100_000)}",`);
const json = [...parts, '""]}'].join('');

function put(store: Store, path: string, most = Number.POSITIVE_INFINITY) {
  const steps = store.puttingFile(path, [...parts, '""]}']);
  for (let taken = 0; taken < most; taken++) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
  return undefined;
}

function get(store: Store, path: string) {
  const steps = store.readingFile(path);
  for (let taken = 0; ; taken++) {
    const { done, value } = steps.next();
    if (done === true) return { file: value, taken };
  }
}

test('is there when its last step is taken, and is the same file as one that is written at once', () => {
  const disk = newDisk();
  const store = open(disk);
  expect(put(store, 'data/f.json')).toBe(Buffer.byteLength(json) + 1);
  putFile(store, 'data/g.json', json);
  expect(textOf(disk, 'data/f.json')).toBe(sealFile(json));
  expect(textOf(disk, 'data/g.json')).toBe(sealFile(json));
  store.commit();
  const { file, taken } = get(store, 'data/f.json');
  expect(taken).toBeGreaterThan(4);
  expect([file.json, file.length]).toEqual([json, Buffer.byteLength(json) + 1]);
  const copying = store.puttingFile('copy.json', file);
  expect(copying.next().done).toBe(false);
  expect(store.exists('copy.json')).toBe(false);
  for (const _ of copying);
  expect(textOf(disk, 'copy.json')).toBe(sealFile(json));
});

test('takes its place with the journal where something was there', () => {
  const store = open(newDisk());
  putFile(store, 'f.json', '{"old":1}');
  store.commit();
  store.remove('f.json');
  put(store, 'f.json');
  expect(get(store, 'f.json').file.json).toBe(json);
  store.rollback();
  expect(readFile(store, 'f.json')).toBe('{"old":1}');
});

test('leaves nothing where its command is rolled back in the middle of it, or the process dies', () => {
  const disk = newDisk();
  const store = open(disk);
  store.commit();
  const before = dump(disk);
  put(store, 'f.json', 3);
  expect(dump(disk)).not.toEqual(before);
  store.rollback();
  expect(dump(disk)).toEqual(before);
  expect(store.exists('f.json')).toBe(false);
  put(store, 'f.json', 3);
  const next = open(disk, { pid: 2 });
  expect(next.list('')).toEqual([]);
  next.close();
  expect(disk.list('/workspace')).not.toContain('f.json.tmp');
});

test('is not taken where a byte of it was changed', () => {
  const disk = newDisk();
  const store = open(disk);
  put(store, 'f.json');
  store.commit();
  const bytes = disk.read('/workspace/f.json')!;
  bytes[1_000_005] = 0x41;
  disk.write('/workspace/f.json', 0, bytes);
  expect(() => get(store, 'f.json')).toThrow(
    'f.json: line 1, column 500013 (byte 1000005): is 0x41 where 0xc3 was written',
  );
});

test('is written once where the journal removes what was there, and is not removed with it', () => {
  const disk = newDisk();
  const store = open(disk);
  putFile(store, 'd/f.json', '{"old":1}');
  putFile(store, 'd/other.json', '{"old":2}');
  counters(store).set('a', { count: 1 });
  store.commit();
  store.remove('d');
  store.commit();
  expect(store.exists('d/f.json')).toBe(false);
  for (const text of ['{"new":1}', '{"new":2}']) {
    putFile(store, 'd/f.json', text);
    store.commit();
    expect([store.list('d'), readFile(store, 'd/f.json')]).toEqual([['f.json'], text]);
    store.remove('d');
    expect(store.exists('d/f.json')).toBe(false);
    store.rollback();
    if (text === '{"new":1}') store.remove('d');
    store.commit();
  }
  expect(textOf(disk, 'journal.jsonl')).not.toContain('new');
  for (const end of ['close', 'kill'] as const) {
    const copy = diskOf(dump(disk));
    const next = open(copy, { pid: 2 });
    expect([next.list('d'), readFile(next, 'd/f.json')]).toEqual([['f.json'], '{"new":2}']);
    if (end === 'kill') continue;
    next.close();
    expect(copy.list('/workspace/d')).toEqual(['f.json']);
  }
  store.close();
  expect(textOf(disk, 'd/f.json')).toBe(sealFile('{"new":2}'));
});

test('a short one may share the sync of the journal, and is a file when that is applied', () => {
  const disk = newDisk();
  const store = open(disk);
  for (const _ of store.puttingFile('short.json', ['{"a":1}'], true));
  for (const _ of store.puttingFile('long.json', [...parts, '""]}'], true));
  store.commit();
  expect(disk.list('/workspace')).toContain('long.json');
  expect(disk.list('/workspace')).not.toContain('short.json');
  expect([store.exists('short.json'), readFile(store, 'short.json')]).toEqual([true, '{"a":1}']);
  const next = open(diskOf(dump(disk)), { pid: 2 });
  expect(readFile(next, 'short.json')).toBe('{"a":1}');
  store.close();
  expect(textOf(disk, 'short.json')).toBe(sealFile('{"a":1}'));
});

describe('while the journal is applied in steps', () => {
  function removing() {
    const disk = newDisk();
    const store = open(disk, { appliesInSteps: true, journalLimitBytes: 1, durability: 'group' });
    const names = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `${name}/f.json`);
    for (const name of names) putFile(store, name, '{"old":1}');
    const commit = (): void => {
      store.commit();
      store.sync();
    };
    for (const name of names) store.remove(name[0]!);
    commit();
    expect(store.applySome()).toBe(true);
    expect(disk.list('/workspace')).toContain('f');
    const finish = (): void => {
      while (store.applySome());
    };
    return { disk, store, commit, finish };
  }

  test('a file is kept that is put where something is still to be removed', () => {
    const { disk, store, commit, finish } = removing();
    putFile(store, 'f/f.json', '{"new":1}');
    putFile(store, 'a/f.json', '{"new":1}');
    commit();
    finish();
    for (const name of ['a/f.json', 'f/f.json']) expect(textOf(disk, name)).toBe(sealFile('{"new":1}'));
    const next = open(diskOf(dump(disk)), { pid: 2 });
    for (const name of ['a/f.json', 'f/f.json']) expect(readFile(next, name)).toBe('{"new":1}');
  });

  test('what is removed twice is taken for removed as long as the journal says so', () => {
    const { disk, store, commit, finish } = removing();
    putFile(store, 'f/f.json', '{"between":1}');
    commit();
    store.remove('f');
    commit();
    finish();
    putFile(store, 'f/f.json', '{"new":1}');
    commit();
    const next = open(diskOf(dump(disk)), { pid: 2 });
    expect(readFile(next, 'f/f.json')).toBe('{"new":1}');
  });
});
