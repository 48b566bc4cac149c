import type { PartitionRecord } from '../documents/meta.ts';
import type { PartitionStatus } from '../documents/replica.ts';
import { scheduleSync } from '../duplication/sync-timer.ts';
import { commitEmptyWrites, groupCheckPeriod } from './empty-write.ts';
import { catchUp } from './learn.ts';
import { minConfirmedDecree } from './log-collection.ts';
import type { Replica } from './replica.ts';

/** Gives a replica another status; what only a primary has goes with it. */
export function changeStatus(replica: Replica, status: PartitionStatus): void {
  const { ram } = replica;
  ram.status = status;
  ram.transient = false;
  if (status !== 'PS_PRIMARY') ram.duplicators = {};
  persistBallot(replica);
  replica.saveRam();
}

/**
 * A replica takes the lead of its partition: what was prepared and not committed is prepared again under the new
 * ballot, and the members hear of it (`replica_config.cpp`, `replica_2pc.cpp`).
 */
export function becomePrimary(replica: Replica, partition: PartitionRecord): void {
  const { ram } = replica;
  adoptConfiguration(replica, partition);
  changeStatus(replica, 'PS_PRIMARY');
  ram.group_check_start_us = replica.now;
  tellSecondaries(replica);
  prepareAgain(replica);
  if (ram.last_prepare_us + groupCheckPeriod(replica) <= replica.now)
    commitEmptyWrites(replica, 1, replica.now);
  replica.saveRam();
  scheduleSync(replica.server);
}

/** Takes over ballot and members. */
export function adoptConfiguration(replica: Replica, partition: PartitionRecord): void {
  const { ram } = replica;
  ram.ballot = partition.ballot;
  ram.primary = partition.primary;
  ram.secondaries = [...partition.secondaries];
  persistBallot(replica);
  replica.saveRam();
}

/** Group check: the members take over configuration, commit point and confirmed decree of their primary. */
export function tellSecondaries(primary: Replica): void {
  const { cluster } = primary.server;
  for (const node of primary.ram.secondaries) {
    const secondary = cluster.replicaServer(node)?.findUnsettled(primary.gpid);
    if (secondary === undefined) continue;
    const { ram } = secondary;
    ram.ballot = primary.ram.ballot;
    ram.primary = primary.server.node;
    ram.secondaries = [...primary.ram.secondaries];
    ram.primary_confirmed_decree = minConfirmedDecree(primary);
    catchUp(primary, secondary, primary.ram.last_committed_decree);
    if (ram.status !== 'PS_SECONDARY') changeStatus(secondary, 'PS_SECONDARY');
    else persistBallot(secondary);
    secondary.saveRam();
  }
}

/** What the last primary prepared and nobody committed is prepared again, and committed by all members. */
function prepareAgain(primary: Replica): void {
  const { ram } = primary;
  if (ram.last_prepared_decree === ram.last_committed_decree) return;
  const pending = [...primary.plog.from(ram.last_committed_decree + 1)].filter(
    (mutation) => mutation.decree > ram.last_committed_decree,
  );
  for (const mutation of pending) {
    const again = { ...mutation, ballot: ram.ballot, committed: ram.last_committed_decree };
    primary.log(again);
    ram.last_committed_decree = again.decree;
  }
  ram.last_committed_decree = ram.last_prepared_decree;
  primary.forgetRecords();
  tellSecondaries(primary);
}

function persistBallot(replica: Replica): void {
  const { disk, ram } = replica;
  if (disk.init_ballot >= ram.ballot) return;
  disk.init_ballot = ram.ballot;
  disk.init_durable_decree = disk.last_durable_decree;
  replica.saveDisk();
}
