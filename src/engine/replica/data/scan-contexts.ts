import type { GetScannerRequest } from '../../../rpc/idl/scan.ts';
import type { Snapshot } from './record-store.ts';

/** How long a scan may rest between two batches, in seconds. */
const CONTEXT_LIFETIME = 5 * 60;

/** A scan that has more to give: upstream's iterator over a snapshot. */
export interface ScanContext {
  readonly appId: number;
  readonly pidx: number;
  readonly request: GetScannerRequest;
  /** As they were when the scan began; left to be read from the key `next` on. */
  readonly records: Snapshot;
  readonly next: Uint8Array;
}

interface Open {
  readonly context: ScanContext;
  /** Unix seconds. */
  readonly until: number;
}

/**
 * The open scans of a replica server: in its memory only, so that a restart ends them
 * (`src/server/pegasus_scan_context.h`).
 */
export class ScanContexts {
  readonly #contexts = new Map<bigint, Open>();
  #nextId: bigint;

  /** @param firstId not negative; upstream takes 31 random bits above 32 zero bits */
  constructor(firstId: bigint) {
    this.#nextId = firstId;
  }

  /** How many scans are open. */
  get size(): number {
    return this.#contexts.size;
  }

  /** Keeps a scan under a new id. Times are Unix seconds. */
  put(context: ScanContext, nowSeconds: number): bigint {
    this.dropIdle(nowSeconds);
    const id = this.#nextId++;
    this.#contexts.set(id, { context, until: nowSeconds + CONTEXT_LIFETIME });
    return id;
  }

  /** Gives a scan out for its next batch: its id is used up. */
  take(id: bigint, appId: number, pidx: number, nowSeconds: number): ScanContext | undefined {
    this.dropIdle(nowSeconds);
    const { context, until = 0 } = this.#contexts.get(id) ?? {};
    if (context?.appId !== appId || context.pidx !== pidx || until <= nowSeconds) return undefined;
    this.#contexts.delete(id);
    return context;
  }

  /** A client has had enough. */
  clear(id: bigint, appId: number, pidx: number, nowSeconds: number): void {
    this.take(id, appId, pidx, nowSeconds)?.records.close();
  }

  /** A replica closes, and its scans with it. */
  closeReplica(appId: number, pidx: number): void {
    for (const [id, { context }] of this.#contexts)
      if (context.appId === appId && context.pidx === pidx) this.#drop(id, context);
  }

  /** Those that have rested longest come first. Times are Unix seconds. */
  dropIdle(nowSeconds: number): void {
    for (const [id, { context, until }] of this.#contexts) {
      if (until > nowSeconds) break;
      this.#drop(id, context);
    }
  }

  #drop(id: bigint, { records }: ScanContext): void {
    records.close();
    this.#contexts.delete(id);
  }
}
