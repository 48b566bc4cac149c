import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { recordRowSchema } from '../../../src/engine/documents/record-row.ts';
import { type Checkpoint, checkpointSchema } from '../../../src/engine/documents/replica.ts';
import { updateSchema } from '../../../src/engine/documents/update.ts';
import { checkpointFromJson, checkpointToJson } from '../../../src/engine/replica/data/checkpoint-codec.ts';
import { RecordStore } from '../../../src/engine/replica/data/record-store.ts';
import {
  isDuplicable,
  type Update,
  updateFromJson,
  WRITE_REQUESTS,
  writeUpdate,
} from '../../../src/engine/replica/data/updates.ts';
import { allOf } from '../../../src/engine/steps.ts';
import { jsonOf } from '../../../src/engine/storage/json-writer.ts';
import { checkValue } from '../../../src/rpc/idl/check.ts';
import { NO_BYTES } from '../../../src/rpc/idl/keys.ts';
import { bytes, rawKey } from './support.ts';

const blob = fc.oneof(
  { weight: 8, arbitrary: fc.uint8Array({ maxLength: 20 }) },
  { weight: 1, arbitrary: fc.uint8Array({ minLength: 30, maxLength: 300 }) },
  { weight: 1, arbitrary: fc.uint8Array({ min: 0x20, max: 0x7e, minLength: 30, maxLength: 300 }) },
);
const int32 = fc.integer();
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const of = (code: keyof typeof WRITE_REQUESTS, request: fc.Arbitrary<unknown>): fc.Arbitrary<Update> =>
  request.map((one) => ({ code, request: one }));
const kv = fc.record({ key: blob, value: blob });
const entry = fc.record(
  {
    timestamp: fc.maxSafeNat(),
    task_code: fc.constant('RPC_RRDB_RRDB_PUT'),
    raw_message: blob,
    cluster_id: fc.integer({ min: 0, max: 127 }),
    verify_timetag: fc.boolean(),
  },
  { requiredKeys: [] },
);
const check = { hash_key: blob, check_sort_key: blob, check_operand: blob, return_check_value: fc.boolean() };

const anyUpdate = fc.oneof(
  of('RPC_RRDB_RRDB_PUT', fc.record({ key: blob, value: blob, expire_ts_seconds: int32 })),
  of('RPC_RRDB_RRDB_REMOVE', fc.record({ key: blob })),
  of('RPC_RRDB_RRDB_MULTI_PUT', fc.record({ hash_key: blob, kvs: fc.array(kv), expire_ts_seconds: int32 })),
  of(
    'RPC_RRDB_RRDB_MULTI_REMOVE',
    fc.record({ hash_key: blob, sort_keys: fc.array(blob), max_count: fc.maxSafeInteger() }),
  ),
  of('RPC_RRDB_RRDB_INCR', fc.record({ key: blob, increment: int64, expire_ts_seconds: int32 })),
  of(
    'RPC_RRDB_RRDB_CHECK_AND_SET',
    fc.record({
      ...check,
      check_type: fc.constantFrom('CT_NO_CHECK', 'CT_VALUE_INT_LESS'),
      set_diff_sort_key: fc.boolean(),
      set_sort_key: blob,
      set_value: blob,
      set_expire_ts_seconds: int32,
    }),
  ),
  of(
    'RPC_RRDB_RRDB_CHECK_AND_MUTATE',
    fc.record({
      ...check,
      check_type: fc.constant('CT_VALUE_EXIST'),
      mutate_list: fc.array(
        fc.record({
          operation: fc.constantFrom('MO_PUT', 'MO_DELETE'),
          sort_key: blob,
          value: blob,
          set_expire_ts_seconds: int32,
        }),
      ),
    }),
  ),
  of('RPC_RRDB_RRDB_DUPLICATE', fc.record({ entries: fc.array(entry) })),
  of('RPC_REPLICATION_WRITE_EMPTY', fc.constant({})),
);

const textOf = (update: Update): string => Buffer.from(jsonOf((to) => writeUpdate(to, update))).toString();

