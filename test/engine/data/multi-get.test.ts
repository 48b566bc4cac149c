import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BatchGetResponse, CountResponse, FilterType } from '../../../src/rpc/idl/rrdb.ts';
import { bytes, NOW, Partition, pairs, text } from './support.ts';

function twelve(): Partition {
  const partition = new Partition();
  for (let i = 0; i < 12; i++) partition.put('hr', `k${String(i).padStart(2, '0')}`, `v${i}`);
  return partition;
}

function range(
  partition: Partition,
  start: string,
  stop: string,
  request = {},
): [keys: string, error: number] {
  const reply = partition.multiGet('hr', {
    start_sortkey: bytes(start),
    stop_sortkey: bytes(stop),
    ...request,
  });
  return [reply.kvs.map(({ key }) => text(key)).join(' '), reply.error];
}

describe('multi_get of a range', () => {
  test('includes its start and not its stop, unless told otherwise', () => {
    const partition = twelve();
    expect(range(partition, 'k03', 'k07')).toEqual(['k03 k04 k05 k06', 0]);
    expect(range(partition, 'k03', 'k07', { start_inclusive: false, stop_inclusive: true })).toEqual([
      'k04 k05 k06 k07',
      0,
    ]);
    expect(range(partition, 'k03', 'k07', { start_inclusive: false })).toEqual(['k04 k05 k06', 0]);
    expect(range(partition, 'k03', 'k03', { stop_inclusive: true })).toEqual(['k03', 0]);
  });

  test('is empty without an error when it runs backwards', () => {
    expect(range(twelve(), 'k07', 'k03')).toEqual(['', 0]);
    expect(range(twelve(), 'k03', 'k03')).toEqual(['', 0]);
  });

  test('an empty stop is the end of the hash key', () => {
    const partition = twelve();
    partition.put('hs', 'a', 'of another hash key');
    expect(range(partition, 'k10', '')).toEqual(['k10 k11', 0]);
    expect(range(partition, 'k10', '', { stop_inclusive: true })).toEqual(['k10 k11', 0]);
  });

  test('is incomplete when a limit ends it before a further record of the hash key', () => {
    const partition = twelve();
    partition.put('hs', 'a', 'of another hash key');
    expect(range(partition, 'k03', 'k07', { max_kv_count: 2 })).toEqual(['k03 k04', 7]);
    expect(range(partition, '', '', { max_kv_count: 12 })).toEqual([expect.stringContaining('k11'), 0]);
  });

  test('is incomplete even if that record lies outside the range, but not past an inclusive stop', () => {
    expect(range(twelve(), 'k03', 'k05', { max_kv_count: 2 })).toEqual(['k03 k04', 7]);
    expect(range(twelve(), 'k03', 'k04', { max_kv_count: 2, stop_inclusive: true })).toEqual(['k03 k04', 0]);
  });

  test('checks the size before each record, so that the last one may exceed it', () => {
    const size = 'k00v0'.length;
    expect(range(twelve(), '', '', { max_kv_size: size })).toEqual(['k00', 7]);
    expect(range(twelve(), '', '', { max_kv_size: size + 1 })).toEqual(['k00 k01', 7]);
    expect(range(twelve(), '', '', { max_kv_size: size, no_value: true })).toEqual(['k00 k01', 7]);
  });

  test('reverse reads from the end and answers in ascending order', () => {
    expect(range(twelve(), '', '', { max_kv_count: 3, reverse: true })).toEqual(['k09 k10 k11', 7]);
    expect(range(twelve(), 'k03', 'k05', { stop_inclusive: true, reverse: true })).toEqual([
      'k03 k04 k05',
      0,
    ]);
    expect(range(twelve(), 'k03', 'k05', { start_inclusive: false, reverse: true })).toEqual(['k04', 0]);
  });

  test('reverse is incomplete when any record of the partition precedes', () => {
    const limited = { max_kv_count: 12, start_inclusive: false, reverse: true };
    const partition = twelve();
    expect(range(partition, '', '', limited)[1]).toBe(0);
    partition.put('a', 'a', 'of another hash key');
    expect(range(partition, '', '', limited)[1]).toBe(7);
  });

  test('expired and filtered records count against the iteration limit', () => {
    const partition = twelve();
    partition.put('hr', 'k00', 'gone', NOW);
    partition.limits = {
      rocksdb_multi_get_max_iteration_count: 3,
      rocksdb_multi_get_max_iteration_size: 1 << 20,
      rocksdb_max_iteration_count: 1000,
    };
    const postfix = {
      sort_key_filter_type: 'FT_MATCH_POSTFIX' as FilterType,
      sort_key_filter_pattern: bytes('2'),
    };
    expect(range(partition, '', '')).toEqual(['k01 k02', 7]);
    expect(range(partition, '', '', postfix)).toEqual(['k02', 7]);
    expect(range(partition, 'k09', '')).toEqual(['k09 k10 k11', 0]);
  });

  test('the size of what is returned is limited too', () => {
    const partition = twelve();
    partition.limits = {
      rocksdb_multi_get_max_iteration_count: 3000,
      rocksdb_multi_get_max_iteration_size: 6,
      rocksdb_max_iteration_count: 1000,
    };
    expect(range(partition, '', '')).toEqual(['k00 k01', 7]);
  });

  test('stops at 3000 records by default', () => {
    const partition = new Partition();
    for (let i = 0; i <= 3000; i++) partition.put('hr', String(i).padStart(4, '0'), '');
    const reply = partition.multiGet('hr');
    expect([reply.kvs.length, reply.error]).toEqual([3000, 7]);
  });

  test.each<[FilterType, string, string]>([
    ['FT_MATCH_PREFIX', 'k1', 'k10 k11'],
    ['FT_MATCH_ANYWHERE', '1', 'k01 k10 k11'],
    ['FT_MATCH_POSTFIX', '5', 'k05'],
    ['FT_MATCH_PREFIX', '', 'k00 k01 k02 k03 k04 k05 k06 k07 k08 k09 k10 k11'],
    ['FT_MATCH_PREFIX', 'zz', ''],
    ['FT_MATCH_ANYWHERE', 'k00k', ''],
  ])('%s %j gives %j', (sort_key_filter_type, pattern, expected) => {
    const filter = { sort_key_filter_type, sort_key_filter_pattern: bytes(pattern) };
    expect(range(twelve(), '', '', filter)).toEqual([expected, 0]);
  });

  test('a prefix narrows a range that is given', () => {
    const prefix = {
      sort_key_filter_type: 'FT_MATCH_PREFIX' as FilterType,
      sort_key_filter_pattern: bytes('k0'),
    };
    expect(range(twelve(), 'k08', 'k11', prefix)).toEqual(['k08 k09', 0]);
    expect(range(twelve(), '', 'k02', { ...prefix, start_inclusive: false })).toEqual(['k00 k01', 0]);
  });

  test('a filter type without a name is refused', () => {
    expect(range(twelve(), '', '', { sort_key_filter_type: '4' })).toEqual(['', 4]);
  });

  test('agrees with a plain search', () => {
    const key = fc.string({ unit: fc.constantFrom('a', 'b', '\xff'), maxLength: 3 });
    fc.assert(
      fc.property(
        fc.uniqueArray(key, { maxLength: 20 }),
        fc.record({ start: key, stop: key, from: fc.boolean(), to: fc.boolean(), reverse: fc.boolean() }),
        fc.record({
          type: fc.constantFrom('FT_NO_FILTER', 'FT_MATCH_PREFIX', 'FT_MATCH_ANYWHERE'),
          pattern: key,
        }),
        (keys, { start, stop, from, to, reverse }, filter) => {
          const partition = new Partition();
          for (const sortKey of keys) partition.put('hr', sortKey, '');
          for (const other of ['hq', 'hs', 'h']) partition.put(other, 'a', 'of another hash key');
          const expected = keys
            .filter((k) => k > start || (from && k === start))
            .filter((k) => stop === '' || k < stop || (to && k === stop))
            .filter((k) => filter.type !== 'FT_MATCH_PREFIX' || k.startsWith(filter.pattern))
            .filter((k) => filter.type !== 'FT_MATCH_ANYWHERE' || k.includes(filter.pattern))
            .sort();
          const reply = partition.multiGet('hr', {
            start_sortkey: bytes(start),
            stop_sortkey: bytes(stop),
            start_inclusive: from,
            stop_inclusive: to,
            sort_key_filter_type: filter.type as FilterType,
            sort_key_filter_pattern: bytes(filter.pattern),
            reverse,
          });
          expect(reply.kvs.map((kv) => text(kv.key))).toEqual(expected);
          expect(reply.error).toBe(0);
        },
      ),
    );
  });
});

