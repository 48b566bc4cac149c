import { SECOND } from '../clock.ts';
import { AssertionFailure } from '../crash.ts';
import type { DuplicatorRecord } from '../documents/replica.ts';
import { CallFailure } from '../network.ts';
import { draw } from '../random.ts';
import { groupCheckPeriod } from '../replica/group-check-timer.ts';
import { seeksFirst } from '../replica/read-records.ts';
import type { Replica } from '../replica/replica.ts';
import { maxCommitOnDisk, updateProgress } from './duplicator.ts';
import { waitToLoad } from './load-failures.ts';
import { nextSet } from './loading.ts';
import { race } from './races.ts';
import { probe, remoteReadsFirst, sendSet } from './sending.ts';
import { retryShipping, scheduleShipping } from './ship-timer.ts';
import { scheduleSync } from './sync-timer.ts';

/** A pipeline waits so long after a failed request, or while the meta server has not confirmed where to start. */
const RETRY_US = 1 * SECOND;

const LOADER = { line: 80, thread: 'replica.rep_long0' } as const;

/** The pipelines of one primary look at the log: what is committed and not shipped yet goes out (`duplication_pipeline.cpp`). */
export function shipMutations(replica: Replica): void {
  const limit = shippableDecree(replica);
  // What is left behind goes with the next empty write.
  if (limit < replica.ram.last_committed_decree) scheduleShipping(replica, groupCheckPeriod(replica));
  for (const duplicator of Object.values(replica.ram.duplicators)) {
    if (!duplicator.shipping || duplicator.last_decree >= limit) continue;
    const { last_error: previous } = duplicator;
    assertLogIsThere(replica, duplicator);
    if (replica.plog.maxGcedDecree > 0) race(replica, duplicator, 1596);
    const waitUs = shipNext(replica, duplicator, limit);
    if (duplicator.last_decree !== duplicator.confirmed_decree) scheduleSync(replica.server);
    if (waitUs > 0 && hasFailedAgain(replica, duplicator, previous)) retryShipping(replica, waitUs);
    else if (duplicator.last_decree < limit) scheduleShipping(replica, waitUs);
  }
  replica.saveRam();
}

/** How long to wait until what was not shipped now may be, in microseconds; 0 = nobody refused it. */
function shipNext(replica: Replica, duplicator: DuplicatorRecord, limit: number): number {
  if (!isStartConfirmed(replica, duplicator)) return RETRY_US;
  // The time stands still until it is read: it is at once that it is shipped.
  if (seeksFirst(replica, duplicator.last_decree + 1) || remoteReadsFirst(replica, duplicator)) return 0;
  return waitToLoad(replica, duplicator) || (ship(replica, duplicator, limit) ? 0 : RETRY_US);
}

function hasFailedAgain(
  { now }: Replica,
  { last_error }: DuplicatorRecord,
  previous: DuplicatorRecord['last_error'],
): boolean {
  return last_error?.at_us === now && last_error.code === previous?.code;
}

/** How often upstream reads a write from the log before it is applied. */
const LEAVES_LAST_BEHIND = 0.2;

/**
 * Before #2048 only what a later mutation told of was taken for committed. What is left of that is a write which is
 * read before it is applied (D15).
 */
function shippableDecree(replica: Replica): number {
  const { cluster } = replica.server;
  const { last_committed_decree: committed } = replica.ram;
  const purpose = `left behind ${cluster.name} ${replica.gpid} ${committed}`;
  const isLeft =
    cluster.hasDefect('D15') && draw(cluster.universe.settings.seed, purpose) < LEAVES_LAST_BEHIND;
  return isLeft || cluster.hasDefect('2050') ? maxCommitOnDisk(replica) : committed;
}

/** Nothing is loaded before the meta server has stored a start; before rdsn#861 it was, and went wrong. */
function isStartConfirmed(replica: Replica, duplicator: DuplicatorRecord): boolean {
  if (duplicator.confirmed_decree !== -1) return true;
  if (!replica.server.cluster.hasDefect('784') || duplicator.last_decree <= 1) return false;
  const site = { ...LOADER, file: 'prepare_list.cpp', line: 160, function: 'commit' };
  const text = `[mu != nullptr] mutation ${duplicator.last_decree} is missing in prepare list`;
  throw new AssertionFailure(site, replica.gpid, text);
}

/** Ships the next set of what there is up to the limit, before others have their turn; false when the remote cluster did not take it. */
function ship(replica: Replica, duplicator: DuplicatorRecord, limit: number): boolean {
  try {
    if (duplicator.last_error !== undefined) probe(replica, duplicator);
    const set = nextSet(replica, duplicator.last_decree + 1, limit);
    sendSet(replica, duplicator, set);
    updateProgress(replica, duplicator, set.lastDecree, duplicator.confirmed_decree);
    duplicator.shipped_us = replica.now;
  } catch (error) {
    if (!(error instanceof CallFailure)) throw error;
    const since_us = duplicator.last_error?.since_us ?? replica.now;
    duplicator.last_error = { code: error.code, at_us: replica.now, since_us };
    return false;
  }
  duplicator.last_error = undefined;
  return true;
}

function assertLogIsThere(replica: Replica, duplicator: DuplicatorRecord): void {
  const start = duplicator.last_decree + 1;
  const gced = replica.plog.maxGcedDecree;
  if (gced < start) return;
  const text =
    `[max_gced_decree < _start_decree] [${replica.gpid}@${replica.server.node}] ${gced} vs ${start} the logs haven't yet ` +
    `duplicated were accidentally truncated [max_gced_decree: ${gced}, start_decree: ${start}, ` +
    `replica_confirmed_decree: ${duplicator.last_decree}, meta_persisted_decree: ${duplicator.confirmed_decree}]`;
  const site = { ...LOADER, file: 'load_from_private_log.cpp', function: 'run' };
  throw new AssertionFailure(site, replica.gpid, text);
}
