import { describe, expect, test } from 'vitest';
import type { OpenFile } from '../../src/engine/storage/host.ts';
import { OBJECT_SEAL, seal, sealFile } from '../../src/engine/storage/seal.ts';
import { LogLine, type Store } from '../../src/engine/storage/store.ts';
import { MemoryFileSystem } from '../../src/host/memory-fs.ts';
import {
  counters,
  DIRECTORY,
  dump,
  newDisk,
  open,
  plog,
  putFile,
  readFile,
  sealedDocument,
  textOf,
} from './support.ts';
import { diskOf } from './workspace-image.ts';

/** Counts files that are held open. */
class CountingDisk extends MemoryFileSystem {
  held = 0;

  override open(path: string): OpenFile {
    const file = super.open(path);
    this.held += 1;
    return {
      ...file,
      close: () => {
        this.held -= 1;
        file.close();
      },
    };
  }
}

describe('documents', () => {
  test('a committed record is read by the next to open, an uncommitted one is not', () => {
    const disk = newDisk();
    const store = open(disk);
    counters(store).set('a', { count: 1 });
    store.commit();
    counters(store).set('b', { count: 2 });
    store.close();
    const again = counters(open(disk));
    expect(again.get('a')).toEqual({ count: 1 });
    expect(again.keys()).toEqual(['a']);
  });

  test('the file has one sorted key a line', () => {
    const disk = newDisk();
    const store = open(disk);
    for (const key of ['b', '10', 'a', '9']) counters(store).set(key, { count: key.length });
    store.commit();
    store.close();
    expect(textOf(disk, 'counters.json')).toBe(
      sealedDocument('"10": {"count":2}', '"9": {"count":1}', '"a": {"count":1}', '"b": {"count":1}'),
    );
  });

  test('keys that objects treat specially are keys like others', () => {
    const disk = newDisk();
    const keys = ['', '"', '\\', '\n', '__proto__', 'a: b', 'constructor', 'ключ', '\ud800'];
    const store = open(disk);
    for (const key of keys) counters(store).set(key, { count: 7 });
    store.commit();
    store.close();
    const again = counters(open(disk));
    expect(again.keys()).toEqual([...keys].sort());
    for (const key of keys) expect(again.get(key)).toEqual({ count: 7 });
  });

  test('keys of quotes and backslashes are read as they were, however many there are', () => {
    const disk = newDisk();
    const keys = ['\\', '\\"', '"\\\\"', `${'\\'.repeat(30_001)}"`];
    const store = open(disk);
    for (const [count, key] of keys.entries()) counters(store).set(key, { count });
    store.commit();
    store.close();
    const again = counters(open(disk));
    expect(keys.map((key) => again.get(key)?.count)).toEqual([0, 1, 2, 3]);
    expect(again.size).toBe(keys.length);
  });

  test('the live object is kept, and what was changed without commit is forgotten by rollback', () => {
    const store = open(newDisk());
    const document = counters(store);
    document.set('a', { count: 1 });
    store.commit();
    const live = document.get('a')!;
    live.count = 5;
    expect(document.get('a')).toBe(live);
    document.set('a', live);
    document.set('b', { count: 1 });
    document.delete('a');
    expect([document.size, document.keys(), document.has('a')]).toEqual([1, ['b'], false]);
    store.rollback();
    expect(document.get('a')).toEqual({ count: 1 });
    expect([document.size, document.keys(), document.has('b')]).toEqual([1, ['a'], false]);
  });

  test('looking shows what get does, and makes nothing of it live', () => {
    const disk = newDisk();
    const store = open(disk);
    const document = counters(store);
    for (const key of ['a', 'b', 'c']) document.set(key, { count: 1 });
    store.commit();
    store.close();
    const again = counters(open(disk));
    again.set('b', { count: 2 });
    again.delete('c');
    expect(again.look(['b', 'a', 'c', 'd', 'a'])).toEqual([
      { count: 2 },
      { count: 1 },
      undefined,
      undefined,
      { count: 1 },
    ]);
    again.look(['a'])[0]!.count = 9;
    expect(again.get('a')).toEqual({ count: 1 });
    again.get('a')!.count = 3;
    expect(again.look(['a'])).toEqual([{ count: 3 }]);
  });

  test('an object changed without set is not written with its neighbours', () => {
    const disk = newDisk();
    const store = open(disk);
    counters(store).set('a', { count: 1 });
    store.commit();
    counters(store).get('a')!.count = 99;
    counters(store).set('b', { count: 2 });
    store.commit();
    store.close();
    expect(textOf(disk, 'counters.json')).toBe(sealedDocument('"a": {"count":1}', '"b": {"count":2}'));
  });

  test('of a record in which some members changed the others are those that were committed', () => {
    const disk = newDisk();
    const store = open(disk, { durability: 'group' });
    const document = store.document<object>('any.json');
    const live = { often: 0, list: [0], seldom: 'a' };
    document.set('a', live);
    store.commit();
    live.often = 1;
    live.list.push(1);
    document.set('a', live, ['often', 'list'] as never);
    store.commit();
    live.list.push(2);
    store.rollback();
    expect(document.get('a')).toEqual({ often: 1, list: [0, 1], seldom: 'a' });
    store.close();
    expect(textOf(disk, 'any.json')).toBe(sealedDocument('"a": {"often":1,"list":[0,1],"seldom":"a"}'));
  });

  test('of a record in which some members changed the journal has those, and all of it where one is gone', () => {
    const disk = newDisk();
    const killed = open(disk);
    const document = killed.document<{ often?: number; list?: number[]; seldom: string }>('any.json');
    const live = { often: 0, list: [0], seldom: 'a' };
    document.set('a', live);
    killed.commit();
    live.often = 1;
    document.set('a', live, ['often']);
    killed.commit();
    live.list.push(1);
    document.set('a', live, ['list']);
    killed.commit();
    expect(textOf(disk, 'journal.jsonl')).toMatch(
      /"members":\[\["any\.json","a",\{"often":1\}\]\].*\n.*\{"list":\[0,1\]\}/,
    );
    const next = open(disk, { pid: 2 });
    expect(next.document('any.json').get('a')).toEqual(live);
    const { list: _gone, ...rest } = live;
    next.document<object>('any.json').set('a', rest, ['list'] as never);
    next.commit();
    expect(open(disk, { pid: 3 }).document('any.json').get('a')).toEqual(rest);
  });

  test('what is said to have changed in part and then changed as a whole is kept as a whole', () => {
    const store = open(newDisk());
    const document = store.document<object>('any.json');
    document.set('a', { often: 0, seldom: 'a' });
    store.commit();
    document.set('a', { often: 1, seldom: 'a' }, ['often'] as never);
    document.set('a', { often: 1, seldom: 'b' });
    store.commit();
    store.rollback();
    expect(document.get('a')).toEqual({ often: 1, seldom: 'b' });
    document.delete('a');
    document.set('a', { often: 2, seldom: 'c' }, ['often'] as never);
    store.commit();
    store.rollback();
    expect(document.get('a')).toEqual({ often: 2, seldom: 'c' });
  });

  test('a part that was set of a document that was then removed comes back with a rollback, and is gone with a commit', () => {
    const disk = newDisk();
    const store = open(disk, { durability: 'group' });
    const document = store.document<object>('any.json');
    const change = (often: number) => {
      document.set('a', { often, seldom: 'a' }, ['often'] as never);
      store.remove('any.json');
    };
    document.set('a', { often: 0, seldom: 'a' });
    store.commit();
    change(1);
    store.rollback();
    expect(document.get('a')).toEqual({ often: 0, seldom: 'a' });
    change(2);
    document.set('b', { often: 3, seldom: 'b' }, ['often'] as never);
    store.commit();
    store.rollback();
    expect(document.keys()).toEqual(['b']);
    store.close();
    expect(textOf(disk, 'any.json')).toBe(sealedDocument('"b": {"often":3,"seldom":"b"}'));
  });

  test('what is not committed never reaches the disk with what is', () => {
    const disk = newDisk();
    const store = open(disk, { durability: 'group' });
    counters(store).set('a', { count: 1 });
    store.commit();
    counters(store).set('a', { count: 2 }, ['count']);
    expect(() => store.sync()).toThrow('sync with uncommitted changes');
    store.rollback();
    store.close();
    expect(textOf(disk, 'counters.json')).toBe(sealedDocument('"a": {"count":1}'));
  });

  test('what is said to have changed in part and then deleted is gone', () => {
    const store = open(newDisk());
    const document = store.document<object>('any.json');
    document.set('a', { often: 0, seldom: 'a' });
    store.commit();
    document.set('a', { often: 2, seldom: 'a' }, ['often'] as never);
    document.delete('a');
    store.commit();
    expect(document.size).toBe(0);
  });

  test('a record that JSON cannot hold is refused and can be rolled back', () => {
    const store = open(newDisk());
    const document = store.document('any.json');
    expect(() => document.set('a', undefined)).toThrow('cannot be undefined');
    document.set('a', () => 1);
    expect(() => document.set('checksum', 1)).toThrow('any.json: checksum is not a key for a record');
    expect(() => store.commit()).toThrow('any.json: a: a record that JSON cannot hold');
    store.rollback();
    expect(document.keys()).toEqual([]);
  });
});

