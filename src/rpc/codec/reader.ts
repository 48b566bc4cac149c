import { Buffer } from 'node:buffer';
import type { Addresses } from './addresses.ts';
import { WireError } from './errors.ts';
import { textOfBytes } from './text.ts';

const TWO_32 = 0x1_0000_0000;

/** What a message may hold. */
export interface Limits {
  /** The longest text, in bytes. */
  readonly text: number;
  /** Values that no schema tells of, in all. */
  readonly strangers: number;
}

const NO_LIMITS: Limits = { text: Number.POSITIVE_INFINITY, strangers: Number.POSITIVE_INFINITY };

/** What meta servers keep of a text goes to ZooKeeper, which takes no more than some of these in all. */
export const REQUEST_LIMITS: Limits = { text: 1 << 18, strangers: 1 << 16 };

/** Reads big-endian values one after the other; every read past the end is a WireError. */
export class Reader {
  readonly #bytes: Buffer;
  readonly #end: number;
  #at: number;
  readonly #limits: Limits;
  #strangers = 0;
  readonly addresses: Addresses | undefined;

  /** @param end where what is to be read ends: at the end of the bytes by default */
  constructor(
    bytes: Uint8Array,
    start = 0,
    addresses?: Addresses,
    end = bytes.length,
    limits: Limits = NO_LIMITS,
  ) {
    this.#bytes = Buffer.isBuffer(bytes)
      ? bytes
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = start;
    this.#end = end;
    this.#limits = limits;
    this.addresses = addresses;
  }

  get position(): number {
    return this.#at;
  }

  get remaining(): number {
    return this.#end - this.#at;
  }

  u8(): number {
    return this.#bytes[this.#take(1)]!;
  }

  i8(): number {
    return (this.u8() << 24) >> 24;
  }

  i16(): number {
    return (this.u16() << 16) >> 16;
  }

  u16(): number {
    const at = this.#take(2);
    return (this.#bytes[at]! << 8) | this.#bytes[at + 1]!;
  }

  i32(): number {
    const at = this.#take(4);
    const bytes = this.#bytes;
    return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
  }

  u32(): number {
    return this.i32() >>> 0;
  }

  /** @throws WireError beyond 2^53, where a number is not exact any more */
  i64(): number {
    const value = this.i32() * TWO_32 + this.u32();
    if (!Number.isSafeInteger(value)) throw new WireError('a 64-bit integer beyond 2^53');
    return value;
  }

  big64(): bigint {
    this.#take64();
    return signed[0]!;
  }

  unsigned64(): bigint {
    this.#take64();
    return unsigned[0]!;
  }

  double(): number {
    return this.#bytes.readDoubleBE(this.#take(8));
  }

  /** A length or a number of elements, each of which takes at least `least` bytes of what is left. */
  count(least: number): number {
    const count = this.i32();
    if (count < 0 || count * least > this.remaining) {
      throw new WireError(`a length of ${count} with ${this.remaining} bytes left`);
    }
    return count;
  }

  /** The same of a container. */
  elements(least: number): number {
    const count = this.count(least);
    if (count > MOST_ELEMENTS)
      throw new WireError(`${count} elements, of which there may be ${MOST_ELEMENTS}`);
    return count;
  }

  /** They share the frame's memory: whoever keeps them keeps what arrived with them. */
  bytes(): Uint8Array {
    const length = this.count(1);
    const { buffer, byteOffset } = this.#bytes;
    return new Uint8Array(buffer, byteOffset + this.#take(length), length);
  }

  text(): string {
    const length = this.count(1);
    if (length > this.#limits.text)
      throw new WireError(`a text of ${length} bytes, of which there may be ${this.#limits.text}`);
    const start = this.#take(length);
    return textOfBytes(this.#bytes, start, start + length);
  }

  skip(length: number): void {
    this.#take(length);
  }

  /** Hears of each value that is passed over. */
  countStranger(): void {
    const { strangers } = this.#limits;
    if (++this.#strangers > strangers) throw new WireError(`more than ${strangers} unknown values`);
  }

  #take64(): void {
    const last = this.#take(8) + 7;
    for (let i = 0; i < 8; i++) word[i] = this.#bytes[last - i]!;
  }

  #take(length: number): number {
    const at = this.#at;
    if (length > this.#end - at) throw new WireError(`ends ${length - (this.#end - at)} bytes too early`);
    this.#at = at + length;
    return at;
  }
}

/** Eight bytes, the least first, as the numbers that they are: Node's own way makes four more numbers on the way. */
const word = new Uint8Array(8);
const [signed, unsigned] = [new BigInt64Array(word.buffer), new BigUint64Array(word.buffer)];

/** What a container may hold: no message of Pegasus has so many, and to read more would hold up others. */
const MOST_ELEMENTS = 1 << 18;
