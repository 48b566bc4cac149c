import * as v from 'valibot';
import {
  appBackupStatusSchema,
  appMetadataSchema,
  backupInfoSchema,
  backupMetadataSchema,
  currentCheckpointSchema,
} from '../documents/backup.ts';
import { clusterDocumentSchema, crashSchema } from '../documents/cluster.ts';
import { faultDocumentSchema } from '../documents/fault.ts';
import {
  appNodeSchema,
  appSchema,
  metaMemorySchema,
  metaTableMemorySchema,
  policySchema,
} from '../documents/meta.ts';
import {
  checkpointSchema,
  envsSchema,
  mutationSchema,
  replicaDiskSchema,
  replicaMemorySchema,
  replicaServerMemorySchema,
} from '../documents/replica.ts';
import { timerSchema, workspaceSchema } from '../documents/universe.ts';

/** How a file is written: a document of records, a log of lines, or one object. */
export type Form = 'document' | 'log' | 'object';

export interface FileKind {
  readonly pattern: RegExp;
  readonly form: Form;
  readonly schema: v.GenericSchema<unknown, unknown>;
}

const NODE = 'clusters/[^/]+/nodes/[^/]+';
const BACKUP = 'block_service/.+/\\d+/[^/]+_\\d+';
const REPLICA = `${NODE}/reps/\\d+\\.\\d+\\.pegasus`;

export const processSchema = v.union([metaMemorySchema, replicaServerMemorySchema]);

/** Every kind of file that the engine keeps. A server's process is a meta server's or a replica server's. */
const KINDS: readonly FileKind[] = [
  kind('workspace\\.json', 'document', workspaceSchema),
  kind('agenda\\.json', 'document', timerSchema),
  kind('faults\\.json', 'document', faultDocumentSchema),
  kind('clusters/[^/]+/cluster\\.json', 'document', clusterDocumentSchema),
  kind('clusters/[^/]+/meta/apps\\.json', 'document', appSchema),
  kind('clusters/[^/]+/meta/policies\\.json', 'document', policySchema),
  kind('clusters/[^/]+/meta/apps/\\d+\\.json', 'document', appNodeSchema),
  kind(`${NODE}/process\\.json`, 'document', processSchema),
  kind(`${NODE}/memory/\\d+\\.json`, 'document', v.union([metaTableMemorySchema, replicaMemorySchema])),
  kind(`${NODE}/envs/\\d+\\.json`, 'document', envsSchema),
  kind(`${NODE}/crashes/\\d+\\.json`, 'document', crashSchema),
  kind(`${NODE}/reps/\\d+\\.json`, 'document', replicaDiskSchema),
  kind(`${REPLICA}/plog/log\\.\\d+\\.\\d+\\.jsonl`, 'log', mutationSchema),
  kind(`${BACKUP}/meta/app_metadata`, 'object', appMetadataSchema),
  kind(`${BACKUP}/meta/app_backup_status`, 'object', appBackupStatusSchema),
  kind(`${BACKUP}/\\d+/current_checkpoint`, 'object', currentCheckpointSchema),
  kind(`${BACKUP}/\\d+/chkpt_[^/]+/backup_metadata`, 'object', backupMetadataSchema),
  kind(`${BACKUP}/\\d+/chkpt_[^/]+/checkpoint\\.\\d+\\.json`, 'object', checkpointSchema),
  kind('block_service/.+/\\d+/backup_info', 'object', backupInfoSchema),
  kind(`${REPLICA}/data/checkpoint\\.\\d+(\\.\\d+)?\\.json`, 'object', checkpointSchema),
];

/** `undefined` for a file that is not the engine's. */
export function kindOf(path: string): FileKind | undefined {
  return KINDS.find(({ pattern }) => pattern.test(path));
}

function kind(path: string, form: Form, schema: v.GenericSchema<unknown, unknown>): FileKind {
  return { pattern: new RegExp(`^${path}$`), form, schema };
}
