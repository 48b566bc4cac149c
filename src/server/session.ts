import type { Buffer } from 'node:buffer';
import type { Writer } from '../rpc/codec/writer.ts';

/** What speaks one protocol on one connection, in messages that only it knows. */
export interface Session<M = unknown> {
  /** Whether a message has begun and not ended. */
  readonly isWaiting: boolean;
  /**
   * Cuts what arrived into messages.
   *
   * @throws WireError
   */
  push(chunk: Buffer): M[];
  /**
   * Handles one message.
   *
   * @returns what is left of it, where it is long: the connection's next messages wait for it
   * @throws WireError
   */
  handle(message: M): Rest | undefined;
}

/** Goes on with a message after others have had their turn. @throws WireError */
export type Rest = () => Rest | undefined;

/** The connection as its session sees it. */
export interface Line {
  /** Sends what `write` makes of an answer when what it tells of is durable. */
  answer<A>(write: (out: Writer, answer: A) => void, answer: A): void;
  /** Sends at once what tells of nothing that was changed. */
  tell(answer: Uint8Array): void;
  /** Does something more for this connection after a time. */
  after(us: number, work: () => void): void;
  /** Goes on with a message after a time; what that leaves to do comes before the next one. */
  goOnAfter(us: number, rest: Rest): void;
  /** Asks `look` now and then, until it has answered or `us` have passed. */
  poll(us: number, look: () => boolean): void;
  /** Ends the connection after what was answered. */
  end(): void;
}

/** Frames over this are refused: a write may have 1 MiB, a duplication's batch somewhat more. */
export const FRAME_LIMIT_BYTES = 32 * 1024 * 1024;

/** What a caller who says nothing sensible is taken to wait for (upstream's default). */
export const DEFAULT_TIMEOUT_US = 5_000_000;
