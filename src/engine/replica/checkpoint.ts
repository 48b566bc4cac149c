import { SECOND } from '../clock.ts';
import type { Timer } from '../documents/universe.ts';
import { draw } from '../random.ts';
import { removeCheckpoint, writeCheckpoint } from './checkpoint-file.ts';
import { collectPrivateLog } from './log-collection.ts';
import type { Replica } from './replica.ts';

/** From a memtable's flush to the checkpoint proper. */
const FLUSH_US = 10 * SECOND;

/** How many checkpoints are kept at least, and how long each is. */
const RESERVED_CHECKPOINTS = 2;
const RESERVED_US = 1800 * SECOND;

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
  if (disk.last_flushed_decree > disk.last_durable_decree) makeCheckpoint(replica, disk.last_flushed_decree);
}

/** Flushes and makes a checkpoint of everything committed, where there is anything new. */
export function checkpointNow(replica: Replica): void {
  const committed = replica.ram.last_committed_decree;
  if (committed <= replica.disk.last_durable_decree) return;
  replica.disk.last_flushed_decree = committed;
  makeCheckpoint(replica, committed);
}

function makeCheckpoint(replica: Replica, decree: number): void {
  const { disk } = replica;
  writeCheckpoint(replica, decree);
  disk.last_durable_decree = decree;
  disk.last_flushed_decree = Math.max(disk.last_flushed_decree, decree);
  disk.checkpoints.push({ decree, created_us: replica.now });
  collectCheckpoints(replica);
  collectPrivateLog(replica);
  replica.saveDisk();
  replica.ram.checkpoint_timer_us = replica.now + checkpointPatience(replica, replica.now);
  replica.saveRam();
}

function collectCheckpoints(replica: Replica): void {
  const { checkpoints } = replica.disk;
  const oldestKept = replica.now - RESERVED_US;
  while (checkpoints.length > RESERVED_CHECKPOINTS && (checkpoints[0]?.created_us ?? 0) < oldestKept) {
    const gone = checkpoints.shift();
    if (gone !== undefined) removeCheckpoint(replica, gone.decree);
  }
}

/** A random time between half of `checkpoint_max_interval_hours` and all of it, in microseconds. */
export function checkpointPatience(replica: Replica, since: number): number {
  const { cluster, node } = replica.server;
  const longest = replica.server.setting('replication.checkpoint_max_interval_hours') * 3600 * SECOND;
  const purpose = `checkpoint ${cluster.name} ${node} ${replica.gpid} ${since}`;
  return Math.floor(longest / 2 + (longest / 2) * draw(cluster.universe.settings.seed, purpose));
}
