/** Atomic writes turned into plain ones, so that duplication can ship them (`pegasus_write_service_impl.h make_idempotent`). */
import { applyMutation } from './apply.ts';
import type { RecordStore } from './record-store.ts';
import { ROCKSDB_STATUS } from './rocksdb-status.ts';
import type { StoredRecord } from './stored-record.ts';
import type { Update } from './updates.ts';
import type { ApplyContext } from './writer.ts';

/** Where there are no updates the write was refused, or its check did not hold: it uses no decree. */
export interface Idempotent {
  readonly reply: object;
  readonly updates: readonly Update[];
}

/** What an atomic write would change now, as puts and removes. */
export function makeIdempotent(store: RecordStore, update: Update, context: ApplyContext): Idempotent {
  const updates: Update[] = [];
  const recorder = {
    get: (key: Uint8Array) => store.get(key),
    set: (key: Uint8Array, { value, expire }: StoredRecord) => {
      const request = { key, value, expire_ts_seconds: expire };
      updates.push({ code: 'RPC_RRDB_RRDB_PUT', request });
    },
    delete: (key: Uint8Array) => {
      updates.push({ code: 'RPC_RRDB_RRDB_REMOVE', request: { key } });
    },
  };
  const [reply] = applyMutation(recorder, [update], context) as [{ readonly error: number }];
  return reply.error === ROCKSDB_STATUS.ok
    ? { reply, updates }
    : { reply: { ...reply, decree: -1 }, updates: [] };
}
