/** A primary backs its partition up (`src/replica/replica_backup.cpp`, `src/replica/backup/cold_backup_context.cpp`). */
import type { BackupMetadata, CurrentCheckpoint } from '../documents/backup.ts';
import type { ColdBackup } from '../documents/replica.ts';
import { readingCheckpointFile } from '../replica/checkpoint-file.ts';
import { readFailure } from '../replica/disk-faults.ts';
import { startCheckpoint } from '../replica/emergency-checkpoint.ts';
import type { Replica } from '../replica/replica.ts';
import type { Steps } from '../steps.ts';
import {
  type BackupPlace,
  backupMetadataFile,
  checkpointDirectory,
  checkpointName,
  currentCheckpointFile,
} from './backup-files.ts';
import { BlockService } from './block-service.ts';

/** What a meta server asks for, again and again until it is done. */
export interface ColdBackupRequest extends BackupPlace {
  readonly policy: string;
  readonly provider: string;
}

/** How far it has come. */
export interface ColdBackupReply {
  readonly step:
    | 'done'
    | 'checked'
    | 'checkpointing'
    | 'checkpointed'
    | 'failed'
    | 'outdated'
    | 'not primary';
  /** What was copied, once it is done; 0 where another server has done it. */
  readonly bytes: number;
}

/** `cold_backup`: looks whether it is there already; has a checkpoint made; copies that. One of these at each request. */
export function* backingUp(replica: Replica, request: ColdBackupRequest): Steps<ColdBackupReply> {
  const step = (step: ColdBackupReply['step'], bytes = 0) => ({ step, bytes });
  if (!replica.isPrimary) return step('not primary');
  const known = contextOf(replica, request.policy);
  if (known !== undefined && known.backup_id > request.backup_id) return step('outdated');
  const context = known?.backup_id === request.backup_id ? known : undefined;
  if (context === undefined) {
    haveSecondariesCheckpoint(replica);
    return step(isThere(replica, request) ? 'done' : 'checked');
  }
  const decree = context.decree ?? replica.ram.last_committed_decree;
  if (context.decree === undefined) keep(replica, { ...context, decree });
  if (!haveCheckpoint(replica, decree)) return step('checkpointing');
  if (context.decree === undefined) return step('checkpointed');
  forget(replica, request.policy);
  const bytes = yield* uploading(replica, request);
  return bytes === undefined ? step('failed') : step('done', bytes);
}

/** Another server may have finished it, and died before it could say so. */
function isThere(replica: Replica, request: ColdBackupRequest): boolean {
  const { policy, backup_id } = request;
  const current = currentCheckpointFile(request, replica.pidx);
  if (serviceOf(replica, request).has(current)) return true;
  keep(replica, { policy, backup_id });
  return false;
}

/** Whether there is one that covers the decree; if not, it is made. */
function haveCheckpoint(replica: Replica, decree: number): boolean {
  if (replica.disk.last_durable_decree >= decree) return true;
  startCheckpoint(replica);
  return false;
}

/** They copy nothing: whoever leads next has less to wait for. */
function haveSecondariesCheckpoint({ server, gpid, ram }: Replica): void {
  for (const node of ram.secondaries) {
    const secondary = server.cluster.replicaServer(node)?.find(gpid);
    if (secondary?.ram.status === 'PS_SECONDARY')
      haveCheckpoint(secondary, secondary.ram.last_committed_decree);
  }
}

/** How many bytes were copied; undefined where they could not be. */
function* uploading(replica: Replica, request: ColdBackupRequest): Steps<number | undefined> {
  if (readFailure(replica.server) !== undefined) return undefined;
  const { server, pidx, disk, now } = replica;
  const service = serviceOf(replica, request);
  const name = checkpointName(server.node);
  const directory = checkpointDirectory(request, pidx, name);
  const checkpoint = yield* readingCheckpointFile(replica);
  const file = { name: `checkpoint.${disk.last_durable_decree}.json`, size: checkpoint.length };
  const metadata: BackupMetadata = {
    checkpoint_decree: disk.last_durable_decree,
    files: [file],
    checkpoint_timestamp: Math.floor(now / 1000),
    checkpoint_total_size: file.size,
  };
  const current: CurrentCheckpoint = { current_checkpoint: name };
  const isCopied =
    (yield* service.uploading(`${directory}/${file.name}`, checkpoint)) &&
    service.write(backupMetadataFile(directory), metadata) &&
    service.write(currentCheckpointFile(request, pidx), current);
  return isCopied ? file.size : undefined;
}

function serviceOf({ server }: Replica, { provider }: ColdBackupRequest): BlockService {
  return new BlockService(server.cluster.universe.store, provider);
}

function contextOf({ ram }: Replica, policy: string): ColdBackup | undefined {
  return ram.cold_backups?.find((context) => context.policy === policy);
}

function keep(replica: Replica, context: ColdBackup): void {
  const others = replica.ram.cold_backups?.filter(({ policy }) => policy !== context.policy) ?? [];
  replica.ram.cold_backups = [...others, context];
  replica.saveRam(['cold_backups']);
}

function forget(replica: Replica, policy: string): void {
  const others = replica.ram.cold_backups?.filter((context) => context.policy !== policy) ?? [];
  replica.ram.cold_backups = others.length === 0 ? undefined : others;
  replica.saveRam(['cold_backups']);
}
