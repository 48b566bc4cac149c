import * as v from 'valibot';
import { integer } from '../storage/integer.ts';

const flag = v.picklist([0, 1]);

/** `app_info` as the meta server's tree keeps it at `<root>/apps/<app_id>` (`server_state.cpp`). */
export const appSchema = v.object({
  status: v.picklist(['AS_AVAILABLE', 'AS_DROPPED', 'AS_CREATING', 'AS_DROPPING', 'AS_RECALLING']),
  app_type: v.string(),
  app_name: v.string(),
  app_id: integer,
  partition_count: integer,
  envs: v.record(v.string(), v.string()),
  is_stateful: flag,
  max_replica_count: integer,
  expire_second: integer,
  create_second: integer,
  drop_second: integer,
  duplicating: flag,
  init_partition_count: integer,
  is_bulk_loading: flag,
  atomic_idempotent: flag,
});
export type AppRecord = v.InferOutput<typeof appSchema>;

/** `partition_configuration` at `<root>/apps/<app_id>/<pidx>`; servers are `localhost:<port>`. */
const partitionSchema = v.object({
  ballot: integer,
  max_replica_count: integer,
  primary: v.string(),
  secondaries: v.array(v.string()),
  last_drops: v.array(v.string()),
  last_committed_decree: integer,
  partition_flags: integer,
});
export type PartitionRecord = v.InferOutput<typeof partitionSchema>;

/** Kinds of configuration changes (`configuration_update_request`, `config_type`). */
export const configTypeSchema = v.picklist([
  'CT_ASSIGN_PRIMARY',
  'CT_UPGRADE_TO_PRIMARY',
  'CT_UPGRADE_TO_SECONDARY',
  'CT_DOWNGRADE_TO_SECONDARY',
  'CT_DOWNGRADE_TO_INACTIVE',
  'CT_REMOVE',
  'CT_PRIMARY_FORCE_UPDATE_BALLOT',
  'CT_DROP_PARTITION',
]);
export type ConfigType = v.InferOutput<typeof configTypeSchema>;

export const duplicationStatusSchema = v.picklist([
  'DS_INIT',
  'DS_PREPARE',
  'DS_APP',
  'DS_LOG',
  'DS_PAUSE',
  'DS_REMOVED',
]);
export type DuplicationStatus = v.InferOutput<typeof duplicationStatusSchema>;
export const failModeSchema = v.picklist(['FAIL_SLOW', 'FAIL_SKIP', 'FAIL_FAST']);
export type FailMode = v.InferOutput<typeof failModeSchema>;

/** A duplication at `<root>/apps/<app_id>/duplication/<dupid>` (`meta_duplication_service.cpp`). */
const duplicationSchema = v.object({
  remote: v.string(),
  status: duplicationStatusSchema,
  create_timestamp_ms: integer,
  fail_mode: failModeSchema,
  remote_app_name: v.string(),
  remote_replica_count: integer,
  /** How long it may take to begin shipping; absent: what the cluster says. Ours, not upstream's. */
  limit_us: v.optional(integer),
});
export type DuplicationRecord = v.InferOutput<typeof duplicationSchema>;

/** Everything below one app's node; a number is the confirmed decree of a duplicated partition. */
export const appNodeSchema = v.union([partitionSchema, duplicationSchema, integer]);
export type AppNode = v.InferOutput<typeof appNodeSchema>;

/** A replica server as the failure detector and the balancer see it. */
const workerSchema = v.object({
  state: v.picklist(['alive', 'dead']),
  primaries: integer,
  partitions: integer,
  /** Whether it has reported its replicas since this leader knows it. */
  reported: v.boolean(),
  /** When its process began that was heard last, and how many before it ended too soon. */
  process_us: v.optional(integer),
  unstable_restarts: v.optional(integer),
  /** Whether it is still to be stored that it is dead: what it led then is to lose its primary. */
  unstored: v.optional(v.literal(true)),
});
export type Worker = v.InferOutput<typeof workerSchema>;

const functionLevelSchema = v.picklist(['fl_stopped', 'fl_blind', 'fl_freezed', 'fl_steady', 'fl_lively']);
export type FunctionLevel = v.InferOutput<typeof functionLevelSchema>;

/** What the balancer found in its last round. */
const balanceStateSchema = v.object({
  /** Whether all replicas were known then. */
  is_collected: v.boolean(),
  /** By table, where there is anything to move. */
  counts: v.record(v.string(), v.object({ move_pri: integer, copy_pri: integer, copy_sec: integer })),
  /** Tables whose spread may have changed since they were counted. */
  dirty: v.record(v.string(), v.literal(true)),
  /** Servers and settings that the counts stand upon; absent before the first. */
  basis: v.optional(v.string()),
});
export type BalanceState = v.InferOutput<typeof balanceStateSchema>;

