import type { DuplicatorRecord } from '../documents/replica.ts';
import { takeProgress } from '../meta/duplication-progress.ts';
import { endOf, isDisturbed } from '../network.ts';
import type { Replica } from '../replica/replica.ts';
import type { ReplicaServer } from '../replica/replica-server.ts';
import { lastSyncTick, scheduleSync, syncTickFrom } from './sync-timer.ts';

/** Empty writes that an idle primary made by itself. */
export interface IdleWrites {
  /** The last committed decree before them. */
  readonly before: number;
  /** When the first was made, and how long after it each of the others, in microseconds. */
  readonly first: number;
  readonly period: number;
  readonly count: number;
}

/**
 * Pipelines that had shipped everything move past empty writes: there is nothing in them to ship. Of one that is told
 * of nothing else, the duplication syncs are made up for too, so that nobody has to wake a server for them.
 */
export function passEmptyWrites(replica: Replica, writes: IdleWrites): void {
  const { ram, server } = replica;
  if (server.cluster.hasDefect('2050')) return;
  for (const [dupid, duplicator] of Object.entries(ram.duplicators)) {
    if (!duplicator.shipping || duplicator.last_decree !== writes.before || duplicator.confirmed_decree < 0)
      continue;
    if (duplicator.confirmed_decree === writes.before) confirm(replica, Number(dupid), duplicator, writes);
    duplicator.last_decree = ram.last_committed_decree;
    duplicator.shipped_us = timeOf(writes, writes.count);
    if (duplicator.confirmed_decree < duplicator.last_decree) scheduleSync(server);
  }
}

/** Has the meta server confirm what was written before the last sync, as of the sync that told it so. */
function confirm(replica: Replica, dupid: number, duplicator: DuplicatorRecord, writes: IdleWrites): void {
  const { server, appId, pidx } = replica;
  const { meta } = server.cluster;
  const told = writtenUntil(lastSyncTick(server), writes);
  if (told === 0 || meta === undefined || !isSyncing(server)) return;
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
    server.process.connected &&
    server.setting('replication.duplication_enabled') &&
    !isDisturbed(universe.faults, endOf(server), endOf(meta))
  );
}

function writtenUntil(time: number, { first, period, count }: IdleWrites): number {
  return Math.min(count, Math.floor((time - first) / period) + 1);
}

function timeOf({ first, period }: IdleWrites, nth: number): number {
  return first + (nth - 1) * period;
}
