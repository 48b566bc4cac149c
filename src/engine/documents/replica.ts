import * as v from 'valibot';
import { integer } from '../storage/integer.ts';
import { bytesTextSchema } from './bytes.ts';
import { configTypeSchema, duplicationStatusSchema, failModeSchema } from './meta.ts';
import { recordRowSchema } from './record-row.ts';
import { updateSchema } from './update.ts';

/** One private log file of a replica. */
const plogFileSchema = v.object({
  index: integer,
  start_offset: integer,
  /** Highest decree of the files before this one: what is gone once they are deleted. */
  previous_max_decree: integer,
  created_us: integer,
  /** How long it is, so that a file that was cut is not written on; of the last one `plog_bytes` tells. */
  bytes: v.optional(integer),
  /** When it was last written to, once there is a file after it; absent in those from before it was kept. */
  ended_us: v.optional(integer),
});
export type PlogFile = v.InferOutput<typeof plogFileSchema>;

/** `data/checkpoint.<decree>.json` or `data/checkpoint.<decree>.<version>.json`: every record as of that decree. */
export const checkpointSchema = v.object({ decree: integer, records: v.array(recordRowSchema) });
export type Checkpoint = v.InferOutput<typeof checkpointSchema>;

const storedCheckpointSchema = v.object({
  decree: integer,
  created_us: integer,
  /** The size of the file; absent in those from before it was kept. */
  bytes: v.optional(integer),
  /** Of the file, where a compaction has replaced one of the same decree. */
  version: v.optional(integer),
});
export type StoredCheckpoint = v.InferOutput<typeof storedCheckpointSchema>;

/** What a replica has on disk besides log and checkpoints: `.init-info`, `.app-info` and the newest decrees. */
export const replicaDiskSchema = v.object({
  app_name: v.string(),
  partition_count: integer,
  max_replica_count: integer,
  /** `.app-info`: whether the table is duplicated, as far as this server was told by a duplication sync. */
  duplicating: v.boolean(),
  init_ballot: integer,
  init_durable_decree: integer,
  /** In rocksdb's files; between two checkpoints it may be ahead of the durable decree. */
  last_flushed_decree: integer,
  /** Decree of the newest checkpoint directory; 0 = none. */
  last_durable_decree: integer,
  checkpoints: v.array(storedCheckpointSchema),
  plog: v.array(plogFileSchema),
  /** How long the last file of the log is; absent in those from before it stood here. */
  plog_bytes: v.optional(integer),
  max_plog_decree: integer,
  /** `min_checkpoint_decree` per duplication id: kept over restarts since the fix of #2098. */
  min_checkpoint_decrees: v.record(v.string(), integer),
  /** Of the table, as `.app-info` keeps it. */
  create_second: v.optional(integer),
  /** The env `rocksdb.allow_ingest_behind`, the only one that `.app-info` keeps. */
  allow_ingest_behind: v.optional(v.string()),
  atomic_idempotent: v.optional(v.picklist([0, 1])),
  /** Tag of the server's disk that it is on; absent = the first. */
  disk_tag: v.optional(v.string()),
  /** Tags of disks that it was moved away from, and when: what it had there is kept for a while (upstream: `.disk.migrate.ori`). */
  moved_from: v.optional(v.record(v.string(), integer)),
  /** What the storage was last told to be used for (`rocksdb.usage_scenario`); absent = normal. */
  usage_scenario: v.optional(v.string()),
  /** End of the last manual compaction. */
  compaction_finished_us: v.optional(integer),
  /** Thrown away at that time (upstream renames the directory to `.gar`): never loaded, deleted when the disk is cleaned. */
  discarded_us: v.optional(integer),
  /** It was thrown away because it is damaged (`.err`): such a one is kept for longer. */
  is_damaged: v.optional(v.boolean()),
});
export type ReplicaDisk = v.InferOutput<typeof replicaDiskSchema>;

/** One line of a private log: a mutation, or `repeat` idle empty writes of consecutive decrees. */
export const mutationSchema = v.object({
  decree: integer,
  ballot: integer,
  /** The primary's last committed decree when it was prepared. */
  committed: integer,
  time_us: integer,
  repeat: v.optional(integer),
  /** Seconds that the table gave to records without an expiry when it was prepared. */
  default_ttl: v.optional(integer),
  updates: v.array(updateSchema),
});
export type MutationRecord = v.InferOutput<typeof mutationSchema>;
/** A mutation without what it writes. */
export type MutationHead = Omit<MutationRecord, 'updates'>;

const copyErrorSchema = v.object({ code: v.string(), at_us: integer });