/** Replicas of one server that it has not told of since it became a member. */
const awaitedReportsSchema = v.object({ awaited: v.array(v.string()) });
export type AwaitedReports = v.InferOutput<typeof awaitedReportsSchema>;

/** Replicas of one table that compact themselves or have done, as `<pidx>@<node>`; all others are idle. */
const compactionsSchema = v.object({ finished: v.array(v.string()), running: v.array(v.string()) });
export type Compactions = v.InferOutput<typeof compactionsSchema>;

/** A server that left a partition, and what was last known of its replica; -1 = not reported. */
const droppedSchema = v.object({
  node: v.string(),
  time_us: integer,
  ballot: integer,
  committed: integer,
  prepared: integer,
});
export type Dropped = v.InferOutput<typeof droppedSchema>;

/** A partition that could be given no primary, as it was found (`ddd_partition_info`). */
const dddSchema = v.object({
  partition: partitionSchema,
  dropped: v.array(v.object({ ...droppedSchema.entries, is_alive: v.boolean(), is_collected: v.boolean() })),
  reason: v.string(),
});
export type Ddd = v.InferOutput<typeof dddSchema>;

/** What was told to change of a table, and waits to be stored: its envs, a flag, its replica count, or a split. */
const tableChangeSchema = v.object({
  app_id: integer,
  /** By key, those that change; null = is removed. */
  envs: v.optional(v.record(v.string(), v.nullable(v.string()))),
  atomic_idempotent: v.optional(flag),
  max_replica_count: v.optional(integer),
  partition_count: v.optional(integer),
});
export type TableChange = v.InferOutput<typeof tableChangeSchema>;

/** A duplication that its time limit has removed. */
const overdueRemovalSchema = v.object({
  app_id: integer,
  app_name: v.string(),
  dupid: integer,
  remote: v.string(),
  remote_app_name: v.string(),
  at_us: integer,
  limit_us: integer,
});

const tableNameSchema = v.object({ app_id: integer, app_name: v.string() });

/** One backup of a policy (`backup_info`). */
export const policyBackupSchema = v.object({
  backup_id: integer,
  start_time_ms: integer,
  /** 0 until it is complete. */
  end_time_ms: integer,
  /** Of the policy when it began; ascending. */
  apps: v.array(tableNameSchema),
});
export type PolicyBackup = v.InferOutput<typeof policyBackupSchema>;

/** A backup policy as the meta server's tree keeps it, by name (`policy`), with its backups from the oldest on. */
export const policySchema = v.object({
  policy_name: v.string(),
  backup_provider_type: v.string(),
  apps: v.array(tableNameSchema),
  backup_interval_seconds: integer,
  backup_history_count_to_keep: integer,
  is_disable: v.boolean(),
  /** UTC; 24:00 = whenever it is time. */
  start_time: v.object({ hour: integer, minute: integer }),
  backups: v.array(policyBackupSchema),
});
export type Policy = v.InferOutput<typeof policySchema>;

/** What the leader knows of a policy besides (`policy_context`). */
const policyRunSchema = v.object({
  policy_name: v.string(),
  started_us: integer,
  /** Since when it looks every five minutes whether it is time. */
  phase_us: integer,
  /** A partition could not be backed up: the backup is never complete. */
  is_failed: v.boolean(),
  /** The tables of the backup that it is in the middle of, with how many partitions are not done. */
  apps: v.array(
    v.object({ ...tableNameSchema.entries, remaining: integer, bytes: integer, is_skipped: v.boolean() }),
  ),
});
export type PolicyRun = v.InferOutput<typeof policyRunSchema>;

/** A backup of one table, begun by request (`backup_engine`). */
const tableBackupSchema = v.object({
  backup_id: integer,
  app_id: integer,
  app_name: v.string(),
  provider: v.string(),
  /** Above the root of backups; '' = none. */
  path: v.string(),
  start_time_ms: integer,
  /** 0 until it is complete. */
  end_time_ms: integer,
  is_failed: v.boolean(),
  /** How many partitions are not done. */
  remaining: integer,
});
export type TableBackup = v.InferOutput<typeof tableBackupSchema>;

/** RAM of the leading meta server, lost with it. */
const metaProcessSchema = v.object({
  started_us: integer,
  level: functionLevelSchema,
  /** It found no state, and waits for it to be collected from the replica servers. */
  recovering: v.boolean(),
  /** It collected its state so. */
  is_recovered: v.optional(v.literal(true)),
  workers: v.record(v.string(), workerSchema),
  /** Tables with a partition that the next check has to look at. */
  attention: v.record(v.string(), v.literal(true)),
  /** Kept here by earlier versions, by gpid. */
  ddd: v.optional(v.record(v.string(), dddSchema)),
  balance: balanceStateSchema,
  /** In the order in which they were told. */
  postponed: v.optional(v.array(tableChangeSchema)),
  /** Those of tables that were dropped when it took the lead, as `<app_id>/<dupid>`: it has not heard of them. */
  unknown_duplications: v.optional(v.array(v.string())),
  overdue_removals: v.optional(v.array(overdueRemovalSchema)),
  /** Servers that get no new secondaries, and tables that the balancer leaves alone: remote commands set them. */
  black_list: v.optional(v.array(v.string())),
  ignored_apps: v.optional(v.array(integer)),
  /** In the order in which they began, those that are over too. */
  backups: v.optional(v.array(tableBackupSchema)),
  policies: v.optional(v.array(policyRunSchema)),
  /** Connections that were refused for want of credentials: replies on them never arrive (`callServer`). */
  deaf: v.array(v.string()),
});
export type MetaProcess = v.InferOutput<typeof metaProcessSchema>;

