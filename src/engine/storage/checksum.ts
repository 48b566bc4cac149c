import { crc32 as native } from 'node:zlib';

/** Signed: V8 makes an object of a number above 2^31 until it has optimized the code. */
const TABLE = new Int32Array(256);
/** Which byte gives the table's entry with this highest byte: no two entries share one. */
const BYTE_OF_HIGHEST = new Uint8Array(256);
for (let byte = 0; byte < 256; byte++) {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  TABLE[byte] = value;
  BYTE_OF_HIGHEST[value >>> 24] = byte;
}

/** How many bytes take longer than to load Node.js's own, and how few than to call it. */
const [MANY, FEW] = [65_536, 64];
/** Of how many bytes the sum was asked for. */
let asked = 0;

/** CRC-32 (ISO 3309, as in zip) as eight hexadecimal digits; `seed` is the CRC of what comes before. */
export function crc32(bytes: Uint8Array, seed = 0): string {
  return crc32Number(bytes, seed).toString(16).padStart(8, '0');
}

/** The same digits, written at a place. */
export function writeCrc32(to: Uint8Array, at: number, bytes: Uint8Array, seed = 0): void {
  const sum = crc32Number(bytes, seed);
  for (let digit = 0; digit < 8; digit++) to[at + digit] = DIGITS[(sum >>> (28 - 4 * digit)) & 0xf]!;
}

const DIGITS = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));

/** The same as a number. */
export function crc32Number(bytes: Uint8Array, seed: number): number {
  asked += bytes.length;
  return asked < MANY || bytes.length < FEW ? sumOf(bytes, seed) : native(bytes, seed);
}

function sumOf(bytes: Uint8Array, seed: number): number {
  let value = ~seed;
  for (let index = 0; index < bytes.length; index++) {
    value = TABLE[(value ^ bytes[index]!) & 0xff]! ^ (value >>> 8);
  }
  return ~value >>> 0;
}

/** A byte that was changed, and what it was. */
export interface Flip {
  readonly offset: number;
  readonly was: number;
}

/**
 * The one byte of `bytes` whose change explains that their checksum is `actual` and not `expected`; `undefined` when
 * more was changed.
 *
 * A changed byte changes the checksum by a pattern that the bytes after it only move on: it is moved back until it is
 * the pattern of a single byte.
 */
export function findFlip(bytes: Uint8Array, actual: string, expected: string): Flip | undefined {
  let pattern = (Number.parseInt(actual, 16) ^ Number.parseInt(expected, 16)) >>> 0;
  if (pattern === 0) return undefined;
  for (let offset = bytes.length - 1; offset >= 0; offset--) {
    const byte = BYTE_OF_HIGHEST[pattern >>> 24]!;
    const rest = (pattern ^ TABLE[byte]!) >>> 0;
    if (rest === 0) return { offset, was: bytes[offset]! ^ byte };
    pattern = ((rest << 8) | byte) >>> 0;
  }
  return undefined;
}
