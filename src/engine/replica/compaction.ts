/** Manual compaction by table envs (`src/server/pegasus_manual_compact_service.cpp`). */

import { parseSigned } from '../../rpc/idl/integer.ts';
import { splitArgs } from '../../rpc/idl/throttling.ts';
import { inSeconds, MS, SECOND } from '../clock.ts';
import type { Steps } from '../steps.ts';
import { checkpointingCompacted } from './checkpoint.ts';
import { scheduleTableSync } from './config-sync-timer.ts';
import { compactingRecords } from './data/compact.ts';
import { compactionOperations } from './data/compaction-rules.ts';
import { epochSeconds } from './data/expiry.ts';
import type { Replica } from './replica.ts';

/** How long a compaction takes: at least, and for each record. */
const LEAST_US = 1 * SECOND;
const PER_RECORD_US = 10;

const DAY_US = 86_400 * SECOND;

export type CompactionStatus = 'idle' | 'queuing' | 'running' | 'finished';

/** The envs of the table have arrived: they may want a compaction. */
export function* consideringCompaction(replica: Replica): Steps {
  const { ram, envs } = replica;
  scheduleNextPeriod(replica);
  if (envs['manual_compact.disabled'] === 'true' || mostAtATime(replica) <= 0) return;
  if (!isWantedOnce(replica) && !isWantedToday(replica)) return;
  replica.server.markUnsynced(replica.appId);
  if (ram.compaction?.started_us !== undefined || isTooSoon(replica)) return;
  if (runningCount(replica) >= mostAtATime(replica)) {
    scheduleTableSync(replica.server, replica.appId, replica.now + 1);
    return;
  }
  yield* starting(replica);
}

/** A compaction has come to its end. */
export function finishCompaction(replica: Replica): void {
  const startedUs = replica.ram.compaction?.started_us;
  if (startedUs !== undefined) replica.server.perform(finishing(replica, startedUs));
}

function* finishing(replica: Replica, startedUs: number): Steps {
  const { ram, disk, now, pidx, envs } = replica;
  yield* replica.readingRecords();
  const isSplit = envs['replica.split.validate_partition_hash']?.toLowerCase() === 'true';
  const isChanged = yield* compactingRecords(replica.records, {
    now: epochSeconds(inSeconds(now)),
    defaultTtl: ram.default_ttl ?? 0,
    operations: compactionOperations(envs.user_specified_compaction),
    ...(isSplit ? { partition: { pidx, count: disk.partition_count } } : {}),
  });
  ram.compaction = { used_us: now - startedUs };
  disk.compaction_finished_us = now;
  yield* checkpointingCompacted(replica, isChanged);
  if (!replica.isPrimary) replica.forgetRecords();
  replica.saveRam();
}

/** As `query_compact_status`: how long the last one took is only in memory, so that a server started anew is idle. */
export function compactionStatus({ ram, disk }: Replica): CompactionStatus {
  if (ram.compaction?.started_us !== undefined) return 'running';
  const isFinished = ram.compaction?.used_us !== undefined && disk.compaction_finished_us !== undefined;
  return isFinished ? 'finished' : 'idle';
}

function* starting(replica: Replica): Steps {
  const { ram, now, server } = replica;
  ram.compaction = { ...ram.compaction, started_us: now };
  replica.saveRam();
  yield* replica.readingRecords();
  const end = now + LEAST_US + replica.records.size * PER_RECORD_US;
  server.cluster.universe.agenda.schedule(server.timer(replica, 'compaction'), end);
}

function mostAtATime({ envs }: Replica): number {
  const value = envs['manual_compact.max_concurrent_running_count'];
  const count = value === undefined ? undefined : parseSigned(value, 32);
  return count === undefined ? Number.POSITIVE_INFINITY : Number(count);
}

function runningCount({ server }: Replica): number {
  return server.pendingTimers('compaction');
}

/** Seconds since 1970; a time that is past the last compaction counts, also one that is still to come. */
function isWantedOnce({ envs, disk }: Replica): boolean {
  const value = envs['manual_compact.once.trigger_time'];
  const trigger = value === undefined ? undefined : parseSigned(value, 64);
  if (trigger === undefined || trigger <= 0n) return false;
  return Number(trigger) > inSeconds(disk.compaction_finished_us ?? 0);
}

function isWantedToday(replica: Replica): boolean {
  const finished = replica.disk.compaction_finished_us ?? 0;
  return timesToday(replica).some((time) => finished < time && time < replica.now);
}

function isTooSoon({ server, disk, now }: Replica): boolean {
  const least = server.setting('pegasus.server.manual_compact_min_interval_seconds') * SECOND;
  const finished = disk.compaction_finished_us ?? 0;
  return least > 0 && finished > 0 && now - finished <= least;
}

/** A table compacted by the hour has to be looked at when the hour has come. */
function scheduleNextPeriod(replica: Replica): void {
  const times = timesToday(replica);
  if (times.length === 0) return;
  const next = Math.min(...times.map((time) => (time >= replica.now ? time : time + DAY_US)));
  scheduleTableSync(replica.server, replica.appId, next + MS);
}

/** `HH:MM,HH:MM` of today, UTC. */
function timesToday({ envs, now }: Replica): number[] {
  const value = envs['manual_compact.periodic.trigger_time'] ?? '';
  const midnight = now - (now % DAY_US);
  return splitArgs(value, ',').flatMap((text) => {
    const [, hour, minute] = /^(\d{1,2}):(\d{1,2})$/.exec(text) ?? [];
    if (hour === undefined || Number(hour) > 23 || Number(minute) > 59) return [];
    return [midnight + (Number(hour) * 60 + Number(minute)) * 60 * SECOND];
  });
}
