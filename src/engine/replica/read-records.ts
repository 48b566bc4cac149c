import type { Cluster } from '../cluster.ts';
import type { Request } from '../request.ts';
import { allOf, type Steps } from '../steps.ts';
import { logBytesOf } from './disks.ts';
import type { Replica } from './replica.ts';

/** What a server's logs are read for before it listens. */
const LONG_LOG_BYTES = 4 * 1024 * 1024;
/** What is read in no time. */
const FEW_BYTES = 256 * 1024;

/** Has primaries read their records where that takes long, as a replica server opens its replicas before it listens. */
export function readLongLogs(cluster: Cluster): void {
  for (const server of cluster.runningReplicaServers()) {
    if (logBytesOf(server) < LONG_LOG_BYTES) continue;
    for (const replica of server.held()) if (replica.isPrimary) allOf(replica.readingRecords());
  }
}

/**
 * Has a replica that a client asks for something read its records first, while others have their turn, where that takes
 * long; under a manual clock they are read when they are needed, so that the same requests take the same time.
 *
 * @returns whether the request is to come again
 */
export function readsFirst(replica: Replica, { isBackup = false }: Pick<Request, 'isBackup'>): boolean {
  const isServed = replica.isPrimary || isBackup;
  if (replica.hasRecords || !isServed || !readsAhead(replica, replica.storedBytes)) return false;
  perform(replica, replica.readingRecords());
  return true;
}

/** The same of the log, where somebody goes on in the middle of it. */
export function seeksFirst(replica: Replica, decree: number): boolean {
  const { plog } = replica;
  if (!readsAhead(replica, plog.bytes) || plog.knows(decree)) return false;
  perform(replica, plog.seeking(decree));
  return true;
}

function readsAhead({ server }: Replica, bytes: number): boolean {
  const { keepsRecords, clock } = server.cluster.universe;
  return keepsRecords && clock.mode !== 'manual' && bytes > FEW_BYTES;
}

function perform({ server }: Replica, steps: Steps): void {
  server.cluster.universe.timeline.perform(server.cluster, server.node, steps);
}

/** Has a replica read its records where that takes long, before it leads: its first write would have to read all of them at once. */
export function* readingLongRecords(replica: Replica): Steps {
  const { keepsRecords } = replica.server.cluster.universe;
  if (keepsRecords && replica.storedBytes > FEW_BYTES) yield* replica.readingRecords();
}
