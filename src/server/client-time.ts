import * as methods from '../rpc/idl/methods.ts';
import type {
  CheckAndMutateRequest,
  CheckAndSetRequest,
  IncrRequest,
  MultiPutRequest,
  UpdateRequest,
} from '../rpc/idl/rrdb.ts';
import type { ScanResponse } from '../rpc/idl/scan.ts';

const LATEST = 0x7fffffff;

type Shift = (message: never, seconds: number) => unknown;

/** The messages in which clients say when records expire, by RPC code. */
const REQUESTS: Readonly<Record<string, Shift>> = {
  [methods.put.code]: shiftRecord satisfies (message: UpdateRequest, seconds: number) => unknown,
  [methods.multiPut.code]: shiftRecord satisfies (message: MultiPutRequest, seconds: number) => unknown,
  [methods.incr.code]: shiftRecord satisfies (message: IncrRequest, seconds: number) => unknown,
  [methods.checkAndSet.code]: shiftSet satisfies (message: CheckAndSetRequest, seconds: number) => unknown,
  [methods.checkAndMutate.code]: (message: CheckAndMutateRequest, seconds: number) => ({
    ...message,
    mutate_list: message.mutate_list.map((mutate) => shiftSet(mutate, seconds)),
  }),
};

/** Those in which servers tell it. */
const REPLIES: Readonly<Record<string, Shift>> = {
  [methods.getScanner.code]: shiftScanned,
  [methods.nextScan.code]: shiftScanned,
};

/**
 * Clients reckon by the wall clock when a record expires; the clusters' time is another one after a wait that took no
 * real time, and under a manual clock.
 *
 * @param aheadUs by how much the clusters' time is ahead of the wall clock
 * @returns the request as it is meant, in the clusters' time
 */
export function inClusterTime<Q>(code: string, request: Q, aheadUs: () => number): Q {
  return shifted(REQUESTS[code], request, aheadUs, 1);
}

/** @returns the reply as the client reckons */
export function inClientTime<R>(code: string, reply: R, aheadUs: () => number): R {
  return shifted(REPLIES[code], reply, aheadUs, -1);
}

function shifted<M>(shift: Shift | undefined, message: M, aheadUs: () => number, sign: number): M {
  if (shift === undefined) return message;
  const seconds = Math.round(aheadUs() / 1_000_000);
  return seconds === 0 ? message : (shift(message as never, sign * seconds) as M);
}

function shiftRecord<M extends { readonly expire_ts_seconds?: number | undefined }>(
  message: M,
  seconds: number,
): M {
  const { expire_ts_seconds: at } = message;
  return at === undefined ? message : { ...message, expire_ts_seconds: moved(at, seconds) };
}

function shiftSet<M extends { readonly set_expire_ts_seconds: number }>(message: M, seconds: number): M {
  return { ...message, set_expire_ts_seconds: moved(message.set_expire_ts_seconds, seconds) };
}

function shiftScanned(reply: ScanResponse, seconds: number): ScanResponse {
  return { ...reply, kvs: reply.kvs.map((record) => shiftRecord(record, seconds)) };
}

/** 0 and less is no time: it says that a record never expires, or stays as it was. */
function moved(at: number, seconds: number): number {
  return at <= 0 ? at : Math.min(LATEST, Math.max(1, at + seconds));
}
