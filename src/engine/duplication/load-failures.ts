/** Log that cannot be read where a duplication is to ship it (`load_from_private_log.cpp`). */
import { SECOND } from '../clock.ts';
import { AssertionFailure } from '../crash.ts';
import type { DuplicatorRecord } from '../documents/replica.ts';
import { readFailure } from '../replica/disk-faults.ts';
import type { Replica } from '../replica/replica.ts';
import { updateProgress } from './duplicator.ts';

/** From a block that could not be read, or a log without any file, to the next attempt. */
const RETRY_US = 10 * SECOND;

/** A block that fails so often is one failure of its file, which is then read from its start. */
const BLOCK_FAILURES = 3;

/** After so many failures of a file the fail mode decides what becomes of it. */
const FILE_FAILURES = 10;

const LOADER = { file: 'load_from_private_log.cpp', thread: 'replica.rep_long0' } as const;

/** How long a duplication has to wait until its log can be read, in microseconds; 0 = it can. */
export function waitToLoad(replica: Replica, duplicator: DuplicatorRecord): number {
  const { now, server } = replica;
  if (replica.disk.plog.length === 0) return RETRY_US;
  const { load_again_us: again = 0 } = duplicator;
  if (again > now) return again - now;
  if (readFailure(server) === undefined) return 0;
  const failures = (duplicator.load_failures ?? 0) + 1;
  duplicator.load_failures = failures;
  duplicator.load_again_us = now + RETRY_US;
  if (failures % BLOCK_FAILURES === 0 && failures >= BLOCK_FAILURES * FILE_FAILURES)
    giveUp(replica, duplicator);
  return RETRY_US;
}

/** FAIL_SLOW goes on trying. */
function giveUp(replica: Replica, duplicator: DuplicatorRecord): void {
  if (duplicator.fail_mode === 'FAIL_FAST') throw unreadable(replica, duplicator);
  if (duplicator.fail_mode === 'FAIL_SKIP') skipFile(replica, duplicator);
}

/** What the file holds is lost to the other side. The last one is never skipped: there is nothing to go on with. */
function skipFile(replica: Replica, duplicator: DuplicatorRecord): void {
  duplicator.load_failures = 0;
  const { last_decree: shipped, confirmed_decree: confirmed, lost_mutations: lost = 0 } = duplicator;
  const file = replica.plog.segmentAt(shipped + 1);
  if (file === undefined || file.isLast) return;
  if (replica.server.cluster.hasDefect('rdsn862')) throw hole(replica, shipped + 1);
  duplicator.lost_mutations = lost + file.lastDecree - shipped;
  updateProgress(replica, duplicator, file.lastDecree, confirmed);
}

function unreadable(replica: Replica, { last_decree }: DuplicatorRecord): AssertionFailure {
  const path = replica.plog.segmentAt(last_decree + 1)?.path ?? replica.directory;
  const text =
    `[!will_fail_fast()] [${replica.gpid}@${replica.server.node}] unable to load file ${path}, ` +
    'fail fast. please check if the file is corrupted';
  return new AssertionFailure({ ...LOADER, line: 265, function: 'replay_log_block' }, replica.gpid, text);
}

/** Before rdsn#862 a hole in what is loaded was fatal. */
function hole(replica: Replica, decree: number): AssertionFailure {
  const site = { ...LOADER, file: 'prepare_list.cpp', line: 160, function: 'commit' };
  return new AssertionFailure(
    site,
    replica.gpid,
    `[mu != nullptr] mutation ${decree} is missing in prepare list`,
  );
}
