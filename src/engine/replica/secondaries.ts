/** What a primary has its secondaries do: log what it prepares, and hear its group checks. */
import { MS } from '../clock.ts';
import type { MutationHead } from '../documents/replica.ts';
import { CallFailure, exchange } from '../network.ts';
import type { LogLine } from '../storage/store.ts';
import { diskDelay } from './disk-faults.ts';
import { injectedReplies } from './injected-errors.ts';
import { commitUpTo, copyLog } from './learn.ts';
import { mustBeWritable } from './local-failure.ts';
import { minConfirmedDecree, takeConfirmedDecree } from './log-collection.ts';
import { lastDecreeOf } from './private-log.ts';
import type { Replica } from './replica.ts';
import type { ReplicaServer } from './replica-server.ts';
import { adoptConfiguration, changeStatus } from './role.ts';

/** A secondary that fails with one of these gets all the time that there is: it is asked again, or never answers. */
const ENDURED: readonly string[] = ['ERR_TIMEOUT', 'ERR_INACTIVE_STATE', 'ERR_VERSION_OUTDATED'];

/** How long a primary waits for a secondary's acknowledgement, in microseconds. */
function prepareTimeout({ server }: Replica): number {
  return server.setting('replication.prepare_timeout_ms_for_secondaries') * MS;
}

/** Sends a mutation to every secondary. */
export function prepare(primary: Replica, mutation: MutationHead, line: LogLine) {
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

/** Group check: the members take over configuration, commit point and confirmed decree. Returns who did not answer. */
export function checkGroup(primary: Replica): string[] {
  return tellSecondaries(primary, (server) => hearGroupCheck(primary, server)).silent;
}

function hearGroupCheck(primary: Replica, server: ReplicaServer): number {
  if (!server.process.connected) return 0;
  const secondary = joinedSecondary(primary, server);
  if (secondary.ram.status !== 'PS_SECONDARY') return 0;
  const committed = primary.ram.last_committed_decree;
  takeConfirmedDecree(secondary, minConfirmedDecree(primary));
  hearOfSplit(primary, secondary);
  if (secondary.ram.last_prepared_decree < committed) copyLog(primary, secondary);
  if (secondary.ram.last_committed_decree < committed) applyUpTo(secondary, committed);
  secondary.saveRam();
  return 0;
}

/** One that was away while its partition was split hears of it; of a second split it does not (`trigger_secondary_parent_split`). */
function hearOfSplit({ disk: { partition_count } }: Replica, secondary: Replica): void {
  if (secondary.disk.partition_count * 2 !== partition_count) return;
  secondary.disk.partition_count = partition_count;
  secondary.saveDisk();
}

/** What a secondary applies may fail, after it has acknowledged what it logged. */
function applyUpTo(secondary: Replica, decree: number): void {
  if (injectedReplies(secondary, []) === undefined) commitUpTo(secondary, decree);
}
