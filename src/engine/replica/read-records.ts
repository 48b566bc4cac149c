import type { Cluster } from '../cluster.ts';
import { logBytesOf } from './disks.ts';

/** Shorter logs than this one are read while a request waits. */
const LONG_LOG_BYTES = 4 * 1024 * 1024;

/** Has primaries read their records where that takes long, as a replica server opens its replicas before it listens. */
export function readLongLogs(cluster: Cluster): void {
  for (const server of cluster.runningReplicaServers()) {
    if (logBytesOf(server) < LONG_LOG_BYTES) continue;
    for (const replica of server.held()) if (replica.isPrimary) replica.readRecords();
  }
}