describe('an update in a log', () => {
  test('is read back as it was, bytes and all', () => {
    fc.assert(
      fc.property(anyUpdate, (update) => {
        const code = update.code as keyof typeof WRITE_REQUESTS;
        checkValue(WRITE_REQUESTS[code], update.request, update.code);
        const parsed = v.parse(updateSchema, JSON.parse(textOf(update)));
        expect(updateFromJson(parsed)).toEqual(update);
      }),
      { numRuns: 500 },
    );
  });

  test('can be read by a person', () => {
    const update = {
      code: 'RPC_RRDB_RRDB_PUT',
      request: { key: rawKey('h1', 's1'), value: bytes('caf\xe9 \\'), expire_ts_seconds: 0 },
    };
    expect(textOf(update)).toBe(
      String.raw`{"code":"RPC_RRDB_RRDB_PUT","request":{"key":"\\x00\\x02h1s1","value":"caf\\xe9 \\x5c","expire_ts_seconds":0}}`,
    );
  });

  test.each([
    ['no such code', { code: 'RPC_RRDB_RRDB_GET', request: { key: '' } }],
    ['a field missing', { code: 'RPC_RRDB_RRDB_PUT', request: { key: 'k', value: 'v' } }],
    ['a field too many', { code: 'RPC_RRDB_RRDB_REMOVE', request: { key: 'k', value: 'v' } }],
    ['more than its request', { code: 'RPC_RRDB_RRDB_REMOVE', request: { key: 'k' }, more: 1 }],
    ['a torn escape', { code: 'RPC_RRDB_RRDB_REMOVE', request: { key: '\\x0' } }],
    ['bytes not escaped', { code: 'RPC_RRDB_RRDB_REMOVE', request: { key: 'é' } }],
    ['a fraction', { code: 'RPC_RRDB_RRDB_PUT', request: { key: '', value: '', expire_ts_seconds: 0.5 } }],
    [
      'a large integer as number',
      { code: 'RPC_RRDB_RRDB_INCR', request: { key: '', increment: 1, expire_ts_seconds: 0 } },
    ],
  ])('is refused with %s', (_, json) => {
    expect(v.safeParse(updateSchema, json).success).toBe(false);
  });

  test('large values are checked too', () => {
    const request = { key: '', value: '\\x00a'.repeat(1 << 20), expire_ts_seconds: 0 };
    expect(v.safeParse(updateSchema, { code: 'RPC_RRDB_RRDB_PUT', request }).success).toBe(true);
  });
});

test('only plain writes are shipped by duplication', () => {
  expect(Object.keys(WRITE_REQUESTS).filter(isDuplicable)).toEqual([
    'RPC_RRDB_RRDB_PUT',
    'RPC_RRDB_RRDB_REMOVE',
    'RPC_RRDB_RRDB_MULTI_PUT',
    'RPC_RRDB_RRDB_MULTI_REMOVE',
  ]);
});

function read(json: string): RecordStore {
  const { decree, records } = allOf(checkpointFromJson(Buffer.from(json.slice(0, -1))));
  expect(decree).toBe(7);
  return records;
}

function expectSame(one: RecordStore, other: RecordStore): void {
  expect([...one.range(NO_BYTES, undefined)]).toEqual([...other.range(NO_BYTES, undefined)]);
  expect(one.size).toBe(other.size);
}

describe('the records of a checkpoint', () => {
  test('are read back as they were, in key order', () => {
    const record = fc.record({
      value: blob,
      expire: fc.nat(),
      timetag: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(blob, record)), (records) => {
        const store = new RecordStore();
        for (const [key, one] of records) store.set(key, one);
        const json = [...checkpointToJson(7, store)].join('');
        v.parse(checkpointSchema, JSON.parse(json));
        expectSame(read(json), store);
      }),
    );
  });

  test('are read in parts, and whole where somebody laid them out otherwise', () => {
    const store = new RecordStore();
    for (let at = 0; at < 3000; at++)
      store.set(rawKey('h', `${at}`), {
        value: bytes(`],\n${'é"\\'.repeat(at % 20)}`),
        expire: at,
        timetag: 1n,
      });
    const json = [...checkpointToJson(7, store)].join('');
    expect([...checkpointToJson(7, store)].length).toBeGreaterThan(2);
    const { decree, records } = JSON.parse(json) as Checkpoint;
    const layouts = [
      json,
      json.replaceAll('],\n[', '],\n \n['),
      JSON.stringify({ decree, records }, undefined, 2),
      JSON.stringify({ records, decree }),
    ];
    for (const layout of layouts) expectSame(read(layout), store);
  });

  test('are short rows', () => {
    const store = new RecordStore();
    store.set(rawKey('h', 's'), { value: bytes('v"\\'), expire: 100, timetag: 0x060a24181e400002n });
    store.set(rawKey('h', 't'), { value: bytes(''), expire: 0, timetag: 0n });
    expect([...checkpointToJson(7, store)].join('')).toBe(
      '{"decree":7,"records":[\n' +
        String.raw`["\\x00\\x01hs","v\"\\x5c",100,"60a24181e400002"],` +
        '\n' +
        String.raw`["\\x00\\x01ht","",0,"0"]` +
        '\n]}',
    );
  });

  test.each([
    [['k', 'v', 0]],
    [['k', 'v', -1, '0']],
    [['k', 'v', 0, 'x']],
    [['\\', 'v', 0, '0']],
    [['k', 'v', 0, '0', 'more']],
  ])('are not %j', (row) => {
    expect(v.safeParse(recordRowSchema, row).success).toBe(false);
  });
});
