import type { DuplicatorRecord } from '../documents/replica.ts';
import { takeProgress } from '../meta/duplication-progress.ts';
import { endOf, isDisturbed } from '../network.ts';
import { type IdleWrites, idleWritesOf, timeOf, writtenUntil } from '../replica/idle-writes.ts';
import type { Replica } from '../replica/replica.ts';
import type { ReplicaServer } from '../replica/replica-server.ts';
import { lastSyncTick, scheduleSync, syncTickFrom } from './sync-timer.ts';

/**
 * Pipelines that had shipped everything move past empty writes: there is nothing in them to ship. Of one that is told
 * of nothing else, the duplication syncs are made up for too, so that nobody has to wake a server for them.
 */
export function passEmptyWrites(replica: Replica, writes: IdleWrites): void {
  const { ram, server } = replica;
  for (const [dupid, duplicator] of Object.entries(ram.duplicators)) {
    if (!passes(replica, duplicator, writes)) continue;
    const told = toldOf(replica, duplicator, writes);
    if (told > 0) confirm(replica, Number(dupid), duplicator, writes, told);
    duplicator.last_decree = ram.last_committed_decree;
    duplicator.shipped_us = timeOf(writes, writes.count);
    if (duplicator.confirmed_decree < duplicator.last_decree) scheduleSync(server);
  }
}

/** The decree that the meta server has been told of since an idle duplicator was looked at last; undefined if of none. */
export function confirmedByNow(replica: Replica, dupid: number): number | undefined {
  const duplicator = replica.ram.duplicators[dupid];
  const writes = idleWritesOf(replica);
  if (duplicator === undefined || writes === undefined || !passes(replica, duplicator, writes))
    return undefined;
  const told = toldOf(replica, duplicator, writes);
  return told > 0 ? writes.before + told : undefined;
}

function passes({ server }: Replica, duplicator: DuplicatorRecord, { before }: IdleWrites): boolean {
  const { shipping, last_decree, confirmed_decree } = duplicator;
  return shipping && last_decree === before && confirmed_decree >= 0 && !server.cluster.hasDefect('2050');
}

/** How many of the writes the last sync told of; a pipeline that waits for another confirmation has a sync of its own. */
function toldOf({ server }: Replica, { confirmed_decree }: DuplicatorRecord, writes: IdleWrites): number {
  if (confirmed_decree !== writes.before || !isSyncing(server)) return 0;
  return writtenUntil(lastSyncTick(server), writes);
}

/** Has the meta server take in the report that told of them. */
function confirm(
  replica: Replica,
  dupid: number,
  duplicator: DuplicatorRecord,
  writes: IdleWrites,
  told: number,
): void {
  const { server, appId, pidx } = replica;
  const { meta } = server.cluster;
  if (meta === undefined) return;
  const decree = writes.before + told;
  const report = {
    appId,
    pidx,
    dupid,
    confirmed_decree: decree,
    checkpoint_prepared: duplicator.checkpoint_has_prepared,
    last_committed_decree: decree,
  };
  const at = syncTickFrom(server, timeOf(writes, told));
  duplicator.confirmed_decree = takeProgress(meta, report, at) ?? duplicator.confirmed_decree;
}

function isSyncing(server: ReplicaServer): boolean {
  const { meta, universe } = server.cluster;
  return (
    meta !== undefined &&
    !meta.isStorageSilent &&
    server.process.connected &&
    server.setting('replication.duplication_enabled') &&
    meta.setting('replication.duplication_enabled') &&
    !isDisturbed(universe.faults, endOf(server), endOf(meta))
  );
}