describe('multi_get of named sort keys', () => {
  const named = (...keys: string[]) => ({ sort_keys: keys.map(bytes) });

  test('answers in the order of the request, without what is missing or expired', () => {
    const partition = twelve();
    partition.put('hr', 'k02', 'gone', NOW);
    const reply = partition.multiGet('hr', named('k03', 'zz', 'k02', 'k01', 'k01'));
    expect([pairs(reply.kvs), reply.error]).toEqual([['k03=v3', 'k01=v1', 'k01=v1'], 0]);
  });

  test('is incomplete when a limit leaves out a record', () => {
    const partition = twelve();
    const read = (request: object) => {
      const reply = partition.multiGet('hr', { ...named('k01', 'k02', 'zz'), ...request });
      return [reply.kvs.length, reply.error];
    };
    expect(read({ max_kv_count: 1 })).toEqual([1, 7]);
    expect(read({ max_kv_count: 2 })).toEqual([2, 0]);
    expect(read({ max_kv_size: 5 })).toEqual([1, 7]);
    expect(read({ max_kv_size: 6 })).toEqual([2, 0]);
  });

  test("stops at the server's limit too", () => {
    const partition = twelve();
    partition.limits = {
      rocksdb_multi_get_max_iteration_count: 2,
      rocksdb_multi_get_max_iteration_size: 1,
      rocksdb_max_iteration_count: 1,
    };
    const reply = partition.multiGet('hr', { ...named('k01', 'k02', 'k03'), max_kv_count: 3 });
    expect([pairs(reply.kvs), reply.error]).toEqual([['k01=v1', 'k02=v2'], 7]);
  });

  test('can leave out the values', () => {
    expect(pairs(twelve().multiGet('hr', { ...named('k01'), no_value: true }).kvs)).toEqual(['k01=']);
  });
});

