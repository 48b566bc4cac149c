/** What both sides of a duplication know of it, on disk and in memory: no RPC of Pegasus tells that. Times in microseconds. */
import { controlMethod } from '../method.ts';
import { DuplicationFailMode, DuplicationStatus } from './duplication.ts';
import { bool, type Infer, i32, i64, list, opt, req, string, struct } from './schema.ts';

/** One partition of a duplication, on both sides, RAM beside disk. Decrees are -1 where there is none. */
export const DuplicationPartition = struct('ctl_duplication_partition', () => ({
  pidx: req(1, i32),
  primary: req(2, string),
  primary_is_alive: req(3, bool),
  /** Primary and secondaries, as the meta server has them. */
  members: req(19, i32),
  /** How often its log could not be read. */
  load_failures: opt(20, i32),
  /** Mutations that were skipped for that. */
  lost_mutations: opt(21, i64),
  /** The meta server keeps no progress of it: a split has added it since. */
  /** Servers of the remote cluster whose replies do not reach the primary, as `meta1`: refused once, it stays deaf. */
  deaf_to: opt(23, list(string)),
  is_untracked: opt(22, bool),
  has_duplicator: req(4, bool),
  min_checkpoint_decree: req(5, i64),
  last_durable_decree: req(6, i64),
  last_committed_decree: req(7, i64),
  last_decree: req(8, i64),
  confirmed_decree: req(9, i64),
  stored_decree: req(10, i64),
  checkpoint_prepared: req(11, bool),
  ship_error: req(12, string),
  ship_error_us: req(13, i64),
  /** When shipping began to fail. */
  ship_error_since_us: req(14, i64),
  /** When something was shipped last; 0 = nothing yet. */
  shipped_us: req(15, i64),
  /** Size of the primary's private log. */
  plog_bytes: req(16, i64),
  /** Of what is committed and not shipped: the age of the oldest write, the size of all. Only where asked for. */
  lag_us: opt(17, i64),
  lag_bytes: opt(18, i64),
}));
export type DuplicationPartition = Infer<typeof DuplicationPartition>;

/** What the remote cluster shows of the follower table, as its operator sees it. */
export const FollowerState = struct('ctl_follower_state', () => ({
  exists: req(1, bool),
  partition_count: req(2, i32),
  without_primary: req(3, i32),
  not_full: req(4, i32),
  copy_error: req(5, string),
  /** `duplication.*` of its envs; '' = none. */
  master_cluster: req(6, string),
  master_metas: req(7, string),
  app_status: req(8, string),
  max_replica_count: req(9, i32),
  /** Of the newest table of its name that is dropped and can be recalled; absent where there is none. */
  dropped_id: opt(10, i32),
  /** `replica.deny_client_request`; absent or '' = nothing. */
  denies: opt(11, string),
}));
export type FollowerState = Infer<typeof FollowerState>;

export const DuplicationState = struct('ctl_duplication_state', () => ({
  app_name: req(1, string),
  app_id: req(2, i32),
  dupid: req(3, i32),
  status: req(4, DuplicationStatus),
  stored_status: req(5, DuplicationStatus),
  fail_mode: req(6, DuplicationFailMode),
  remote: req(7, string),
  remote_app_name: req(8, string),
  since_us: req(9, i64),
  attempts: req(10, i32),
  error_step: req(11, string),
  error_code: req(12, string),
  error_us: req(13, i64),
  error_log_line: req(14, string),
  remote_exists: req(15, bool),
  remote_meta_runs: req(16, bool),
  remote_demands_auth: req(17, bool),
  local_has_auth: req(18, bool),
  is_deaf: req(19, bool),
  partitions: req(20, list(DuplicationPartition)),
  follower: req(21, FollowerState),
  created_us: req(22, i64),
  /** How long it may take to begin shipping; 0 = no limit. */
  limit_us: req(23, i64),
  /** `duplication_enabled` of the source's meta server. */
  is_enabled: req(24, bool),
  /** The source table is dropped: it can be recalled with its duplications. */
  is_dropped: req(25, bool),
  remote_replica_count: req(26, i32),
  /** Replica servers of the remote cluster: that its meta server takes for alive; that do not run, as `replica2`. */
  remote_alive: req(27, i32),
  remote_down: req(30, list(string)),
  /** The remote's function level as it is set: `fl_steady`; '' = no meta server runs. */
  remote_level: req(28, string),
  /** Members that a partition of the source needs to be written to. */
  write_minimum: req(29, i32),
}));
export type DuplicationState = Infer<typeof DuplicationState>;

/** A duplication that its time limit has removed, and that nothing has taken the place of. */
export const OverdueRemoval = struct('ctl_overdue_removal', () => ({
  app_name: req(1, string),
  dupid: req(2, i32),
  remote: req(3, string),
  remote_app_name: req(4, string),
  at_us: req(5, i64),
  limit_us: req(6, i64),
}));
export type OverdueRemoval = Infer<typeof OverdueRemoval>;

export const duplicationStates = controlMethod(
  'CTL_DUPLICATION_STATES',
  struct('ctl_duplication_states_request', () => ({
    cluster: req(1, string),
    app_name: opt(2, string),
    with_lag: opt(3, bool),
    /** The only one that is told of; all, where it is absent. */
    partition: opt(4, i32),
  })),
  struct('ctl_duplication_states_response', () => ({
    now_us: req(1, i64),
    duplications: req(2, list(DuplicationState)),
    /** As the leading meta server remembers them. */
    overdue_removals: req(3, list(OverdueRemoval)),
  })),
);

/** How long a full duplication may take to begin shipping; 0 = as long as it takes. */
export const limitDuplication = controlMethod(
  'CTL_LIMIT_DUPLICATION',
  struct('ctl_limit_duplication_request', () => ({
    cluster: req(1, string),
    app_name: req(2, string),
    dupid: req(3, i32),
    limit_us: req(4, i64),
  })),
  struct('nothing', () => ({})),
);
