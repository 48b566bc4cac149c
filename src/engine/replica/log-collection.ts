import { SECOND } from '../clock.ts';
import type { Replica } from './replica.ts';

const MEGABYTE = 1024 * 1024;

/**
 * Deletes the oldest log segments that nobody needs any more: covered by a checkpoint, confirmed by every
 * duplication, and outside the reserve (`replica_chkpt.cpp on_checkpoint_timer`; duplication.md 3.7).
 */
export function collectPrivateLog(replica: Replica): void {
  const { disk, plog, server } = replica;
  if (disk.plog.length < 2 || !server.setting('replication.plog_gc_enabled')) return;
  const cleanable = cleanableDecree(replica);
  if (cleanable === undefined) return;
  while (
    disk.plog.length > 1 &&
    isSpare(replica) &&
    (disk.plog[1]?.previous_max_decree ?? Infinity) <= cleanable
  ) {
    plog.removeOldest();
  }
  replica.saveDisk();
}

/** Highest decree that may be deleted; undefined while the progress of a duplication is unknown. */
function cleanableDecree(replica: Replica): number | undefined {
  const confirmed = minConfirmedDecree(replica);
  if (confirmed >= 0) return Math.min(confirmed, replica.disk.last_durable_decree);
  return replica.ram.duplication_master ? undefined : replica.disk.last_durable_decree;
}

/** Least confirmed decree over a primary's duplicators, or what the primary told a secondary; -1 = unknown. */
export function minConfirmedDecree(replica: Replica): number {
  if (!replica.isPrimary)
    return replica.ram.primary_confirmed_decree > 0 ? replica.ram.primary_confirmed_decree : -1;
  const ids = Object.keys(replica.ram.duplicators)
    .map(Number)
    .sort((a, b) => a - b);
  let least = -1;
  for (const id of ids) {
    const confirmed = replica.ram.duplicators[id]?.confirmed_decree ?? -1;
    least = least === -1 ? confirmed : Math.min(least, confirmed);
  }
  return least;
}

/** A segment is kept while the log is both small and young. */
function isSpare(replica: Replica): boolean {
  const { server } = replica;
  const size = server.setting('replication.log_private_reserve_max_size_mb') * MEGABYTE;
  const age = server.setting('replication.log_private_reserve_max_time_seconds') * SECOND;
  const oldest = replica.disk.plog[0];
  return replica.plog.bytes > size || (oldest !== undefined && oldest.created_us + age < replica.now);
}
