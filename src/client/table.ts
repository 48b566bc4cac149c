import { Buffer } from 'node:buffer';
import { INCOMPLETE, NOT_FOUND, SUCCESS } from '../rpc/client/replica/errors.ts';
import type { Scanner, ScanOptions } from '../rpc/client/replica/scanner.ts';
import type { Mutation, Outcome, Table } from '../rpc/client/replica/table.ts';
import { encodeKey, LENGTH_BYTES, sortKeyOffset } from '../rpc/idl/keys.ts';
import type { CasCheckType, FilterType } from '../rpc/idl/rrdb.ts';
import type { ScanResponse } from '../rpc/idl/scan.ts';
import { untilAborted } from './abort.ts';
import { PegasusError } from './error.ts';

/** Text is UTF-8. */
export type Bytes = string | Uint8Array;

export interface CallOptions {
  /** How long the operation may take, with all its attempts; that of `connect` unless said otherwise. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface WriteOptions extends CallOptions {
  /** Seconds until the record expires; never unless said. */
  readonly ttlSeconds?: number;
}

export interface SortedRecord {
  readonly sortKey: Buffer;
  readonly value: Buffer;
}

export interface PegasusRecord extends SortedRecord {
  readonly hashKey: Buffer;
}

/** A range of sort keys: from `start`, which belongs to it, to `stop`, which does not, unless said otherwise. */
export interface Range {
  readonly start?: Bytes;
  readonly stop?: Bytes;
  readonly startInclusive?: boolean;
  readonly stopInclusive?: boolean;
}

export interface Filter {
  readonly type: 'prefix' | 'postfix' | 'anywhere';
  readonly pattern: Bytes;
}

export interface MultiGetOptions extends Range, CallOptions {
  readonly sortKeyFilter?: Filter;
  /** At most so many records; they then begin at the end of the range where `reverse` is set. */
  readonly limit?: number;
  readonly reverse?: boolean;
}

export interface ScanAll extends CallOptions {
  readonly hashKeyFilter?: Filter;
  readonly sortKeyFilter?: Filter;
  /** Records of one request; 1,000 unless said. */
  readonly batchSize?: number;
  /** Keys only: every value is empty. */
  readonly keysOnly?: boolean;
}

export interface CheckOptions extends WriteOptions {
  readonly operand?: Bytes;
}

/** What a write under a condition came to, and the value that the condition was about; undefined = there was none. */
export interface Checked {
  readonly done: boolean;
  readonly value: Buffer | undefined;
}

export type Change =
  | { readonly put: Bytes; readonly value: Bytes; readonly ttlSeconds?: number }
  | { readonly remove: Bytes };

/** One table of a cluster. Every method throws PegasusError when the cluster refuses, and the signal's reason. */
export class PegasusTable {
  readonly name: string;
  readonly #table: Table;
  readonly #timeoutMs: number;

  constructor(table: Table, timeoutMs: number) {
    this.name = table.name;
    this.#table = table;
    this.#timeoutMs = timeoutMs;
  }

