import type { HashKeyArguments } from '../rpc/idl/arguments.ts';
import { encodeKey, keyAfterPrefix, NO_BYTES } from '../rpc/idl/keys.ts';
import * as methods from '../rpc/idl/methods.ts';
import type {
  BatchGetRequest,
  BatchGetResponse,
  MultiGetRequest,
  MultiGetResponse,
} from '../rpc/idl/rrdb.ts';
import type { GetScannerRequest, ScanResponse } from '../rpc/idl/scan.ts';
import type { RpcMethod } from '../rpc/method.ts';

/** Records that are counted before others have their turn. */
const SLICE = 500;
/** Records that are named, which nobody expects to be of one moment: each may have a megabyte. */
const FEW = 24;
/** An answer ends where it has so many bytes, as upstream's does with 2 GiB: a record may be named any number of times. */
export const LARGEST_ANSWER = 64 * 1024 * 1024;

/** A status of RocksDB's: a limit ended the read before its end. */
const INCOMPLETE = 7;

interface Part {
  readonly method: RpcMethod<unknown, unknown>;
  readonly request: unknown;
}

/** A read in parts: takes the reply to each, and gives the reply to the whole. */
export type Slices = Generator<Part, unknown, unknown>;

/**
 * The parts of a read that looks at as many records as the client likes; each is a read of its own, of the records as
 * they are then.
 *
 * @param most records that the server gives with one `multi_get`
 * @param onCut is told that the answer would be too long
 * @returns undefined where it is short enough
 */
export function slicesOf(
  code: string,
  request: unknown,
  most: () => number,
  onCut: () => void,
): Slices | undefined {
  switch (code) {
    case methods.batchGet.code:
      return batchGet(request as BatchGetRequest, onCut);
    case methods.multiGet.code:
      return multiGet(request as MultiGetRequest, most, onCut);
    case methods.sortkeyCount.code:
      return sortkeyCount(request as HashKeyArguments);
    default:
      return undefined;
  }
}

function batchGet({ keys }: BatchGetRequest, onCut: () => void): Slices | undefined {
  return keys.length <= FEW ? undefined : inBatches();

  function* inBatches(): Slices {
    const data: BatchGetResponse['data'] = [];
    let bytes = 0;
    for (let at = 0; ; at += FEW) {
      const request = { keys: keys.slice(at, at + FEW) };
      const reply = (yield part(methods.batchGet, request)) as BatchGetResponse;
      data.push(...reply.data);
      for (const { hash_key, sort_key, value } of reply.data)
        bytes += hash_key.length + sort_key.length + value.length;
      if (bytes >= LARGEST_ANSWER) {
        onCut();
        // Nobody could tell which are missing.
        return { ...reply, error: INCOMPLETE, data: [] };
      }
      if (reply.error !== 0 || at + FEW >= keys.length) return { ...reply, data };
    }
  }
}

/** Where sort keys are named. */
function multiGet(request: MultiGetRequest, most: () => number, onCut: () => void): Slices | undefined {
  const { sort_keys: keys, max_kv_count: count, max_kv_size: size } = request;
  if (keys.length <= FEW) return undefined;
  const mostRecords = count > 0 ? Math.min(count, most()) : most();
  const mostBytes = size > 0 ? Math.min(size, LARGEST_ANSWER) : LARGEST_ANSWER;
  return inBatches();

  function* inBatches(): Slices {
    const kvs: MultiGetResponse['kvs'] = [];
    let bytes = 0;
    for (let at = 0; ; at += FEW) {
      const named = { ...request, sort_keys: keys.slice(at, at + FEW), max_kv_count: -1, max_kv_size: -1 };
      const reply = (yield part(methods.multiGet, named)) as MultiGetResponse;
      for (const kv of reply.kvs) {
        // As upstream: that the limit is reached shows in the next record.
        if (kvs.length >= mostRecords || bytes >= mostBytes) {
          if (bytes >= LARGEST_ANSWER) onCut();
          return { ...reply, error: INCOMPLETE, kvs };
        }
        kvs.push(kv);
        bytes += kv.key.length + kv.value.length;
      }
      if (reply.error !== 0 || at + FEW >= keys.length) return { ...reply, kvs };
    }
  }
}

function* sortkeyCount({ hash_key }: HashKeyArguments): Slices {
  let count = 0;
  let reply = (yield part(methods.getScanner, countingUnder(hash_key))) as ScanResponse;
  for (;;) {
    const { error, app_id, partition_index, server, kv_count, context_id } = reply;
    count += kv_count ?? 0;
    // One that counted nothing has no scan to go on with, whatever its id.
    if (kv_count === undefined || context_id < 0) return { error, count, app_id, partition_index, server };
    reply = (yield part(methods.nextScan, { context_id })) as ScanResponse;
  }
}

function countingUnder(hashKey: Uint8Array): GetScannerRequest {
  const first = encodeKey(hashKey, NO_BYTES);
  return {
    start_key: first,
    stop_key: keyAfterPrefix(first),
    start_inclusive: true,
    stop_inclusive: false,
    batch_size: SLICE,
    no_value: true,
    hash_key_filter_type: 'FT_NO_FILTER',
    hash_key_filter_pattern: NO_BYTES,
    sort_key_filter_type: 'FT_NO_FILTER',
    sort_key_filter_pattern: NO_BYTES,
    validate_partition_hash: false,
    only_return_count: true,
  };
}

function part<Q, R>(method: RpcMethod<Q, R>, request: Q): Part {
  return { method: method as RpcMethod<unknown, unknown>, request };
}
