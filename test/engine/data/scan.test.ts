import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { FilterType } from '../../../src/rpc/idl/rrdb.ts';
import type { GetScannerRequest, ScanResponse } from '../../../src/rpc/idl/scan.ts';
import { getScannerRequest } from '../../support/read-requests.ts';
import { bytes, NOW, Partition, rawKey, text } from './support.ts';

const COMPLETED = -1n;

function filled(count: number, hashKey = 'h'): Partition {
  const partition = new Partition();
  for (let i = 0; i < count; i++) partition.put(hashKey, `s${i}`, `v${i}`);
  return partition;
}

const keysOf = (reply: ScanResponse): string[] => reply.kvs.map(({ key }) => text(key).slice(2));

/** All batches of a scan, as keys. */
function batches(partition: Partition, request: Partial<GetScannerRequest>): string[][] {
  const seen: string[][] = [];
  let reply = partition.getScanner(request);
  while (true) {
    seen.push(keysOf(reply));
    if (reply.context_id === COMPLETED) return seen;
    reply = partition.scan(reply.context_id);
    expect(reply.error).toBe(0);
  }
}

/** How many records the partition's store has given since the last time. */
function recordsRead({ store }: Partition): () => number {
  let count = 0;
  function* counted<T>(entries: Iterable<T>): Generator<T, void> {
    for (const entry of entries) {
      count++;
      yield entry;
    }
  }
  const range = store.range.bind(store);
  const snapshot = store.snapshot.bind(store);
  vi.spyOn(store, 'range').mockImplementation((...asked) => counted(range(...asked)));
  vi.spyOn(store, 'snapshot').mockImplementation(() => {
    const records = snapshot();
    return { range: (from, to) => counted(records.range(from, to)), close: () => records.close() };
  });
  return () => {
    const since = count;
    count = 0;
    return since;
  };
}

