/** A primary backs its partition up (`src/replica/replica_backup.cpp`, `src/replica/backup/cold_backup_context.cpp`). */
import type { BackupMetadata, CurrentCheckpoint } from '../documents/backup.ts';
import type { ColdBackup } from '../documents/replica.ts';
import { checkpointText } from '../replica/checkpoint-file.ts';
import { readFailure } from '../replica/disk-faults.ts';
import { startCheckpoint } from '../replica/emergency-checkpoint.ts';
import type { Replica } from '../replica/replica.ts';
import {
  type BackupPlace,
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

/** How far it has come: `done`, or what there is to wait for. */
export type ColdBackupReply =
  | 'done'
  | 'checked'
  | 'checkpointing'
  | 'checkpointed'
  | 'failed'
  | 'outdated'
  | 'not primary';

/** `cold_backup`: looks whether it is there already; has a checkpoint made; copies that. One step at each request. */
export function backUp(replica: Replica, request: ColdBackupRequest): ColdBackupReply {
  if (!replica.isPrimary) return 'not primary';
  const known = contextOf(replica, request.policy);
  if (known !== undefined && known.backup_id > request.backup_id) return 'outdated';
  const context = known?.backup_id === request.backup_id ? known : undefined;
  if (context === undefined) {
    haveSecondariesCheckpoint(replica);
    return check(replica, request);
  }
  if (context.decree === undefined) {
    keep(replica, { ...context, decree: replica.ram.last_committed_decree });
    return haveCheckpoint(replica, replica.ram.last_committed_decree) ? 'checkpointed' : 'checkpointing';
  }
  if (!haveCheckpoint(replica, context.decree)) return 'checkpointing';
  forget(replica, request.policy);
  return upload(replica, request) ? 'done' : 'failed';
}

/** Another server may have finished it, and died before it could say so. */
function check(replica: Replica, request: ColdBackupRequest): ColdBackupReply {
  const { policy, backup_id } = request;
  const current = currentCheckpointFile(request, replica.pidx);
  if (serviceOf(replica, request).read(current) !== undefined) return 'done';
  keep(replica, { policy, backup_id });
  return 'checked';
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

function upload(replica: Replica, request: ColdBackupRequest): boolean {
  if (readFailure(replica.server) !== undefined) return false;
  const { server, pidx, disk, now } = replica;
  const service = serviceOf(replica, request);
  const name = checkpointName(server.node);
  const directory = checkpointDirectory(request, pidx, name);
  const text = checkpointText(replica);
  const file = { name: `checkpoint.${disk.last_durable_decree}.json`, size: Buffer.byteLength(text) };
  const metadata: BackupMetadata = {
    checkpoint_decree: disk.last_durable_decree,
    files: [file],
    checkpoint_timestamp: Math.floor(now / 1000),
    checkpoint_total_size: file.size,
  };
  const current: CurrentCheckpoint = { current_checkpoint: name };
  return (
    service.write(`${directory}/${file.name}`, text) &&
    service.write(`${directory}/backup_metadata`, metadata) &&
    service.write(currentCheckpointFile(request, pidx), current)
  );
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