  /** @returns undefined where there is no such record */
  async get(hashKey: Bytes, sortKey: Bytes, options?: CallOptions): Promise<Buffer | undefined> {
    const reply = await this.#ask('get', options, (ms) =>
      this.#table.get(bytes(hashKey), bytes(sortKey), ms),
    );
    return reply === undefined ? undefined : buffer(reply.value);
  }

  async set(hashKey: Bytes, sortKey: Bytes, value: Bytes, options?: WriteOptions): Promise<void> {
    await this.#ask('set', options, (ms) =>
      this.#table.set(bytes(hashKey), bytes(sortKey), bytes(value), options?.ttlSeconds ?? 0, ms),
    );
  }

  async del(hashKey: Bytes, sortKey: Bytes, options?: CallOptions): Promise<void> {
    await this.#ask('del', options, (ms) => this.#table.del(bytes(hashKey), bytes(sortKey), ms));
  }

  async exist(hashKey: Bytes, sortKey: Bytes, options?: CallOptions): Promise<boolean> {
    return (await this.ttl(hashKey, sortKey, options)) !== undefined;
  }

  /** @returns seconds; Infinity = never expires; undefined where there is no such record */
  async ttl(hashKey: Bytes, sortKey: Bytes, options?: CallOptions): Promise<number | undefined> {
    const reply = await this.#ask('ttl', options, (ms) =>
      this.#table.ttl(bytes(hashKey), bytes(sortKey), ms),
    );
    if (reply === undefined) return undefined;
    return reply.ttl_seconds < 0 ? Number.POSITIVE_INFINITY : reply.ttl_seconds;
  }

  /** Adds to the decimal integer that the value is, 0 where there is none. */
  async incr(hashKey: Bytes, sortKey: Bytes, by = 1n, options?: WriteOptions): Promise<bigint> {
    const reply = await this.#ask('incr', options, (ms) =>
      this.#table.incr(bytes(hashKey), bytes(sortKey), by, options?.ttlSeconds ?? 0, ms),
    );
    return reply!.new_value;
  }

  /** All of them or none. */
  async multiSet(
    hashKey: Bytes,
    records: Iterable<{ readonly sortKey: Bytes; readonly value: Bytes }>,
    options?: WriteOptions,
  ): Promise<void> {
    const pairs = Array.from(records, ({ sortKey, value }) => ({
      sortKey: bytes(sortKey),
      value: bytes(value),
    }));
    await this.#ask('multi_set', options, (ms) =>
      this.#table.multiSet(bytes(hashKey), pairs, options?.ttlSeconds ?? 0, ms),
    );
  }

  /**
   * The records of a hash key under some sort keys, or in a range of them, by ascending sort key.
   *
   * @returns `isComplete` is false where the server left some out, for their number or their size
   */
  async multiGet(
    hashKey: Bytes,
    what: readonly Bytes[] | MultiGetOptions = {},
    options: CallOptions = isList(what) ? {} : what,
  ): Promise<{ readonly records: SortedRecord[]; readonly isComplete: boolean }> {
    const request = isList(what) ? { sort_keys: what.map(bytes) } : rangeRequest(what);
    const ask = (ms: number) => this.#table.multiGet(bytes(hashKey), request, ms);
    const outcome = await this.#outcome(options, ask);
    const isCut = outcome.error.code === INCOMPLETE.code;
    if (!isCut && outcome.error.code !== SUCCESS.code) throw new PegasusError('multi_get', outcome.error);
    const records = (outcome.reply?.kvs ?? []).map(({ key, value }) => ({
      sortKey: buffer(key),
      value: buffer(value),
    }));
    // Sort keys that were asked for one by one come as they were asked for.
    records.sort((a, b) => Buffer.compare(a.sortKey, b.sortKey));
    return { records, isComplete: !isCut };
  }

  /**
   * The values of keys of any partitions, in the order of the keys; undefined where there is no such record. Each
   * partition is asked once.
   */
  async batchGet(
    keys: readonly { readonly hashKey: Bytes; readonly sortKey: Bytes }[],
    options?: CallOptions,
  ): Promise<(Buffer | undefined)[]> {
    if (keys.length === 0) return [];
    const full = keys.map(({ hashKey, sortKey }) => ({ hash_key: bytes(hashKey), sort_key: bytes(sortKey) }));
    const outcomes = await this.#outcome(options, (ms) => this.#table.batchGet(full, ms));
    const values = new Map<string, Buffer>();
    for (const { error, reply } of outcomes) {
      if (error.code !== SUCCESS.code) throw new PegasusError('batch_get', error);
      for (const { hash_key, sort_key, value } of reply?.data ?? [])
        values.set(nameOf(hash_key, sort_key), buffer(value));
    }
    return full.map(({ hash_key, sort_key }) => values.get(nameOf(hash_key, sort_key)));
  }

  async multiDel(hashKey: Bytes, sortKeys: readonly Bytes[], options?: CallOptions): Promise<void> {
    await this.#ask('multi_del', options, (ms) =>
      this.#table.multiDel(bytes(hashKey), sortKeys.map(bytes), ms),
    );
  }

  async sortKeyCount(hashKey: Bytes, options?: CallOptions): Promise<number> {
    const reply = await this.#ask('sortkey_count', options, (ms) =>
      this.#table.sortkeyCount(bytes(hashKey), ms),
    );
    return reply?.count ?? 0;
  }

  /** Sets a value under the hash key where the value under `checkSortKey` is as `check` wants it. */
  async checkAndSet(
    hashKey: Bytes,
    checkSortKey: Bytes,
    check: CasCheckType,
    record: { readonly sortKey: Bytes; readonly value: Bytes },
    options?: CheckOptions,
  ): Promise<Checked> {
    return this.#checked('check_and_set', options, (ms) =>
      this.#table.checkAndSet(
        bytes(hashKey),
        conditionOf(checkSortKey, check, options),
        { sortKey: bytes(record.sortKey), value: bytes(record.value), ttlSeconds: options?.ttlSeconds },
        ms,
      ),
    );
  }

  /** Several changes under the hash key, all or none, where the value under `checkSortKey` is as `check` wants it. */
  async checkAndMutate(
    hashKey: Bytes,
    checkSortKey: Bytes,
    check: CasCheckType,
    changes: readonly Change[],
    options?: CheckOptions,
  ): Promise<Checked> {
    return this.#checked('check_and_mutate', options, (ms) =>
      this.#table.checkAndMutate(
        bytes(hashKey),
        conditionOf(checkSortKey, check, options),
        changes.map(mutationOf),
        ms,
      ),
    );
  }

  /** The records of one hash key, by ascending sort key. */
  scanHashKey(hashKey: Bytes, options: ScanAll & Range = {}): AsyncGenerator<PegasusRecord> {
    const open = async () => [this.#table.hashScan(bytes(hashKey), this.#scanOptions(options))];
    return this.#records(open, options.signal);
  }

  /** Every record, one partition after the other. */
  scan(options: ScanAll = {}): AsyncGenerator<PegasusRecord> {
    return this.#records(() => this.#table.fullScan(this.#scanOptions(options)), options.signal);
  }

  async *#records(
    open: () => Promise<Scanner[]>,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<PegasusRecord> {
    for (const scanner of await untilAborted(open, signal)) {
      const batches = scanner.batches();
      let coming = batches.next();
      for (;;) {
        const { done, value: batch } = await untilAborted(() => coming, signal);
        if (done) break;
        // The server reads the next records while somebody looks at these.
        coming = batches.next();
        const last = coming.catch(NOTHING);
        let isRead = false;
        try {
          for (const { key, value } of batch.kvs) yield recordOf(key, value);
          isRead = true;
        } finally {
          if (!isRead) await leave(scanner, await last);
        }
      }
    }
  }

  #scanOptions(options: ScanAll & Range): ScanOptions {
    const { hashKeyFilter, sortKeyFilter, start, stop } = options;
    return {
      timeoutMs: options.timeoutMs ?? this.#timeoutMs,
      batchSize: options.batchSize,
      noValue: options.keysOnly,
      startInclusive: options.startInclusive,
      stopInclusive: options.stopInclusive,
      ...(start === undefined ? {} : { startSortKey: bytes(start) }),
      ...(stop === undefined ? {} : { stopSortKey: bytes(stop) }),
      ...(hashKeyFilter === undefined ? {} : { hashKeyFilter: filterOf(hashKeyFilter) }),
      ...(sortKeyFilter === undefined ? {} : { sortKeyFilter: filterOf(sortKeyFilter) }),
    };
  }

  /** The reply; undefined where the record is not there. */
  async #ask<R>(
    operation: string,
    options: CallOptions | undefined,
    call: (timeoutMs: number) => Promise<Outcome<R>>,
  ): Promise<R | undefined> {
    const { error, reply } = await this.#outcome(options, call);
    if (error.code === NOT_FOUND.code) return undefined;
    if (error.code !== SUCCESS.code) throw new PegasusError(operation, error);
    return reply;
  }

  async #checked<R extends { check_value_exist: boolean; check_value: Uint8Array }>(
    operation: string,
    options: CallOptions | undefined,
    call: (timeoutMs: number) => Promise<Outcome<R> & { passed: boolean }>,
  ): Promise<Checked> {
    const { error, reply, passed } = await this.#outcome(options, call);
    if (error.code !== SUCCESS.code || reply === undefined) throw new PegasusError(operation, error);
    return { done: passed, value: reply.check_value_exist ? buffer(reply.check_value) : undefined };
  }

  #outcome<T>(options: CallOptions | undefined, call: (timeoutMs: number) => Promise<T>): Promise<T> {
    return untilAborted(() => call(options?.timeoutMs ?? this.#timeoutMs), options?.signal);
  }
}

