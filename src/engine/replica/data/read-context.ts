import { epochSeconds, isExpired } from './expiry.ts';
import type { ScanContexts } from './scan-contexts.ts';
import type { StoredRecord } from './stored-record.ts';

/** What a replica knows while it answers a read. */
export interface ReadContext {
  /** Unix time. */
  readonly nowSeconds: number;
  readonly appId: number;
  readonly pidx: number;
  readonly partitionCount: number;
  /** `host:port` of the replica server. */
  readonly server: string;
  /** The table's envs. */
  readonly envs: Readonly<Record<string, string>>;
  readonly scans: ScanContexts;
  /** Upstream's defaults when absent. */
  readonly limits?: () => ReadLimits;
}

/** How much one request may read: settings of `[pegasus.server]`. */
export interface ReadLimits {
  readonly rocksdb_multi_get_max_iteration_count: number;
  /** Bytes. */
  readonly rocksdb_multi_get_max_iteration_size: number;
  readonly rocksdb_max_iteration_count: number;
}

const DEFAULT_LIMITS: ReadLimits = {
  rocksdb_multi_get_max_iteration_count: 3000,
  rocksdb_multi_get_max_iteration_size: 30 * 1024 * 1024,
  rocksdb_max_iteration_count: 1000,
};

export function limitsOf(context: ReadContext): ReadLimits {
  return context.limits?.() ?? DEFAULT_LIMITS;
}

/** Whether readers see a record. */
export function isVisible(record: StoredRecord | undefined, context: ReadContext): record is StoredRecord {
  return record !== undefined && !isExpired(record.expire, epochSeconds(context.nowSeconds));
}

/** The fields that replies to reads have in common. */
export function replyTo(context: ReadContext, error: number) {
  const { appId, pidx, server } = context;
  return { error, app_id: appId, partition_index: pidx, server };
}
