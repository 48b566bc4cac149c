import { Buffer } from 'node:buffer';
import type { Addresses } from './addresses.ts';
import { bytesOfEscapedText } from './text.ts';

const TWO_32 = 0x1_0000_0000;
/** Most replies fit; small ones share a slab of Node's pool. */
const FIRST_SIZE = 256;
const NOTHING = Buffer.alloc(0);

/** Writes big-endian values one after the other into a buffer that grows. */
export class Writer {
  #bytes = NOTHING;
  #length = 0;
  readonly addresses: Addresses | undefined;

  constructor(addresses?: Addresses) {
    this.addresses = addresses;
  }

  get length(): number {
    return this.#length;
  }

  u8(value: number): void {
    const at = this.#room(1);
    this.#bytes[at] = value;
  }

  i16(value: number): void {
    const at = this.#room(2);
    this.#bytes[at] = value >> 8;
    this.#bytes[at + 1] = value;
  }

  i32(value: number): void {
    this.#put32(this.#room(4), value);
  }

  /** Of a type and an id, as each field begins. */
  fieldHeader(type: number, id: number): void {
    const at = this.#room(3);
    this.#bytes[at] = type;
    this.#bytes[at + 1] = id >> 8;
    this.#bytes[at + 2] = id;
  }

  i64(value: number): void {
    const at = this.#room(8);
    this.#put32(at, Math.floor(value / TWO_32));
    this.#put32(at + 4, value >>> 0);
  }

  big64(value: bigint): void {
    // Making room may put another buffer in place.
    const at = this.#room(8);
    this.#bytes.writeBigInt64BE(value, at);
  }

  double(value: number): void {
    const at = this.#room(8);
    this.#bytes.writeDoubleBE(value, at);
  }

  /** With its length before it. */
  bytes(value: Uint8Array): void {
    this.i32(value.length);
    this.raw(value);
  }

  raw(value: Uint8Array): void {
    const at = this.#room(value.length);
    this.#bytes.set(value, at);
  }

  /** With its length before it. */
  text(value: string): void {
    const escaped = bytesOfEscapedText(value);
    if (escaped !== undefined) {
      this.bytes(escaped);
      return;
    }
    const longest = value.length * 3;
    const at = this.#room(4 + longest);
    const length = this.#bytes.write(value, at + 4, longest, 'utf8');
    this.#put32(at, length);
    this.#length = at + 4 + length;
  }

  /** Leaves room for a length that is known later, and returns where. */
  gap(): number {
    return this.#room(4);
  }

  /** Fills a gap with a number. */
  fill(gap: number, value: number): void {
    this.#put32(gap, value);
  }

  /** What was written, which is the caller's; the writer begins anew. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#bytes = NOTHING;
    this.#length = 0;
    return taken;
  }

  #put32(at: number, value: number): void {
    const bytes = this.#bytes;
    bytes[at] = value >> 24;
    bytes[at + 1] = value >> 16;
    bytes[at + 2] = value >> 8;
    bytes[at + 3] = value;
  }

  #room(length: number): number {
    const at = this.#length;
    const end = at + length;
    if (end > this.#bytes.length) this.#grow(end);
    this.#length = end;
    return at;
  }

  #grow(least: number): void {
    const grown = Buffer.allocUnsafe(Math.max(least, FIRST_SIZE, 2 * this.#bytes.length));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