test('sortkey_count counts the live records of a hash key', () => {
  const partition = twelve();
  partition.put('hr', 'gone', '', NOW);
  partition.put('hrx', 'a', '');
  const count = (hashKey: string) =>
    partition.read<CountResponse>('RPC_RRDB_RRDB_SORTKEY_COUNT', { hash_key: bytes(hashKey) });
  expect(count('hr')).toMatchObject({ error: 0, count: 12 });
  expect(count('nosuch')).toMatchObject({ error: 0, count: 0 });
});

test('batch_get leaves out what is missing and refuses an empty list', () => {
  const partition = twelve();
  const keys = [
    { hash_key: bytes('hr'), sort_key: bytes('k01') },
    { hash_key: bytes('hr'), sort_key: bytes('zz') },
  ];
  const batchGet = (request: object) => partition.read<BatchGetResponse>('RPC_RRDB_RRDB_BATCH_GET', request);
  expect(batchGet({ keys })).toMatchObject({ error: 0, data: [{ ...keys[0], value: bytes('v1') }] });
  expect(batchGet({ keys: [] })).toMatchObject({ error: 4, data: [] });
});

test('replies to reads name the partition and the server', () => {
  expect(new Partition().read('RPC_RRDB_RRDB_TTL', { key: bytes('\x00\x00') })).toEqual({
    error: 1,
    ttl_seconds: 0,
    app_id: 2,
    partition_index: 0,
    server: 'localhost:34801',
  });
});
