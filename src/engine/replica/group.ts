import { MS } from '../clock.ts';
import type { PartitionRecord } from '../documents/meta.ts';
import type { MutationHead, MutationRecord } from '../documents/replica.ts';
import { scheduleShipping } from '../duplication/ship-timer.ts';
import { scheduleSync } from '../duplication/sync-timer.ts';
import { CallFailure, exchange } from '../network.ts';
import { LogLine } from '../storage/store.ts';
import { hasEnoughMembers } from '../write-minimum.ts';
import { type Update, updateFromJson, updateToText } from './data/updates.ts';
import { clockSkew, diskDelay } from './disk-faults.ts';
import { isGroupInOrder, writesWhenIdle } from './empty-write.ts';
import { groupCheckPeriod, scheduleGroupCheck } from './group-check-timer.ts';
import { injectedReplies } from './injected-errors.ts';
import { commitUpTo, copyLog } from './learn.ts';
import { mustBeWritable } from './local-failure.ts';
import { minConfirmedDecree, takeConfirmedDecree } from './log-collection.ts';
import { lastDecreeOf } from './private-log.ts';
import { askAgain, askForConfiguration } from './reconfiguration.ts';
import type { Replica } from './replica.ts';
import type { ReplicaServer } from './replica-server.ts';
import { adoptConfiguration, changeStatus, suspend } from './role.ts';

const EMPTY_WRITE: Update = { code: 'RPC_REPLICATION_WRITE_EMPTY', request: {} };

/** A secondary that fails with one of these gets all the time that there is: it is asked again, or never answers. */
const ENDURED: readonly string[] = ['ERR_TIMEOUT', 'ERR_INACTIVE_STATE', 'ERR_VERSION_OUTDATED'];

/** One reply for each update; undefined while the mutation is not committed. */
type Replies = readonly unknown[] | undefined;

export interface Committed {
  readonly replies: Replies;
  /** The replies of a mutation that was not committed at once. */
  readonly late: () => Replies;
  readonly waitedUs: number;
}

const NEVER = () => undefined;

/**
 * Two-phase commit (`replica_2pc.cpp init_prepare`): the mutation is logged by every member, then applied.
 *
 * A secondary that does not answer costs a timeout, then its membership; one that refuses costs its membership at once.
 * The mutation is committed without it once the meta server has agreed, and not before: that secondary could be made
 * primary and would not know of it.
 */
export function commit(primary: Replica, updates: readonly Update[]): Committed {
  const { ram, server } = primary;
  const mutation = newMutation(primary);
  mustBeWritable(primary);
  const line = lineOf(mutation, updates);
  primary.log(mutation, line);
  ram.last_prepare_us = primary.now;
  const ownUs = diskDelay(server);
  const { silent, latencyUs } = prepare(primary, mutation, line);
  const waitedUs = Math.max(ownUs, latencyUs);
  if (silent.length === 0) return { replies: applyOn(primary, mutation, updates), late: NEVER, waitedUs };
  const key = replyKey(primary, mutation);
  server.lateReplies.set(key, undefined);
  if (silent.every((node) => dropSecondary(primary, node))) bringInStep(primary);
  const late = () => takeLateReply(server, key);
  return { replies: late(), late, waitedUs };
}

function takeLateReply({ lateReplies }: ReplicaServer, key: string): Replies {
  const replies = lateReplies.get(key);
  if (replies !== undefined) lateReplies.delete(key);
  return replies;
}

/** Writes an empty mutation, where there are members enough to write anything. */
export function commitEmptyWrite(primary: Replica): void {
  if (hasEnoughMembers(primary)) commit(primary, [EMPTY_WRITE]);
}

/**
 * A replica takes the lead of its partition: what was prepared and not committed is prepared again, and the members
 * hear of it (`replica_config.cpp`, `replica_2pc.cpp`).
 */
export function becomePrimary(replica: Replica, partition: PartitionRecord): void {
  const { ram } = replica;
  adoptConfiguration(replica, partition);
  changeStatus(replica, 'PS_PRIMARY');
  ram.group_check_start_us = replica.now;
  bringInStep(replica);
  if (
    replica.isPrimary &&
    ram.last_prepare_us + groupCheckPeriod(replica) <= replica.now &&
    writesWhenIdle(replica)
  )
    commitEmptyWrite(replica);
  replica.saveRam();
  scheduleSync(replica.server);
}

/** Takes over what the meta server says a replica is; one that is no member is nothing, until it hears more. */
export function takeConfiguration(replica: Replica, partition: PartitionRecord): void {
  const { ram, server } = replica;
  if (partition.ballot < ram.ballot) return;
  if (partition.primary === server.node) {
    if (!replica.isPrimary) becomePrimary(replica, partition);
    else leadOn(replica, partition);
    return;
  }
  adoptConfiguration(replica, partition);
  if (partition.secondaries.includes(server.node)) changeStatus(replica, 'PS_SECONDARY');
  else suspend(replica);
}

