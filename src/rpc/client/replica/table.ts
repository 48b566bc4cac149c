import { encodeKey, HASH_KEY_LIMIT, keyHash, NO_BYTES } from '../../idl/keys.ts';
import * as methods from '../../idl/methods.ts';
import type {
  CountResponse,
  MultiGetRequest,
  MultiGetResponse,
  MultiRemoveResponse,
  ReadResponse,
  TtlResponse,
  UpdateResponse,
} from '../../idl/rrdb.ts';
import type { RpcMethod } from '../../method.ts';
import { RpcError, type Transport } from '../../transport/transport.ts';
import type { MetaClient } from '../meta/index.ts';
import { type ClientError, INVALID_HASH_KEY, INVALID_VALUE, ofPegasusCode, ofStorageCode } from './errors.ts';
import { Resolver } from './resolver.ts';
import { Scanner, type ScanOptions } from './scanner.ts';

/** An operation's outcome; the reply is there whenever a server answered, also with an error. */
export interface Outcome<R> {
  readonly error: ClientError;
  readonly reply: R | undefined;
}

/** Expiry is counted in seconds from 2016-01-01 UTC. */
const EPOCH_BEGIN_SECONDS = 1_451_606_400;

export interface KeyValuePair {
  readonly sortKey: Uint8Array;
  readonly value: Uint8Array;
}

/** Milliseconds an operation may take. */
const DEFAULT_TIMEOUT_MS = 5000;

/** One table, for reads and writes by key and for scans. */
export class Table {
  readonly name: string;
  private readonly transport: Transport;
  private readonly resolver: Resolver;

  constructor(transport: Transport, meta: MetaClient, name: string) {
    this.name = name;
    this.transport = transport;
    this.resolver = new Resolver(transport, meta, name);
  }

  /** @param ttlSeconds 0 = never expires */
  set(
    hashKey: Uint8Array,
    sortKey: Uint8Array,
    value: Uint8Array,
    ttlSeconds = 0,
    timeoutMs?: number,
  ): Promise<Outcome<UpdateResponse>> {
    if (isTooLong(hashKey)) return refuse(INVALID_HASH_KEY);
    const key = encodeKey(hashKey, sortKey);
    const request = { key, value, expire_ts_seconds: this.expiry(ttlSeconds) };
    return this.call(methods.put, keyHash(key), request, timeoutMs);
  }

  get(hashKey: Uint8Array, sortKey: Uint8Array, timeoutMs?: number): Promise<Outcome<ReadResponse>> {
    return this.callByKey(methods.get, hashKey, sortKey, timeoutMs);
  }

  del(hashKey: Uint8Array, sortKey: Uint8Array, timeoutMs?: number): Promise<Outcome<UpdateResponse>> {
    return this.callByKey(methods.remove, hashKey, sortKey, timeoutMs);
  }

  /** Seconds to live; -1 = for ever. */
  ttl(hashKey: Uint8Array, sortKey: Uint8Array, timeoutMs?: number): Promise<Outcome<TtlResponse>> {
    return this.callByKey(methods.ttl, hashKey, sortKey, timeoutMs);
  }

  multiSet(
    hashKey: Uint8Array,
    pairs: readonly KeyValuePair[],
    ttlSeconds = 0,
    timeoutMs?: number,
  ): Promise<Outcome<UpdateResponse>> {
    if (!isHashKey(hashKey)) return refuse(INVALID_HASH_KEY);
    if (pairs.length === 0) return refuse(INVALID_VALUE);
    const kvs = pairs.map(({ sortKey, value }) => ({ key: sortKey, value }));
    kvs.sort((a, b) => Buffer.compare(a.key, b.key));
    const request = { hash_key: hashKey, kvs, expire_ts_seconds: this.expiry(ttlSeconds) };
    return this.call(methods.multiPut, hashOf(hashKey), request, timeoutMs);
  }

