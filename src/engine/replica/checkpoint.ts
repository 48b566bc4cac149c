import { SECOND } from '../clock.ts';
import type { StoredCheckpoint } from '../documents/replica.ts';
import type { Timer } from '../documents/universe.ts';
import { draw } from '../random.ts';
import type { Steps } from '../steps.ts';
import type { SealedFile } from '../storage/store.ts';
import { puttingCheckpoint, removeCheckpoint, writingCheckpoint } from './checkpoint-file.ts';
import { collectPrivateLog } from './log-collection.ts';
import type { Replica } from './replica.ts';

/** From a memtable's flush to the checkpoint proper. */
export const FLUSH_US = 10 * SECOND;

const NEVER = Number.MAX_SAFE_INTEGER;

/** A step of an emergency checkpoint is due: the flush, or the checkpoint of what was flushed. */
export function continueCheckpoint(replica: Replica, timer: Timer): void {
  const { disk, ram } = replica;
  const mustFlush =
    disk.last_flushed_decree === disk.last_durable_decree &&
    disk.last_durable_decree < ram.last_committed_decree;
  const isStart = (timer.data as { step: string }).step === 'start';
  if (isStart && mustFlush) {
    disk.last_flushed_decree = ram.last_committed_decree;
    replica.saveDisk();
    const { agenda } = replica.server.cluster.universe;
    agenda.schedule(replica.server.timer(replica, 'checkpoint'), replica.now + FLUSH_US, { step: 'write' });
    return;
  }
  if (disk.last_flushed_decree <= disk.last_durable_decree) return;
  replica.server.perform(makingCheckpoint(replica, disk.last_flushed_decree));
}

/** Flushes and makes a checkpoint of everything committed, where there is anything new. */
export function* checkpointingNow(replica: Replica): Steps {
  const committed = replica.ram.last_committed_decree;
  if (committed <= replica.disk.last_durable_decree) return;
  replica.disk.last_flushed_decree = committed;
  yield* makingCheckpoint(replica, committed);
}

/** @param at when it was made, where nobody waited for it */
export function* makingCheckpoint(replica: Replica, decree: number, at = replica.now): Steps {
  noteCheckpoint(replica, { ...(yield* writingCheckpoint(replica, decree)), created_us: at });
}

/** Has what was copied from elsewhere for its newest checkpoint, in steps. */
export function* takingCheckpoint(replica: Replica, decree: number, file: SealedFile): Steps {
  noteCheckpoint(replica, {
    ...(yield* puttingCheckpoint(replica, decree, file)),
    created_us: replica.now,
  });
}

function noteCheckpoint(replica: Replica, checkpoint: StoredCheckpoint): void {
  const { disk } = replica;
  const { decree, created_us: at } = checkpoint;
  disk.last_durable_decree = decree;
  disk.last_flushed_decree = Math.max(disk.last_flushed_decree, decree);
  disk.checkpoints.push(checkpoint);
  collectCheckpoints(replica, reserve(replica, 'min_count'), reserve(replica, 'time_seconds') * SECOND);
  collectPrivateLog(replica);
  replica.saveDisk();
  replica.ram.checkpoint_timer_us = at + checkpointPatience(replica, at);
  replica.saveRam();
}

/**
 * What a manual compaction has made is kept at once, in the only checkpoint that is left.
 *
 * @param isChanged whether it is not what was kept before
 */
export function* checkpointingCompacted(replica: Replica, isChanged: boolean): Steps {
  const { disk, ram } = replica;
  const committed = ram.last_committed_decree;
  if (isChanged || disk.last_durable_decree < committed) yield* makingCheckpoint(replica, committed);
  collectCheckpoints(replica, 1, 0);
  replica.saveDisk();
}

/** What the table wants kept, else the server. */
function reserve({ envs, server }: Replica, what: 'min_count' | 'time_seconds'): number {
  const env = envs[`rocksdb.checkpoint.reserve_${what}`];
  if (env !== undefined) return Number(env);
  return what === 'min_count'
    ? server.setting('pegasus.server.checkpoint_reserve_min_count')
    : server.setting('pegasus.server.checkpoint_reserve_time_seconds');
}

function collectCheckpoints(replica: Replica, least: number, reservedUs: number): void {
  const { checkpoints } = replica.disk;
  const oldestKept = replica.now - reservedUs;
  while (checkpoints.length > Math.max(least, 1) && (checkpoints[0]?.created_us ?? 0) <= oldestKept) {
    const gone = checkpoints.shift();
    if (gone !== undefined) removeCheckpoint(replica, gone);
  }
}

/**
 * A random time between half of `checkpoint_max_interval_hours` and all of it, in microseconds, up to the next look that
 * is had every `checkpoint_interval_seconds`.
 */
export function checkpointPatience(replica: Replica, since: number): number {
  const { cluster, node } = replica.server;
  if (replica.server.setting('replication.checkpoint_disabled')) return NEVER - since;
  const period = replica.server.setting('replication.checkpoint_interval_seconds') * SECOND;
  const longest = replica.server.setting('replication.checkpoint_max_interval_hours') * 3600 * SECOND;
  const purpose = `checkpoint ${cluster.name} ${node} ${replica.gpid} ${since}`;
  const patience = longest / 2 + (longest / 2) * draw(cluster.universe.settings.seed, purpose);
  return Math.ceil(patience / period) * period;
}
