import { Buffer } from 'node:buffer';
import { WireError } from './errors.ts';

/** The length of the frame that begins at `start`; `undefined` where more of it must be seen first. */
export type FrameLength = (bytes: Buffer, start: number) => number | undefined;

/** What is made of the frame between two places of what arrived, whose memory it shares. */
type Cut<F> = (bytes: Buffer, start: number, end: number) => F;

/** Frames as bytes of their own. */
export const asBytes: Cut<Buffer> = (bytes, start, end) => bytes.subarray(start, end);

const NOTHING: Buffer = Buffer.alloc(0);
const GROWTH = 8;

/** Cuts what arrives on a connection into whole frames. */
export class Frames<F> {
  readonly #lengthOf: FrameLength;
  readonly #limit: number;
  readonly #cut: Cut<F>;
  #room = NOTHING;
  #held = 0;
  /** Of the frame begun: bytes needed before anything can be done. */
  #needed = 0;

  constructor(lengthOf: FrameLength, limit: number, cut: Cut<F>) {
    this.#lengthOf = lengthOf;
    this.#limit = limit;
    this.#cut = cut;
  }

  /** Whether a frame has begun and not ended. */
  get isWaiting(): boolean {
    return this.#held > 0;
  }

  /**
   * Takes in a chunk and returns the frames that it completes.
   *
   * @throws WireError for a frame over the limit, before room is made for it
   */
  push(chunk: Buffer): F[] {
    let bytes = chunk;
    if (this.#held > 0) {
      this.#hold(chunk);
      if (this.#held < this.#needed) return [];
      bytes = this.#room.subarray(0, this.#held);
      this.#room = NOTHING;
      this.#held = 0;
    }
    const frames: F[] = [];
    for (let start = 0; start < bytes.length; ) {
      const length = this.#checkedLength(bytes, start);
      const left = bytes.length - start;
      if (length === undefined || length > left) {
        this.#needed = length ?? left + 1;
        this.#hold(bytes.subarray(start));
        break;
      }
      frames.push(this.#cut(bytes, start, start + length));
      start += length;
    }
    return frames;
  }

  #checkedLength(bytes: Buffer, start: number): number | undefined {
    const length = this.#lengthOf(bytes, start);
    if (length !== undefined && length > this.#limit) {
      throw new WireError(`a frame of ${length} bytes, over the limit of ${this.#limit}`);
    }
    return length;
  }

  #hold(bytes: Buffer): void {
    const held = this.#held + bytes.length;
    if (held > this.#room.length) this.#grow(held);
    this.#room.set(bytes, this.#held);
    this.#held = held;
  }

  /** Room for the whole frame is made only for who has sent a part of it; what was sent is not moved often. */
  #grow(least: number): void {
    const room = Buffer.allocUnsafe(Math.max(least, Math.min(this.#needed, GROWTH * least)));
    room.set(this.#room.subarray(0, this.#held));
    this.#room = room;
  }
}
