import type { Cluster } from '../cluster.ts';
import { CallFailure, endOf } from '../network.ts';
import { scheduleConfigSync } from './config-sync-timer.ts';
import { setAside } from './garbage.ts';
import { askForRemoval } from './removal.ts';
import type { Replica } from './replica.ts';
import type { ReplicaServer } from './replica-server.ts';

export type DiskStatus = 'NORMAL' | 'SPACE_INSUFFICIENT' | 'IO_ERROR';

/** What a server takes its disk for (`fs_manager.cpp`): one that failed to read counts as broken until it restarts. */
export function diskStatus(server: ReplicaServer): DiskStatus {
  if (server.process.disk_io_error === true) return 'IO_ERROR';
  const faults = faultsOf(server);
  return !faults.isQuiet && faults.has('disk_full', endOf(server)) ? 'SPACE_INSUFFICIENT' : 'NORMAL';
}

/** Whether a write to the disk fails now. */
export function isWriteFailing(server: ReplicaServer): boolean {
  const faults = faultsOf(server);
  if (faults.isQuiet) return false;
  const end = endOf(server);
  return faults.has('disk_read_only', end) || faults.strikes('disk_write_fail', end) !== undefined;
}

/** What a read of the disk comes to now; undefined where it succeeds. */
export function readFailure(server: ReplicaServer): 'ERR_DISK_IO_ERROR' | 'ERR_RDB_CORRUPTION' | undefined {
  const faults = faultsOf(server);
  if (faults.isQuiet) return undefined;
  const end = endOf(server);
  if (faults.strikes('disk_corrupt', end) !== undefined) return 'ERR_RDB_CORRUPTION';
  return faults.strikes('disk_read_fail', end) === undefined ? undefined : 'ERR_DISK_IO_ERROR';
}

/** How long the disk takes now for one operation, in microseconds. */
export function diskDelay(server: ReplicaServer): number {
  const faults = faultsOf(server);
  const fault = faults.isQuiet ? undefined : faults.strikes('disk_io_delay', endOf(server));
  return fault === undefined ? 0 : faults.duration(fault);
}

/**
 * A replica whose disk failed is closed; a primary takes itself out of its partition. One that is corrupted is lost
 * (`replica_failover.cpp handle_local_failure`).
 */
export function failLocally(replica: Replica, error: string): void {
  const { server, appId, pidx, ram, isPrimary } = replica;
  if (error === 'ERR_DISK_IO_ERROR') server.saveProcess({ ...server.process, disk_io_error: true });
  const { ballot, primary, secondaries } = ram;
  server.close(replica);
  scheduleConfigSync(server);
  ram.status = 'PS_ERROR';
  if (error === 'ERR_RDB_CORRUPTION') setAside(server, appId, pidx);
  const { meta } = server.cluster;
  if (!isPrimary || meta === undefined) return;
  const known = meta.tree.partition(appId, pidx);
  askForRemoval(server, appId, pidx, { ...known, ballot, primary, secondaries });
  meta.deliver();
}

/** @throws CallFailure where what a member has to log cannot be written */
export function mustBeWritable(replica: Replica): void {
  if (!isWriteFailing(replica.server)) return;
  failLocally(replica, 'ERR_FILE_OPERATION_FAILED');
  throw new CallFailure('ERR_FILE_OPERATION_FAILED');
}

/** How far a server's own clock is ahead of the universe's, in microseconds; below 0 it is late. */
export function clockSkew({ cluster, node }: { cluster: Cluster; node: string }): number {
  const { faults } = cluster.universe;
  if (faults.isQuiet) return 0;
  const skews = faults
    .active('clock_skew')
    .filter((fault) => faults.concerns(fault, endOf({ cluster, node })));
  return skews.reduce((sum, fault) => sum + fault.min_us, 0);
}

function faultsOf(server: ReplicaServer) {
  return server.cluster.universe.faults;
}
