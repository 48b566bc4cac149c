import type { DuplicationEntry } from '../../rpc/idl/duplication.ts';
import { MS } from '../clock.ts';
import { AssertionFailure } from '../crash.ts';
import type { DuplicatorRecord } from '../documents/replica.ts';
import { triggerCheckpoint } from '../replica/emergency-checkpoint.ts';
import { tellConfirmed } from '../replica/log-collection.ts';
import type { Replica } from '../replica/replica.ts';
import { race } from './races.ts';
import { scheduleShipping } from './ship-timer.ts';
import { assertCanShip } from './shipper.ts';

/**
 * Builds the duplicator of a partition from what the meta server stored (`replica_duplicator.cpp` constructor).
 *
 * @throws AssertionFailure with defect 2098, in DS_PREPARE with stored progress; in DS_LOG where its cluster cannot be shipped to
 */
export function buildDuplicator(replica: Replica, entry: DuplicationEntry, stored: number): void {
  const minCheckpoint = minCheckpointDecree(replica, entry.dupid, stored);
  replica.ram.duplicators[entry.dupid] = {
    status: entry.status,
    fail_mode: entry.fail_mode ?? 'FAIL_SLOW',
    remote: entry.remote,
    remote_app_name: entry.remote_app_name ?? replica.disk.app_name,
    min_checkpoint_decree: minCheckpoint,
    last_decree: stored === -1 ? firstStart(replica, entry, minCheckpoint) : stored,
    confirmed_decree: stored,
    checkpoint_has_prepared: false,
    shipping: false,
  };
  actOnStatus(replica, entry.dupid);
}

/**
 * Where a duplication begins that has no progress yet: after what the checkpoint has to cover. For an empty replica
 * that is one decree more than there is (D5); until #2097 it was what is applied.
 *
 * Without a checkpoint it is what there was when the duplication was added, as far as the log goes back: as it is, what
 * was written since counts as old (D14).
 */
function firstStart(replica: Replica, entry: DuplicationEntry, minCheckpoint: number): number {
  const { cluster } = replica.server;
  if (entry.status === 'DS_LOG' && !cluster.hasDefect('D14'))
    return lastBefore(replica, Number(entry.create_ts) * MS);
  const isExact = cluster.hasDefect('2098') || !cluster.hasDefect('D5');
  return isExact ? replica.ram.last_committed_decree : minCheckpoint;
}

/** The log is looked at from its end: little was written since. */
function lastBefore({ plog, disk, ram }: Replica, timeUs: number): number {
  const oldest = plog.maxGcedDecree + 1;
  for (let count = 100; ; count *= 2) {
    const from = Math.max(disk.max_plog_decree - count, oldest);
    const written = [...plog.from(from)];
    if (from > oldest && written[0] !== undefined && written[0].time_us >= timeUs) continue;
    const next = written.find(({ time_us }) => time_us >= timeUs);
    return next === undefined ? ram.last_committed_decree : next.decree - 1;
  }
}

/**
 * The decree that a checkpoint has to cover before the follower may copy it.
 *
 * It is kept on disk, and recomputed as upstream does where it is absent: also while no progress is stored, for then the
 * duplication begins anew, at what is applied now, and nobody holds the log before that for it. Before the fix of #2098
 * it was computed only for a duplication without progress, and so came back as -1 after a restart.
 */
function minCheckpointDecree(replica: Replica, dupid: number, stored: number): number {
  const { cluster } = replica.server;
  if (cluster.hasDefect('2069')) return stored === -1 ? maxCommitOnDisk(replica) : -1;
  const recomputed = Math.max(replica.ram.last_committed_decree, 1);
  if (cluster.hasDefect('2098')) return stored === -1 ? recomputed : -1;
  const kept = stored === -1 ? undefined : replica.disk.min_checkpoint_decrees[dupid];
  // Another primary may have begun later than this one did.
  if (kept !== undefined) return Math.max(kept, stored);
  replica.disk.min_checkpoint_decrees[dupid] = recomputed;
  replica.saveDisk();
  return recomputed;
}