/** Why shipping fails, and since when. */
const shipErrorSchema = v.object({ code: v.string(), at_us: integer, since_us: integer });

/** A duplicator: exists on primaries only, all in RAM (`replica_duplicator.h`). */
const duplicatorSchema = v.object({
  status: duplicationStatusSchema,
  fail_mode: failModeSchema,
  remote: v.string(),
  remote_app_name: v.string(),
  /** The remote table that was shipped to last. */
  remote_app_id: v.optional(integer),
  /** Where its client last found the partition that it ships to. */
  route: v.optional(v.object({ app_id: integer, partition_count: integer, pidx: integer, node: v.string() })),
  min_checkpoint_decree: integer,
  last_decree: integer,
  confirmed_decree: integer,
  checkpoint_has_prepared: v.boolean(),
  shipping: v.boolean(),
  /** When something was shipped last. */
  shipped_us: v.optional(integer),
  last_error: v.optional(shipErrorSchema),
  /** How often reading the log has failed since its file was begun, and when it is tried again. */
  load_failures: v.optional(integer),
  load_again_us: v.optional(integer),
  /** What was skipped because it could not be read. */
  lost_mutations: v.optional(integer),
});
export type DuplicatorRecord = v.InferOutput<typeof duplicatorSchema>;

const partitionStatusSchema = v.picklist([
  'PS_INACTIVE',
  'PS_ERROR',
  'PS_PRIMARY',
  'PS_SECONDARY',
  'PS_POTENTIAL_SECONDARY',
]);
export type PartitionStatus = v.InferOutput<typeof partitionStatusSchema>;

/** What a replica was when its server's disks were measured last, where it is something else by now. */
const measuredSchema = v.object({
  at_us: integer,
  status: partitionStatusSchema,
  /** Of the disk that it was on. */
  tag: v.string(),
});
export type MeasuredReplica = v.InferOutput<typeof measuredSchema>;

/** A configuration that a replica has asked the meta server for, and has no answer about. */
const reconfigurationSchema = v.object({
  type: configTypeSchema,
  node: v.string(),
  primary: v.string(),
  secondaries: v.array(v.string()),
  ballot: integer,
});
export type Reconfiguration = v.InferOutput<typeof reconfigurationSchema>;

/** A search for the hash key that is read or written most (`hotkey_collector.h`). */
const hotkeyDetectionSchema = v.object({
  state: v.picklist(['STOPPED', 'COARSE_DETECTING', 'FINE_DETECTING', 'FINISHED']),
  started_us: integer,
  /** When what was captured was analysed last; it is captured anew from then on. */
  analysed_us: integer,
  /** While it is coarse: weights by bucket; absent where nothing was captured. */
  buckets: v.optional(v.array(integer)),
  /** While it is fine: in which bucket it looks, the keys in it with their weights, and how many requests for them were captured. */
  hot_bucket: v.optional(integer),
  keys: v.optional(v.array(v.tuple([bytesTextSchema, integer]))),
  captured: v.optional(integer),
  /** What was found, in this search or in one before it. */
  hot_key: v.optional(bytesTextSchema),
});
export type HotkeyDetection = v.InferOutput<typeof hotkeyDetectionSchema>;

/** A backup that a primary is in the middle of (`cold_backup_context`). */
const coldBackupSchema = v.object({
  policy: v.string(),
  backup_id: integer,
  /** What its checkpoint has to cover, once that was asked for. */
  decree: v.optional(integer),
});
export type ColdBackup = v.InferOutput<typeof coldBackupSchema>;

/** `nodes/<node>/envs/<app_id>.json`: the sets of envs that a running server's replicas of a table refer to. */
export const envsSchema = v.record(v.string(), v.string());
export type Envs = Readonly<v.InferOutput<typeof envsSchema>>;

/** The key of such a set; in what was written before there were any, the envs themselves. */
const envsRefSchema = v.union([v.string(), envsSchema]);
export type EnvsRef = v.InferOutput<typeof envsRefSchema>;

