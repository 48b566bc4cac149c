import type { Cluster } from '../cluster.ts';
import type { Request } from '../request.ts';
import { allOf, type Steps } from '../steps.ts';
import { logBytesOf } from './disks.ts';
import type { Replica } from './replica.ts';

/** What a server's logs are read for before it listens. */
const LONG_LOG_BYTES = 4 * 1024 * 1024;
/** So many of a table have documents that take long to read. */
const MANY_PARTITIONS = 1024;
/** What is read in no time. */
const FEW_BYTES = 256 * 1024;

/** Whether others notice that a replica reads all it has, or writes it. */
export function takesLong(replica: Replica): boolean {
  return replica.storedBytes > FEW_BYTES;
}

/** Has servers read what takes long, as a replica server opens its replicas before it listens. */
export function readAhead(cluster: Cluster): void {
  const wide =
    cluster.meta?.tree.apps().filter(({ partition_count: count }) => count >= MANY_PARTITIONS) ?? [];
  for (const server of cluster.runningReplicaServers()) {
    for (const { app_id } of wide) server.readAhead(app_id);
    if (logBytesOf(server) < LONG_LOG_BYTES) continue;
    for (const replica of server.holding()) if (replica.isPrimary) allOf(replica.readingRecords());
  }
}

/**
 * Has a replica that a client asks for something read its records first, while others have their turn, where that takes
 * long.
 *
 * @returns whether the request is to come again
 */
export function readsFirst(replica: Replica, { isBackup = false }: Pick<Request, 'isBackup'> = {}): boolean {
  const { universe } = replica.server.cluster;
  const isServed = replica.isPrimary || isBackup;
  if (replica.hasRecords || !isServed || !universe.keepsRecords || !takesLong(replica)) return false;
  if (!universe.timeline.isMidway) replica.server.perform(replica.readingRecords());
  return !replica.hasRecords;
}

/** The same of its log, where somebody goes on in the middle of it. */
export function seeksFirst(replica: Replica, decree: number): boolean {
  const { plog, server } = replica;
  const { keepsRecords, timeline } = server.cluster.universe;
  if (!keepsRecords || !takesLong(replica) || plog.knows(decree)) return false;
  if (!timeline.isMidway) server.perform(plog.seeking(decree));
  return !plog.knows(decree);
}

/** Has a replica read its records where that takes long, before it leads: its first write would have to read all of them at once. */
export function* readingLongRecords(replica: Replica): Steps {
  const { keepsRecords } = replica.server.cluster.universe;
  if (keepsRecords && takesLong(replica)) yield* replica.readingRecords();
}
