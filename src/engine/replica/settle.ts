import { SECOND, tickFrom } from '../clock.ts';
import { passEmptyWrites } from '../duplication/idle.ts';
import { endOf } from '../network.ts';
import { checkpointPatience, FLUSH_US, makeCheckpoint } from './checkpoint.ts';
import { commitEmptyWrites } from './empty-write.ts';
import { groupCheckPeriod } from './group-check-timer.ts';
import { idleWritesOf, timeOf } from './idle-writes.ts';
import { collectPrivateLog, minConfirmedDecree, takeConfirmedDecree } from './log-collection.ts';
import type { Replica } from './replica.ts';

/**
 * Catches up with what an idle replica does by itself, so that nobody has to wake it for that: an empty write at
 * each group check that finds nothing prepared for a whole period (`replica_check.cpp broadcast_group_check`), and
 * an emergency checkpoint every one to two hours (`replica_chkpt.cpp`).
 */
export function settleReplica(replica: Replica): void {
  const { faults } = replica.server.cluster.universe;
  if (!faults.isQuiet && faults.has('node_hang', endOf(replica.server))) return;
  const leader = leaderOf(replica);
  writeIdleDecrees(leader);
  if (leader !== replica) hearOfConfirmed(leader, replica);
  if (replica.ram.checkpoint_timer_us + FLUSH_US <= replica.now) checkpointWhenOverdue(replica);
  collectPrivateLog(replica);
}

/** The primary of a secondary, whose empty writes reach it too; any other replica itself. */
export function leaderOf(replica: Replica): Replica {
  if (replica.ram.status !== 'PS_SECONDARY') return replica;
  return replica.server.cluster.replicaServer(replica.ram.primary)?.findUnsettled(replica.gpid) ?? replica;
}

/** At every group check a secondary is told what its primary's duplications have confirmed. */
function hearOfConfirmed(primary: Replica, secondary: Replica): void {
  if (!primary.isPrimary || primary.ram.group_check_start_us + groupCheckPeriod(primary) > primary.now)
    return;
  const { primary_confirmed_decree: before } = secondary.ram;
  takeConfirmedDecree(secondary, minConfirmedDecree(primary));
  if (secondary.ram.primary_confirmed_decree !== before) secondary.saveRam();
}

function writeIdleDecrees(replica: Replica): void {
  const writes = idleWritesOf(replica);
  if (writes === undefined) return;
  commitEmptyWrites(replica, writes.count, timeOf(writes, writes.count));
  passEmptyWrites(replica, writes);
}

/** The last of those that have been made since somebody looked; each covers what was logged when it was due. */
function checkpointWhenOverdue(replica: Replica): void {
  const { ram, disk, now } = replica;
  const look = replica.server.setting('replication.checkpoint_interval_seconds') * SECOND;
  let due = ram.checkpoint_timer_us;
  let made: { readonly decree: number; readonly at: number } | undefined;
  while (due + FLUSH_US <= now) {
    const covered = made?.decree ?? disk.last_durable_decree;
    if (covered >= ram.last_committed_decree) break;
    const { decree, next } = loggedUntil(replica, covered, due);
    if (decree > covered) {
      made = { decree: Math.min(decree, ram.last_committed_decree), at: due + FLUSH_US };
      due = made.at + checkpointPatience(replica, made.at);
    } else if (next === undefined) break;
    else due = tickFrom(due, look, next);
  }
  if (made !== undefined) makeCheckpoint(replica, made.decree, made.at);
  if (ram.checkpoint_timer_us === due) return;
  ram.checkpoint_timer_us = due;
  replica.saveRam();
}

/** The last decree that was logged until a time, at least `from`; and when the first above `from` was that came later. */
function loggedUntil(replica: Replica, from: number, time: number): { decree: number; next?: number } {
  const period = groupCheckPeriod(replica);
  let reached = from;
  for (const { decree, repeat = 1, time_us } of replica.plog.from(from + 1)) {
    const first = time_us - (repeat - 1) * period;
    const count = first > time ? 0 : Math.min(repeat, Math.floor((time - first) / period) + 1);
    reached = Math.max(reached, decree + count - 1);
    if (count < repeat) return { decree: reached, next: first + Math.max(count, from + 1 - decree) * period };
  }
  return { decree: reached };
}
