import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crc64 } from '../../../src/rpc/idl/crc64.ts';
import {
  compareKeys,
  decodeKey,
  encodeKey,
  isKeyOfPartition,
  keyAfter,
  keyAfterPrefix,
  keyHash,
} from '../../../src/rpc/idl/keys.ts';
import { bytes, rawKey, text } from './support.ts';

const anyBytes = fc.uint8Array({ maxLength: 12 });
const fewBytes = fc
  .array(fc.constantFrom(0, 1, 0x61, 0xfe, 0xff), { maxLength: 4 })
  .map((b) => Uint8Array.from(b));

describe('crc64', () => {
  test.each([
    ['', '0'],
    ['a', '10101437924136188988'],
    ['b', '980822774481512375'],
    ['abc', String(0x05e5cabb3fc1faebn)],
    ['h', '6151240040613317424'],
    ['hash1', '1355477501222609090'],
    ['user_1', '11305866240650974087'],
    ['\\x00\\xff', '17674647123004813888'],
    ['123456789', '12577168950296156296'],
    ['\x00', '15409717344899729192'],
    ['\xff\xff\xff\xff', '18446744069414584320'],
    ['\xe4\xb8\xad\xe6\x96\x87', '5909640513483729082'],
    ['x'.repeat(1000), '4935745695876408982'],
  ])('of %j, as the official clients compute it', (input, expected) => {
    expect(crc64(bytes(input)).toString()).toBe(expected);
  });
});

describe('raw keys', () => {
  test.each([
    ['hash_key', 'sort_key', '\x00\x08hash_keysort_key', '\x00\x08hash_keysort_kez'],
    ['h', '', '\x00\x01h', '\x00\x01i'],
    ['', 's', '\x00\x00s', '\x00\x00t'],
    ['', '', '\x00\x00', '\x00\x01'],
    ['\xff\xff', '\xff', '\x00\x02\xff\xff\xff', '\x00\x03'],
  ])('of %j and %j', (hashKey, sortKey, raw, next) => {
    expect(text(rawKey(hashKey, sortKey))).toBe(raw);
    expect(text(keyAfterPrefix(bytes(raw)))).toBe(next);
  });

  test('are read back', () => {
    fc.assert(
      fc.property(anyBytes, anyBytes, (hashKey, sortKey) => {
        expect(decodeKey(encodeKey(hashKey, sortKey))).toEqual({ hashKey, sortKey });
      }),
    );
  });

  test.each(['', '\x00', '\x00\x02a'])('are not %j', (raw) => {
    expect(() => decodeKey(bytes(raw))).toThrow(RangeError);
  });

  test('hold hash keys below 65535 bytes', () => {
    expect(encodeKey(new Uint8Array(65534), bytes('s'))).toHaveLength(65537);
    expect(() => encodeKey(new Uint8Array(65535), bytes('s'))).toThrow(RangeError);
  });

  test('the key after a prefix bounds exactly the keys that have it', () => {
    fc.assert(
      fc.property(fewBytes, fewBytes, fewBytes, (hashKey, sortKey, other) => {
        const prefix = encodeKey(hashKey, NO_SORT_KEY);
        const key = encodeKey(other, sortKey);
        const isInside = compareKeys(key, prefix) >= 0 && compareKeys(key, keyAfterPrefix(prefix)) < 0;
        expect(isInside).toBe(compareKeys(other, hashKey) === 0);
      }),
    );
  });

  test('nothing lies between a key and the key after it', () => {
    fc.assert(
      fc.property(fewBytes, fewBytes, (key, other) => {
        expect(compareKeys(other, keyAfter(key)) < 0).toBe(compareKeys(other, key) <= 0);
      }),
    );
  });
});

const NO_SORT_KEY = bytes('');

describe('partitions', () => {
  test('are chosen by the hash key, or by the sort key where that is empty', () => {
    expect(keyHash(rawKey('hash1', 'any'))).toBe(1355477501222609090n);
    expect(keyHash(rawKey('', 'hash1'))).toBe(1355477501222609090n);
  });

  test.each([
    ['h1', 2],
    ['h2', 1],
    ['n', 5],
    ['hr', 6],
    ['hc', 6],
  ])('%s is in partition %i of 8, as recorded', (hashKey, pidx) => {
    const owners = [0, 1, 2, 3, 4, 5, 6, 7].filter((p) => isKeyOfPartition(rawKey(hashKey, 's'), p, 8));
    expect(owners).toEqual([pidx]);
  });

  test('a row without hash key is in the partition of its sort key', () => {
    expect(isKeyOfPartition(rawKey('', 's0'), 4, 8)).toBe(true);
    expect(isKeyOfPartition(rawKey('', 'k'), 3, 8)).toBe(true);
  });
});