describe('logs', () => {
  test('records come back in order, and bytes are those of the file', () => {
    const disk = newDisk();
    const store = open(disk);
    for (const [decree, text] of ['a', 'ü', '\u2028'].entries()) {
      plog(store).append({ decree, text });
      store.commit();
    }
    plog(store).append({ decree: 3, text: 'uncommitted' });
    expect(plog(store).count).toBe(4);
    store.rollback();
    expect(plog(store).count).toBe(3);
    const bytes = plog(store).bytes;
    store.close();
    expect(disk.stat('/workspace/replica/plog.jsonl')?.size).toBe(bytes);
    const again = open(disk);
    plog(again).append({ decree: 3, text: 'd' });
    again.commit();
    expect(
      plog(again)
        .records()
        .map(({ text }) => text),
    ).toEqual(['a', 'ü', '\u2028', 'd']);
  });

  test('appending reads nothing', () => {
    const reads: string[] = [];
    class WatchedDisk extends MemoryFileSystem {
      override read(path: string, start?: number, end?: number) {
        reads.push(path);
        return super.read(path, start, end);
      }
    }
    const disk = new WatchedDisk();
    const first = open(disk);
    plog(first).append({ decree: 1, text: 'a' });
    first.commit();
    first.close();
    const store = open(disk);
    plog(store).append({ decree: 2, text: 'b' });
    store.commit();
    store.close();
    expect(reads.filter((path) => path.endsWith('plog.jsonl'))).toEqual([]);
  });

  test('between the requests of a server they go into the files before the journal is applied, and are read from there', () => {
    const reads: number[] = [];
    class WatchedDisk extends MemoryFileSystem {
      override read(path: string, start?: number, end?: number) {
        const bytes = super.read(path, start, end);
        if (path.endsWith('plog.jsonl')) reads.push(bytes?.length ?? 0);
        return bytes;
      }
    }
    const disk = new WatchedDisk();
    const store = open(disk, { durability: 'group', appliesInSteps: true });
    const size = () => disk.stat('/workspace/replica/plog.jsonl')?.size ?? 0;
    const write = (decree: number) => {
      plog(store).append({ decree, text: 'x'.repeat(1000) });
      store.commit();
      store.sync();
      store.writeAhead();
    };
    expect(plog(store).count).toBe(0);
    for (let decree = 0; decree < 100; decree++) {
      write(decree);
      expect(plog(store).bytes - size()).toBeLessThan(35_000);
    }
    expect(store.applySome()).toBe(false);
    const decreesFrom = (index: number) => [...plog(store).since(index)].flat().map(({ decree }) => decree);
    const all = [...Array(100).keys()];
    for (const index of [0, 5, 50, 88, 99, 100]) expect(decreesFrom(index)).toEqual(all.slice(index));
    reads.length = 0;
    expect(decreesFrom(88)).toEqual(all.slice(88));
    expect(reads).toHaveLength(1);
    expect(reads[0]).toBeLessThan(40_000);
  });

  test('what was appended is read as it was, from any record on, wherever its characters have several bytes', () => {
    const disk = newDisk();
    const store = open(disk);
    const lines = Array.from({ length: 60 }, (_, decree) => ({
      decree,
      text: (decree % 25 === 20 ? 'é日' : 'x').repeat(1 + ((decree * 700) % 5000)),
    }));
    for (const line of lines) plog(store).append(line);
    store.commit();
    store.close();
    for (const index of [0, 1, 19, 20, 21, 45, 59, 60]) {
      const next = open(disk);
      expect([...plog(next).since(index)].flat()).toEqual(lines.slice(index));
      next.close();
    }
  });

  test('how long it is from a record on is known, be that in the file, to be written to it or not even committed', () => {
    const disk = newDisk();
    const starts: number[] = [];
    const write = (store: Store): void => {
      for (let n = 0; n < 300; n++) {
        starts.push(plog(store).bytes);
        plog(store).append({ decree: starts.length, text: 'é'.repeat((starts.length * 700) % 5000) });
      }
    };
    const first = open(disk);
    write(first);
    first.commit();
    first.close();
    const store = open(disk, { durability: 'group' });
    write(store);
    store.commit();
    write(store);
    const log = plog(store);
    const indices = [0, 1, 150, 299, 300, 301, 450, 600, 750, 899];
    const expectSizes = () => {
      for (const index of indices) expect(log.bytesSince(index)).toBe(log.bytes - starts[index]!);
      expect(log.bytesSince(900)).toBe(0);
    };
    expectSizes();
    for (const _ of log.since(100)) expectSizes();
    expectSizes();
    store.remove('replica');
    expect(log.bytesSince(0)).toBe(0);
  });

  test('the last record is found without a look at the others, be it in the file or not', () => {
    const reads: number[] = [];
    class WatchedDisk extends MemoryFileSystem {
      override read(path: string, start?: number, end?: number) {
        if (path.endsWith('plog.jsonl')) reads.push(start ?? 0);
        return super.read(path, start, end);
      }
    }
    const disk = new WatchedDisk();
    expect(plog(open(disk)).last()).toBeUndefined();
    for (const [decree, text] of ['a'.repeat(100_000), 'b'.repeat(50_000), 'c'.repeat(200_000)].entries()) {
      const store = open(disk, { pid: decree + 2 });
      plog(store).append({ decree, text });
      expect(plog(store).last()).toEqual({ decree, text });
      store.commit();
      store.close();
      reads.length = 0;
      const next = open(disk, { pid: decree + 12 });
      expect(plog(next).last()).toEqual({ decree, text });
      if (decree > 0) expect(Math.min(...reads)).toBeGreaterThan(0);
      next.close();
    }
  });

  test('a long one is read a piece at a time, be a record longer than that or not', () => {
    const LONG = 300_000;
    const reads: number[] = [];
    class WatchedDisk extends MemoryFileSystem {
      override read(path: string, start?: number, end?: number) {
        const bytes = super.read(path, start, end);
        if (path.endsWith('plog.jsonl')) reads.push(bytes?.length ?? 0);
        return bytes;
      }
    }
    const disk = new WatchedDisk();
    const first = open(disk);
    const lines = Array.from({ length: 400 }, (_, decree) => ({
      decree,
      text: 'é'.repeat(decree % 150 === 100 ? LONG : 2000),
    }));
    for (const line of lines) plog(first).append(line);
    first.commit();
    first.close();
    const store = open(disk);
    reads.length = 0;
    const [part] = plog(store).since(0);
    expect(part).toEqual(lines.slice(0, part!.length));
    expect(reads).toEqual([32 * 1024]);
    expect(plog(store).records()).toEqual(lines);
    expect(Math.max(...reads)).toBeLessThan(LONG);
    expect([...plog(store).since(390)].flat()).toEqual(lines.slice(390));
    reads.length = 0;
    const [next] = plog(store).since(50);
    expect(next![0]).toEqual(lines[50]);
    expect(reads).toEqual([32 * 1024]);
  });
});

