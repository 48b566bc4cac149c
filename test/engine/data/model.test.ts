import { describe, expect, test } from 'vitest';
import { SCAN_CONTEXT_ID_COMPLETED } from '../../../src/engine/replica/data/scan.ts';
import { decodeKey } from '../../../src/rpc/idl/keys.ts';
import type { FilterType, KeyValue } from '../../../src/rpc/idl/rrdb.ts';
import type { ScanResponse } from '../../../src/rpc/idl/scan.ts';
import { bytes, NOW, Partition, rawKey, text } from './support.ts';

/** Few keys, so that operations meet; of several lengths and with bytes at both ends, so that order matters. */
const HASH_KEYS = ['a', 'b', 'aa', '\xff'];
const SORT_KEYS = ['', 'a', 'b', 'ab', 'ba', '\x00', '\xff', 'abc'];
const VALUES = ['', '0', '41', '-7', ' 0x10', 'text', '9223372036854775807'];

/** A generator of its own for each seed (mulberry32). */
function chance(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count: number) => Math.floor(next() * count);
  return { below, pick: <T>(list: readonly T[]): T => list[below(list.length)] as T };
}
type Chance = ReturnType<typeof chance>;

/** What a partition should hold: values and expiry by raw key as text. */
class Model {
  readonly records = new Map<string, { readonly value: string; readonly expire: number }>();
  now = NOW;

  live(hashKey: string, sortKey: string) {
    const record = this.records.get(text(rawKey(hashKey, sortKey)));
    return record !== undefined && (record.expire === 0 || record.expire > this.now) ? record : undefined;
  }

  set(hashKey: string, sortKey: string, value: string, expire: number): void {
    this.records.set(text(rawKey(hashKey, sortKey)), { value, expire });
  }

  remove(hashKey: string, sortKey: string): void {
    this.records.delete(text(rawKey(hashKey, sortKey)));
  }

  /** `hash|sort|value`, in the byte order of raw keys. */
  all(): string[] {
    const keys = [...this.records.keys()].sort((a, b) => Buffer.compare(bytes(a), bytes(b)));
    return keys.flatMap((raw) => {
      const { hashKey, sortKey } = decodeKey(bytes(raw));
      const record = this.live(text(hashKey), text(sortKey));
      return record === undefined ? [] : [`${text(hashKey)}|${text(sortKey)}|${record.value}`];
    });
  }
}

/** As C's strtoll with base 0, for the values above. */
const integerOf = (value: string): bigint | undefined =>
  /^ *-?(0x)?[0-9]+$/.test(value) ? BigInt(value.trim()) : undefined;

const WRITES: readonly ((partition: Partition, model: Model, draw: Chance) => void)[] = [
  function put(partition, model, draw) {
    const [h, s, value] = [draw.pick(HASH_KEYS), draw.pick(SORT_KEYS), draw.pick(VALUES)];
    const expire = draw.pick([0, 0, model.now + draw.below(20)]);
    expect(partition.put(h, s, value, expire).error).toBe(0);
    model.set(h, s, value, expire);
  },
  function remove(partition, model, draw) {
    const [h, s] = [draw.pick(HASH_KEYS), draw.pick(SORT_KEYS)];
    partition.write('RPC_RRDB_RRDB_REMOVE', { key: rawKey(h, s) });
    model.remove(h, s);
  },
  function multiPut(partition, model, draw) {
    const h = draw.pick(HASH_KEYS);
    const kvs = [0, 1, 2].map(() => ({ key: bytes(draw.pick(SORT_KEYS)), value: bytes(draw.pick(VALUES)) }));
    partition.write('RPC_RRDB_RRDB_MULTI_PUT', { hash_key: bytes(h), kvs, expire_ts_seconds: 0 });
    for (const { key, value } of kvs) model.set(h, text(key), text(value), 0);
  },
  function incr(partition, model, draw) {
    const [h, s, increment] = [draw.pick(HASH_KEYS), draw.pick(SORT_KEYS), BigInt(draw.below(100) - 50)];
    const expire = draw.pick([0, -1, model.now + 10]);
    const old = model.live(h, s);
    const base = old === undefined || old.value === '' ? 0n : integerOf(old.value);
    const sum = base === undefined ? undefined : base + increment;
    const isFit = sum !== undefined && BigInt.asIntN(64, sum) === sum;
    const request = { key: rawKey(h, s), increment, expire_ts_seconds: expire };
    const reply: { error: number; new_value: bigint } = partition.write('RPC_RRDB_RRDB_INCR', request);
    expect(reply).toMatchObject(isFit ? { error: 0, new_value: sum } : { error: 4, new_value: base ?? 0n });
    const kept = expire === 0 ? (old?.expire ?? 0) : Math.max(expire, 0);
    if (isFit) model.set(h, s, String(sum), kept);
  },
  function checkAndMutate(partition, model, draw) {
    const [h, check, one, other] = [
      draw.pick(HASH_KEYS),
      ...[0, 1, 2].map(() => draw.pick(SORT_KEYS)),
    ] as string[];
    const type = draw.pick(['CT_VALUE_NOT_EXIST', 'CT_VALUE_EXIST', 'CT_VALUE_NOT_EMPTY'] as const);
    const found = model.live(h!, check!)?.value;
    const passes =
      type === 'CT_VALUE_NOT_EXIST'
        ? found === undefined
        : found !== undefined && (type === 'CT_VALUE_EXIST' || found !== '');
    const reply: { error: number } = partition.write('RPC_RRDB_RRDB_CHECK_AND_MUTATE', {
      hash_key: bytes(h!),
      check_sort_key: bytes(check!),
      check_type: type,
      check_operand: bytes(''),
      mutate_list: [
        { operation: 'MO_PUT', sort_key: bytes(one!), value: bytes('put'), set_expire_ts_seconds: 0 },
        { operation: 'MO_DELETE', sort_key: bytes(other!), value: bytes(''), set_expire_ts_seconds: 0 },
      ],
      return_check_value: false,
    });
    expect(reply.error).toBe(passes ? 0 : 13);
    if (!passes) return;
    model.set(h!, one!, 'put', 0);
    model.remove(h!, other!);
  },
  function wait(partition, model, draw) {
    model.now += draw.below(4);
    partition.now = model.now;
  },
];

