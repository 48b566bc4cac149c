import { Buffer } from 'node:buffer';
import type { Addresses } from './addresses.ts';
import { bytesOfEscapedText } from './text.ts';

const TWO_32 = 0x1_0000_0000;
/** Most replies fit; small ones share a slab of Node's pool. */
const FIRST_SIZE = 256;
const LARGEST_FIRST_SIZE = 64 * 1024;
const NOTHING = Buffer.alloc(0);
const SHORT = 64;
/** So many bytes or more are not copied: a reader gets them as they are. */
const LONG_BYTES = 64 * 1024;

/** Long bytes that belong behind so many others. */
interface Insertion {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** Writes big-endian values one after the other into a buffer that grows. */
export class Writer {
  #bytes = NOTHING;
  /** Without what is inserted. */
  #length = 0;
  #insertions: Insertion[] = [];
  #insertedLength = 0;
  /** What was written last is about as long as what is written next. */
  #firstSize = FIRST_SIZE;
  readonly addresses: Addresses | undefined;

  constructor(addresses?: Addresses) {
    this.addresses = addresses;
  }

  get length(): number {
    return this.#length + this.#insertedLength;
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

  /** @param value is kept where it is long: nobody may change it before it is sent */
  raw(value: Uint8Array): void {
    if (value.length >= LONG_BYTES) {
      this.#insertions.push({ at: this.#length, bytes: value });
      this.#insertedLength += value.length;
      return;
    }
    const at = this.#room(value.length);
    this.#bytes.set(value, at);
  }

  /** With its length before it. */
  text(value: string): void {
    if (value.length > SHORT || !this.#ascii(value)) this.#anyText(value);
  }

  /** A loop writes a short text faster than a call does. Whether it was ASCII, and is written. */
  #ascii(value: string): boolean {
    const start = this.#length;
    const at = this.#room(4 + value.length);
    const bytes = this.#bytes;
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code > 0x7f) {
        this.#length = start;
        return false;
      }
      bytes[at + 4 + i] = code;
    }
    this.#put32(at, value.length);
    return true;
  }

  #anyText(value: string): void {
    const escaped = bytesOfEscapedText(value);
    if (escaped !== undefined) {
      this.bytes(escaped);
      return;
    }
    const length = Buffer.byteLength(value);
    const at = this.#room(4 + length);
    this.#put32(at, length);
    this.#bytes.write(value, at + 4, length, 'utf8');
  }

  /** Leaves room for what is known later, and returns where that is among what is reserved. */
  reserve(length: number): number {
    return this.#room(length);
  }

  /** What was reserved, which is the writer's: valid until more is written. */
  reserved(at: number, length: number): Buffer {
    return this.#bytes.subarray(at, at + length);
  }

  /** Fills four bytes that were reserved with a number. */
  fill(at: number, value: number): void {
    this.#put32(at, value);
  }

  /** What was written, which is the caller's; the writer begins anew. */
  take(): Buffer {
    return this.#insertions.length === 0 ? this.#takeOwn() : Buffer.concat(this.takeParts());
  }

  /** The same in parts, of which the long ones are others' still. */
  takeParts(): Uint8Array[] {
    const insertions = this.#insertions;
    this.#insertions = [];
    this.#insertedLength = 0;
    const own = this.#takeOwn();
    const parts: Uint8Array[] = [];
    let from = 0;
    for (const { at, bytes } of insertions) {
      if (at > from) parts.push(own.subarray(from, at));
      parts.push(bytes);
      from = at;
    }
    if (own.length > from) parts.push(own.subarray(from));
    return parts;
  }

  #takeOwn(): Buffer {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#firstSize = Math.max(FIRST_SIZE, Math.min(taken.length, LARGEST_FIRST_SIZE));
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
    // What is long is followed by something short, which should not move all of it.
    const grown = Buffer.allocUnsafe(Math.max(least + SHORT, this.#firstSize, 2 * this.#bytes.length));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
