import { AssertionFailure } from '../crash.ts';
import { scheduleConfigSync } from './config-sync-timer.ts';
import { isWriteFailing } from './disk-faults.ts';
import { markBroken } from './disks.ts';
import { setAside } from './garbage.ts';
import { askForRemoval } from './removal.ts';
import type { Replica } from './replica.ts';

/**
 * A replica whose disk failed is closed; a primary takes itself out of its partition. One that is corrupted is lost
 * (`replica_failover.cpp handle_local_failure`).
 */
export function failLocally(replica: Replica, error: string): void {
  const { server, appId, pidx, ram, isPrimary } = replica;
  if (error === 'ERR_DISK_IO_ERROR') markBroken(replica);
  const { ballot, primary, secondaries } = ram;
  server.close(replica);
  scheduleConfigSync(server);
  ram.status = 'PS_ERROR';
  if (error === 'ERR_RDB_CORRUPTION') setAside(server, appId, pidx);
  const { meta } = server.cluster;
  if (!isPrimary || meta === undefined) return;
  const known = meta.tree.partition(appId, pidx);
  askForRemoval(server, appId, pidx, { ...known, ballot, primary, secondaries });
}

/**
 * A server whose log cannot be written dies of that, once the replica has failed
 * (`replica_2pc.cpp on_append_log_completed`, `replica_stub.cpp handle_log_failure`).
 *
 * @throws AssertionFailure where what a member has to log cannot be written
 */
export function mustBeWritable(replica: Replica): void {
  if (!isWriteFailing(replica.server)) return;
  failLocally(replica, 'ERR_FILE_OPERATION_FAILED');
  const site = {
    file: 'replica_stub.cpp',
    line: 2482,
    function: 'handle_log_failure',
    thread: 'replica.replica0',
  };
  throw new AssertionFailure(site, replica.gpid, '[s_not_exit_on_log_failure] ');
}
