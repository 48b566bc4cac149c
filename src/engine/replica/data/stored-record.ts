/** A value as a replica stores it: user data, expiry, and who wrote it when. */
export interface StoredRecord {
  readonly value: Uint8Array;
  /** Seconds since 2016-01-01 UTC; 0 = never expires. */
  readonly expire: number;
  /** See `timetag.ts`. */
  readonly timetag: bigint;
}

/** Bytes in front of the user data: expiry and timetag, as upstream's values have them (`pegasus_value_schema.h`). */
const HEADER = 12;

/** A text takes a fraction of the memory that an object with its bytes does: each byte of a record is one character. */
export function pack({ value, expire, timetag }: StoredRecord): string {
  const length = HEADER + value.length;
  if (length > scratch.length) scratch = Buffer.allocUnsafeSlow(length * 2);
  scratch.writeUInt32BE(expire, 0);
  scratch.writeBigUInt64BE(timetag, 4);
  scratch.set(value, HEADER);
  return scratch.toString('latin1', 0, length);
}

let scratch = Buffer.allocUnsafeSlow(4096);

/** The bytes that a latin1 text stands for. */
export function bytesOf(text: string, start = 0): Uint8Array {
  const length = text.length - start;
  if (length > SHORT) return bytesOfLong(text.slice(start));
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = text.charCodeAt(start + i);
  return bytes;
}

/** Up to here a loop copies faster than a call does. */
const SHORT = 32;

/** Texts of usual length share a slab: each is one object to the garbage collector, where a Buffer of its own is three. */
function bytesOfLong(text: string): Uint8Array {
  if (text.length > SLAB_BYTES / 8) {
    const { buffer, byteOffset, length } = Buffer.from(text, 'latin1');
    return new Uint8Array(buffer, byteOffset, length);
  }
  if (text.length > SLAB_BYTES - slabUsed) {
    slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
    slabUsed = 0;
  }
  const bytes = new Uint8Array(slab.buffer, slabUsed, text.length);
  slabUsed += slab.write(text, slabUsed, 'latin1');
  return bytes;
}

const SLAB_BYTES = 16 * 1024;
let slab = Buffer.alloc(0);
let slabUsed = SLAB_BYTES;

/** A record that is read from what `pack` made, as far as somebody asks. */
export class PackedRecord implements StoredRecord {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  get value(): Uint8Array {
    return bytesOf(this.#text, HEADER);
  }

  get expire(): number {
    return this.#uint32(0);
  }

  get timetag(): bigint {
    return (BigInt(this.#uint32(4)) << 32n) | BigInt(this.#uint32(8));
  }

  #uint32(at: number): number {
    const text = this.#text;
    const high = (text.charCodeAt(at) << 8) | text.charCodeAt(at + 1);
    return high * 0x10000 + ((text.charCodeAt(at + 2) << 8) | text.charCodeAt(at + 3));
  }
}
