import * as z from 'zod/mini';
import { updateSchema } from '../replica/data/updates.ts';
import { configTypeSchema, duplicationStatusSchema, failModeSchema } from './meta.ts';

/** One private log file of a replica. */
export const plogFileSchema = z.object({
  index: z.int(),
  start_offset: z.int(),
  /** Highest decree of the files before this one: what is gone once they are deleted. */
  previous_max_decree: z.int(),
  created_us: z.int(),
});
export type PlogFile = z.infer<typeof plogFileSchema>;

/** What a replica has on disk besides log and checkpoints: `.init-info`, `.app-info` and the newest decrees. */
export const replicaDiskSchema = z.object({
  app_name: z.string(),
  partition_count: z.int(),
  max_replica_count: z.int(),
  duplicating: z.boolean(),
  init_ballot: z.int(),
  init_durable_decree: z.int(),
  /** In rocksdb's files; between two checkpoints it may be ahead of the durable decree. */
  last_flushed_decree: z.int(),
  /** Decree of the newest checkpoint directory; 0 = none. */
  last_durable_decree: z.int(),
  checkpoints: z.array(z.object({ decree: z.int(), created_us: z.int() })),
  plog: z.array(plogFileSchema),
  max_plog_decree: z.int(),
  /** `min_checkpoint_decree` per duplication id: kept over restarts since the fix of #2098. */
  min_checkpoint_decrees: z.record(z.string(), z.int()),
});
export type ReplicaDisk = z.infer<typeof replicaDiskSchema>;

/** One line of a private log: a mutation, or `repeat` idle empty writes of consecutive decrees. */
export const mutationSchema = z.object({
  decree: z.int(),
  ballot: z.int(),
  /** The primary's last committed decree when it was prepared. */
  committed: z.int(),
  time_us: z.int(),
  repeat: z.optional(z.int()),
  updates: z.array(updateSchema),
});
export type MutationRecord = z.infer<typeof mutationSchema>;

export const shipErrorSchema = z.object({ code: z.string(), at_us: z.int() });

/** A duplicator: exists on primaries only, all in RAM (duplication.md 1.5). */
export const duplicatorSchema = z.object({
  status: duplicationStatusSchema,
  fail_mode: failModeSchema,
  remote: z.string(),
  remote_app_name: z.string(),
  min_checkpoint_decree: z.int(),
  last_decree: z.int(),
  confirmed_decree: z.int(),
  checkpoint_has_prepared: z.boolean(),
  shipping: z.boolean(),
  last_error: z.optional(shipErrorSchema),
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

/** A configuration that a replica has asked the meta server for, and has no answer about. */
export const reconfigurationSchema = z.object({
  type: configTypeSchema,
  node: z.string(),
  primary: z.string(),
  secondaries: z.array(z.string()),
  ballot: z.int(),
});
export type Reconfiguration = z.infer<typeof reconfigurationSchema>;

/** What a running server knows of one of its replicas; gone when its process ends. */
export const replicaMemorySchema = z.object({
  status: partitionStatusSchema,
  /** An inactive replica that may come back under the same ballot. */
  transient: z.boolean(),
  /** It was opened from the disk and has not heard since what it is. */
  initializing: z.optional(z.boolean()),
  reconfiguration: z.optional(reconfigurationSchema),
  ballot: z.int(),
  primary: z.string(),
  secondaries: z.array(z.string()),
  envs: z.record(z.string(), z.string()),
  last_committed_decree: z.int(),
  last_prepared_decree: z.int(),
  last_prepare_us: z.int(),
  group_check_start_us: z.int(),
  duplication_master: z.boolean(),
  primary_confirmed_decree: z.int(),
  /** When an emergency checkpoint is due because there was none for one to two hours. */
  checkpoint_timer_us: z.int(),
  /** Timestamp of the last mutation: they are unique. */
  last_timestamp_us: z.int(),
  duplicators: z.record(z.string(), duplicatorSchema),
});
export type ReplicaMemory = z.infer<typeof replicaMemorySchema>;

/** A replica server's process. */
export const replicaProcessSchema = z.object({
  started_us: z.int(),
  connected: z.boolean(),
  deaf: z.array(z.string()),
  /** Checkpoints of a master that could not be copied, by gpid: upstream only logs them. */
  follower_errors: z.record(z.string(), shipErrorSchema),
});
export type ReplicaProcess = z.infer<typeof replicaProcessSchema>;