/** A primary asks for other members. Whether the meta server agreed. */
export function changeMembers(
  primary: Replica,
  type: 'CT_UPGRADE_TO_SECONDARY' | 'CT_DOWNGRADE_TO_INACTIVE' | 'CT_REMOVE',
  node: string,
): boolean {
  const { ram, server } = primary;
  const others = ram.secondaries.filter((secondary) => secondary !== node);
  const secondaries = type === 'CT_UPGRADE_TO_SECONDARY' ? [...others, node] : others;
  const partition = askForConfiguration(primary, { type, node, primary: server.node, secondaries });
  if (partition === undefined) return false;
  // With every change of its members the group checks of a primary begin anew (`init_group_check`).
  ram.group_check_start_us = primary.now;
  if (partition.primary === server.node) adoptConfiguration(primary, partition);
  else takeConfiguration(primary, partition);
  return primary.isPrimary;
}

function leadOn(primary: Replica, partition: PartitionRecord): void {
  adoptConfiguration(primary, partition);
  bringInStep(primary);
}

/** The meta server is asked again for what it has not answered. */
export function retryReconfiguration(replica: Replica): void {
  if (!replica.server.process.connected) return;
  const partition = askAgain(replica);
  if (partition !== undefined) takeConfiguration(replica, partition);
  replica.meta?.deliver();
}

/** A group check that really has to be sent, because a fault is about or was; it goes on until all is in order again. */
export function sendGroupCheck(primary: Replica): void {
  bringInStep(primary);
  if (!primary.isPrimary) return;
  if (!isGroupInOrder(primary)) scheduleGroupCheck(primary);
  primary.meta?.deliver();
}

/**
 * Has all members hear the configuration, and commits what is prepared; who does not answer is dropped, until those
 * that are left agree.
 */
export function bringInStep(primary: Replica): void {
  while (primary.isPrimary) {
    const [silent] = [...checkGroup(primary), ...prepareAgain(primary)];
    if (silent === undefined || !dropSecondary(primary, silent)) return;
  }
}

/** A primary drops a secondary of its own accord, because it does not answer. Whether the meta server agreed. */
function dropSecondary(primary: Replica, node: string): boolean {
  if (!primary.isPrimary || !primary.ram.secondaries.includes(node)) return primary.isPrimary;
  return changeMembers(primary, 'CT_DOWNGRADE_TO_INACTIVE', node);
}

/** Group check: the members take over configuration, commit point and confirmed decree. Returns who did not answer. */
function checkGroup(primary: Replica): string[] {
  return tellSecondaries(primary, (server) => hearGroupCheck(primary, server)).silent;
}

function hearGroupCheck(primary: Replica, server: ReplicaServer): number {
  if (!server.process.connected) return 0;
  const secondary = joinedSecondary(primary, server);
  if (secondary.ram.status !== 'PS_SECONDARY') return 0;
  const committed = primary.ram.last_committed_decree;
  takeConfirmedDecree(secondary, minConfirmedDecree(primary));
  if (secondary.ram.last_prepared_decree < committed) copyLog(primary, secondary);
  if (secondary.ram.last_committed_decree < committed) applyUpTo(secondary, committed);
  secondary.saveRam();
  return 0;
}

/** What a secondary applies may fail, after it has acknowledged what it logged. */
function applyUpTo(secondary: Replica, decree: number): void {
  if (injectedReplies(secondary, []) === undefined) commitUpTo(secondary, decree);
}

/** What is prepared and not committed is prepared again under the ballot of today, and committed by all members. */
function prepareAgain(primary: Replica): string[] {
  const { ram } = primary;
  if (ram.last_prepared_decree === ram.last_committed_decree) return [];
  const pending = [...primary.plog.from(ram.last_committed_decree + 1)];
  const latest = new Map(pending.map((mutation) => [mutation.decree, mutation]));
  for (const mutation of [...latest.values()].sort((a, b) => a.decree - b.decree)) {
    if (lastDecreeOf(mutation) <= ram.last_committed_decree) continue;
    const again = afresh(primary, mutation);
    const line = LogLine.of(again);
    if (again.ballot !== mutation.ballot) primary.log(again, line);
    const { silent } = prepare(primary, again, line);
    if (silent.length > 0) return silent;
    applyOn(primary, again, again.updates.map(updateFromJson));
    if (!primary.isPrimary) return [];
  }
  checkGroup(primary);
  return [];
}

function afresh({ ram }: Replica, mutation: MutationRecord): MutationRecord {
  const { repeat: _repeat, ...single } = mutation;
  const decree = Math.max(mutation.decree, ram.last_committed_decree + 1);
  const count = lastDecreeOf(mutation) - decree + 1;
  return {
    ...single,
    decree,
    ballot: ram.ballot,
    committed: ram.last_committed_decree,
    ...(count === 1 ? {} : { repeat: count }),
  };
}

