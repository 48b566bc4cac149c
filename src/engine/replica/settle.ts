import { passEmptyWrites } from '../duplication/idle.ts';
import { endOf } from '../network.ts';
import { checkpointNow, checkpointPatience } from './checkpoint.ts';
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
  if (replica.ram.checkpoint_timer_us <= replica.now) checkpointWhenOverdue(replica);
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

function checkpointWhenOverdue(replica: Replica): void {
  let due = replica.ram.checkpoint_timer_us;
  for (let round = 0; due <= replica.now; round++) due += checkpointPatience(replica, due + round);
  replica.ram.checkpoint_timer_us = due;
  replica.saveRam();
  checkpointNow(replica);
}