describe('a scan', () => {
  test('comes in batches, in key order: shorter hash keys first', () => {
    const partition = new Partition();
    for (const [hashKey, sortKey] of [
      ['b', '2'],
      ['aa', '1'],
      ['b', '1'],
      ['', 'z'],
    ] as const) {
      partition.put(hashKey, sortKey, 'v');
    }
    expect(batches(partition, { batch_size: 2 })).toEqual([
      ['z', 'b1'],
      ['b2', 'aa1'],
    ]);
  });

  test('changes its context id with every batch', () => {
    const partition = filled(5);
    const first = partition.getScanner({ batch_size: 2 });
    const second = partition.scan(first.context_id);
    const third = partition.scan(second.context_id);
    expect([first, second, third].map((reply) => reply.context_id)).toEqual([
      7n << 32n,
      (7n << 32n) + 1n,
      COMPLETED,
    ]);
    expect(partition.scan(first.context_id)).toMatchObject({ error: 1, kvs: [] });
  });

  test('stays alive after a full batch when a record of its hash key follows, even outside its range', () => {
    const partition = filled(5);
    const range = { start_key: rawKey('h', ''), stop_key: rawKey('h', 's4'), batch_size: 2 };
    expect(batches(partition, range)).toEqual([['hs0', 'hs1'], ['hs2', 'hs3'], []]);
    expect(batches(partition, { ...range, batch_size: 3 })).toEqual([['hs0', 'hs1', 'hs2'], ['hs3']]);
    expect(batches(filled(4), range)).toEqual([
      ['hs0', 'hs1'],
      ['hs2', 'hs3'],
    ]);
  });

  test('ends with the hash key that it begins in, unless it scans everything', () => {
    const partition = filled(2);
    partition.put('i', 'a', 'v');
    const range = { start_key: rawKey('h', ''), stop_key: bytes('\xff\xff'), batch_size: 2 };
    expect(batches(partition, range)).toEqual([['hs0', 'hs1']]);
    expect(batches(partition, { ...range, full_scan: true })).toEqual([['hs0', 'hs1'], ['ia']]);
  });

  test('sees the records as they were when it began', () => {
    const partition = filled(4);
    const { context_id } = partition.getScanner({ batch_size: 1 });
    partition.put('h', 's1', 'changed');
    partition.write('RPC_RRDB_RRDB_REMOVE', { key: rawKey('h', 's2') });
    partition.put('h', 's1a', 'new');
    const second = partition.scan(context_id);
    expect(second.kvs.map(({ value }) => text(value))).toEqual(['v1']);
    expect(keysOf(partition.scan(second.context_id))).toEqual(['hs2']);
  });

  test('takes batch_size, at most 1000', () => {
    const partition = filled(1001);
    const sizes = (batch_size: number) => batches(partition, { batch_size }).map((keys) => keys.length);
    expect(sizes(-1)).toEqual([1000, 1]);
    expect(sizes(5000)).toEqual([1000, 1]);
    expect(sizes(600)).toEqual([600, 401]);
  });

  test('gives short batches where it skips records', () => {
    const partition = filled(6);
    for (const i of [0, 2, 3, 4]) partition.put('h', `s${i}`, 'gone', NOW);
    expect(batches(partition, { batch_size: 1 })).toEqual([['hs1'], [], [], [], ['hs5']]);
  });

  test('looks at 1000 records in its first batch, whatever it finds', () => {
    const partition = filled(12);
    partition.limits = {
      rocksdb_multi_get_max_iteration_count: 3000,
      rocksdb_multi_get_max_iteration_size: 1,
      rocksdb_max_iteration_count: 5,
    };
    const filter = {
      sort_key_filter_type: 'FT_MATCH_POSTFIX' as FilterType,
      sort_key_filter_pattern: bytes('9'),
    };
    expect(batches(partition, { batch_size: 3, ...filter })).toEqual([[], [], [], ['hs9']]);
  });

  test('a batch reads no more records than it may give, and one, however many there are', () => {
    const partition = filled(5000);
    const read = recordsRead(partition);
    const { context_id } = partition.getScanner({ batch_size: 100 });
    expect(read()).toBe(101);
    partition.scan(context_id);
    expect(read()).toBe(101);
  });

  test('an empty range leaves the context id at 0', () => {
    const partition = filled(3);
    const range = { start_key: rawKey('h', 's1'), stop_key: rawKey('h', 's1') };
    expect(partition.getScanner(range)).toMatchObject({ error: 0, kvs: [], context_id: 0n });
    expect(partition.scan(0n).error).toBe(1);
    expect(batches(partition, { ...range, stop_inclusive: true })).toEqual([['hs1']]);
    expect(
      batches(partition, {
        ...range,
        stop_key: rawKey('h', 's2'),
        start_inclusive: false,
        stop_inclusive: true,
      }),
    ).toEqual([['hs2']]);
  });

  test('filters hash keys and sort keys', () => {
    const partition = new Partition();
    for (const hashKey of ['x', 'hr', 'hrx', 'yhr']) partition.put(hashKey, 'k', 'v');
    const found = (type: FilterType, pattern: string, sortPattern = '') =>
      batches(partition, {
        hash_key_filter_type: type,
        hash_key_filter_pattern: bytes(pattern),
        sort_key_filter_type: 'FT_MATCH_PREFIX',
        sort_key_filter_pattern: bytes(sortPattern),
      }).flat();
    expect(found('FT_MATCH_PREFIX', 'hr')).toEqual(['hrk', 'hrxk']);
    expect(found('FT_MATCH_ANYWHERE', 'r')).toEqual(['hrk', 'hrxk', 'yhrk']);
    expect(found('FT_MATCH_POSTFIX', 'hr')).toEqual(['hrk', 'yhrk']);
    expect(found('FT_MATCH_PREFIX', '')).toHaveLength(4);
    expect(found('FT_MATCH_PREFIX', 'hr', 'z')).toEqual([]);
  });

  test.each(['hash_key_filter_type', 'sort_key_filter_type'])('refuses a %s without a name', (field) => {
    expect(filled(1).getScanner({ [field]: '4' })).toMatchObject({ error: 4, kvs: [] });
  });

  test('can leave out values, add expiry times, or count only', () => {
    const partition = filled(2);
    partition.put('h', 's1', 'v1', NOW + 5);
    expect(partition.getScanner({ no_value: true }).kvs.map(({ value }) => value.length)).toEqual([0, 0]);
    const expiry = partition.getScanner({ return_expire_ts: true }).kvs.map((kv) => kv.expire_ts_seconds);
    expect(expiry).toEqual([0, NOW + 5]);
    const counted = partition.getScanner({ only_return_count: true, batch_size: 1 });
    expect(counted).toMatchObject({ kvs: [], kv_count: 1 });
    expect(partition.scan(counted.context_id)).toMatchObject({ kvs: [], kv_count: 1, context_id: COMPLETED });
    expect(partition.getScanner()).not.toHaveProperty('kv_count');
  });

  test('skips records of other partitions when the table and the client want it', () => {
    const partition = new Partition();
    for (const hashKey of ['n', 'h1']) partition.put(hashKey, 'k', 'v');
    const keys = (validate_partition_hash: boolean | undefined) =>
      keysOf(
        partition.read('RPC_RRDB_RRDB_GET_SCANNER', getScannerRequest({ validate_partition_hash }), {
          pidx: 5,
        }),
      );
    expect(keys(true)).toHaveLength(2);
    partition.envs['replica.split.validate_partition_hash'] = 'true';
    expect(keys(true)).toEqual(['nk']);
    expect(keys(undefined)).toEqual(['nk']);
    expect(keys(false)).toHaveLength(2);
  });

  test('gives every record once, whatever the batch size', () => {
    const key = fc.tuple(fc.string({ maxLength: 2 }), fc.string({ maxLength: 2 }));
    fc.assert(
      fc.property(fc.array(key, { maxLength: 30 }), fc.integer({ min: 1, max: 5 }), (keys, batch_size) => {
        const partition = new Partition();
        for (const [hashKey, sortKey] of keys) partition.put(hashKey, sortKey, '');
        const expected = new Set(keys.map(([hashKey, sortKey]) => text(rawKey(hashKey, sortKey))));
        const found = batches(partition, { batch_size }).flat();
        expect(found).toEqual([...expected].sort().map((raw) => raw.slice(2)));
      }),
    );
  });
});