describe('files and the tree', () => {
  test('an immutable file is there at once, and gone when its command is rolled back', () => {
    const disk = newDisk();
    const store = open(disk);
    putFile(store, 'data/checkpoint.5.json', '{"five":5}');
    expect(readFile(store, 'data/checkpoint.5.json')).toBe('{"five":5}');
    store.rollback();
    expect(store.exists('data/checkpoint.5.json')).toBe(false);
    expect(() => readFile(store, 'data/checkpoint.5.json')).toThrow('data/checkpoint.5.json: is missing');
  });

  test('removal is seen at once, undone by rollback, and reaches the disk', () => {
    const disk = newDisk();
    const store = open(disk);
    counters(store, 'node/c.json').set('a', { count: 1 });
    plog(store, 'node/plog.jsonl').append({ decree: 1, text: 'a' });
    putFile(store, 'node/data/file.json', '{"a":1}');
    store.commit();
    store.remove('node');
    const gone = () => [
      store.exists('node'),
      store.list(''),
      counters(store, 'node/c.json').size,
      plog(store, 'node/plog.jsonl').count,
    ];
    expect(gone()).toEqual([false, [], 0, 0]);
    store.rollback();
    expect(store.list('node')).toEqual(['c.json', 'data', 'plog.jsonl']);
    expect(plog(store, 'node/plog.jsonl').count).toBe(1);
    expect(counters(store, 'node/c.json').get('a')).toEqual({ count: 1 });
    store.remove('node');
    store.commit();
    expect(gone()).toEqual([false, [], 0, 0]);
    store.close();
    expect(disk.list('/workspace').sort()).toEqual(['format.json', 'journal.jsonl']);
  });

  test('what was removed and made anew has only what is new', () => {
    const disk = newDisk();
    const store = open(disk);
    counters(store, 'n/c.json').set('old', { count: 1 });
    plog(store, 'n/p.jsonl').append({ decree: 1, text: 'old' });
    putFile(store, 'n/f.json', '{"old":1}');
    store.commit();
    store.remove('n');
    counters(store, 'n/c.json').set('new', { count: 2 });
    plog(store, 'n/p.jsonl').append({ decree: 2, text: 'new' });
    putFile(store, 'n/f.json', '{"new":1}');
    expect(readFile(store, 'n/f.json')).toBe('{"new":1}');
    store.rollback();
    expect(readFile(store, 'n/f.json')).toBe('{"old":1}');
    store.remove('n');
    counters(store, 'n/c.json').set('new', { count: 2 });
    plog(store, 'n/p.jsonl').append({ decree: 2, text: 'new' });
    putFile(store, 'n/f.json', '{"new":1}');
    store.commit();
    store.close();
    expect(textOf(disk, 'n/c.json')).toBe(sealedDocument('"new": {"count":2}'));
    expect(textOf(disk, 'n/p.jsonl')).toBe(`${seal('{"decree":2,"text":"new"', OBJECT_SEAL)}\n`);
    expect(textOf(disk, 'n/f.json')).toBe(sealFile('{"new":1}'));
  });

  test('list joins the disk with what only memory knows', () => {
    const disk = newDisk();
    const first = open(disk);
    counters(first, 'd/on-disk.json').set('a', { count: 1 });
    first.commit();
    first.close();
    const store = open(disk);
    counters(store, 'd/committed/x.json').set('a', { count: 1 });
    store.commit();
    plog(store, 'd/pending.jsonl').append({ decree: 1, text: '' });
    expect(store.list('d')).toEqual(['committed', 'on-disk.json', 'pending.jsonl']);
    store.remove('d/committed');
    store.remove('d/on-disk.json');
    expect(store.list('d')).toEqual(['pending.jsonl']);
    expect(store.exists('d/on-disk.json')).toBe(false);
  });

  test.each([
    '',
    '/etc/passwd',
    '../x',
    'a//b',
    'a/./b',
    'lock',
    'journal.jsonl',
    'format.json',
    'a.tmp',
    'a\0b',
  ])('the path %j is refused', (path) => {
    const store = open(newDisk());
    expect(() => putFile(store, path, '{"a":1}')).toThrow('not a path for the workspace');
    expect(() => counters(store, path)).toThrow('not a path for the workspace');
  });
});

