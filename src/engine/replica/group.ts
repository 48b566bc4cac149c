import type { PartitionRecord } from '../documents/meta.ts';
import type { MutationHead, MutationRecord } from '../documents/replica.ts';
import { scheduleShipping } from '../duplication/ship-timer.ts';
import { scheduleSync } from '../duplication/sync-timer.ts';
import type { Steps } from '../steps.ts';
import { LogLine } from '../storage/store.ts';
import { hasEnoughMembers } from '../write-minimum.ts';
import { scheduleTableSync } from './config-sync-timer.ts';
import { type Update, updateFromJson } from './data/updates.ts';
import { clockSkew, diskDelay } from './disk-faults.ts';
import { isGroupInOrder, writesWhenIdle } from './empty-write.ts';
import { groupCheckPeriod, scheduleGroupCheck } from './group-check-timer.ts';
import { injectedReplies } from './injected-errors.ts';
import { awaitReplies, keepLateReplies, type Replies } from './late-replies.ts';
import { mustBeWritable } from './local-failure.ts';
import { lineOf, makingLine } from './mutation-line.ts';
import { lastDecreeOf } from './private-log.ts';
import { askAgain, askForConfiguration } from './reconfiguration.ts';
import type { Replica } from './replica.ts';
import { adoptConfiguration, changeStatus, suspend } from './role.ts';
import { checkGroup, prepare } from './secondaries.ts';

const EMPTY_WRITE: Update = { code: 'RPC_REPLICATION_WRITE_EMPTY', request: {} };

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
  const mutation = newMutation(primary);
  const prepared = logOnAll(primary, mutation, lineOf(mutation, updates));
  if (prepared.silent.length > 0) return commitWithout(primary, mutation, prepared);
  return { replies: applyOn(primary, mutation, updates), late: NEVER, waitedUs: prepared.waitedUs };
}

/** The same in steps, of what takes long. Nothing else may happen to the partition meanwhile. */
export function* committing(primary: Replica, updates: readonly Update[]): Steps<Committed> {
  // Later they would be read with the mutation in the log.
  if (primary.server.cluster.universe.keepsRecords) yield* primary.readingRecords();
  const mutation = newMutation(primary);
  const prepared = logOnAll(primary, mutation, yield* makingLine(mutation, updates));
  if (prepared.silent.length > 0) return commitWithout(primary, mutation, prepared);
  const injected = injectedReplies(primary, updates);
  const replies = injected ?? (yield* applyingCommitted(primary, mutation, updates));
  return { replies, late: NEVER, waitedUs: prepared.waitedUs };
}

interface Prepared {
  readonly silent: readonly string[];
  readonly waitedUs: number;
}

function logOnAll(primary: Replica, mutation: MutationHead, line: LogLine): Prepared {
  mustBeWritable(primary);
  primary.log(mutation, line);
  primary.ram.last_prepare_us = primary.now;
  const ownUs = diskDelay(primary.server);
  const { silent, latencyUs } = prepare(primary, mutation, line);
  return { silent, waitedUs: Math.max(ownUs, latencyUs) };
}

function commitWithout(primary: Replica, mutation: MutationHead, { silent, waitedUs }: Prepared): Committed {
  const late = awaitReplies(primary, mutation);
  if (silent.every((node) => dropSecondary(primary, node))) bringInStep(primary);
  return { replies: late(), late, waitedUs };
}

/** Writes an empty mutation, where there are members enough to write anything. */
export function commitEmptyWrite(primary: Replica): void {
  if (hasEnoughMembers(primary)) commit(primary, [EMPTY_WRITE]);
}

/**
 * A replica takes the lead of its partition: what was prepared and not committed is prepared again, and the members
 * hear of it (`replica_config.cpp`, `replica_2pc.cpp`).
 */
function becomePrimary(replica: Replica, partition: PartitionRecord): void {
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
  if (isOfFewerPartitions(replica)) scheduleTableSync(replica.server, replica.appId, replica.now + 1);
}

/** It may have been away while the partition was split: it hears of that at its next config sync. */
function isOfFewerPartitions({ meta, appId, disk }: Replica): boolean {
  const app = meta?.tree.app(appId);
  return app !== undefined && disk.partition_count < app.partition_count;
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
}

/** A group check that really has to be sent, because a fault is about or was; it goes on until all is in order again. */
export function sendGroupCheck(primary: Replica): void {
  bringInStep(primary);
  if (!primary.isPrimary) return;
  if (!isGroupInOrder(primary)) scheduleGroupCheck(primary);
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

/** Applies a mutation that all members have logged. */
function applyOn(primary: Replica, mutation: MutationHead, updates: readonly Update[]): readonly unknown[] {
  const replies = injectedReplies(primary, updates) ?? applyCommitted(primary, mutation, updates);
  if (primary.server.lateReplies.size > 0) keepLateReplies(primary, mutation, replies);
  return replies;
}

function applyCommitted(primary: Replica, mutation: MutationHead, updates: readonly Update[]): unknown[] {
  const replies = mutation.repeat === undefined ? primary.apply(mutation, updates) : [];
  noteCommitted(primary, mutation);
  return replies;
}

function* applyingCommitted(
  primary: Replica,
  mutation: MutationHead,
  updates: readonly Update[],
): Steps<unknown[]> {
  const replies = yield* primary.applying(mutation, updates);
  noteCommitted(primary, mutation);
  return replies;
}

function noteCommitted(primary: Replica, mutation: MutationHead): void {
  primary.ram.last_committed_decree = lastDecreeOf(mutation);
  primary.saveProgress();
  scheduleShipping(primary);
}
