import { expect, test } from 'vitest';
import { Interrupted } from '../../src/errors.ts';
import { loadRecords } from '../../src/operations/load-records.ts';
import type { LoadedRecord } from '../../src/operations/records-file.ts';
import type { DataClient } from '../../src/rpc/client/replica/data.ts';
import type { Table } from '../../src/rpc/client/replica/table.ts';

interface Written {
  readonly hashKey: string;
  readonly pairs: string[];
}

/** A table that keeps what is written to it; request `failing` is answered with a timeout. */
function fakeData(failing = -1): { data: DataClient; written: Written[] } {
  const written: Written[] = [];
  const answer = async (
    hashKey: Uint8Array,
    pairs: readonly { sortKey: Uint8Array; value: Uint8Array }[],
  ) => {
    if (written.length === failing) return { error: { code: -2, text: 'timeout' }, reply: undefined };
    const text = pairs.map(({ sortKey, value }) => `${Buffer.from(sortKey)}=${Buffer.from(value)}`);
    written.push({ hashKey: Buffer.from(hashKey).toString(), pairs: text });
    return { error: { code: 0, text: 'success' }, reply: undefined };
  };
  const table = {
    set: (hashKey: Uint8Array, sortKey: Uint8Array, value: Uint8Array) =>
      answer(hashKey, [{ sortKey, value }]),
    multiSet: answer,
  } as unknown as Table;
  return { data: { table: () => table }, written };
}

function record(hashKey: string, sortKey: string, value = 'v'): LoadedRecord {
  return { hashKey: Buffer.from(hashKey), sortKey: Buffer.from(sortKey), value: Buffer.from(value) };
}

const never = new AbortController().signal;

test('records of one hash key go together, wherever they stand in the file, in its order', async () => {
  const { data, written } = fakeData();
  const records = [record('a', '1'), record('b', '1'), record('a', '2'), record('a', '1', 'last')];
  const seen: number[] = [];
  const report = await loadRecords(data, 't', records, never, (done) => seen.push(done));
  expect(written).toEqual([
    { hashKey: 'a', pairs: ['1=v', '2=v', '1=last'] },
    { hashKey: 'b', pairs: ['1=v'] },
  ]);
  expect(report).toEqual({ table: 't', records: 4, hash_keys: 2, requests: 2 });
  expect(seen).toEqual([3, 4]);
});

test('a request holds 100 records at most, and about 256 KiB', async () => {
  const { data, written } = fakeData();
  await loadRecords(
    data,
    't',
    Array.from({ length: 205 }, (_, at) => record('a', `${at}`)),
    never,
    () => {},
  );
  expect(written.map(({ pairs }) => pairs.length)).toEqual([100, 100, 5]);

  const large = fakeData();
  const kilobytes = 'x'.repeat(100 * 1024);
  await loadRecords(
    large.data,
    't',
    ['1', '2', '3'].map((key) => record('a', key, kilobytes)),
    never,
    () => {},
  );
  expect(large.written.map(({ pairs }) => pairs.length)).toEqual([2, 1]);
});

test('records without a hash key go alone: each belongs to a partition of its own', async () => {
  const { data, written } = fakeData();
  await loadRecords(data, 't', [record('', '1'), record('', '2')], never, () => {});
  expect(written).toEqual([
    { hashKey: '', pairs: ['1=v'] },
    { hashKey: '', pairs: ['2=v'] },
  ]);
});

test('a refusal tells how many records were written before it', async () => {
  const { data } = fakeData(1);
  const load = loadRecords(
    data,
    't',
    [record('a', '1'), record('a', '2'), record('b', '1')],
    never,
    () => {},
  );
  const message = "table 't': timeout; 2 of 3 records are loaded";
  await expect(load).rejects.toMatchObject({ name: 'ClusterError', code: 'ERR_TIMEOUT', message });
});

test('Ctrl-C stops between two requests', async () => {
  const { data, written } = fakeData();
  const stop = new AbortController();
  const load = loadRecords(data, 't', [record('a', '1'), record('b', '1')], stop.signal, () => stop.abort());
  await expect(load).rejects.toBeInstanceOf(Interrupted);
  expect(written).toHaveLength(1);
});