test('that nothing was removed is not told', () => {
  const disk = newDisk();
  const store = open(disk);
  store.remove('replica');
  expect(store.hasChanges).toBe(false);
  plog(store).append({ decree: 1, text: 'a' });
  store.commit();
  expect(textOf(disk, 'journal.jsonl')).toContain('"removed":[]');
});

describe('commits', () => {
  test('nothing dirty writes nothing; reading and closing writes nothing', () => {
    const disk = newDisk();
    const first = open(disk);
    counters(first).set('a', { count: 1 });
    first.commit();
    first.close();
    const before = dump(disk);
    const store = open(disk);
    counters(store).get('a');
    store.commit();
    store.close();
    expect(dump(disk)).toEqual(before);
    expect(textOf(disk, 'journal.jsonl')).toBe('');
  });

  test('a commit is in the journal when it returns; a group is when synced', () => {
    const disk = newDisk();
    const store = open(disk);
    counters(store).set('a', { count: 1 });
    store.commit();
    expect(textOf(disk, 'journal.jsonl')).toContain('["counters.json","a",{"count":1}]');
    store.close();
    const group = open(disk, { durability: 'group' });
    for (let count = 0; count < 3; count++) {
      counters(group).set('a', { count });
      plog(group).append({ decree: count, text: 'x' });
      group.commit();
    }
    counters(group).set('a', { count: 77 });
    group.rollback();
    expect(counters(group).get('a')).toEqual({ count: 2 });
    expect(textOf(disk, 'journal.jsonl')).toBe('');
    group.sync();
    expect(textOf(disk, 'journal.jsonl')!.split('\n')).toHaveLength(2);
    group.close();
    expect(plog(open(disk)).count).toBe(3);
  });

  test('a group that is full is synced by whoever syncs, where files are brought up in steps; else by a commit', () => {
    const disk = newDisk();
    const fill = (store: Store): void => {
      for (let at = 0; at < 2000; at++) counters(store).set(`a${at}`, { count: at });
      store.commit();
    };
    const stepping = open(disk, { durability: 'group', appliesInSteps: true, journalLimitBytes: 1000 });
    counters(stepping).set('a', { count: 1 });
    stepping.commit();
    expect(stepping.isFull).toBe(false);
    fill(stepping);
    while (stepping.commitSome());
    expect([stepping.isFull, stepping.isDurable]).toEqual([true, false]);
    while (stepping.prepareSync());
    stepping.sync();
    expect([stepping.isFull, stepping.isDurable]).toEqual([false, true]);
    stepping.close();
    const other = open(newDisk(), { durability: 'group', journalLimitBytes: 1000 });
    fill(other);
    expect([other.isFull, other.isDurable]).toEqual([false, true]);
  });

  test('what was prepared for a commit may change again before it', () => {
    const disk = newDisk();
    const store = open(disk);
    for (const key of ['kept', 'changed', 'back', 'deleted']) counters(store).set(key, { count: 1 });
    store.commit();
    for (const key of ['changed', 'back', 'deleted']) counters(store).set(key, { count: 2 });
    store.prepareCommit();
    counters(store).set('changed', { count: 3 });
    counters(store).set('back', { count: 1 });
    counters(store).delete('deleted');
    store.prepareCommit();
    counters(store).set('new', { count: 4 });
    store.commit();
    store.close();
    const again = counters(open(disk));
    expect(again.keys().map((key) => [key, again.get(key)?.count])).toEqual([
      ['back', 1],
      ['changed', 3],
      ['kept', 1],
      ['new', 4],
    ]);
  });

  test('a record whose members change places is written so, be it that it was read from a file or not', () => {
    for (const isReopened of [false, true]) {
      const disk = newDisk();
      let store = open(disk);
      const record = () => store.document<Record<string, number>>('r.json');
      record().set('r', { one: 1, two: 2 });
      store.commit();
      if (isReopened) {
        store.close();
        store = open(disk);
      }
      record().set('r', { two: 2, one: 1 });
      store.commit();
      store.close();
      expect(textOf(disk, 'r.json')).toBe(sealedDocument('"r": {"two":2,"one":1}'));
    }
  });

  test('many changes are prepared some at a time, whatever changes in between', () => {
    const disk = newDisk();
    const store = open(disk);
    const paths = ['a.json', 'b.json', 'c.json'];
    const keys = Array.from({ length: 150 }, (_, n) => `${n}`);
    const set = (count: number) => {
      for (const path of paths) for (const key of keys) counters(store, path).set(key, { count });
    };
    set(1);
    expect(store.prepareCommit()).toBe(true);
    counters(store, 'a.json').set('0', { count: 2 });
    counters(store, 'b.json').delete('149');
    counters(store, 'c.json').set('0', { count: 3 });
    let parts = 1;
    while (store.prepareCommit()) parts++;
    expect(parts).toBe(2);
    store.commit();
    store.close();
    const again = open(disk);
    const found = paths.map((path) => {
      const document = counters(again, path);
      return [document.size, document.get('0')?.count, document.get('1')?.count, document.get('149')?.count];
    });
    expect(found).toEqual([
      [150, 2, 1, 1],
      [149, 1, 1, undefined],
      [150, 3, 1, 1],
    ]);
  });

  test('what was prepared for a commit is dropped with the rest', () => {
    const store = open(newDisk());
    counters(store).set('a', { count: 1 });
    store.commit();
    counters(store).set('a', { count: 2 });
    store.prepareCommit();
    store.rollback();
    expect([counters(store).get('a'), store.hasChanges]).toEqual([{ count: 1 }, false]);
    expect(() => {
      counters(store).set('a', { count: 1n as unknown as number });
      store.prepareCommit();
    }).toThrow('counters.json: a: ');
  });

  test('a group in which things were removed and made anew ends as it should', () => {
    const disk = newDisk();
    const store = open(disk, { durability: 'group' });
    plog(store, 'n/p.jsonl').append({ decree: 1, text: 'old' });
    counters(store, 'n/c.json').set('old', { count: 1 });
    store.commit();
    store.remove('n');
    store.commit();
    plog(store, 'n/p.jsonl').append({ decree: 2, text: 'new' });
    counters(store, 'n/c.json').set('new', { count: 1 });
    store.commit();
    store.sync();
    const unclean = newDisk();
    unclean.makeDirectory('/workspace');
    for (const [path, text] of Object.entries(dump(disk))) {
      if (!path.endsWith('/lock')) unclean.write(path, 0, Buffer.from(text, 'latin1'));
    }
    store.close();
    for (const reopened of [open(unclean), open(disk)]) {
      expect(plog(reopened, 'n/p.jsonl').records()).toEqual([{ decree: 2, text: 'new' }]);
      expect(counters(reopened, 'n/c.json').keys()).toEqual(['new']);
    }
  });

  test('a long record of the journal is read as it was written', () => {
    const disk = newDisk();
    const store = open(disk, { durability: 'group' });
    const names = ['r1', 'r2', 'r3'];
    for (const [decree, name] of names.entries()) {
      plog(store, `${name}/p.jsonl`).append({ decree, text: `\u{1f418}${name}`.repeat(30_000) });
      counters(store, `${name}/c.json`).set('ü'.repeat(50_000), { count: decree });
      store.commit();
    }
    store.sync();
    const found = open(diskOf(dump(disk)), { pid: 2 });
    for (const [decree, name] of names.entries()) {
      expect(plog(found, `${name}/p.jsonl`).records()).toEqual([
        { decree, text: `\u{1f418}${name}`.repeat(30_000) },
      ]);
      expect(counters(found, `${name}/c.json`).get('ü'.repeat(50_000))).toEqual({ count: decree });
    }
  });

  test('a long journal is applied while the store stays open', () => {
    const disk = newDisk();
    const store = open(disk, { journalLimitBytes: 500 });
    for (let decree = 1; decree <= 40; decree++) {
      plog(store).append({ decree, text: 'x'.repeat(20) });
      counters(store).set(`k${decree % 3}`, { count: decree });
      store.commit();
      expect(disk.stat('/workspace/journal.jsonl')!.size).toBeLessThan(700);
    }
    expect(plog(store).count).toBe(40);
    store.close();
    expect(
      plog(open(disk))
        .records()
        .map(({ decree }) => decree),
    ).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
  });

  test('a long journal is applied in steps, each of which may be the last', () => {
    let disk = newDisk();
    let store = open(disk, { durability: 'group' });
    const logs = ['r1/p.jsonl', 'r2/p.jsonl'];
    let written = 0;
    const write = () => {
      const line = LogLine.of({ decree: written, text: 'x'.repeat(30_000) });
      for (const path of logs) plog(store, path).appendLine(line);
      counters(store).set('a', { count: ++written });
      store.commit();
      store.sync();
    };
    const checkLeft = () => {
      const found = open(diskOf(dump(disk)), { pid: 2 });
      expect(counters(found).get('a')).toEqual({ count: written });
      for (const path of logs)
        expect(
          plog(found, path)
            .records()
            .map(({ decree }) => decree),
        ).toEqual([...Array(written).keys()]);
      found.close();
    };
    while (written < 40) write();
    // The next process finds all of it in the journal.
    disk = diskOf(dump(disk));
    store = open(disk, { pid: 3, durability: 'group', appliesInSteps: true, journalLimitBytes: 1000 });
    let steps = 0;
    while (store.applySome()) {
      checkLeft();
      write();
      checkLeft();
      steps++;
    }
    expect(steps).toBeGreaterThan(3);
    const { size } = disk.stat('/workspace/journal.jsonl')!;
    expect(size).toBeGreaterThan(30_000 * (steps - 1));
    expect(size).toBeLessThan(30_000 * (steps + 2));
    expect(store.applySome()).toBe(false);
    checkLeft();
  });

  test('what is made anew where something was removed outlives the steps and a crash between them', () => {
    const disk = newDisk();
    const store = open(disk, { durability: 'group', appliesInSteps: true, journalLimitBytes: 1000 });
    const names = Array.from({ length: 30 }, (_, at) => `r${at}`);
    const write = (text: string): void => {
      for (const name of names) putFile(store, `${name}/f.json`, `{"text":"${text}"}`);
      plog(store, 'p.jsonl').append({ decree: 1, text: text.repeat(2000) });
      store.commit();
      store.sync();
    };
    write('a');
    for (const name of names) store.remove(name);
    write('b');
    expect(store.applySome()).toBe(true);
    expect(disk.stat('/workspace/r0')).toBeUndefined();
    for (const name of [...names, 'other']) putFile(store, `${name}/new.json`, '{"text":"c"}');
    expect(disk.stat('/workspace/other/new.json')).toBeDefined();
    store.commit();
    store.sync();
    let steps = 0;
    do {
      const left = open(diskOf(dump(disk)), { pid: 2 });
      for (const name of names) expect(readFile(left, `${name}/f.json`)).toBe('{"text":"b"}');
      for (const name of names) expect(readFile(left, `${name}/new.json`)).toBe('{"text":"c"}');
      left.close();
      steps++;
    } while (store.applySome());
    expect(steps).toBeGreaterThan(names.length / 4);
  });

  test('a record of the journal from before members were told apart is read', () => {
    const disk = newDisk();
    open(disk).close();
    const record =
      '{"sequence":1,"removed":[],"docs":[["counters.json","a",{"count":3}]],"files":[],' +
      '"logs":[[["r1/p.jsonl","r2/p.jsonl"],0,[{"decree":1,"text":"x"}]]]';
    disk.write('/workspace/journal.jsonl', 0, Buffer.from(`${seal(record, OBJECT_SEAL)}\n`));
    const store = open(disk);
    expect(counters(store).get('a')).toEqual({ count: 3 });
    expect(plog(store, 'r2/p.jsonl').records()).toEqual([{ decree: 1, text: 'x' }]);
  });

  test('a failed write makes the store unusable, and the next to open finds what was acknowledged', () => {
    const disk = newDisk();
    const store = open(disk);
    counters(store).set('a', { count: 1 });
    store.commit();
    disk.sync = () => {
      throw new Error('input/output error');
    };
    counters(store).set('a', { count: 2 });
    expect(() => store.commit()).toThrow('input/output error');
    expect(() => store.commit()).toThrow('cannot be used after a failed write');
    expect(() => counters(store).set('a', { count: 3 })).toThrow('cannot be used after a failed write');
    store.close();
    Reflect.deleteProperty(disk, 'sync');
    expect([1, 2]).toContain(counters(open(disk)).get('a')!.count);
  });
});

