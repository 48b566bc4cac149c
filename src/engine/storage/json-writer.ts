import { roomInJson, writeInJson } from './bytes.ts';

const SLAB_BYTES = 64 * 1024;
const QUOTE = 0x22;
const ZERO = 0x30;
const TEN_TO_8 = 100_000_000;

/** A part of a text that is written again and again. @param json ASCII */
export function constant(json: string): Uint8Array {
  return new Uint8Array(Buffer.from(json, 'latin1'));
}

/** Writes texts of JSON as bytes, one behind the other in memory that they share: to join strings takes longer. */
export class JsonWriter {
  #slab = Buffer.alloc(0);
  #start = 0;
  #end = 0;

  /** Begins a text; what was begun and not taken is forgotten. */
  begin(): void {
    this.#end = this.#start;
  }

  /** What was written since the beginning. */
  take(): Uint8Array {
    const taken = new Uint8Array(this.#slab.buffer, this.#start, this.#end - this.#start);
    this.#start = this.#end;
    return taken;
  }

  constant(json: Uint8Array): void {
    const at = this.#room(json.length);
    this.#slab.set(json, at);
    this.#end = at + json.length;
  }

  /** @param json one character, ASCII */
  character(json: string): void {
    const at = this.#room(1);
    this.#slab[at] = json.charCodeAt(0);
    this.#end = at + 1;
  }

  text(json: string): void {
    const at = this.#room(Buffer.byteLength(json));
    this.#end = at + this.#slab.write(json, at);
  }

  integer(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) {
      this.text(`${value}`);
      return;
    }
    const at = this.#room(16);
    const high = Math.floor(value / TEN_TO_8);
    const low = value - high * TEN_TO_8;
    this.#end = high === 0 ? this.#digits(low, at, lengthOf(low)) : this.#digits(high, at, lengthOf(high));
    if (high > 0) this.#end = this.#digits(low, this.#end, 8);
  }

  /** As `latin1ToJson` makes it. */
  bytes(value: Uint8Array): void {
    const at = this.#room(roomInJson(value) + 2);
    const slab = this.#slab;
    slab[at] = QUOTE;
    const end = writeInJson(value, slab, at + 1);
    slab[end] = QUOTE;
    this.#end = end + 1;
  }

  #digits(value: number, at: number, count: number): number {
    const slab = this.#slab;
    let left = value | 0;
    for (let place = at + count - 1; place >= at; place--) {
      const tenth = (left / 10) | 0;
      slab[place] = ZERO + left - tenth * 10;
      left = tenth;
    }
    return at + count;
  }

  /** Where as many bytes can be written: the text so far moves where there is no room behind it. */
  #room(length: number): number {
    if (this.#end + length > this.#slab.length) {
      const begun = this.#slab.subarray(this.#start, this.#end);
      this.#slab = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, 2 * (begun.length + length)));
      this.#slab.set(begun);
      this.#start = 0;
      this.#end = begun.length;
    }
    return this.#end;
  }
}

const shared = new JsonWriter();

/** @param write one text, and makes no other meanwhile */
export function jsonOf(write: (to: JsonWriter) => void): Uint8Array {
  shared.begin();
  write(shared);
  return shared.take();
}

/** Of the digits of an integer below 10^9. */
function lengthOf(value: number): number {
  let length = 1;
  for (let limit = 10; limit <= value; limit *= 10) length++;
  return length;
}
