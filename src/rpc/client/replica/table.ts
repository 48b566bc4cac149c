import { encodeKey, HASH_KEY_LIMIT, keyHash, NO_BYTES } from '../../idl/keys.ts';
import * as methods from '../../idl/methods.ts';
import type {
  BatchGetResponse,
  CasCheckType,
  CheckAndMutateResponse,
  CheckAndSetResponse,
  CountResponse,
  FullKey,
  IncrResponse,
  MultiGetRequest,
  MultiGetResponse,
  MultiRemoveResponse,
  Mutate,
  ReadResponse,
  TtlResponse,
  UpdateResponse,
} from '../../idl/rrdb.ts';
import type { RpcMethod } from '../../method.ts';
import { RpcError, type Transport } from '../../transport/transport.ts';
import type { MetaClient } from '../meta/index.ts';
import {
  type ClientError,
  INVALID_ARGUMENT,
  INVALID_HASH_KEY,
  INVALID_VALUE,
  ofPegasusCode,
  ofStorageCode,
  SUCCESS,
} from './errors.ts';
import { expiryAfter } from './expiry.ts';
import { Resolver } from './resolver.ts';
import { Scanner, type ScanOptions } from './scanner.ts';

/** An operation's outcome; the reply is there whenever a server answered, also with an error. */
export interface Outcome<R> {
  readonly error: ClientError;
  readonly reply: R | undefined;
}

/** Of a write under a condition: one that was not met is no error. */
export interface CheckedOutcome<R> extends Outcome<R> {
  readonly passed: boolean;
}

/** What must hold of the value under `sortKey` for a write to be done. */
export interface Check {
  readonly sortKey: Uint8Array;
  readonly type: CasCheckType;
  readonly operand?: Uint8Array;
  /** Whether the reply tells what the value was. */
  readonly returnValue?: boolean;
}

/** One change of `checkAndMutate`. */
export type Mutation =
  | { readonly put: Uint8Array; readonly value: Uint8Array; readonly ttlSeconds?: number }
  | { readonly remove: Uint8Array };

/** The storage's answer to a check that did not hold. */
const TRY_AGAIN = 13;

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

  /**
   * Adds to an integer; a record that is not there counts as 0.
   *
   * @param ttlSeconds 0 = as it was, -1 = never expires
   */
  incr(
    hashKey: Uint8Array,
    sortKey: Uint8Array,
    increment: bigint,
    ttlSeconds = 0,
    timeoutMs?: number,
  ): Promise<Outcome<IncrResponse>> {
    if (isTooLong(hashKey)) return refuse(INVALID_HASH_KEY);
    if (ttlSeconds < -1) return refuse(INVALID_ARGUMENT);
    const key = encodeKey(hashKey, sortKey);
    const expire_ts_seconds = ttlSeconds > 0 ? this.expiry(ttlSeconds) : ttlSeconds;
    return this.call(methods.incr, keyHash(key), { key, increment, expire_ts_seconds }, timeoutMs);
  }

  /** Sets one value under the same hash key, where the check holds. */
  checkAndSet(
    hashKey: Uint8Array,
    check: Check,
    set: { readonly sortKey: Uint8Array; readonly value: Uint8Array; readonly ttlSeconds?: number },
    timeoutMs?: number,
  ): Promise<CheckedOutcome<CheckAndSetResponse>> {
    if (isTooLong(hashKey)) return refuseChecked(INVALID_HASH_KEY);
    const isElsewhere = Buffer.compare(set.sortKey, check.sortKey) !== 0;
    const request = {
      ...checkFields(hashKey, check),
      set_diff_sort_key: isElsewhere,
      set_sort_key: isElsewhere ? set.sortKey : NO_BYTES,
      set_value: set.value,
      set_expire_ts_seconds: this.expiry(set.ttlSeconds ?? 0),
    };
    return this.callChecked(methods.checkAndSet, hashOf(hashKey), request, timeoutMs);
  }

  /** Makes several changes under the same hash key at once, in their order, where the check holds. */
  checkAndMutate(
    hashKey: Uint8Array,
    check: Check,
    mutations: readonly Mutation[],
    timeoutMs?: number,
  ): Promise<CheckedOutcome<CheckAndMutateResponse>> {
    if (isTooLong(hashKey)) return refuseChecked(INVALID_HASH_KEY);
    if (mutations.length === 0) return refuseChecked(INVALID_ARGUMENT);
    const mutate_list = mutations.map((mutation) => this.mutate(mutation));
    const request = { ...checkFields(hashKey, check), mutate_list };
    return this.callChecked(methods.checkAndMutate, hashOf(hashKey), request, timeoutMs);
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

  /**
   * Keys of any partitions; each partition that has some is asked once, and leaves out what it does not have.
   *
   * @returns one outcome for each partition asked, in no promised order; one refusal when nothing was asked
   */
  async batchGet(keys: readonly FullKey[], timeoutMs?: number): Promise<Outcome<BatchGetResponse>[]> {
    if (keys.length === 0) return [await refuse(INVALID_ARGUMENT)];
    if (keys.some(({ hash_key }) => isTooLong(hash_key))) return [await refuse(INVALID_HASH_KEY)];
    try {
      const groups = await this.resolver.byPartition(keys, ({ hash_key, sort_key }) =>
        keyHash(encodeKey(hash_key, sort_key)),
      );
      const ask = ({ hash, items }: (typeof groups)[number]) =>
        this.call(methods.batchGet, hash, { keys: items }, timeoutMs);
      return await Promise.all(groups.map(ask));
    } catch (error) {
      return [await refuse(pegasusError(error))];
    }
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

  private async callChecked<Q, R extends { error: number }>(
    method: RpcMethod<Q, R>,
    hash: bigint,
    request: Q,
    timeoutMs: number | undefined,
  ): Promise<CheckedOutcome<R>> {
    const outcome = await this.call(method, hash, request, timeoutMs);
    const isUnmet = outcome.reply?.error === TRY_AGAIN;
    return { ...outcome, error: isUnmet ? SUCCESS : outcome.error, passed: outcome.error === SUCCESS };
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
      return refuse(pegasusError(error));
    }
  }

  private mutate(mutation: Mutation): Mutate {
    const isPut = 'put' in mutation;
    return {
      operation: isPut ? 'MO_PUT' : 'MO_DELETE',
      sort_key: isPut ? mutation.put : mutation.remove,
      value: isPut ? mutation.value : NO_BYTES,
      set_expire_ts_seconds: isPut ? this.expiry(mutation.ttlSeconds ?? 0) : 0,
    };
  }

  private expiry(ttlSeconds: number): number {
    return ttlSeconds === 0 ? 0 : expiryAfter(ttlSeconds, this.transport.now());
  }
}

/** @throws whatever is not the end of an RPC */
function pegasusError(error: unknown): ClientError {
  if (error instanceof RpcError) return ofPegasusCode(error.code);
  throw error;
}

async function refuse<R>(error: ClientError): Promise<Outcome<R>> {
  return { error, reply: undefined };
}

async function refuseChecked<R>(error: ClientError): Promise<CheckedOutcome<R>> {
  return { error, reply: undefined, passed: false };
}

function checkFields(hashKey: Uint8Array, { sortKey, type, operand, returnValue }: Check) {
  return {
    hash_key: hashKey,
    check_sort_key: sortKey,
    check_type: type,
    check_operand: operand ?? NO_BYTES,
    return_check_value: returnValue ?? false,
  };
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
