import { decodeKey, isKeyOfPartition, NO_BYTES } from '../../../rpc/idl/keys.ts';
import type { Steps } from '../../steps.ts';
import type { Operation } from './compaction-rules.ts';
import { isExpired } from './expiry.ts';
import { isNextPart } from './long-writes.ts';
import type { RecordStore } from './record-store.ts';
import type { StoredRecord } from './stored-record.ts';

export interface CompactionContext {
  /** Pegasus time, in seconds. */
  readonly now: number;
  /** Seconds; 0 = none. */
  readonly defaultTtl: number;
  readonly operations: readonly Operation[];
  /** Records of the other half go, after a split; absent where the table does not say that this is looked at. */
  readonly partition?: { readonly pidx: number; readonly count: number };
}

/**
 * What a compaction makes of the records (`src/server/key_ttl_compaction_filter.h`): those that expired go, the table's
 * default time to live and its own operations are applied.
 *
 * @returns whether it changed any
 */
export function* compactingRecords(store: RecordStore, context: CompactionContext): Steps<boolean> {
  const changes: [key: Uint8Array, left: StoredRecord | undefined][] = [];
  let count = 0;
  for (const [key, record] of store.range(NO_BYTES, undefined)) {
    const left = compacted(key, record, context);
    if (left !== record) changes.push([key, left]);
    if (isNextPart(++count)) yield;
  }
  for (const [at, [key, left]] of changes.entries()) {
    if (isNextPart(at)) yield;
    if (left === undefined) store.delete(key);
    else store.set(key, left);
  }
  return changes.length > 0;
}

/** Operations look at the record as it was before any of them; whether it expired is asked of that too. */
function compacted(
  key: Uint8Array,
  record: StoredRecord,
  { now, defaultTtl, operations, partition }: CompactionContext,
): StoredRecord | undefined {
  const expire = record.expire === 0 && defaultTtl > 0 ? now + defaultTtl : record.expire;
  const candidate = { ...decodeKey(key), expire, now };
  let next = expire;
  for (const operation of operations) {
    const fate = operation(candidate);
    if (fate === 'deleted') return undefined;
    if (fate !== undefined) next = fate.expire;
  }
  if (isExpired(expire, now)) return undefined;
  if (partition !== undefined && !isKeyOfPartition(key, partition.pidx, partition.count)) return undefined;
  return next === record.expire ? record : { value: record.value, timetag: record.timetag, expire: next };
}