const FILTER_TYPES: Readonly<Record<Filter['type'], FilterType>> = {
  prefix: 'FT_MATCH_PREFIX',
  postfix: 'FT_MATCH_POSTFIX',
  anywhere: 'FT_MATCH_ANYWHERE',
};

function filterOf({ type, pattern }: Filter): { type: FilterType; pattern: Uint8Array } {
  return { type: FILTER_TYPES[type], pattern: bytes(pattern) };
}

function rangeRequest(options: MultiGetOptions) {
  const { start, stop, startInclusive, stopInclusive, limit, reverse, sortKeyFilter: filter } = options;
  return {
    ...(start === undefined ? {} : { start_sortkey: bytes(start) }),
    ...(stop === undefined ? {} : { stop_sortkey: bytes(stop) }),
    ...(startInclusive === undefined ? {} : { start_inclusive: startInclusive }),
    ...(stopInclusive === undefined ? {} : { stop_inclusive: stopInclusive }),
    ...(limit === undefined ? {} : { max_kv_count: limit }),
    ...(reverse === undefined ? {} : { reverse }),
    ...(filter === undefined
      ? {}
      : {
          sort_key_filter_type: FILTER_TYPES[filter.type],
          sort_key_filter_pattern: bytes(filter.pattern),
        }),
  };
}