describe('an open scan', () => {
  const open = (partition: Partition) => partition.getScanner({ batch_size: 1 }).context_id;

  test('is forgotten five minutes after its last batch', () => {
    const partition = filled(4);
    const first = open(partition);
    partition.now += 299;
    const second = partition.scan(first);
    expect(second.error).toBe(0);
    partition.now += 299;
    const third = partition.scan(second.context_id);
    expect(third.error).toBe(0);
    partition.now += 300;
    expect(partition.scan(third.context_id).error).toBe(1);
  });

  test('belongs to its partition', () => {
    const partition = filled(3);
    const id = open(partition);
    const elsewhere = partition.read<ScanResponse>('RPC_RRDB_RRDB_SCAN', { context_id: id }, { pidx: 1 });
    expect(elsewhere.error).toBe(1);
    expect(partition.scan(id).error).toBe(0);
  });

  test('ends when the client clears it or the replica closes', () => {
    const partition = filled(3);
    const cleared = open(partition);
    expect(partition.read('RPC_RRDB_RRDB_CLEAR_SCANNER', { context_id: cleared })).toEqual({});
    expect(partition.scan(cleared).error).toBe(1);
    const lost = open(partition);
    partition.scans.closeReplica(2, 1);
    partition.scans.closeReplica(2, 0);
    expect(partition.scan(lost).error).toBe(1);
  });
});
