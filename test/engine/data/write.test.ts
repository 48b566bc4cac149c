import { describe, expect, test } from 'vitest';
import { applyMutation } from '../../../src/engine/replica/data/apply.ts';
import type { MultiRemoveResponse, UpdateResponse } from '../../../src/rpc/idl/rrdb.ts';
import { bytes, NOW, Partition, rawKey } from './support.ts';

const kv = (key: string, value: string) => ({ key: bytes(key), value: bytes(value) });

describe('put and remove', () => {
  test('answer with the partition, the decree and the server', () => {
    expect(new Partition().put('h', 's', 'v')).toEqual({
      error: 0,
      app_id: 2,
      partition_index: 0,
      decree: 1,
      server: 'localhost:34801',
    });
  });

  test('removing what is not there is fine too', () => {
    const partition = new Partition();
    partition.put('h', 's', 'v');
    const remove = () => partition.write('RPC_RRDB_RRDB_REMOVE', { key: rawKey('h', 's') }) as UpdateResponse;
    expect([remove().error, remove().error]).toEqual([0, 0]);
    expect(partition.get('h', 's')).toBe(1);
  });

  test('the updates of one mutation share a decree and are answered one by one', () => {
    const partition = new Partition();
    partition.write('RPC_REPLICATION_WRITE_EMPTY', {});
    const put = (sortKey: string) => ({
      code: 'RPC_RRDB_RRDB_PUT',
      request: { key: rawKey('h', sortKey), value: bytes(sortKey), expire_ts_seconds: 0 },
    });
    const remove = { code: 'RPC_RRDB_RRDB_REMOVE', request: { key: rawKey('h', 'a') } };
    const context = {
      decree: 9,
      nowSeconds: 0,
      timestampUs: 0,
      clusterId: 0,
      appId: 1,
      pidx: 0,
      server: '',
      defaultTtl: 0,
    };
    const replies = applyMutation(partition.store, [put('a'), put('b'), remove], context) as UpdateResponse[];
    expect(replies.map(({ error, decree }) => [error, decree])).toEqual([
      [0, 9],
      [0, 9],
      [0, 9],
    ]);
    expect(partition.store.size).toBe(1);
  });

  test('an unknown code is a bug of the caller', () => {
    const partition = new Partition();
    expect(() => partition.write('RPC_RRDB_RRDB_GET' as 'RPC_RRDB_RRDB_REMOVE', { key: bytes('') })).toThrow(
      'not a write',
    );
  });
});

describe('multi_put and multi_remove', () => {
  test('give all records one expiry time', () => {
    const partition = new Partition();
    const request = { hash_key: bytes('h'), kvs: [kv('a', '1'), kv('b', '2')], expire_ts_seconds: NOW + 50 };
    expect(partition.write('RPC_RRDB_RRDB_MULTI_PUT', request)).toMatchObject({ error: 0, decree: 1 });
    expect([partition.ttl('h', 'a').ttl_seconds, partition.ttl('h', 'b').ttl_seconds]).toEqual([50, 50]);
  });

  test('count the keys asked for, present or not', () => {
    const partition = new Partition();
    partition.put('h', 'a', '1');
    const request = { hash_key: bytes('h'), sort_keys: [bytes('a'), bytes('zz')], max_count: 100 };
    const reply: MultiRemoveResponse = partition.write('RPC_RRDB_RRDB_MULTI_REMOVE', request);
    expect(reply).toMatchObject({ error: 0, count: 2, decree: 2 });
    expect(partition.store.size).toBe(0);
  });

  test('refuse empty lists, and use a decree for it', () => {
    const partition = new Partition();
    const put = { hash_key: bytes('h'), kvs: [], expire_ts_seconds: 0 };
    const remove = { hash_key: bytes('h'), sort_keys: [], max_count: 100 };
    expect(partition.write('RPC_RRDB_RRDB_MULTI_PUT', put)).toMatchObject({ error: 4, decree: 1 });
    expect(partition.write('RPC_RRDB_RRDB_MULTI_REMOVE', remove)).toMatchObject({
      error: 4,
      count: 0,
      decree: 2,
    });
  });
});

describe('expiry', () => {
  test('hides a record from the second on, and leaves it in the store', () => {
    const partition = new Partition();
    partition.put('h', 's', 'v', NOW + 10);
    expect(partition.ttl('h', 's')).toMatchObject({ error: 0, ttl_seconds: 10 });
    partition.now = NOW + 9;
    expect(partition.get('h', 's')).toBe('v');
    partition.now = NOW + 10;
    expect(partition.get('h', 's')).toBe(1);
    expect(partition.ttl('h', 's')).toMatchObject({ error: 1 });
    expect(partition.store.size).toBe(1);
  });

  test('never comes without a ttl', () => {
    const partition = new Partition();
    partition.put('h', 's', 'v');
    expect(partition.ttl('h', 's')).toMatchObject({ error: 0, ttl_seconds: -1 });
  });

  test('default_ttl is for writes that bring none', () => {
    const partition = new Partition();
    partition.defaultTtl = 60;
    partition.put('h', 'none', 'v');
    partition.put('h', 'own', 'v', NOW + 5);
    partition.defaultTtl = 0;
    partition.put('h', 'later', 'v');
    const ttls = ['none', 'own', 'later'].map((sortKey) => partition.ttl('h', sortKey).ttl_seconds);
    expect(ttls).toEqual([60, 5, -1]);
  });
});

test('a timetag holds time and cluster of the write', () => {
  const partition = new Partition();
  const request = { key: rawKey('h', 's'), value: bytes('v'), expire_ts_seconds: 100 };
  partition.write('RPC_RRDB_RRDB_PUT', request, { timestampUs: 1_700_000_000_000_000 });
  expect(partition.store.get(rawKey('h', 's'))!.timetag).toBe(0x060a24181e400002n);
});
