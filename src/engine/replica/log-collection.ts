import { inSeconds, SECOND } from '../clock.ts';
import type { Replica } from './replica.ts';

const MEGABYTE = 1024 * 1024;

/**
 * Deletes, not before the checkpoint timer of the replica first fires, the oldest log segments that nobody needs any
 * more: covered by a checkpoint, confirmed by every duplication, and outside the reserve
 * (`replica_chkpt.cpp on_checkpoint_timer`).
 */
export function collectPrivateLog(replica: Replica): void {
  const { disk, plog, ram, server } = replica;
  if (disk.plog.length < 2 || !collectsLog(replica)) return;
  const openedUs = ram.opened_us ?? server.startedUs;
  if (replica.now < openedUs + server.setting('replication.checkpoint_interval_seconds') * SECOND) return;
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

/** As its server was configured, until a remote command says otherwise. */
export function collectsLog({ ram, server }: Replica): boolean {
  return ram.collects_log ?? server.setting('replication.plog_gc_enabled');
}

/** Highest decree that may be deleted; undefined while the progress of a duplication is unknown. */
function cleanableDecree(replica: Replica): number | undefined {
  const confirmed = minConfirmedDecree(replica);
  if (confirmed >= 0) return Math.min(confirmed, replica.disk.last_durable_decree);
  return mayBeDuplicated(replica) ? undefined : replica.disk.last_durable_decree;
}

/**
 * A replica hears at its next config sync that its table is duplicated by now, and until then deletes what the duplication
 * needs (D18). Mended, it asks before it does.
 */
function mayBeDuplicated({ appId, ram, server: { cluster } }: Replica): boolean {
  if (ram.duplication_master || cluster.hasDefect('D18')) return ram.duplication_master;
  return cluster.meta === undefined || cluster.meta.tree.app(appId)?.duplicating === 1;
}

/** Least confirmed decree over a primary's duplicators, or what the primary told a secondary; -1 = unknown. */
export function minConfirmedDecree(replica: Replica): number {
  if (!replica.isPrimary)
    return replica.ram.primary_confirmed_decree > 0 ? replica.ram.primary_confirmed_decree : -1;
  const ids = Object.keys(replica.ram.duplicators)
    .map(Number)
    .sort((a, b) => a - b);
  const confirmed = ids.map((id) => replica.ram.duplicators[id]?.confirmed_decree ?? -1);
  if (confirmed.includes(-1) && !replica.server.cluster.hasDefect('D4')) return -1;
  // Upstream takes the -1 of a duplication that has not begun for "nothing seen yet" (D4).
  return confirmed.reduce((least, one) => (least === -1 ? one : Math.min(least, one)), -1);
}

/** What every group check does: secondaries hear what the duplications of their primary have confirmed. */
export function tellConfirmed(primary: Replica): void {
  const { cluster } = primary.server;
  for (const node of primary.ram.secondaries) {
    const secondary = cluster.replicaServer(node)?.findUnsettled(primary.gpid);
    if (secondary === undefined) continue;
    takeConfirmedDecree(secondary, minConfirmedDecree(primary));
    secondary.saveRam();
  }
}

/** It never decreases while it is known, and is forgotten where the primary knows of none (`update_confirmed_decree_if_secondary`). */
export function takeConfirmedDecree(secondary: Replica, confirmed: number): void {
  const { ram, server } = secondary;
  if (confirmed >= 0) ram.primary_confirmed_decree = Math.max(ram.primary_confirmed_decree, confirmed);
  else if (!server.cluster.hasDefect('783')) ram.primary_confirmed_decree = -1;
}

/** A segment is kept while the log is small, and it was written to not long ago (`should_reserve_file`). */
function isSpare(replica: Replica): boolean {
  const { server, disk, plog, now } = replica;
  const [oldest] = disk.plog;
  const size = server.setting('replication.log_private_reserve_max_size_mb') * MEGABYTE;
  const seconds = server.setting('replication.log_private_reserve_max_time_seconds');
  if (plog.bytes > size || oldest === undefined) return true;
  return seconds + inSeconds(oldest.ended_us ?? oldest.created_us) < inSeconds(now);
}
