import { WireError } from './errors.ts';

/** Reads the little-endian values of files, one after the other; every read past the end is a WireError. */
export class LittleEndianReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get position(): number {
    return this.#at;
  }

  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  i32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }

  /** @throws WireError beyond 2^53, where a number is not exact any more */
  i64(): number {
    const value = Number(this.#view.getBigInt64(this.#take(8), true));
    if (!Number.isSafeInteger(value)) throw new WireError('a 64-bit integer beyond 2^53');
    return value;
  }

  /** They share the file's memory. */
  bytes(length: number): Uint8Array {
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  skip(length: number): void {
    this.#take(length);
  }

  #take(length: number): number {
    if (length > this.remaining) throw new WireError(`ends ${length - this.remaining} bytes too early`);
    const at = this.#at;
    this.#at += length;
    return at;
  }
}
