import { describe, expect, test } from 'vitest';
import { decodeDuplicated, encodeDuplicated } from '../../../src/engine/replica/data/duplicated-message.ts';
import type { WriteCode, WriteRequest } from '../../../src/engine/replica/data/updates.ts';
import type { DuplicateEntry, DuplicateResponse } from '../../../src/rpc/idl/duplicate.ts';
import { bytes, NOW, Partition, rawKey } from './support.ts';

const SOURCE = 2;

function shipped<C extends WriteCode>(
  code: C,
  request: WriteRequest<C>,
  entry: DuplicateEntry = {},
): DuplicateEntry {
  const raw_message = encodeDuplicated({ code, request });
  return {
    timestamp: 5_000_000,
    task_code: code,
    raw_message,
    cluster_id: SOURCE,
    verify_timetag: false,
    ...entry,
  };
}

const put = (value: string, entry: DuplicateEntry = {}, expire = 0): DuplicateEntry =>
  shipped(
    'RPC_RRDB_RRDB_PUT',
    { key: rawKey('h', 's'), value: bytes(value), expire_ts_seconds: expire },
    entry,
  );

function duplicate(
  partition: Partition,
  entries: DuplicateEntry[],
  clusterIds?: ReadonlySet<number>,
): DuplicateResponse {
  return partition.write(
    'RPC_RRDB_RRDB_DUPLICATE',
    { entries },
    clusterIds && { clusterIds: () => clusterIds },
  );
}

const timetag = (timestamp: bigint, clusterId: bigint): bigint => (timestamp << 8n) | (clusterId << 1n);

describe('writes shipped from another cluster', () => {
  test('are applied in order, with the time and the id of their source', () => {
    const partition = new Partition();
    const kvs = [
      { key: bytes('a'), value: bytes('1') },
      { key: bytes('b'), value: bytes('2') },
    ];
    const entries = [
      put('first'),
      shipped('RPC_RRDB_RRDB_MULTI_PUT', { hash_key: bytes('h'), kvs, expire_ts_seconds: NOW + 7 }),
      shipped('RPC_RRDB_RRDB_MULTI_REMOVE', { hash_key: bytes('h'), sort_keys: [bytes('a')], max_count: 1 }),
      put('second', { timestamp: 6_000_000 }),
    ];
    expect(duplicate(partition, entries)).toEqual({ error: 0 });
    expect([partition.get('h', 's'), partition.get('h', 'a'), partition.get('h', 'b')]).toEqual([
      'second',
      1,
      '2',
    ]);
    expect(partition.ttl('h', 'b').ttl_seconds).toBe(7);
    expect(partition.store.get(rawKey('h', 's'))!.timetag).toBe(timetag(6_000_000n, 2n));
  });

  test('overwrite newer records, unless the timetags are to be compared', () => {
    const partition = new Partition();
    partition.put('h', 's', 'local and newer');
    duplicate(partition, [put('ignored', { verify_timetag: true })]);
    expect(partition.get('h', 's')).toBe('local and newer');
    duplicate(partition, [put('late')]);
    expect(partition.get('h', 's')).toBe('late');
  });

  test('lose against the same timetag and win against an older one', () => {
    const partition = new Partition();
    const verified = { verify_timetag: true };
    duplicate(partition, [put('first', verified), put('same', verified)]);
    expect(partition.get('h', 's')).toBe('first');
    duplicate(partition, [put('newer', { ...verified, timestamp: 5_000_001 })]);
    expect(partition.get('h', 's')).toBe('newer');
  });

  test('win against a record that has expired', () => {
    const partition = new Partition();
    partition.put('h', 's', 'gone', NOW);
    duplicate(partition, [put('late', { verify_timetag: true })]);
    expect(partition.get('h', 's')).toBe('late');
  });

  test('remove without any comparison', () => {
    const partition = new Partition();
    partition.put('h', 's', 'newer');
    const remove = shipped('RPC_RRDB_RRDB_REMOVE', { key: rawKey('h', 's') }, { verify_timetag: true });
    duplicate(partition, [remove]);
    expect(partition.get('h', 's')).toBe(1);
  });

  test('are refused from a cluster that is not in [duplication-group]', () => {
    const hint = 'request cluster id is unconfigured';
    expect(duplicate(new Partition(), [put('v')], new Set([1, 3]))).toEqual({ error: 4, error_hint: hint });
    expect(duplicate(new Partition(), [put('v')], new Set([1, SOURCE]))).toEqual({ error: 0 });
  });

  test('are refused from the cluster itself', () => {
    const own = put('v', { cluster_id: 1 });
    expect(duplicate(new Partition(), [own])).toEqual({ error: 4, error_hint: 'self-duplicating' });
  });

  test('are refused when their code is none that is shipped, after what came before', () => {
    const partition = new Partition();
    const entries = [put('before'), put('v', { task_code: 'RPC_RRDB_RRDB_INCR' }), put('after')];
    expect(duplicate(partition, entries)).toEqual({
      error: 4,
      error_hint: 'unrecognized task code RPC_RRDB_RRDB_INCR',
    });
    expect(partition.get('h', 's')).toBe('before');
  });

  test('a write that is refused by itself is the answer', () => {
    const empty = shipped('RPC_RRDB_RRDB_MULTI_PUT', { hash_key: bytes('h'), kvs: [], expire_ts_seconds: 0 });
    expect(duplicate(new Partition(), [empty, put('v')])).toEqual({ error: 4 });
  });
});

test('a message of another code than it says is not taken', () => {
  const message = put('v').raw_message!;
  expect(decodeDuplicated('RPC_RRDB_RRDB_PUT', message)?.code).toBe('RPC_RRDB_RRDB_PUT');
  expect(() => decodeDuplicated('RPC_RRDB_RRDB_REMOVE', message)).toThrow('shipped as');
});
