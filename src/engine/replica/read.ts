import { handleRead } from './data/read.ts';
import type { Replica } from './replica.ts';
import type { Served } from './write.ts';

/** A read of a client, answered by the primary from its committed records (`replica.cpp on_client_read`). */
export function serveRead(replica: Replica, code: string, request: unknown): Served {
  if (!replica.isPrimary || replica.ram.last_committed_decree < replica.ram.last_prepared_decree) {
    return { err: 'ERR_INVALID_STATE', waitedUs: 0 };
  }
  const reply = handleRead(code, request, replica.records, {
    nowSeconds: Math.floor(replica.now / 1_000_000),
    appId: replica.appId,
    pidx: replica.pidx,
    partitionCount: replica.disk.partition_count,
    server: replica.server.node,
    envs: new Map(Object.entries(replica.ram.envs)),
    scans: replica.server.scans,
  });
  return { err: 'ERR_OK', reply, waitedUs: 0 };
}
