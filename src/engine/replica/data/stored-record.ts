import { bytesOf, latin1Of, latin1ToJson, textToEncoded } from '../../storage/bytes.ts';

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

/**
 * A record as it is held. A text takes a fraction of the memory that an object with its bytes does: each byte is one
 * character. Long ones are bytes, which all who read them share.
 */
export type Packed = string | Uint8Array;

const LONG = 4 * 1024;

export function pack({ value, expire, timetag }: StoredRecord): Packed {
  const length = HEADER + value.length;
  const to = roomFor(length);
  to.writeUInt32BE(expire, 0);
  word[0] = timetag;
  for (let at = 0; at < 8; at++) to[4 + at] = bytesOfWord[7 - at]!;
  to.set(value, HEADER);
  return packed(to, length);
}

/** The same of a value as `bytesToText` writes it. @param timetag in hexadecimal */
export function packText(value: string, expire: number, timetag: string): Packed {
  const { text, encoding } = textToEncoded(value);
  const length = HEADER + Buffer.byteLength(text, encoding);
  const to = roomFor(length);
  to.writeUInt32BE(expire, 0);
  to.writeUInt32BE(Number.parseInt(timetag.slice(0, -8) || '0', 16), 4);
  to.writeUInt32BE(Number.parseInt(timetag.slice(-8), 16), 8);
  to.write(text, HEADER, encoding);
  return packed(to, length);
}

function roomFor(length: number): Buffer {
  return length < LONG ? scratch : Buffer.allocUnsafeSlow(length);
}

function packed(bytes: Buffer, length: number): Packed {
  return bytes === scratch ? bytes.toString('latin1', 0, length) : bytes;
}

const scratch = Buffer.allocUnsafeSlow(LONG);
/** A number of 64 bits and its bytes, the least first: Node's own way makes others of it on the way. */
const word = new BigUint64Array(1);
const bytesOfWord = new Uint8Array(word.buffer);

/** A record that is read from what `pack` made, as far as somebody asks. */
export class PackedRecord implements StoredRecord {
  /** As far as the value, at least. */
  readonly #text: string;
  readonly #long: Uint8Array | undefined;

  constructor(packed: Packed) {
    const isLong = typeof packed !== 'string';
    this.#text = isLong ? latin1Of(packed.subarray(0, HEADER)) : packed;
    this.#long = isLong ? packed : undefined;
  }

  /** To be looked at only. */
  get value(): Uint8Array {
    if (this.#long === undefined) return bytesOf(this.#text, HEADER);
    const { buffer, byteOffset, length } = this.#long;
    return new Uint8Array(buffer, byteOffset + HEADER, length - HEADER);
  }

  /** The value as JSON, as `latin1ToJson` makes it. */
  get valueJson(): string {
    return latin1ToJson(this.#long === undefined ? this.#text.slice(HEADER) : latin1Of(this.value));
  }

  get expire(): number {
    return this.#uint32(0);
  }

  get timetag(): bigint {
    return (BigInt(this.#uint32(4)) << 32n) | BigInt(this.#uint32(8));
  }

  /** In hexadecimal. */
  get timetagText(): string {
    const [high, low] = [this.#uint32(4), this.#uint32(8)];
    return high === 0 ? low.toString(16) : high.toString(16) + low.toString(16).padStart(8, '0');
  }

  #uint32(at: number): number {
    const text = this.#text;
    const high = (text.charCodeAt(at) << 8) | text.charCodeAt(at + 1);
    return high * 0x10000 + ((text.charCodeAt(at + 2) << 8) | text.charCodeAt(at + 3));
  }
}
