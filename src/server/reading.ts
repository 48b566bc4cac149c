/** How requests are read: short ones at once, long ones while others have their turn, and some not at all. */
import { isReadCode } from '../engine/replica/data/read.ts';
import { isWriteCode } from '../engine/replica/data/updates.ts';
import { type Steps, someOf } from '../engine/steps.ts';
import { WireError } from '../rpc/codec/errors.ts';
import { payloadSteps, readPayload } from '../rpc/codec/payload.ts';
import type { Reader } from '../rpc/codec/reader.ts';
import * as methods from '../rpc/idl/methods.ts';
import type { RpcMethod } from '../rpc/method.ts';
import type { Rest } from './session.ts';

export type AnyMethod = RpcMethod<unknown, unknown>;

const METHODS: ReadonlyMap<string, AnyMethod> = new Map(
  Object.values(methods).map((method) => [method.code, method as AnyMethod]),
);

/** Messages of more bytes are long. */
const LONG = 16 * 1024;
/** What is not a write's, in bytes: a few hundred thousand keys. */
const LARGEST_READ = 8 * 1024 * 1024;
/** What is asked of meta servers, and of servers as such: a few names and texts. */
const LARGEST_ADMIN_REQUEST = 64 * 1024;

/** What is asked for, as far as it was looked at. */
export interface Asked {
  /** Undefined where nobody here has such a method. */
  readonly method: AnyMethod | undefined;
  /** Undefined where nobody will look into it. */
  readonly body: unknown;
  readonly bodyBytes: number;
}

export function isLong(bytes: number): boolean {
  return bytes > LONG;
}

/** @param reader stands before the arguments @throws WireError */
export function readRequest(name: string, reader: Reader): Asked {
  const method = METHODS.get(name);
  const start = reader.position;
  const body = method === undefined ? undefined : readPayload(reader, method.request);
  return { method, body, bodyBytes: reader.position - start };
}

/**
 * The same in steps.
 *
 * @param largestWrite in bytes: one that is larger is refused for that, so that nobody looks into it
 */
export function* requestSteps(name: string, reader: Reader, largestWrite: number): Steps<Asked> {
  const method = METHODS.get(name);
  const bodyBytes = reader.remaining;
  if (method === undefined || (isWriteCode(name) && bodyBytes > largestWrite))
    return { method, body: undefined, bodyBytes };
  checkSize(name, bodyBytes);
  const body = yield* payloadSteps(reader, method.request);
  return { method, body, bodyBytes: bodyBytes - reader.remaining };
}

function checkSize(name: string, bytes: number): void {
  if (isWriteCode(name)) return;
  const largest = isReadCode(name) ? LARGEST_READ : LARGEST_ADMIN_REQUEST;
  if (bytes > largest) throw new WireError(`${name} of ${bytes} bytes, over the limit of ${largest}`);
}

/**
 * Takes steps while there is time, and hands over what they come to.
 *
 * @returns what is left to do
 */
export function inTurns<R>(
  steps: Steps<R>,
  hasTime: () => boolean,
  next: (result: R) => Rest | undefined,
): Rest | undefined {
  const result = someOf(steps, hasTime);
  if (result === undefined) return () => inTurns(steps, hasTime, next);
  return next(result);
}
