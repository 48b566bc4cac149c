import { SECOND } from '../clock.ts';
import type { MutationRecord } from '../documents/replica.ts';
import { scheduleShipping } from '../duplication/ship-timer.ts';
import { minimumForWrites } from '../meta/guardian.ts';
import { isDuplicable, type Update, updateToJson } from './data/updates.ts';
import { commitUpTo } from './learn.ts';
import { dropSecondary } from './proposals.ts';
import type { Replica } from './replica.ts';

/** What a client request comes to: a reply, after so many microseconds, or an error code instead. */
export type Served =
  | { readonly err: 'ERR_OK'; readonly reply: unknown; readonly waitedUs: number }
  | { readonly err: string; readonly waitedUs: number };

/** How long a primary waits for a secondary's acknowledgement (`prepare_timeout_ms_for_secondaries`). */
const PREPARE_TIMEOUT_US = 3 * SECOND;

/** A write of a client: the gates in upstream's order, then two-phase commit (`replica_2pc.cpp on_client_write`). */
export function serveWrite(replica: Replica, update: Update): Served {
  const refused = refusal(replica, update);
  if (refused !== undefined) return { err: refused, waitedUs: 0 };
  const waitedUs = dropSilentSecondaries(replica);
  if (silentSecondaries(replica).length > 0) return { err: 'ERR_TIMEOUT', waitedUs };
  if (!hasEnoughMembers(replica)) return { err: 'ERR_NOT_ENOUGH_MEMBER', waitedUs };
  const [reply] = commit(replica, [update]);
  return { err: 'ERR_OK', reply, waitedUs };
}

function refusal(replica: Replica, update: Update): string | undefined {
  if (
    replica.ram.duplication_master &&
    !isDuplicable(update.code) &&
    update.code !== 'RPC_RRDB_RRDB_DUPLICATE'
  ) {
    return 'ERR_OPERATION_DISABLED';
  }
  if (!replica.isPrimary) return 'ERR_INVALID_STATE';
  if (!hasEnoughMembers(replica)) return 'ERR_NOT_ENOUGH_MEMBER';
  return undefined;
}

function hasEnoughMembers(replica: Replica): boolean {
  const { meta } = replica;
  const minimum = meta === undefined ? 1 : minimumForWrites(meta, replica.disk.max_replica_count);
  return replica.ram.secondaries.length + 1 >= minimum;
}

/**
 * A secondary that does not answer costs a timeout, then its membership; the write goes on without it once the meta
 * server has agreed, and not before: that secondary could be made primary and would not know of the write.
 */
function dropSilentSecondaries(replica: Replica): number {
  const { meta } = replica;
  const silent = silentSecondaries(replica);
  if (silent.length === 0) return 0;
  if (meta === undefined) return PREPARE_TIMEOUT_US;
  for (const node of silent) dropSecondary(meta, replica, node);
  meta.deliver();
  return PREPARE_TIMEOUT_US;
}

function silentSecondaries(replica: Replica): string[] {
  const { cluster } = replica.server;
  return replica.ram.secondaries.filter(
    (node) => cluster.replicaServer(node)?.findUnsettled(replica.gpid)?.ram.status !== 'PS_SECONDARY',
  );
}

/** Logs a mutation on every member, applies it, and returns a response for each update. */
function commit(primary: Replica, updates: readonly Update[]): unknown[] {
  const { ram } = primary;
  const time = Math.max(primary.now, ram.last_timestamp_us + 1);
  const mutation: MutationRecord = {
    decree: ram.last_prepared_decree + 1,
    ballot: ram.ballot,
    committed: ram.last_committed_decree,
    time_us: time,
    updates: updates.map(updateToJson),
  };
  for (const node of ram.secondaries) prepare(primary, node, mutation);
  primary.log(mutation);
  const replies = primary.apply(mutation, updates);
  ram.last_committed_decree = mutation.decree;
  ram.last_prepare_us = primary.now;
  ram.last_timestamp_us = time;
  primary.saveRam();
  scheduleShipping(primary);
  return replies;
}

/** A secondary logs the mutation, and commits what the primary had committed when it sent it. */
function prepare(primary: Replica, node: string, mutation: MutationRecord): void {
  const secondary = primary.server.cluster.replicaServer(node)?.findUnsettled(primary.gpid);
  if (secondary === undefined) return;
  secondary.log(mutation);
  secondary.ram.last_prepare_us = primary.now;
  secondary.ram.last_timestamp_us = mutation.time_us;
  commitUpTo(secondary, mutation.committed);
  secondary.saveRam();
}
