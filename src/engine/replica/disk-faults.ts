import type { Cluster } from '../cluster.ts';
import { endOf } from '../network.ts';
import type { ReplicaServer } from './replica-server.ts';

/** Whether its disks have no room left, whatever they hold. */
export function isFull(server: ReplicaServer): boolean {
  const faults = faultsOf(server);
  return !faults.isQuiet && faults.has('disk_full', endOf(server));
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