  /** Chosen sort keys, or where there are none a range of them. */
  multiGet(
    hashKey: Uint8Array,
    options: Partial<Omit<MultiGetRequest, 'hash_key'>> = {},
    timeoutMs?: number,
  ): Promise<Outcome<MultiGetResponse>> {
    if (!isHashKey(hashKey)) return refuse(INVALID_HASH_KEY);
    const request: MultiGetRequest = {
      hash_key: hashKey,
      sort_keys: [],
      max_kv_count: -1,
      max_kv_size: -1,
      no_value: false,
      start_sortkey: NO_BYTES,
      stop_sortkey: NO_BYTES,
      start_inclusive: true,
      stop_inclusive: false,
      sort_key_filter_type: 'FT_NO_FILTER',
      sort_key_filter_pattern: NO_BYTES,
      reverse: false,
      ...options,
    };
    return this.call(methods.multiGet, hashOf(hashKey), request, timeoutMs);
  }

  multiDel(
    hashKey: Uint8Array,
    sortKeys: readonly Uint8Array[],
    timeoutMs?: number,
  ): Promise<Outcome<MultiRemoveResponse>> {
    if (!isHashKey(hashKey)) return refuse(INVALID_HASH_KEY);
    if (sortKeys.length === 0) return refuse(INVALID_VALUE);
    const request = { hash_key: hashKey, sort_keys: [...sortKeys], max_count: 100 };
    return this.call(methods.multiRemove, hashOf(hashKey), request, timeoutMs);
  }

  sortkeyCount(hashKey: Uint8Array, timeoutMs?: number): Promise<Outcome<CountResponse>> {
    if (!isHashKey(hashKey)) return refuse(INVALID_HASH_KEY);
    return this.call(methods.sortkeyCount, hashOf(hashKey), { hash_key: hashKey }, timeoutMs);
  }

  /** The records of one hash key, in the order of their sort keys. */
  hashScan(hashKey: Uint8Array, options: ScanOptions = {}): Scanner {
    return Scanner.ofHashKey(this.resolver, hashKey, options);
  }

  /**
   * One scanner for each partition.
   *
   * @throws RpcError `ERR_OBJECT_NOT_FOUND` when there is no such table
   */
  async fullScan(options: ScanOptions = {}): Promise<Scanner[]> {
    const count = await this.resolver.partitionCount();
    return Array.from({ length: count }, (_, pidx) => Scanner.ofPartition(this.resolver, pidx, options));
  }

  private callByKey<R extends { error: number }>(
    method: RpcMethod<{ key: Uint8Array }, R>,
    hashKey: Uint8Array,
    sortKey: Uint8Array,
    timeoutMs: number | undefined,
  ): Promise<Outcome<R>> {
    if (isTooLong(hashKey)) return refuse(INVALID_HASH_KEY);
    const key = encodeKey(hashKey, sortKey);
    return this.call(method, keyHash(key), { key }, timeoutMs);
  }

  private async call<Q, R extends { error: number }>(
    method: RpcMethod<Q, R>,
    hash: bigint,
    request: Q,
    timeoutMs = DEFAULT_TIMEOUT_MS,
  ): Promise<Outcome<R>> {
    try {
      const reply = await this.resolver.call(method, hash, request, timeoutMs);
      return { error: ofStorageCode(reply.error), reply };
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      return { error: ofPegasusCode(error.code), reply: undefined };
    }
  }

  private expiry(ttlSeconds: number): number {
    return ttlSeconds > 0 ? Math.floor(this.transport.now() / 1000) - EPOCH_BEGIN_SECONDS + ttlSeconds : 0;
  }
}

async function refuse<R>(error: ClientError): Promise<Outcome<R>> {
  return { error, reply: undefined };
}

function isTooLong(hashKey: Uint8Array): boolean {
  return hashKey.length >= HASH_KEY_LIMIT;
}

function isHashKey(hashKey: Uint8Array): boolean {
  return hashKey.length > 0 && !isTooLong(hashKey);
}

function hashOf(hashKey: Uint8Array): bigint {
  return keyHash(encodeKey(hashKey, NO_BYTES));
}
