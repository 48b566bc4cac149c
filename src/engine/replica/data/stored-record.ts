import { bytesOf } from '../../storage/bytes.ts';

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
  word[0] = timetag;
  for (let at = 0; at < 8; at++) scratch[4 + at] = bytesOfWord[7 - at]!;
  scratch.set(value, HEADER);
  return scratch.toString('latin1', 0, length);
}

/** The same of a value as latin1 text. @param timetag in hexadecimal */
export function packText(value: string, expire: number, timetag: string): string {
  const length = HEADER + value.length;
  if (length > scratch.length) scratch = Buffer.allocUnsafeSlow(length * 2);
  scratch.writeUInt32BE(expire, 0);
  scratch.writeUInt32BE(Number.parseInt(timetag.slice(0, -8) || '0', 16), 4);
  scratch.writeUInt32BE(Number.parseInt(timetag.slice(-8), 16), 8);
  scratch.write(value, HEADER, 'latin1');
  return scratch.toString('latin1', 0, length);
}

let scratch = Buffer.allocUnsafeSlow(4096);
/** A number of 64 bits and its bytes, the least first: Node's own way makes others of it on the way. */
const word = new BigUint64Array(1);
const bytesOfWord = new Uint8Array(word.buffer);

/** A record that is read from what `pack` made, as far as somebody asks. */
export class PackedRecord implements StoredRecord {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  get value(): Uint8Array {
    return bytesOf(this.#text, HEADER);
  }

  /** The value as latin1 text. */
  get text(): string {
    return this.#text.slice(HEADER);
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
