/** Where the files of a backup are (`src/common/backup_common.cpp`). */
import { directoryOf } from '../address.ts';
import type { Endpoint } from '../network.ts';

/** One backup of one table: where, when and what. */
export interface BackupPlace {
  /** Above the backups: what a person chose, then `cold_backup_root`. */
  readonly root: string;
  readonly backup_id: number;
  readonly app_id: number;
  readonly app_name: string;
}

/** Under which name a cluster keeps its backups. @param path above it, as a person chose it; '' = none */
export function backupRoot(server: Endpoint, path: string): string {
  const root = server.setting('replication.cold_backup_root') || server.cluster.name;
  return path === '' ? root : `${path}/${root}`;
}

/** All of one backup. */
export function backupDirectory({ root, backup_id }: Pick<BackupPlace, 'root' | 'backup_id'>): string {
  return `${root}/${backup_id}`;
}

export function backupInfoFile(place: Pick<BackupPlace, 'root' | 'backup_id'>): string {
  return `${backupDirectory(place)}/backup_info`;
}

export function appMetadataFile(place: BackupPlace): string {
  return `${directoryOfTable(place)}/meta/app_metadata`;
}

/** Says that all of a table is there. */
export function appStatusFile(place: BackupPlace): string {
  return `${directoryOfTable(place)}/meta/app_backup_status`;
}

/** Says which of a partition's checkpoints counts, and that its backup is complete. */
export function currentCheckpointFile(place: BackupPlace, pidx: number): string {
  return `${directoryOfTable(place)}/${pidx}/current_checkpoint`;
}

/** Describes the files of a checkpoint. */
export function backupMetadataFile(directory: string): string {
  return `${directory}/backup_metadata`;
}

/** The directory that a server copies its checkpoint to. */
export function checkpointDirectory(place: BackupPlace, pidx: number, name: string): string {
  return `${directoryOfTable(place)}/${pidx}/${name}`;
}

/** What a server calls that directory. */
export function checkpointName(node: string): string {
  return `chkpt_${directoryOf(node)}`;
}

function directoryOfTable({ app_id, app_name, ...place }: BackupPlace): string {
  return `${backupDirectory(place)}/${app_name}_${app_id}`;
}
