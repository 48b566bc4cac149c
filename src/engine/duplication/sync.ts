import type { DuplicationEntry } from '../../rpc/idl/duplication.ts';
import type { Confirm } from '../meta/duplication-progress.ts';
import { type DuplicationMap, duplicationSync, isBlocked } from '../meta/duplication-sync.ts';
import { passOver } from '../meta/follower.ts';
import type { MetaServer } from '../meta/meta-server.ts';
import { CallFailure, callServer } from '../network.ts';
import type { Replica } from '../replica/replica.ts';
import type { ReplicaServer } from '../replica/replica-server.ts';
import { settlingForSync } from '../replica/settle.ts';
import { takesForDuplicated } from '../replica/table-info.ts';
import type { Steps } from '../steps.ts';
import { buildDuplicator, destroyDuplicator, updateDuplicator } from './duplicator.ts';
import { retrySync, scheduleSync, syncTimer } from './sync-timer.ts';

/**
 * One duplication sync of a replica server (`duplication_sync_timer.cpp`): it reports, the meta server answers, the
 * answer is applied to every replica. The next one is asked for while anything is unsettled.
 */
export function synchronizeDuplications(server: ReplicaServer): void {
  server.perform(synchronizing(server));
}

function* synchronizing(server: ReplicaServer): Steps {
  const { meta } = server.cluster;
  if (meta === undefined || !server.process.connected) return;
  const reporting = yield* settlingForSync(server, server.duplicated, syncTimer(server));
  const map = yield* asking(meta, server, yield* ofEach(reporting, confirmsOf));
  if (map === undefined) {
    scheduleSync(server);
    return;
  }
  const tables = [...new Set([...server.duplicated, ...map.keys()])].sort((a, b) => a - b);
  const replicas = yield* settlingForSync(server, tables, syncTimer(server));
  for (const replica of replicas) {
    applyMap(replica, map);
    yield;
  }
  for (const appId of tables) server.refreshDuplicated(appId);
  syncAgain(server, meta, yield* ofEach(replicas, unsettledOf));
}

function* ofEach<T>(replicas: readonly Replica[], of: (replica: Replica) => readonly T[]): Steps<T[]> {
  const all: T[] = [];
  for (const replica of replicas) {
    all.push(...of(replica));
    yield;
  }
  return all;
}

/** Where all that is unsettled is blocked the next sync leads to nothing either, unless something happens. */
function syncAgain(server: ReplicaServer, meta: MetaServer, unsettled: readonly Unsettled[]): void {
  if (unsettled.length === 0) return;
  const duplications = new Map(unsettled.map((one) => [`${one.appId}/${one.dupid}`, one]));
  const areBlocked =
    unsettled.every(({ isWaiting }) => isWaiting) &&
    [...duplications.values()].every(({ appId, dupid }) => isBlocked(meta, appId, dupid));
  if (!areBlocked) {
    scheduleSync(server);
    return;
  }
  const passed = retrySync(server);
  for (const { appId, dupid } of duplications.values()) passOver(meta, appId, dupid, server.node, passed);
}

/** @returns undefined where no answer came; one that is lost leaves what was reported */
function* asking(
  meta: MetaServer,
  server: ReplicaServer,
  confirms: readonly Confirm[],
): Steps<DuplicationMap | undefined> {
  let isHeard = false;
  const isAnswered = reaches(server, meta, () => {
    isHeard = true;
  });
  const map = isHeard ? yield* duplicationSync(meta, server.node, confirms) : undefined;
  return isAnswered ? map : undefined;
}

function reaches(server: ReplicaServer, meta: MetaServer, arrive: () => void): boolean {
  try {
    callServer(server, meta, arrive);
    return true;
  } catch (error) {
    if (!(error instanceof CallFailure)) throw error;
    return false;
  }
}

/** What changed since the last confirmation, or is prepared for the follower to copy (`replica_duplicator_manager.cpp`). */
function confirmsOf(replica: Replica): Confirm[] {
  if (!replica.isPrimary) return [];
  return Object.entries(replica.ram.duplicators).flatMap(([dupid, duplicator]) => {
    const isCopied =
      duplicator.status === 'DS_PREPARE' ||
      (duplicator.status === 'DS_APP' && !replica.server.cluster.hasDefect('D1'));
    const isPrepared = isCopied && duplicator.checkpoint_has_prepared;
    if (duplicator.last_decree === duplicator.confirmed_decree && !isPrepared) return [];
    return {
      appId: replica.appId,
      pidx: replica.pidx,
      dupid: Number(dupid),
      confirmed_decree: duplicator.last_decree,
      checkpoint_prepared: duplicator.checkpoint_has_prepared,
      last_committed_decree: replica.ram.last_committed_decree,
    };
  });
}

function applyMap(replica: Replica, map: DuplicationMap): void {
  const entries = map.get(replica.appId);
  noteDuplicating(replica, entries !== undefined);
  for (const dupid of Object.keys(replica.ram.duplicators)) {
    const isServed = replica.isPrimary && entries?.has(Number(dupid)) === true;
    if (!isServed) destroyDuplicator(replica, dupid, entries?.has(Number(dupid)) !== true);
  }
  if (replica.isPrimary) for (const entry of entries?.values() ?? []) applyEntry(replica, entry);
  replica.saveRam();
}

/**
 * `.app-info` is written where this answer differs from what the server took for granted (`update_app_duplication_status`).
 * The answer holds only tables of which it leads a partition, and a proposal to lead changes what it takes for granted
 * without writing it, so what is written is often wrong (D11). Before #1608 nothing was written.
 */
function noteDuplicating(replica: Replica, isServed: boolean): void {
  const { cluster } = replica.server;
  if (cluster.hasDefect('1595')) return;
  const isWrong = cluster.hasDefect('D11');
  // Mended, what it takes for granted until its first config sync is not written.
  if (!isWrong && replica.ram.status === 'PS_INACTIVE') return;
  const isDuplicating = isServed || (!isWrong && replica.ram.duplication_master);
  const known = isWrong ? takesForDuplicated(replica) : replica.disk.duplicating;
  replica.ram.duplicating = isDuplicating;
  if (known === isDuplicating) return;
  replica.disk.duplicating = isDuplicating;
  replica.saveDisk();
}

function applyEntry(replica: Replica, entry: DuplicationEntry): void {
  const stored = entry.progress?.get(replica.pidx);
  const duplicator = replica.ram.duplicators[entry.dupid];
  if (stored === undefined) destroyDuplicator(replica, `${entry.dupid}`, true);
  else if (duplicator === undefined) buildDuplicator(replica, entry, stored);
  else updateDuplicator(replica, duplicator, entry, stored);
}

interface Unsettled {
  readonly appId: number;
  readonly dupid: number;
  /** For the follower table, and for nothing else. */
  readonly isWaiting: boolean;
}

function unsettledOf({ appId, ram }: Replica): Unsettled[] {
  return Object.entries(ram.duplicators).flatMap(([dupid, { status, last_decree, confirmed_decree }]) => {
    const isConfirmed = last_decree === confirmed_decree;
    const isWaiting = status === 'DS_PREPARE' || status === 'DS_APP';
    return isConfirmed && !isWaiting
      ? []
      : { appId, dupid: Number(dupid), isWaiting: isWaiting && isConfirmed };
  });
}