const matches = (type: FilterType, pattern: string, subject: string): boolean =>
  pattern === '' ||
  {
    FT_NO_FILTER: () => true,
    FT_MATCH_ANYWHERE: () => subject.includes(pattern),
    FT_MATCH_PREFIX: () => subject.startsWith(pattern),
    FT_MATCH_POSTFIX: () => subject.endsWith(pattern),
  }[type]();

const FILTERS = ['FT_NO_FILTER', 'FT_MATCH_ANYWHERE', 'FT_MATCH_PREFIX', 'FT_MATCH_POSTFIX'] as const;

function checkPoints(partition: Partition, model: Model, draw: Chance): void {
  const [h, s] = [draw.pick(HASH_KEYS), draw.pick(SORT_KEYS)];
  const record = model.live(h, s);
  expect(partition.get(h, s)).toBe(record?.value ?? 1);
  const left = record === undefined || record.expire === 0 ? -1 : record.expire - model.now;
  expect(partition.ttl(h, s)).toMatchObject(
    record === undefined ? { error: 1 } : { error: 0, ttl_seconds: left },
  );
}

/** A range of one hash key, read in pieces as clients do: from where the last piece ended. */
function checkRange(partition: Partition, model: Model, draw: Chance): void {
  const [h, type, pattern] = [draw.pick(HASH_KEYS), draw.pick(FILTERS), draw.pick(['', 'a', 'b', '\xff'])];
  const want = model.all().filter((line) => {
    const [hashKey, sortKey = ''] = line.split('|');
    return hashKey === h && matches(type, pattern, sortKey);
  });
  const got: string[] = [];
  const take = (kvs: readonly KeyValue[]) => kvs.map(({ key, value }) => `${h}|${text(key)}|${text(value)}`);
  let [start, inclusive] = ['', true];
  for (let round = 0; round < 20; round++) {
    const { error, kvs } = partition.multiGet(h, {
      start_sortkey: bytes(start),
      start_inclusive: inclusive,
      max_kv_count: 2,
      sort_key_filter_type: type,
      sort_key_filter_pattern: bytes(pattern),
    });
    got.push(...take(kvs));
    if (error === 0) break;
    [start, inclusive] = [text(kvs.at(-1)!.key), false];
  }
  expect(got).toEqual(want);
  const reverse = partition.multiGet(h, {
    reverse: true,
    max_kv_count: 2,
    sort_key_filter_type: type,
    sort_key_filter_pattern: bytes(pattern),
  });
  expect(take(reverse.kvs)).toEqual(want.slice(-2));
}

/** The whole partition, batch by batch. */
function checkScan(partition: Partition, model: Model, draw: Chance): void {
  const [type, pattern] = [draw.pick(FILTERS), draw.pick(['', 'a', 'b'])];
  const lines: string[] = [];
  let batch: ScanResponse = partition.getScanner({
    batch_size: 1 + draw.below(5),
    hash_key_filter_type: type,
    hash_key_filter_pattern: bytes(pattern),
  });
  for (let round = 0; round < 100; round++) {
    for (const { key, value } of batch.kvs) {
      const { hashKey, sortKey } = decodeKey(key);
      lines.push(`${text(hashKey)}|${text(sortKey)}|${text(value)}`);
    }
    if (batch.context_id === SCAN_CONTEXT_ID_COMPLETED) break;
    batch = partition.scan(batch.context_id);
  }
  expect(lines).toEqual(model.all().filter((line) => matches(type, pattern, line.split('|')[0]!)));
}

describe('a partition does what a simple model does', () => {
  test.each(Array.from({ length: 40 }, (_, index) => index + 1))('seed %i', (seed) => {
    const draw = chance(seed);
    const [partition, model] = [new Partition(), new Model()];
    for (let step = 0; step < 120; step++) {
      draw.pick(WRITES)(partition, model, draw);
      draw.pick([checkPoints, checkPoints, checkRange, checkScan])(partition, model, draw);
    }
  });
});
