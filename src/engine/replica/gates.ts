import { isKeyHashOfPartition } from '../../rpc/idl/keys.ts';
import { isOpenToAnyone } from '../access.ts';
import { type Request, refuse, type Served, SILENCE } from '../request.ts';
import { hasEnoughMembers } from '../write-minimum.ts';
import { emptyReply } from './data/empty-reply.ts';
import { isReadCode } from './data/read.ts';
import { isDuplicable, isWriteCode, sizeOfWrite } from './data/updates.ts';
import { statusOfDisk } from './disks.ts';
import type { Replica } from './replica.ts';
import { isReadBudgetSpent, type Throttled, throttle } from './throttling.ts';

/** What keeps a write out, in upstream's order; undefined lets it in (`replica_2pc.cpp on_client_write`). */
export function refusalOfWrite(replica: Replica, request: Request): Served | undefined {
  const { server, ram } = replica;
  if (!isOpenToAnyone(replica)) return refuse('ERR_ACL_DENY');
  const denied = denial(replica, 'write');
  if (denied !== undefined) return denied;
  const limit = server.setting('replication.max_allowed_write_size');
  const bytes = bodySize(request);
  if (limit > 0 && bytes > limit) return refuse('ERR_INVALID_DATA');
  if (ram.duplication_master && ram.atomic_idempotent !== true && !isIdempotent(request.code))
    return refuse('ERR_OPERATION_DISABLED');
  if (isMisdirected(replica, request)) return refuse('ERR_PARENT_PARTITION_MISUSED');
  if (!replica.isPrimary) return refuse('ERR_INVALID_STATE');
  const diskRefusal = refusalOfDisk(replica, request);
  if (diskRefusal !== undefined) return diskRefusal;
  if (!hasEnoughMembers(replica)) return refuse('ERR_NOT_ENOUGH_MEMBER');
  if (isQueueFull(replica)) return SILENCE;
  if (request.hasWaited === true) return undefined;
  return (
    held(throttle(replica, 'write', 1, request.timeoutUs)) ??
    held(throttle(replica, 'write_size', bytes, request.timeoutUs))
  );
}

/** The same of a read (`replica.cpp on_client_read`, `pegasus_server_impl.cpp CHECK_READ_THROTTLING`). */
export function refusalOfRead(replica: Replica, request: Request): Served | undefined {
  const { ram } = replica;
  if (!isOpenToAnyone(replica)) return refuse('ERR_ACL_DENY');
  const denied = denial(replica, 'read');
  if (denied !== undefined) return denied;
  if (isMisdirected(replica, request)) return refuse('ERR_PARENT_PARTITION_MISUSED');
  if (ram.status === 'PS_INACTIVE' || ram.status === 'PS_POTENTIAL_SECONDARY')
    return refuse('ERR_INVALID_STATE');
  return request.isBackup === true ? refusalOfBackup(replica, request) : refusalOfNormal(replica, request);
}

function refusalOfNormal(replica: Replica, request: Request): Served | undefined {
  const { ram } = replica;
  const waits =
    request.hasWaited === true ? undefined : held(throttle(replica, 'read', 1, request.timeoutUs));
  if (waits !== undefined) return waits;
  if (!replica.isPrimary || ram.last_committed_decree < ram.last_prepared_decree)
    return refuse('ERR_INVALID_STATE');
  return isReadBudgetSpent(replica) ? refuse('ERR_BUSY') : undefined;
}

/** A backup request that is one too many is not answered: the primary's answer is on its way. */
function refusalOfBackup(replica: Replica, request: Request): Served | undefined {
  const throttled =
    request.hasWaited === true ? undefined : throttle(replica, 'backup', 1, request.timeoutUs);
  if (throttled?.how === 'reject') return SILENCE;
  return held(throttled) ?? (isReadBudgetSpent(replica) ? refuse('ERR_BUSY') : undefined);
}

/**
 * A disk without room, the primary's or a secondary's, takes no writes. The code is that of the primary's own disk, so
 * that where only a secondary's is full the client gets an empty answer that says nothing is wrong.
 */
function refusalOfDisk(replica: Replica, { code }: Request): Served | undefined {
  const { server, ram, gpid } = replica;
  if (!server.setting('replication.reject_write_when_disk_insufficient')) return undefined;
  const own = statusOfDisk(replica);
  if (own === 'IO_ERROR') return refuse('ERR_DISK_IO_ERROR');
  if (own === 'SPACE_INSUFFICIENT') return refuse('ERR_DISK_INSUFFICIENT');
  const haveRoom = ram.secondaries.every((node) => {
    const secondary = server.cluster.replicaServer(node)?.findUnsettled(gpid);
    return secondary === undefined || statusOfDisk(secondary) === 'NORMAL';
  });
  return haveRoom ? undefined : { err: 'ERR_OK', reply: emptyReply(code), waitedUs: 0 };
}

/** So many mutations wait for their commit that another would not be prepared in time. */
function isQueueFull({ ram, server }: Replica): boolean {
  const waiting = ram.last_prepared_decree - ram.last_committed_decree;
  return waiting >= server.setting('replication.staleness_for_commit');
}

/** The table's env `replica.deny_client_request`: clients look for another primary, or wait in vain. */
function denial({ envs }: Replica, kind: 'read' | 'write'): Served | undefined {
  const denied = envs['replica.deny_client_request'];
  if (denied === undefined) return undefined;
  const [how, what] = denied.split('*');
  if (what !== 'all' && what !== kind) return undefined;
  return how === 'reconfig' ? refuse('ERR_INVALID_STATE') : SILENCE;
}

/** After a split, clients that do not know of it ask the wrong half; the table's env says that this is looked at. */
function isMisdirected({ envs, disk, pidx }: Replica, { partitionHash }: Request): boolean {
  const isValidated = envs['replica.split.validate_partition_hash']?.toLowerCase() === 'true';
  return isValidated && !isKeyHashOfPartition(partitionHash, pidx, disk.partition_count);
}

/** Whether a request that is done twice leaves what it leaves when it is done once. */
export function isIdempotent(code: string): boolean {
  return isDuplicable(code) || code === 'RPC_RRDB_RRDB_DUPLICATE' || isReadCode(code);
}

function bodySize({ code, body, bodyBytes }: Request): number {
  return bodyBytes ?? (isWriteCode(code) ? sizeOfWrite(code, body) : 0);
}

function held(throttled: Throttled | undefined): Served | undefined {
  if (throttled === undefined) return undefined;
  return { err: throttled.how === 'delay' ? 'postponed' : 'ERR_BUSY', waitedUs: throttled.waitUs };
}