/** The commit point that the log's last mutation carries: it lags the last write by one. */
export function maxCommitOnDisk(replica: Replica): number {
  return [...replica.plog.from(replica.disk.max_plog_decree)].at(-1)?.committed ?? 0;
}

/** A duplication is gone, or this replica leads no more. */
export function destroyDuplicator(replica: Replica, dupid: string, isRemoved: boolean): void {
  const duplicator = replica.ram.duplicators[dupid];
  if (duplicator !== undefined) race(replica, duplicator, 2211);
  if (isRemoved) tellConfirmed(replica);
  delete replica.ram.duplicators[dupid];
  if (isRemoved) {
    delete replica.disk.min_checkpoint_decrees[dupid];
    replica.saveDisk();
  }
}

/** Takes in what the meta server says of a duplication that this replica already serves. */
export function updateDuplicator(
  replica: Replica,
  duplicator: DuplicatorRecord,
  entry: DuplicationEntry,
  stored: number,
): void {
  const isBegun = duplicator.confirmed_decree === -1 && stored !== -1;
  updateProgress(replica, duplicator, duplicator.last_decree, stored);
  // What idle time has written since the start was asked for, nobody has looked at.
  if (isBegun) scheduleShipping(replica, 0);
  if (duplicator.status !== entry.status || entry.status === 'DS_PREPARE') {
    duplicator.status = entry.status;
    actOnStatus(replica, entry.dupid);
  }
  duplicator.fail_mode = entry.fail_mode ?? duplicator.fail_mode;
}

/** Both decrees only ever rise, and nothing is confirmed that was not shipped: upstream asserts it. */
export function updateProgress(
  replica: Replica,
  duplicator: DuplicatorRecord,
  last: number,
  confirmed: number,
): void {
  if (confirmed >= 0 && confirmed < duplicator.confirmed_decree) {
    const text = `ERR_INVALID_STATE: never decrease confirmed_decree: new(${confirmed}) old(${duplicator.confirmed_decree})`;
    throw progressFailure(replica, text);
  }
  duplicator.last_decree = Math.max(duplicator.last_decree, last);
  duplicator.confirmed_decree = Math.max(duplicator.confirmed_decree, confirmed);
  if (duplicator.confirmed_decree > duplicator.last_decree) {
    const { confirmed_decree: c, last_decree: l } = duplicator;
    throw progressFailure(
      replica,
      `ERR_INVALID_STATE: last_decree(${l}) should always larger than confirmed_decree(${c})`,
    );
  }
  duplicator.checkpoint_has_prepared = duplicator.min_checkpoint_decree <= replica.disk.last_durable_decree;
}

function progressFailure(replica: Replica, text: string): AssertionFailure {
  const site = {
    file: 'replica_duplicator_manager.cpp',
    line: 104,
    function: 'sync_duplication',
    thread: 'replica.default0',
  };
  return new AssertionFailure(
    site,
    replica.gpid,
    `[_err.is_ok()] [${replica.gpid}@${replica.server.node}] ${text}`,
  );
}

function actOnStatus(replica: Replica, dupid: number): void {
  const duplicator = replica.ram.duplicators[dupid];
  if (duplicator === undefined) return;
  // A primary that takes over in DS_APP makes no checkpoint of its own (D17).
  const isCopied = duplicator.status === 'DS_APP' && !replica.server.cluster.hasDefect('D17');
  if ((duplicator.status === 'DS_PREPARE' || isCopied) && !isSilentlyComplete(replica, duplicator)) {
    triggerCheckpoint(replica, duplicator.min_checkpoint_decree);
  }
  if (duplicator.status === 'DS_PAUSE') {
    race(replica, duplicator, 2211);
    duplicator.shipping = false;
  }
  if (duplicator.status === 'DS_LOG') {
    assertCanShip(replica, duplicator.remote);
    duplicator.shipping = true;
    scheduleShipping(replica, 0);
  }
}

/** Before #2054 nobody looked whether the decree to cover is one: 0 and -1 counted as covered without a checkpoint. */
function isSilentlyComplete(replica: Replica, duplicator: DuplicatorRecord): boolean {
  return replica.server.cluster.hasDefect('2069') && duplicator.min_checkpoint_decree <= 0;
}