/** What the leader remembers of one partition beside its configuration, where there is anything. */
const partitionContextSchema = v.object({
  /** In upstream's order: by time, ballot, committed and prepared decree. */
  dropped: v.array(droppedSchema),
  /** Which of `dropped` an emergency tries next; absent = the last. */
  cursor: v.optional(integer),
});
export type PartitionContext = v.InferOutput<typeof partitionContextSchema>;

/** Kinds of proposals; a person may send any of upstream's names. */
const actionTypeSchema = v.picklist([
  'CT_INVALID',
  'CT_ASSIGN_PRIMARY',
  'CT_UPGRADE_TO_PRIMARY',
  'CT_ADD_SECONDARY',
  'CT_UPGRADE_TO_SECONDARY',
  'CT_DOWNGRADE_TO_SECONDARY',
  'CT_DOWNGRADE_TO_INACTIVE',
  'CT_REMOVE',
  'CT_ADD_SECONDARY_FOR_LB',
  'CT_PRIMARY_FORCE_UPDATE_BALLOT',
  'CT_DROP_PARTITION',
  'CT_REGISTER_CHILD',
]);

/** What one server, the target, is asked to do for a partition about a node. */
const actionSchema = v.object({ type: actionTypeSchema, target: v.string(), node: v.string() });
export type Action = v.InferOutput<typeof actionSchema>;

/** Actions that a partition is in the middle of (`proposal_actions`). */
const pendingActionsSchema = v.object({ actions: v.array(actionSchema), from_balancer: v.boolean() });
export type PendingActions = v.InferOutput<typeof pendingActionsSchema>;

/** How far a partition that is being split has come (`split_status`). */
const splitStatusSchema = v.picklist(['SPLITTING', 'PAUSING', 'PAUSED', 'CANCELING']);
export type SplitStatus = v.InferOutput<typeof splitStatusSchema>;

/** Partitions of a table that are not split yet, by index. */
const splitSchema = v.object({ parents: v.record(v.string(), splitStatusSchema) });
export type Split = v.InferOutput<typeof splitSchema>;

/** What was reported of one partition of a duplication, in the leader's RAM (`duplication_info.h`). */
const partitionProgressSchema = v.object({
  last_committed_decree: integer,
  volatile_decree: integer,
  stored_decree: integer,
  checkpoint_prepared: v.boolean(),
  last_update_us: integer,
});
export type PartitionProgress = v.InferOutput<typeof partitionProgressSchema>;

/** A failed attempt, kept for `dup diagnose`; upstream only logs it. */
const attemptErrorSchema = v.object({
  step: v.string(),
  code: v.string(),
  at_us: integer,
  log_line: v.string(),
  /** That the attempt before failed in the same way. */
  again: v.optional(v.boolean()),
});

/** RAM of the leader about one duplication. */
const duplicationContextSchema = v.object({
  status: duplicationStatusSchema,
  fail_mode: failModeSchema,
  /** A change that waits for the storage. */
  altering: v.optional(v.object({ status: duplicationStatusSchema, fail_mode: failModeSchema })),
  since_us: integer,
  attempts: integer,
  last_error: v.optional(attemptErrorSchema),
  /** Of its table, when the duplication was added or this leader began: a split that comes later is not heard of. */
  partition_count: v.optional(integer),
  /** Kept here by earlier versions, by partition, instead of the count. */
  progress: v.optional(v.record(v.string(), partitionProgressSchema)),
});
export type DuplicationContext = v.InferOutput<typeof duplicationContextSchema>;

/** Tables of which the leader remembers something, by id. */
const rememberedTablesSchema = v.object({ remembered: v.array(integer) });
export type RememberedTables = v.InferOutput<typeof rememberedTablesSchema>;

/** `nodes/<node>/process.json` of a meta server. */
export const metaMemorySchema = v.union([
  metaProcessSchema,
  pendingActionsSchema,
  awaitedReportsSchema,
  rememberedTablesSchema,
]);

/** `nodes/<node>/memory/<app_id>.json` of a meta server. */
export const metaTableMemorySchema = v.union([
  duplicationContextSchema,
  partitionProgressSchema,
  dddSchema,
  partitionContextSchema,
  compactionsSchema,
  splitSchema,
]);