function newMutation({ ram, now, server }: Replica): MutationHead {
  return {
    decree: ram.last_prepared_decree + 1,
    ballot: ram.ballot,
    committed: ram.last_committed_decree,
    time_us: Math.max(now + clockSkew(server), ram.last_timestamp_us + 1),
    default_ttl: ram.default_ttl,
  };
}

function lineOf(head: MutationHead, updates: readonly Update[]): LogLine {
  const written = updates.map(updateToText).join(',');
  return LogLine.ofText(`${JSON.stringify(head).slice(0, -1)},"updates":[${written}]}`);
}

/** How long a primary waits for a secondary's acknowledgement, in microseconds. */
function prepareTimeout({ server }: Replica): number {
  return server.setting('replication.prepare_timeout_ms_for_secondaries') * MS;
}

/** Sends a mutation to every secondary. */
function prepare(primary: Replica, mutation: MutationHead, line: LogLine) {
  return tellSecondaries(primary, (server) => acceptPrepare(primary, server, mutation, line));
}

/** A secondary logs the mutation, and commits what the primary had committed when it sent it (`on_prepare`). */
function acceptPrepare(
  primary: Replica,
  server: ReplicaServer,
  mutation: MutationHead,
  line: LogLine,
): number {
  const secondary = joinedSecondary(primary, server);
  const { ram } = secondary;
  if (ram.status !== 'PS_SECONDARY') {
    throw new CallFailure(ram.transient ? 'ERR_INACTIVE_STATE' : 'ERR_INVALID_STATE');
  }
  if (lastDecreeOf(mutation) <= ram.last_committed_decree) return 0;
  mustBeWritable(secondary);
  if (ram.last_prepared_decree < mutation.decree - 1) copyLog(primary, secondary);
  else secondary.log(mutation, line);
  ram.last_prepare_us = primary.now;
  if (ram.last_committed_decree < mutation.committed) applyUpTo(secondary, mutation.committed);
  secondary.saveProgress();
  return diskDelay(server);
}

/** The replica of a secondary that is spoken to: of a newer configuration than its own it takes over first. */
function joinedSecondary(primary: Replica, server: ReplicaServer): Replica {
  const secondary = server.findUnsettled(primary.gpid);
  if (secondary === undefined) throw new CallFailure('ERR_OBJECT_NOT_FOUND');
  const { ram } = primary;
  if (ram.ballot < secondary.ram.ballot) throw new CallFailure('ERR_VERSION_OUTDATED');
  if (ram.ballot === secondary.ram.ballot) return secondary;
  const { ballot, secondaries } = ram;
  adoptConfiguration(secondary, { ballot, primary: primary.server.node, secondaries });
  if (secondary.ram.status !== 'PS_SECONDARY') changeStatus(secondary, 'PS_SECONDARY');
  return secondary;
}

/** @param tell what a secondary does, and how long its disk takes for it, in microseconds */
function tellSecondaries(primary: Replica, tell: (server: ReplicaServer) => number) {
  const { cluster } = primary.server;
  const timeoutUs = prepareTimeout(primary);
  const silent: string[] = [];
  let latencyUs = 0;
  for (const node of primary.ram.secondaries) {
    const server = cluster.replicaServer(node);
    try {
      const answer = exchange(primary.server, server, () => tell(server as ReplicaServer), timeoutUs);
      const tookUs = answer.latencyUs + answer.value;
      if (tookUs > timeoutUs) silent.push(node);
      latencyUs = Math.max(latencyUs, Math.min(tookUs, timeoutUs));
    } catch (error) {
      if (!(error instanceof CallFailure)) throw error;
      silent.push(node);
      if (ENDURED.includes(error.code)) latencyUs = timeoutUs;
    }
  }
  return { silent, latencyUs };
}

/** Applies a mutation that all members have logged. */
function applyOn(primary: Replica, mutation: MutationHead, updates: readonly Update[]): readonly unknown[] {
  const replies = injectedReplies(primary, updates) ?? applyCommitted(primary, mutation, updates);
  if (primary.server.lateReplies.size > 0) keepLateReplies(primary, mutation, replies);
  return replies;
}

function applyCommitted(primary: Replica, mutation: MutationHead, updates: readonly Update[]): unknown[] {
  const replies = mutation.repeat === undefined ? primary.apply(mutation, updates) : [];
  primary.ram.last_committed_decree = lastDecreeOf(mutation);
  primary.saveProgress();
  scheduleShipping(primary);
  return replies;
}

function keepLateReplies(primary: Replica, mutation: MutationHead, replies: readonly unknown[]): void {
  const { lateReplies } = primary.server;
  const key = replyKey(primary, mutation);
  if (lateReplies.has(key)) lateReplies.set(key, replies);
}

/** A decree that was prepared in vain is used again by another mutation. */
function replyKey({ gpid }: Replica, { decree, time_us }: MutationHead): string {
  return `${gpid}/${decree}@${time_us}`;
}
