/** Moves a replica to another disk of its server (`src/replica/replica_disk_migrator.cpp`). */
import type { ReplicaDiskMigrateRequest, ReplicaDiskMigrateResponse } from '../../rpc/idl/replica-admin.ts';
import { SECOND } from '../clock.ts';
import type { Steps } from '../steps.ts';
import { checkpointingNow } from './checkpoint.ts';
import { removeCheckpoint } from './checkpoint-file.ts';
import { isWriteFailing } from './disk-faults.ts';
import { diskOf, diskStatus, disksOf, measureNow } from './disks.ts';
import { cleanDisk } from './garbage.ts';
import { scheduleGroupCheck } from './group-check-timer.ts';
import type { Replica } from './replica.ts';
import type { ReplicaServer } from './replica-server.ts';
import { leaderOf } from './settle.ts';

/** How long copying takes: at least, and how many bytes in each microsecond. */
const LEAST_US = 1 * SECOND;
const BYTES_PER_US = 100;

interface Objection {
  readonly err: string;
  readonly hint: string;
}

/** `disk_migrate`: begins to move a secondary; the reply says only whether it has begun. */
export function migrateReplica(
  server: ReplicaServer,
  request: ReplicaDiskMigrateRequest,
): ReplicaDiskMigrateResponse {
  const { app_id, partition_index } = request.pid;
  const replica = server.find(`${app_id}.${partition_index}`);
  if (replica === undefined) return { err: 'ERR_OBJECT_NOT_FOUND' };
  const objection = objectionTo(replica, request) ?? objectionOfDisks(replica, request);
  if (objection !== undefined) return objection;
  replica.ram.moving_to = request.target_disk;
  replica.saveRam();
  const end = replica.now + LEAST_US + Math.ceil(replica.storedBytes / BYTES_PER_US);
  server.cluster.universe.agenda.schedule(server.timer(replica, 'disk-migration'), end);
  return { err: 'ERR_OK' };
}

function objectionTo(
  { ram }: Replica,
  { origin_disk, target_disk }: ReplicaDiskMigrateRequest,
): Objection | undefined {
  if (ram.moving_to !== undefined) {
    const hint = 'Existed migrate task(replication::disk_migration_status::MOVING) is running';
    return { err: 'ERR_BUSY', hint };
  }
  if (ram.status !== 'PS_SECONDARY') {
    const hint = `Invalid partition status(replication::partition_status::${ram.status})`;
    return { err: 'ERR_INVALID_STATE', hint };
  }
  if (origin_disk !== target_disk) return undefined;
  const hint = `Invalid disk tag(origin(${origin_disk}) equal target(${target_disk}))`;
  return { err: 'ERR_INVALID_PARAMETERS', hint };
}

/** In the order of the disks (`fs_manager.cpp validate_migrate_op`). */
function objectionOfDisks(
  replica: Replica,
  { origin_disk, target_disk }: ReplicaDiskMigrateRequest,
): Objection | undefined {
  const { server, gpid } = replica;
  const here = diskOf(replica).tag;
  const tags = disksOf(server).map(({ tag }) => tag);
  for (const tag of tags) {
    const status = diskStatus(server, tag);
    if (tag === origin_disk) {
      if (here !== tag) {
        const hint = `replica(${gpid}) doesn't exist on the origin disk(${tag})`;
        return { err: 'ERR_OBJECT_NOT_FOUND', hint };
      }
      if (status === 'IO_ERROR') {
        const hint = `replica(${gpid}) exists on an IO-Error origin disk(${tag})`;
        return { err: 'ERR_DISK_IO_ERROR', hint };
      }
    }
    if (tag === target_disk) {
      if (here === tag) {
        const hint = `replica(${gpid}) already exists on target disk(${tag})`;
        return { err: 'ERR_PATH_ALREADY_EXIST', hint };
      }
      if (status !== 'NORMAL') {
        // Upstream names the origin.
        const hint = `replica(${gpid}) target disk(${origin_disk}) is replication::disk_status::${status}`;
        return { err: status === 'IO_ERROR' ? 'ERR_DISK_IO_ERROR' : 'ERR_DISK_INSUFFICIENT', hint };
      }
    }
  }
  const missing = [
    ['origin', origin_disk],
    ['target', target_disk],
  ].find(([, tag]) => !tags.includes(tag as string));
  if (missing === undefined) return undefined;
  return { err: 'ERR_OBJECT_NOT_FOUND', hint: `${missing[0]} disk(${missing[1]}) doesn't exist` };
}

/** The copy is complete; of a replica that is no secondary any more nothing comes of it. */
export function finishMigration(replica: Replica): void {
  replica.server.perform(finishing(replica));
}

function* finishing(replica: Replica): Steps {
  const { ram, server } = replica;
  const { moving_to: target } = ram;
  ram.moving_to = undefined;
  replica.saveRam();
  if (target === undefined || isWriteFailing(server)) return;
  yield* checkpointingNow(replica);
  if (ram.status === 'PS_SECONDARY') closeFor(replica, target);
}

/**
 * Closes the replica, to be opened on the other disk; what it had stays behind as `.ori`. Its primary misses it at the
 * next group check, and the meta server has it learn again; where its server starts anew before that, it is the secondary
 * that it was, without a log (`replica_init.cpp init_app_and_prepare_list`).
 */
function closeFor(replica: Replica, target: string): void {
  const { server } = replica;
  const leader = leaderOf(replica);
  const isMoved = !isSetAside(replica);
  if (isMoved) moveTo(replica, target);
  server.close(replica);
  if (isMoved) {
    cleanDisk(server);
    measureNow(server);
  }
  if (leader.isPrimary) scheduleGroupCheck(leader);
}

/** What it had here before it was moved away is still kept: the directory cannot be renamed to the same name again. */
function isSetAside(replica: Replica): boolean {
  const { server, disk, now } = replica;
  const since = disk.moved_from?.[diskOf(replica).tag];
  const kept = server.setting('replication.gc_disk_migration_origin_replica_interval_seconds') * SECOND;
  return since !== undefined && since + kept > now;
}

/** Only the newest checkpoint goes along: no log, and none of the checkpoints before it. */
function moveTo(replica: Replica, target: string): void {
  const { disk, now } = replica;
  replica.plog.reset(disk.last_durable_decree);
  replica.saveDisk();
  disk.moved_from = { ...disk.moved_from, [diskOf(replica).tag]: now };
  disk.disk_tag = target;
  while (disk.checkpoints.length > 1) {
    const older = disk.checkpoints.shift();
    if (older !== undefined) removeCheckpoint(replica, older);
  }
  replica.saveDisk();
}
