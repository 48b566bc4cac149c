/** Errors of the storage that a setting asks for (`pegasus_server_impl.cpp`, `rocksdb_wrapper.cpp`). */
import { NO_BYTES } from '../../rpc/idl/keys.ts';
import { emptyReply } from './data/empty-reply.ts';
import { ROCKSDB_STATUS } from './data/rocksdb-status.ts';
import type { Update } from './data/updates.ts';
import { failLocally } from './local-failure.ts';
import type { Replica } from './replica.ts';

/** What a `get` is answered instead of being looked up; other reads go on as ever. */
export function injectedReply({ server, appId, pidx }: Replica, code: string): object | undefined {
  if (code !== 'RPC_RRDB_RRDB_GET') return undefined;
  const error = server.setting('pegasus.server.inject_read_error_for_test');
  if (error === ROCKSDB_STATUS.ok) return undefined;
  return { error, app_id: appId, partition_index: pidx, server: server.node, value: NO_BYTES };
}

/**
 * Has a committed mutation fail to be applied: each write is answered with the status, and the replica is lost
 * (`replication_app_base.cpp apply_mutation`).
 */
export function injectedReplies(replica: Replica, updates: readonly Update[]): object[] | undefined {
  const error = replica.server.setting('pegasus.server.inject_write_error_for_test');
  if (error === ROCKSDB_STATUS.ok) return undefined;
  failLocally(replica, codeOf(error));
  return updates.map(({ code }) => ({ ...emptyReply(code), error }));
}

function codeOf(status: number): string {
  if (status === ROCKSDB_STATUS.corruption) return 'ERR_RDB_CORRUPTION';
  return status === ROCKSDB_STATUS.ioError ? 'ERR_DISK_IO_ERROR' : 'ERR_LOCAL_APP_FAILURE';
}
