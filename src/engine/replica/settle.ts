import type { TimerKey } from '../agenda.ts';
import { SECOND, tickFrom } from '../clock.ts';
import type { MutationRecord } from '../documents/replica.ts';
import type { Timer } from '../documents/universe.ts';
import { passEmptyWrites } from '../duplication/idle.ts';
import { endOf } from '../network.ts';
import { allOf, keepingSome, type Steps } from '../steps.ts';
import { checkpointPatience, FLUSH_US, makingCheckpoint } from './checkpoint.ts';
import { commitEmptyWrites } from './empty-write.ts';
import { groupCheckPeriod } from './group-check-timer.ts';
import { idleWritesOf, timeOf } from './idle-writes.ts';
import { collectPrivateLog, minConfirmedDecree, takeConfirmedDecree } from './log-collection.ts';
import { takesLong } from './read-records.ts';
import type { Replica } from './replica.ts';
import type { ReplicaServer } from './replica-server.ts';

/** Fewer take no time to settle. */
const MANY = 500;

/** Brings the open replicas of some tables up to date with the time: whoever looks at all of them finds them so. */
export function* settling(
  server: ReplicaServer,
  tables: readonly number[],
): Generator<undefined, Replica[], void> {
  const replicas: Replica[] = [];
  for (const appId of tables) {
    for (const pidx of server.partitionsOnDisk(appId)) {
      const replica = server.find(`${appId}.${pidx}`);
      if (replica !== undefined) replicas.push(replica);
      yield;
    }
  }
  return replicas;
}

/**
 * The same before a sync, however many they are: what was done of it is kept, and the sync begins anew where its process
 * is killed meanwhile.
 *
 * @param timer the key of the sync
 */
export function* settlingForSync(
  server: ReplicaServer,
  tables: readonly number[],
  timer: TimerKey,
): Steps<Replica[]> {
  const { agenda, clock, keepsRecords, now } = server.cluster.universe;
  let count = 0;
  for (const appId of tables) {
    count += server.partitionsOnDisk(appId).length;
    yield;
  }
  if (count < MANY || !keepsRecords || clock.mode === 'manual') return yield* settling(server, tables);
  const anew = { ...timer, gpid: 'settling' };
  agenda.schedule(anew, now);
  const replicas = yield* keepingSome(settling(server, tables));
  agenda.cancel(anew);
  return replicas;
}

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
  if (isOverdue(replica)) checkpointSoon(replica);
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

function isOverdue({ ram, disk, now }: Replica): boolean {
  return ram.checkpoint_timer_us + FLUSH_US <= now && disk.last_durable_decree < ram.last_committed_decree;
}

/** Whoever looks need not wait for one that takes long: it is made next. */
function checkpointSoon(replica: Replica): void {
  const { server, now } = replica;
  if (takesLong(replica))
    server.cluster.universe.agenda.scheduleNoLater(server.timer(replica, 'checkpoint-overdue'), now);
  else allOf(checkpointingOverdue(replica));
}

/** A replica makes the checkpoint that it should have by now. */
export function checkpointOverdue(server: ReplicaServer, { gpid }: Timer): void {
  const replica = server.findUnsettled(gpid);
  if (replica !== undefined && isOverdue(replica)) server.perform(checkpointingOverdue(replica));
}

/** The last of those that have been made since somebody looked; each covers what was logged when it was due. */
function* checkpointingOverdue(replica: Replica): Steps {
  const { ram, disk, now } = replica;
  const look = replica.server.setting('replication.checkpoint_interval_seconds') * SECOND;
  let due = ram.checkpoint_timer_us;
  const logged = new LoggedBy(
    replica.plog.partsFrom(disk.last_durable_decree + 1),
    groupCheckPeriod(replica),
  );
  let made: { readonly decree: number; readonly at: number } | undefined;
  while (due + FLUSH_US <= now) {
    const covered = made?.decree ?? disk.last_durable_decree;
    if (covered >= ram.last_committed_decree) break;
    const { decree, next } = yield* logged.until(due);
    if (decree > covered) {
      made = { decree: Math.min(decree, ram.last_committed_decree), at: due + FLUSH_US };
      due = made.at + checkpointPatience(replica, made.at);
    } else if (next === undefined) break;
    else due = tickFrom(due, look, next);
  }
  if (made !== undefined) yield* makingCheckpoint(replica, made.decree, made.at);
  if (ram.checkpoint_timer_us === due) return;
  ram.checkpoint_timer_us = due;
  replica.saveRam();
}

/** A log, along which times are asked about in their order. */
class LoggedBy {
  private readonly parts: Iterator<readonly MutationRecord[], void>;
  private readonly period: number;
  private part: readonly MutationRecord[] = [];
  private at = 0;
  private reached = 0;

  /** @param period between two empty writes that stand in one line */
  constructor(parts: Iterator<readonly MutationRecord[], void>, period: number) {
    this.parts = parts;
    this.period = period;
  }

  /** The last decree that was logged until a time; and when the next was, if there is one. */
  *until(time: number): Steps<{ readonly decree: number; readonly next?: number }> {
    do {
      for (; this.at < this.part.length; this.at++) {
        const { decree, repeat = 1, time_us } = this.part[this.at] as MutationRecord;
        const first = time_us - (repeat - 1) * this.period;
        const count = first > time ? 0 : Math.min(repeat, Math.floor((time - first) / this.period) + 1);
        this.reached = Math.max(this.reached, decree + count - 1);
        if (count < repeat) return { decree: this.reached, next: first + count * this.period };
      }
      yield;
    } while (this.hasNextPart());
    return { decree: this.reached };
  }

  private hasNextPart(): boolean {
    const { value = [], done } = this.parts.next();
    this.part = value;
    this.at = 0;
    return done !== true;
  }
}
