import * as z from 'zod';
import { updateSchema } from '../replica/data/updates.ts';
import { duplicationStatusSchema, failModeSchema } from './meta.ts';

/** One private log file of a replica. */
export const plogFileSchema = z.object({
  index: z.number().int(),
  start_offset: z.number().int(),
  /** Highest decree of the files before this one: what is gone once they are deleted. */
  previous_max_decree: z.number().int(),
  created_us: z.number().int(),
});
export type PlogFile = z.infer<typeof plogFileSchema>;

/** What a replica has on disk besides log and checkpoints: `.init-info`, `.app-info` and the newest decrees. */
export const replicaDiskSchema = z.object({
  app_name: z.string(),
  partition_count: z.number().int(),
  max_replica_count: z.number().int(),
  duplicating: z.boolean(),
  init_ballot: z.number().int(),
  init_durable_decree: z.number().int(),
  /** In rocksdb's files; between two checkpoints it may be ahead of the durable decree. */
  last_flushed_decree: z.number().int(),
  /** Decree of the newest checkpoint directory; 0 = none. */
  last_durable_decree: z.number().int(),
  checkpoints: z.array(z.object({ decree: z.number().int(), created_us: z.number().int() })),
  plog: z.array(plogFileSchema),
  max_plog_decree: z.number().int(),
  /** `min_checkpoint_decree` per duplication id: kept over restarts since the fix of #2098. */
  min_checkpoint_decrees: z.record(z.string(), z.number().int()),
});
export type ReplicaDisk = z.infer<typeof replicaDiskSchema>;

/** One line of a private log: a mutation, or `repeat` idle empty writes of consecutive decrees. */
export const mutationSchema = z.object({
  decree: z.number().int(),
  ballot: z.number().int(),
  /** The primary's last committed decree when it was prepared. */
  committed: z.number().int(),
  time_us: z.number().int(),
  repeat: z.number().int().optional(),
  updates: z.array(updateSchema),
});
export type MutationRecord = z.infer<typeof mutationSchema>;

export const shipErrorSchema = z.object({ code: z.string(), at_us: z.number().int() });

/** A duplicator: exists on primaries only, all in RAM (duplication.md 1.5). */
export const duplicatorSchema = z.object({
  status: duplicationStatusSchema,
  fail_mode: failModeSchema,
  remote: z.string(),
  remote_app_name: z.string(),
  min_checkpoint_decree: z.number().int(),
  last_decree: z.number().int(),
  confirmed_decree: z.number().int(),
  checkpoint_has_prepared: z.boolean(),
  shipping: z.boolean(),
  last_error: shipErrorSchema.optional(),
});
export type DuplicatorRecord = z.infer<typeof duplicatorSchema>;

export const partitionStatusSchema = z.enum([
  'PS_INACTIVE',
  'PS_ERROR',
  'PS_PRIMARY',
  'PS_SECONDARY',
  'PS_POTENTIAL_SECONDARY',
]);
export type PartitionStatus = z.infer<typeof partitionStatusSchema>;

/** What a running server knows of one of its replicas; gone when its process ends. */
export const replicaMemorySchema = z.object({
  status: partitionStatusSchema,
  /** An inactive replica that may come back under the same ballot. */
  transient: z.boolean(),
  ballot: z.number().int(),
  primary: z.string(),
  secondaries: z.array(z.string()),
  envs: z.record(z.string(), z.string()),
  last_committed_decree: z.number().int(),
  last_prepared_decree: z.number().int(),
  last_prepare_us: z.number().int(),
  group_check_start_us: z.number().int(),
  duplication_master: z.boolean(),
  primary_confirmed_decree: z.number().int(),
  /** When an emergency checkpoint is due because there was none for one to two hours. */
  checkpoint_timer_us: z.number().int(),
  /** Timestamp of the last mutation: they are unique. */
  last_timestamp_us: z.number().int(),
  duplicators: z.record(z.string(), duplicatorSchema),
});
export type ReplicaMemory = z.infer<typeof replicaMemorySchema>;

/** A replica server's process. */
export const replicaProcessSchema = z.object({
  started_us: z.number().int(),
  enable_auth: z.boolean(),
  connected: z.boolean(),
  deaf: z.array(z.string()),
  /** Checkpoints of a master that could not be copied, by gpid: upstream only logs them. */
  follower_errors: z.record(z.string(), shipErrorSchema),
});
export type ReplicaProcess = z.infer<typeof replicaProcessSchema>;
