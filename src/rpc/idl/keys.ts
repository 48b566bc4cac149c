/**
 * Raw keys: 2 bytes of hash key length (big-endian), hash key, sort key (`src/base/pegasus_key_schema.h`).
 * In byte order, so that shorter hash keys come first.
 */
import { crc64 } from './crc64.ts';

/** Of the hash key, in front of it. */
export const LENGTH_BYTES = 2;
/** A hash key of this length, or longer, is refused. */
export const HASH_KEY_LIMIT = 0xffff;

export const NO_BYTES = new Uint8Array(0);

/** @throws RangeError when the hash key is too long for its length prefix */
export function encodeKey(hashKey: Uint8Array, sortKey: Uint8Array): Uint8Array {
  if (hashKey.length >= HASH_KEY_LIMIT) throw new RangeError(`a hash key of ${hashKey.length} bytes`);
  const raw = new Uint8Array(LENGTH_BYTES + hashKey.length + sortKey.length);
  raw[0] = hashKey.length >>> 8;
  raw[1] = hashKey.length & 0xff;
  raw.set(hashKey, LENGTH_BYTES);
  raw.set(sortKey, LENGTH_BYTES + hashKey.length);
  return raw;
}

/** Both share the raw key's memory. @throws RangeError when the bytes are too short to be a raw key */
export function decodeKey(raw: Uint8Array): { hashKey: Uint8Array; sortKey: Uint8Array } {
  const sortKeyAt = sortKeyOffset(raw);
  return { hashKey: raw.subarray(LENGTH_BYTES, sortKeyAt), sortKey: raw.subarray(sortKeyAt) };
}

/** A copy: a view of bytes that are as few costs more. @throws RangeError when the bytes are too short to be a raw key */
export function sortKeyOf(raw: Uint8Array): Uint8Array {
  return raw.slice(sortKeyOffset(raw));
}

/** Where the sort key begins. @throws RangeError when the bytes are too short to be a raw key */
export function sortKeyOffset(raw: Uint8Array): number {
  const end = raw.length < LENGTH_BYTES ? Number.NaN : LENGTH_BYTES + ((raw[0]! << 8) | raw[1]!);
  if (!(end <= raw.length)) throw new RangeError(`${raw.length} bytes that are no raw key`);
  return end;
}

/** The least key above all keys that begin with `prefix`: its last byte that can grow grows, and ends it. */
export function keyAfterPrefix(prefix: Uint8Array): Uint8Array {
  const last = prefix.findLastIndex((byte) => byte !== 0xff);
  const next = prefix.slice(0, last + 1);
  if (last >= 0) next[last]!++;
  return next;
}

/** The least key above `key`. */
export function keyAfter(key: Uint8Array): Uint8Array {
  const next = new Uint8Array(key.length + 1);
  next.set(key);
  return next;
}

/** Byte order: negative, 0 or positive. */
export function compareKeys(a: Uint8Array, b: Uint8Array): number {
  return Buffer.compare(a, b);
}

/** What decides on a raw key's partition: crc64 of its hash key, or of its sort key where that is empty. */
export function keyHash(raw: Uint8Array): bigint {
  const sortKeyAt = sortKeyOffset(raw);
  return crc64(raw, LENGTH_BYTES, sortKeyAt === LENGTH_BYTES ? raw.length : sortKeyAt);
}

/**
 * Whether a raw key belongs to a partition, as servers see it (`check_pegasus_key_hash`): by the hash's lower bits,
 * which agrees with the remainder that clients take for powers of two only.
 */
export function isKeyOfPartition(raw: Uint8Array, pidx: number, partitionCount: number): boolean {
  return isKeyHashOfPartition(keyHash(raw), pidx, partitionCount);
}

/** The same of a hash that is known. */
export function isKeyHashOfPartition(hash: bigint, pidx: number, partitionCount: number): boolean {
  return (hash & BigInt(partitionCount - 1)) === BigInt(pidx);
}
