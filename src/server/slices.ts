import type { HashKeyArguments } from '../rpc/idl/arguments.ts';
import { NO_BYTES } from '../rpc/idl/keys.ts';
import * as methods from '../rpc/idl/methods.ts';
import type {
  BatchGetRequest,
  BatchGetResponse,
  MultiGetRequest,
  MultiGetResponse,
} from '../rpc/idl/rrdb.ts';
import type { RpcMethod } from '../rpc/method.ts';

/** Records that are read before others have their turn. */
const SLICE = 500;

/** RocksDB's `kIncomplete`: a limit ended the read before its end. */
const INCOMPLETE = 7;

interface Part {
  readonly method: RpcMethod<unknown, unknown>;
  readonly request: unknown;
}

/** A read in parts: takes the reply to each, and gives the reply to the whole. */
export type Slices = Generator<Part, unknown, unknown>;

/**
 * The parts of a read that Pegasus sets no limit to; each is a read of its own, of the records as they are then.
 *
 * @returns undefined where it is short enough
 */
export function slicesOf(code: string, request: unknown): Slices | undefined {
  switch (code) {
    case methods.batchGet.code:
      return batchGet(request as BatchGetRequest);
    case methods.multiGet.code:
      return multiGet(request as MultiGetRequest);
    case methods.sortkeyCount.code:
      return sortkeyCount(request as HashKeyArguments);
    default:
      return undefined;
  }
}

function batchGet({ keys }: BatchGetRequest): Slices | undefined {
  return keys.length <= SLICE ? undefined : inBatches();

  function* inBatches(): Slices {
    const data: BatchGetResponse['data'] = [];
    for (let at = 0; ; at += SLICE) {
      const request = { keys: keys.slice(at, at + SLICE) };
      const reply = (yield part(methods.batchGet, request)) as BatchGetResponse;
      data.push(...reply.data);
      if (reply.error !== 0 || at + SLICE >= keys.length) return { ...reply, data };
    }
  }
}

/** Where sort keys are named and nothing limits how much of them is wanted. */
function multiGet(request: MultiGetRequest): Slices | undefined {
  const { sort_keys: keys, max_kv_count, max_kv_size } = request;
  const isLimited = max_kv_count > 0 || max_kv_size > 0;
  return keys.length <= SLICE || isLimited ? undefined : inBatches();

  function* inBatches(): Slices {
    const kvs: MultiGetResponse['kvs'] = [];
    for (let at = 0; ; at += SLICE) {
      const named = { ...request, sort_keys: keys.slice(at, at + SLICE) };
      const reply = (yield part(methods.multiGet, named)) as MultiGetResponse;
      kvs.push(...reply.kvs);
      if (reply.error !== 0 || at + SLICE >= keys.length) return { ...reply, kvs };
    }
  }
}

function* sortkeyCount({ hash_key }: HashKeyArguments): Slices {
  let count = 0;
  let after: Uint8Array | undefined;
  for (;;) {
    const reply = (yield part(methods.multiGet, keysAfter(hash_key, after))) as MultiGetResponse;
    const { kvs, ...rest } = reply;
    count += kvs.length;
    if (reply.error !== INCOMPLETE || kvs.length === 0) return { ...rest, count };
    after = kvs.at(-1)!.key;
  }
}

function keysAfter(hash_key: Uint8Array, after: Uint8Array | undefined): MultiGetRequest {
  return {
    hash_key,
    sort_keys: [],
    max_kv_count: SLICE,
    max_kv_size: -1,
    no_value: true,
    start_sortkey: after ?? NO_BYTES,
    stop_sortkey: NO_BYTES,
    start_inclusive: after === undefined,
    stop_inclusive: false,
    sort_key_filter_type: 'FT_NO_FILTER',
    sort_key_filter_pattern: NO_BYTES,
    reverse: false,
  };
}

function part<Q, R>(method: RpcMethod<Q, R>, request: Q): Part {
  return { method: method as RpcMethod<unknown, unknown>, request };
}
