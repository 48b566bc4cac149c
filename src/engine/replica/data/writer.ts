import { epochSeconds, isExpired } from './expiry.ts';
import type { RecordStore } from './record-store.ts';
import type { StoredRecord } from './stored-record.ts';
import { timetagOf } from './timetag.ts';

/** What a replica knows while it applies a mutation. */
export interface ApplyContext {
  readonly decree: number;
  /** Unix time. */
  readonly nowSeconds: number;
  /** Of the mutation: the same on every replica. */
  readonly timestampUs: bigint | number;
  /** Of this cluster in `[duplication-group]`; 0 when it is not configured. */
  readonly clusterId: number;
  /** Ids of all of `[duplication-group]`, from which writes may be duplicated; absent: any. */
  readonly clusterIds?: (() => ReadonlySet<number>) | undefined;
  readonly appId: number;
  readonly pidx: number;
  /** `host:port` of the replica server. */
  readonly server: string;
  /** Seconds that records without an expiry live; 0 = for ever. */
  readonly defaultTtl: number;
}

/** What a writer needs of a store. */
export type WritableStore = Pick<RecordStore, 'get' | 'set' | 'delete'>;

/** Where a write came from: its timetag, and whether it loses against newer records. */
interface Origin {
  readonly timetag: bigint;
  readonly verifyTimetag: boolean;
}

/** Writes the records of one mutation (`src/server/rocksdb_wrapper.cpp`). */
export class Writer {
  readonly context: ApplyContext;
  readonly #store: WritableStore | undefined;
  readonly #now: number;
  #origin: Origin | undefined;

  /**
   * @param store undefined where nobody keeps what is written
   * @param origin this cluster by default
   */
  constructor(store: WritableStore | undefined, context: ApplyContext, origin?: Origin) {
    this.context = context;
    this.#store = store;
    this.#now = epochSeconds(context.nowSeconds);
    this.#origin = origin;
  }

  /** The same for a write that another cluster made. */
  onBehalfOf(origin: Origin): Writer {
    return new Writer(this.#store, this.context, origin);
  }

  /** The record that readers see under a raw key. */
  find(key: Uint8Array): StoredRecord | undefined {
    const record = this.#store?.get(key);
    return record === undefined || isExpired(record.expire, this.#now) ? undefined : record;
  }

  /** @param expire Pegasus time in seconds; 0 = what the table gives by default */
  put(key: Uint8Array, value: Uint8Array, expire: number): void {
    if (this.#store === undefined) return;
    this.#origin ??= here(this.context);
    const { timetag, verifyTimetag } = this.#origin;
    if (verifyTimetag && (this.find(key)?.timetag ?? -1n) >= timetag) return;
    this.#store.set(key, { value, expire: this.#expireOf(expire), timetag });
  }

  remove(key: Uint8Array): void {
    this.#store?.delete(key);
  }

  /** The fields that replies to writes have in common. */
  reply(error: number) {
    const { appId, pidx, decree, server } = this.context;
    return { error, app_id: appId, partition_index: pidx, decree, server };
  }

  #expireOf(expire: number): number {
    const { defaultTtl } = this.context;
    return expire === 0 && defaultTtl > 0 ? this.#now + defaultTtl : expire;
  }
}

function here({ timestampUs, clusterId }: ApplyContext): Origin {
  return { timetag: timetagOf(timestampUs, clusterId), verifyTimetag: false };
}