describe('taking turns', () => {
  test('a suspended store lets another in, and sees on resuming what it did', () => {
    const disk = newDisk();
    const one = open(disk);
    counters(one).set('a', { count: 1 });
    one.commit();
    one.suspend();
    expect(() => one.commit()).toThrow('suspended');
    expect(one.resume()).toBe(false);
    const live = counters(one).get('a');
    one.suspend();
    const two = open(disk);
    counters(two).set('a', { count: 2 });
    plog(two).append({ decree: 1, text: 'two' });
    two.commit();
    two.close();
    expect(one.resume()).toBe(true);
    expect(counters(one).get('a')).not.toBe(live);
    expect(counters(one).get('a')).toEqual({ count: 2 });
    expect(plog(one).count).toBe(1);
  });

  test('a suspended store leaves its changes in the journal, where others find them', () => {
    const disk = newDisk();
    const one = open(disk);
    counters(one).set('a', { count: 1 });
    one.commit();
    one.suspend();
    one.resume();
    counters(one).set('a', { count: 2 });
    plog(one).append({ decree: 1, text: 'one' });
    one.commit();
    one.suspend();
    expect(textOf(disk, 'counters.json')).toBe(sealedDocument('"a": {"count":1}'));
    const two = open(disk);
    expect(counters(two).get('a')).toEqual({ count: 2 });
    two.close();
    expect(textOf(disk, 'counters.json')).toBe(sealedDocument('"a": {"count":2}'));
    expect(one.resume()).toBe(true);
    plog(one).append({ decree: 2, text: 'one' });
    one.commit();
    one.close();
    expect(plog(open(disk)).count).toBe(2);
  });

  test('what another process committed is noticed, also where as many bytes had been written ahead', () => {
    const disk = newDisk();
    const one = open(disk);
    const commit = (store: Store, count: number): void => {
      counters(store).set('a', { count });
      store.commit();
    };
    for (const count of [1, 2, 3]) commit(one, count);
    one.suspend();
    one.resume();
    for (const count of [4, 5, 6, 7]) commit(one, count);
    expect(textOf(disk, 'journal.jsonl')).toMatch(/\}\n{100,}$/);
    one.suspend();
    expect(textOf(disk, 'journal.jsonl')).toMatch(/[^\n]\n$/);
    const killed = open(disk, { pid: 2 });
    for (const count of [8, 9]) commit(killed, count);
    expect(one.resume()).toBe(true);
    expect(counters(one).get('a')).toEqual({ count: 9 });
    one.close();
    expect(textOf(disk, 'journal.jsonl')).toBe('');
  });

  test('the journal is held open only while nobody else has the workspace', () => {
    const disk = new CountingDisk();
    disk.makeDirectory(DIRECTORY);
    const one = open(disk);
    const commit = (count: number): void => {
      counters(one).set('a', { count });
      one.commit();
    };
    for (const count of [1, 2, 3, 4, 5]) commit(count);
    expect(disk.held).toBe(1);
    one.suspend();
    expect(disk.held).toBe(0);
    one.resume();
    for (const count of [6, 7, 8, 9]) commit(count);
    expect(disk.held).toBe(1);
    one.close();
    expect(disk.held).toBe(0);
  });

  test('a store that is closed while it is suspended brings the files up to date, unless another has them', () => {
    const disk = newDisk();
    const one = open(disk);
    const change = (count: number): void => {
      counters(one).set('a', { count });
      one.commit();
      one.suspend();
    };
    change(1);
    one.resume();
    change(2);
    one.close();
    expect(textOf(disk, 'counters.json')).toBe(sealedDocument('"a": {"count":2}'));
    expect(textOf(disk, 'journal.jsonl')).toBe('');
  });
});

test('a record that is set to what it was already is no change', () => {
  const disk = newDisk();
  const first = open(disk);
  counters(first).set('a', { count: 1 });
  first.commit();
  first.close();
  const before = dump(disk);
  const store = open(disk);
  const same = { count: counters(store).get('a')!.count };
  counters(store).set('a', same);
  store.commit();
  expect(counters(store).get('a')).toBe(same);
  store.close();
  expect(dump(disk)).toEqual(before);
});
