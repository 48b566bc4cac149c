import * as z from 'zod/mini';

const flag = z.union([z.literal(0), z.literal(1)]);

/** `app_info` as the meta server's tree keeps it at `<root>/apps/<app_id>` (cluster-engine.md 1.1). */
export const appSchema = z.object({
  status: z.enum(['AS_AVAILABLE', 'AS_DROPPED', 'AS_CREATING', 'AS_DROPPING', 'AS_RECALLING']),
  app_type: z.string(),
  app_name: z.string(),
  app_id: z.int(),
  partition_count: z.int(),
  envs: z.record(z.string(), z.string()),
  is_stateful: flag,
  max_replica_count: z.int(),
  expire_second: z.int(),
  create_second: z.int(),
  drop_second: z.int(),
  duplicating: flag,
  init_partition_count: z.int(),
  is_bulk_loading: flag,
  atomic_idempotent: flag,
});
export type AppRecord = z.infer<typeof appSchema>;

/** `partition_configuration` at `<root>/apps/<app_id>/<pidx>`; servers are `localhost:<port>`. */
export const partitionSchema = z.object({
  ballot: z.int(),
  max_replica_count: z.int(),
  primary: z.string(),
  secondaries: z.array(z.string()),
  last_drops: z.array(z.string()),
  last_committed_decree: z.int(),
  partition_flags: z.int(),
});
export type PartitionRecord = z.infer<typeof partitionSchema>;

/** Kinds of configuration changes (`configuration_update_request`, `config_type`). */
export const configTypeSchema = z.enum([
  'CT_ASSIGN_PRIMARY',
  'CT_UPGRADE_TO_PRIMARY',
  'CT_UPGRADE_TO_SECONDARY',
  'CT_DOWNGRADE_TO_SECONDARY',
  'CT_DOWNGRADE_TO_INACTIVE',
  'CT_REMOVE',
  'CT_PRIMARY_FORCE_UPDATE_BALLOT',
  'CT_DROP_PARTITION',
]);
export type ConfigType = z.infer<typeof configTypeSchema>;

export const duplicationStatusSchema = z.enum([
  'DS_INIT',
  'DS_PREPARE',
  'DS_APP',
  'DS_LOG',
  'DS_PAUSE',
  'DS_REMOVED',
]);
export type DuplicationStatus = z.infer<typeof duplicationStatusSchema>;
export const failModeSchema = z.enum(['FAIL_SLOW', 'FAIL_SKIP', 'FAIL_FAST']);
export type FailMode = z.infer<typeof failModeSchema>;

/** A duplication at `<root>/apps/<app_id>/duplication/<dupid>` (duplication.md 1.3). */
export const duplicationSchema = z.object({
  remote: z.string(),
  status: duplicationStatusSchema,
  create_timestamp_ms: z.int(),
  fail_mode: failModeSchema,
  remote_app_name: z.string(),
  remote_replica_count: z.int(),
});
export type DuplicationRecord = z.infer<typeof duplicationSchema>;

/** Everything below one app's node; a number is the confirmed decree of a duplicated partition. */
export const appNodeSchema = z.union([partitionSchema, duplicationSchema, z.int()]);
export type AppNode = z.infer<typeof appNodeSchema>;

/** A replica server as the failure detector and the balancer see it. */
export const workerSchema = z.object({
  state: z.enum(['alive', 'dead']),
  primaries: z.int(),
  partitions: z.int(),
  /** Whether it has reported its replicas since this leader knows it. */
  reported: z.boolean(),
});
export type Worker = z.infer<typeof workerSchema>;

export const functionLevelSchema = z.enum(['fl_stopped', 'fl_blind', 'fl_freezed', 'fl_steady', 'fl_lively']);
export type FunctionLevel = z.infer<typeof functionLevelSchema>;

/** RAM of the leading meta server, lost with it (cluster-engine.md 1.1). */
export const metaProcessSchema = z.object({
  started_us: z.int(),
  level: functionLevelSchema,
  workers: z.record(z.string(), workerSchema),
  /** Tables with a partition that the next check has to look at. */
  attention: z.record(z.string(), z.literal(true)),
  /** Connections that were refused for want of credentials: replies on them never arrive (duplication.md 2.8). */
  deaf: z.array(z.string()),
});
export type MetaProcess = z.infer<typeof metaProcessSchema>;

/** A server that left a partition, and what was last known of its replica; -1 = not reported. */
export const droppedSchema = z.object({
  node: z.string(),
  time_us: z.int(),
  ballot: z.int(),
  committed: z.int(),
  prepared: z.int(),
});
export type Dropped = z.infer<typeof droppedSchema>;

/** What the leader remembers of one partition beside its configuration. */
export const partitionContextSchema = z.object({ dropped: z.array(droppedSchema) });
export type PartitionContext = z.infer<typeof partitionContextSchema>;

/** Per partition of a duplication, in the leader's RAM (duplication.md 1.4). */
export const partitionProgressSchema = z.object({
  last_committed_decree: z.int(),
  volatile_decree: z.int(),
  stored_decree: z.int(),
  checkpoint_prepared: z.boolean(),
  last_update_us: z.int(),
});
export type PartitionProgress = z.infer<typeof partitionProgressSchema>;

/** A failed attempt, kept for `dup diagnose`; upstream only logs it. */
export const attemptErrorSchema = z.object({
  step: z.string(),
  code: z.string(),
  at_us: z.int(),
  log_line: z.string(),
});
export type AttemptError = z.infer<typeof attemptErrorSchema>;

/** RAM of the leader about one duplication. */
export const duplicationContextSchema = z.object({
  status: duplicationStatusSchema,
  fail_mode: failModeSchema,
  since_us: z.int(),
  attempts: z.int(),
  last_error: z.optional(attemptErrorSchema),
  progress: z.record(z.string(), partitionProgressSchema),
});
export type DuplicationContext = z.infer<typeof duplicationContextSchema>;

export const metaMemorySchema = z.union([
  metaProcessSchema,
  duplicationContextSchema,
  partitionContextSchema,
]);