/** What a running server knows of one of its replicas; gone when its process ends. */
export const replicaMemorySchema = v.object({
  status: partitionStatusSchema,
  /** An inactive replica that may come back under the same ballot. */
  transient: v.boolean(),
  /** It was opened from the disk and has not heard since what it is. */
  initializing: v.optional(v.boolean()),
  reconfiguration: v.optional(reconfigurationSchema),
  ballot: integer,
  primary: v.string(),
  secondaries: v.array(v.string()),
  envs: v.optional(envsRefSchema),
  /** The table's when this replica was made or loaded, if it had any: what a meta server without state is told. */
  first_envs: v.optional(envsRefSchema),
  /** Seconds, of the env `default_ttl`; it outlives its env. */
  default_ttl: v.optional(integer),
  atomic_idempotent: v.optional(v.boolean()),
  /** A manual compaction that runs, or how long the last one took. */
  compaction: v.optional(v.object({ started_us: v.optional(integer), used_us: v.optional(integer) })),
  /** Tag of the disk that it is being moved to. */
  moving_to: v.optional(v.string()),
  /** Requests of one second, by what is limited; and when the budget of reads by size was at zero. */
  throttled: v.optional(
    v.object({
      second: integer,
      units: v.record(v.string(), integer),
      read_budget_zero_us: v.optional(integer),
    }),
  ),
  cold_backups: v.optional(v.array(coldBackupSchema)),
  /** Absent: nobody looks for hot keys, and nothing is captured. */
  hotkeys: v.optional(
    v.object({ READ: v.optional(hotkeyDetectionSchema), WRITE: v.optional(hotkeyDetectionSchema) }),
  ),
  last_committed_decree: integer,
  last_prepared_decree: integer,
  last_prepare_us: integer,
  group_check_start_us: integer,
  /** When it was opened; absent in those from before it was kept. */
  opened_us: v.optional(integer),
  /** What this server takes for granted of its own `duplicating`, right or wrong; absent: what the disk says. */
  duplicating: v.optional(v.boolean()),
  duplication_master: v.boolean(),
  primary_confirmed_decree: integer,
  measured: v.optional(measuredSchema),
  /** A remote command has switched the collection of its log on or off. */
  collects_log: v.optional(v.boolean()),
  /** Blocks of its log that are counted in its server's. */
  log_blocks: v.optional(integer),
  /** When an emergency checkpoint is due because there was none for one to two hours. */
  checkpoint_timer_us: integer,
  /** Timestamp of the last mutation: they are unique. */
  last_timestamp_us: integer,
  duplicators: v.record(v.string(), duplicatorSchema),
});
export type ReplicaMemory = v.InferOutput<typeof replicaMemorySchema>;

/** What was left on the disks of a server when they were measured last, by tag. */
const diskRoomSchema = v.object({
  at_us: integer,
  available_mb: v.record(v.string(), integer),
  /** Of each. */
  capacity_mb: v.optional(integer),
  /** Tags of the disks that had too little left. */
  full: v.array(v.string()),
});
export type DiskRoom = v.InferOutput<typeof diskRoomSchema>;

/** What a server reports of a replica. */
const replicaProgressSchema = v.object({
  ballot: integer,
  committed: integer,
  prepared: integer,
});

/** A replica that is not open any more, as it was. */
const closedReplicaSchema = v.object({
  ...replicaProgressSchema.entries,
  measured: v.optional(measuredSchema),
  first_envs: v.optional(envsRefSchema),
});
export type ClosedReplica = v.InferOutput<typeof closedReplicaSchema>;

/** A replica server's process. */
export const replicaProcessSchema = v.object({
  started_us: integer,
  /** It has heard from the leading meta server what it is, and its lease is not over. */
  connected: v.boolean(),
  /** Its beacons are acknowledged, and it has not heard yet what it is. */
  connecting: v.optional(v.boolean()),
  /** It may not join. */
  rejected: v.optional(v.boolean()),
  /** Closed replicas by gpid, from before each had a record of its own. */
  closed: v.optional(v.record(v.string(), closedReplicaSchema)),
  /** Tables that the next config sync has to look at, by id. */
  unsynced: v.optional(v.union([v.literal('all'), v.array(integer)])),
  /** Tables of which a replica here duplicates or takes it that it does, by id, ascending. */
  duplicated: v.optional(v.array(integer)),
  /** Tags of the disks that failed, and are not used until it starts anew. */
  broken_disks: v.optional(v.array(v.string())),
  deaf: v.array(v.string()),
  /** Checkpoints of a master that could not be copied, by gpid: upstream only logs them. */
  follower_errors: v.record(v.string(), copyErrorSchema),
  disk_room: v.optional(diskRoomSchema),
  /** When the disks were measured out of turn, because a replica was moved. */
  measured_us: v.optional(integer),
  /** Blocks that the logs of its replicas take, by tag of the disk: what `log_blocks` of all of them comes to. */
  log_blocks: v.optional(v.record(v.string(), integer)),
  added_disks: v.optional(v.array(v.object({ tag: v.string(), directory: v.string() }))),
});
export type ReplicaProcess = v.InferOutput<typeof replicaProcessSchema>;

/** `nodes/<node>/process.json` of a replica server. */
export const replicaServerMemorySchema = v.union([replicaProcessSchema, closedReplicaSchema]);
