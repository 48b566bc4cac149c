/** What backups leave at a block service. */
import * as v from 'valibot';
import { integer } from '../storage/integer.ts';
import { appSchema, policyBackupSchema } from './meta.ts';

/** `app_metadata`: the table as it was, without its envs. */
export const appMetadataSchema = appSchema;

/** `backup_metadata` of one checkpoint (`cold_backup_metadata`). */
export const backupMetadataSchema = v.object({
  checkpoint_decree: integer,
  files: v.array(v.object({ name: v.string(), size: integer })),
  checkpoint_timestamp: integer,
  checkpoint_total_size: integer,
});
export type BackupMetadata = v.InferOutput<typeof backupMetadataSchema>;

/** `current_checkpoint`: the name of the directory that counts. */
export const currentCheckpointSchema = v.object({ current_checkpoint: v.string() });
export type CurrentCheckpoint = v.InferOutput<typeof currentCheckpointSchema>;

/** `backup_info` of a backup of one table (`app_backup_info`). */
const tableBackupInfoSchema = v.object({
  backup_id: integer,
  start_time_ms: integer,
  end_time_ms: integer,
  app_id: integer,
  app_name: v.string(),
});

/** `backup_info`: of one table, or of a policy. */
export const backupInfoSchema = v.union([tableBackupInfoSchema, policyBackupSchema]);

/** `app_backup_status`: all of a table is there. */
export const appBackupStatusSchema = v.object({ total_checkpoint_size: integer });
