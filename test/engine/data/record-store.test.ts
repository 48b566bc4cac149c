import fc from 'fast-check';
import { expect, test } from 'vitest';
import { History } from '../../../src/engine/replica/data/history.ts';
import { RecordStore, type Snapshot } from '../../../src/engine/replica/data/record-store.ts';
import type { StoredRecord } from '../../../src/engine/replica/data/stored-record.ts';
import { compareKeys } from '../../../src/rpc/idl/keys.ts';
import { bytes, text } from './support.ts';

const record = (value: string): StoredRecord => ({ value: bytes(value), expire: 0, timetag: 0n });
const keyBytes = fc
  .array(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), { maxLength: 3 })
  .map((b) => Uint8Array.from(b));

const step = fc.oneof(
  fc.record({ do: fc.constant('set' as const), key: keyBytes }),
  fc.record({ do: fc.constant('delete' as const), key: keyBytes }),
  fc.record({
    do: fc.constant('range' as const),
    from: keyBytes,
    to: fc.option(keyBytes, { nil: undefined }),
    reverse: fc.boolean(),
  }),
);

test('keeps the order of the bytes, whatever was written, deleted and read in between', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const store = new RecordStore();
      const model = new Map<string, Uint8Array>();
      for (const [index, one] of steps.entries()) {
        if (one.do === 'set') {
          store.set(one.key, record(`${index}`));
          model.set(text(one.key), one.key);
        } else if (one.do === 'delete') {
          store.delete(one.key);
          model.delete(text(one.key));
        } else {
          const expected = [...model.values()]
            .filter((key) => compareKeys(key, one.from) >= 0)
            .filter((key) => one.to === undefined || compareKeys(key, one.to) < 0)
            .sort(compareKeys);
          if (one.reverse) expected.reverse();
          expect(Array.from(store.range(one.from, one.to, one.reverse), ([key]) => key)).toEqual(expected);
        }
        expect(store.size).toBe(model.size);
      }
    }),
  );
});

test('a snapshot gives the records as they were, whatever is written until it is closed', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.array(step, { maxLength: 40 }), (before, after) => {
      const store = new RecordStore();
      const write = (one: (typeof before)[number], value: string) => {
        if (one.do === 'set') store.set(one.key, record(value));
        if (one.do === 'delete') store.delete(one.key);
      };
      const all = (records: Pick<RecordStore, 'range'> | Snapshot) =>
        Array.from(records.range(bytes(''), undefined), ([key, { value }]) => `${text(key)}=${text(value)}`);
      for (const one of before) write(one, 'before');
      const expected = all(store);
      const snapshot = store.snapshot();
      for (const one of after) {
        write(one, 'after');
        expect(all(snapshot)).toEqual(expected);
      }
      snapshot.close();
    }),
  );
});

test('each of many snapshots gives the records as they were then, in whatever order they are closed', () => {
  const action = fc.oneof(
    step,
    fc.constant({ do: 'open' as const }),
    fc.nat().map((at) => ({ do: 'close' as const, at })),
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 80 }), (actions) => {
      const store = new RecordStore();
      const all = (records: Pick<RecordStore, 'range'> | Snapshot) =>
        Array.from(records.range(bytes(''), undefined), ([key, { value }]) => `${text(key)}=${text(value)}`);
      const open: { readonly snapshot: Snapshot; readonly expected: string[] }[] = [];
      for (const [index, one] of actions.entries()) {
        if (one.do === 'set') store.set(one.key, record(`${index}`));
        if (one.do === 'delete') store.delete(one.key);
        if (one.do === 'open') open.push({ snapshot: store.snapshot(), expected: all(store) });
        if (one.do === 'close' && open.length > 0)
          for (const { snapshot } of open.splice(one.at % open.length, 1)) snapshot.close();
        for (const { snapshot, expected } of open) expect(all(snapshot)).toEqual(expected);
      }
    }),
  );
});

test('what is changed is kept once, however many snapshots there are', () => {
  const history = new History();
  const versions = Array.from({ length: 1000 }, () => history.open());
  for (let at = 0; at < 100; at++) history.note(`${at}`, 'before');
  expect(history.size).toBe(100);
  versions.push(history.open());
  history.note('1', 'later');
  expect(Array.from(history.from('1', versions[0]!))[0]).toEqual(['1', 'before']);
  expect(Array.from(history.from('1', versions.at(-1)!))).toEqual([['1', 'later']]);
  for (const version of versions.slice(0, -1)) history.close(version);
  expect(history.size).toBe(1);
  history.close(versions.at(-1)!);
  expect(history.size).toBe(0);
});

test('parts its blocks: 5,000 keys in any order come back in theirs', () => {
  const store = new RecordStore();
  const keys = Array.from({ length: 5000 }, (_, at) => `${(at * 7919) % 5000}`.padStart(4, '0'));
  for (const key of keys) store.set(bytes(key), record(key));
  for (const key of keys.slice(0, 2500)) store.delete(bytes(key));
  const left = keys.slice(2500).sort();
  const given = (reverse: boolean) =>
    Array.from(store.range(bytes(''), undefined, reverse), ([key]) => text(key));
  expect(given(false)).toEqual(left);
  expect(given(true)).toEqual([...left].reverse());
});

test('gives the last value written', () => {
  const store = new RecordStore();
  store.set(bytes('k'), record('1'));
  store.set(bytes('k'), record('2'));
  expect(text(store.get(bytes('k'))!.value)).toBe('2');
  store.delete(bytes('k'));
  expect(store.get(bytes('k'))).toBeUndefined();
});

test('a key that was deleted and written again is there once', () => {
  const store = new RecordStore();
  for (const key of ['a', 'b', 'c']) store.set(bytes(key), record(key));
  expect([...store.range(bytes(''), undefined)]).toHaveLength(3);
  store.delete(bytes('b'));
  store.set(bytes('b'), record('again'));
  expect(Array.from(store.range(bytes(''), undefined), ([, { value }]) => text(value))).toEqual([
    'a',
    'again',
    'c',
  ]);
});

test('finds keys given as a part of a larger buffer', () => {
  const store = new RecordStore();
  store.set(bytes('xkeyx').subarray(1, 4), record('v'));
  expect(text(store.get(bytes('key'))!.value)).toBe('v');
});
