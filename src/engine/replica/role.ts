import type { PartitionRecord } from '../documents/meta.ts';
import type { PartitionStatus } from '../documents/replica.ts';
import { race } from '../duplication/races.ts';
import { rememberRole } from './disks.ts';
import { closeLater } from './garbage.ts';
import type { Replica } from './replica.ts';

/** Gives a replica another status; what only a primary has goes with it. */
export function changeStatus(replica: Replica, status: PartitionStatus): void {
  rememberRole(replica);
  const { ram } = replica;
  ram.status = status;
  ram.transient = false;
  ram.initializing = undefined;
  ram.reconfiguration = undefined;
  if (status !== 'PS_PRIMARY') dropDuplicators(replica);
  persistBallot(replica);
  replica.saveRam();
  replica.server.markUnsynced(replica.appId);
  if (status === 'PS_INACTIVE') closeLater(replica);
}

/** A replica serves nothing until it hears again what it is; it may come back under the same ballot. */
export function suspend(replica: Replica): void {
  rememberRole(replica);
  replica.ram.status = 'PS_INACTIVE';
  replica.ram.transient = true;
  dropDuplicators(replica);
  replica.saveRam();
  replica.server.markUnsynced(replica.appId);
}

function dropDuplicators(replica: Replica): void {
  for (const duplicator of Object.values(replica.ram.duplicators)) race(replica, duplicator, 693);
  replica.ram.duplicators = {};
}

/** Takes over ballot and members. */
export function adoptConfiguration(
  replica: Replica,
  { ballot, primary, secondaries }: Pick<PartitionRecord, 'ballot' | 'primary' | 'secondaries'>,
): void {
  const { ram } = replica;
  ram.ballot = ballot;
  ram.primary = primary;
  ram.secondaries = [...secondaries];
  persistBallot(replica);
  replica.saveRam();
}

function persistBallot(replica: Replica): void {
  const { disk, ram } = replica;
  if (disk.init_ballot >= ram.ballot) return;
  disk.init_ballot = ram.ballot;
  disk.init_durable_decree = disk.last_durable_decree;
  replica.saveDisk();
}