function conditionOf(sortKey: Bytes, type: CasCheckType, options: CheckOptions | undefined) {
  return { sortKey: bytes(sortKey), type, operand: bytes(options?.operand ?? ''), returnValue: true };
}

function mutationOf(change: Change): Mutation {
  if ('remove' in change) return { remove: bytes(change.remove) };
  return { put: bytes(change.put), value: bytes(change.value), ttlSeconds: change.ttlSeconds };
}

function isList(what: readonly Bytes[] | MultiGetOptions): what is readonly Bytes[] {
  return Array.isArray(what);
}

/** Another text for every key. */
function nameOf(hashKey: Uint8Array, sortKey: Uint8Array): string {
  return buffer(encodeKey(hashKey, sortKey)).toString('latin1');
}

function bytes(of: Bytes): Uint8Array {
  return typeof of === 'string' ? Buffer.from(of) : of;
}

/** What failed is told to whoever asks for it, and has left nothing on the server. */
const NOTHING = () => undefined;

/** Whoever stops early leaves no scan open on the server. */
async function leave(scanner: Scanner, last: IteratorResult<ScanResponse, void> | undefined): Promise<void> {
  if (last !== undefined && last.done !== true) await scanner.leave(last.value);
}

function recordOf(key: Uint8Array, value: Uint8Array): PegasusRecord {
  const { buffer: memory, byteOffset, byteLength } = key;
  const at = sortKeyOffset(key);
  return {
    hashKey: Buffer.from(memory, byteOffset + LENGTH_BYTES, at - LENGTH_BYTES),
    sortKey: Buffer.from(memory, byteOffset + at, byteLength - at),
    value: buffer(value),
  };
}

function buffer({ buffer: memory, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(memory, byteOffset, byteLength);
}
