import { parseDataDirs } from '../replica/data-dirs.ts';
import {
  bool,
  inert,
  int32,
  mutable,
  PERCENT,
  POSITIVE,
  text,
  uint32,
  uint64,
  WHEN_MEASURED,
} from './setting.ts';

const DAY = 24 * 3600;

const DATA_DIRS = {
  words: 'tag:directory,tag:directory, each once',
  holds: (value: string) => value === '' || typeof parseDataDirs(value) !== 'string',
};

export const REPLICATION = {
  'replication.abnormal_write_trace_latency_threshold': inert(
    mutable(uint64(1_000_000_000, 'ns', 'time after which a write is traced')),
  ),
  'replication.batch_write_disabled': inert(bool(false, 'whether every write is prepared on its own')),
  'replication.checkpoint_disabled': bool(false, 'whether no checkpoint is made by the clock'),
  'replication.checkpoint_interval_seconds': int32(
    100,
    's',
    'period in which flushed data become a checkpoint, and spare log is deleted',
    POSITIVE,
  ),
  'replication.checkpoint_max_interval_hours': int32(
    2,
    'h',
    'longest time without a new checkpoint',
    POSITIVE,
  ),
  'replication.cold_backup_checkpoint_reserve_minutes': int32(
    10,
    'min',
    'how long a checkpoint made for a backup is kept: policies take no shorter interval',
  ),
  'replication.cold_backup_root': text(
    '',
    "where backups are kept at the provider; empty = the cluster's name",
  ),
  'replication.config_sync_disabled': bool(false, 'whether replica servers do not sync'),
  'replication.config_sync_interval_ms': mutable(uint32(30_000, 'ms', 'period of the config sync', POSITIVE)),
  'replication.data_dirs': text('', 'disks of a replica server, as tag:directory,…; empty = one', DATA_DIRS),
  'replication.data_dirs_black_list_file': inert(
    text('/home/work/.pegasus_data_dirs_black_list', 'disks that are left out'),
  ),
  'replication.delay_for_fd_timeout_on_start': bool(
    false,
    'whether a server waits until its last process counts as dead',
  ),
  'replication.deny_client_on_start': bool(false, 'whether clients are denied from the start'),
  'replication.disk_min_available_space_ratio': mutable(
    int32(10, '%', 'free space below which a disk takes no writes', PERCENT),
    WHEN_MEASURED,
  ),
  'replication.disk_stat_disabled': bool(false, 'whether disks are not measured'),
  'replication.disk_stat_interval_seconds': int32(
    600,
    's',
    'period in which disks are measured and cleaned',
    POSITIVE,
  ),
  'replication.dup_cluster_name': text('', "the cluster's name to others; empty = its own"),
  'replication.dup_ignore_other_cluster_ids': bool(
    false,
    'whether other clusters need no id to be duplicated to, nor to duplicate from',
  ),
  'replication.dup_load_plog_task': inert(
    mutable(text('LPC_REPLICATION_LONG_LOW', 'task code under which log is loaded')),
  ),
  'replication.dup_max_allowed_write_size': mutable(
    uint64(1 << 20, 'bytes', 'size at which a shipped batch ends in any case; 0 = each write is a batch'),
  ),
  'replication.dup_no_mutation_load_delay_ms': mutable(
    uint64(100, 'ms', 'pause of a duplication that has nothing to ship', POSITIVE),
  ),
  'replication.dup_progress_min_report_period_ms': inert(
    uint64(300_000, 'ms', 'longest time between two reported progresses'),
  ),
  'replication.dup_progress_min_update_period_ms': uint64(
    5_000,
    'ms',
    'shortest time between two stored progresses',
  ),
  'replication.duplicate_log_batch_bytes': mutable(uint32(4_096, 'bytes', 'size of one shipped batch')),
  'replication.duplication_enabled': bool(true, 'whether tables can be duplicated'),
  'replication.duplication_sync_period_second': uint64(10, 's', 'period of the duplication sync', POSITIVE),
  'replication.empty_write_disabled': mutable(bool(false, 'whether idle partitions write nothing')),
  'replication.enable_direct_io': inert(mutable(bool(false, 'whether copies go past the page cache'))),
  'replication.enable_latency_tracer': inert(mutable(bool(false, 'whether writes are traced'))),
  'replication.enable_latency_tracer_report': inert(mutable(bool(false, 'whether traces become metrics'))),
  'replication.fd_beacon_interval_seconds': int32(3, 's', 'period of the beacons', POSITIVE),
  'replication.fd_check_interval_seconds': int32(2, 's', 'period of the failure detector', POSITIVE),
  'replication.fd_disabled': bool(false, 'whether nobody is found dead'),
  'replication.fd_grace_seconds': int32(22, 's', 'silence after which a server counts as dead', POSITIVE),
  'replication.fd_lease_seconds': int32(
    20,
    's',
    'silence after which a server gives up its own replicas',
    POSITIVE,
  ),
  'replication.gc_disk_error_replica_interval_seconds': mutable(
    uint64(7 * DAY, 's', 'how long an .err directory is kept'),
  ),
  'replication.gc_disk_garbage_replica_interval_seconds': mutable(
    uint64(DAY, 's', 'how long a .gar directory is kept'),
  ),
  'replication.gc_disk_migration_origin_replica_interval_seconds': mutable(
    uint64(7 * DAY, 's', 'how long an .ori directory is kept'),
  ),
  'replication.gc_disk_migration_tmp_replica_interval_seconds': inert(
    mutable(uint64(DAY, 's', 'how long a .tmp directory is kept')),
  ),
  'replication.gc_interval_ms': inert(int32(30_000, 'ms', 'older name of the config sync period', POSITIVE)),
  'replication.gc_memory_replica_interval_ms': int32(
    600_000,
    'ms',
    'how long a replica that was removed stays open',
  ),
  'replication.group_check_disabled': bool(false, 'whether primaries do not check their groups'),
  'replication.group_check_interval_ms': int32(100_000, 'ms', 'period of the group check', POSITIVE),
  'replication.hdfs_read_batch_size_bytes': inert(mutable(uint64(64 << 20, 'bytes', 'one read from HDFS'))),
  'replication.hdfs_read_limit_rate_mb_per_sec': inert(mutable(uint32(200, 'MB/s', 'reading from HDFS'))),
  'replication.hdfs_write_batch_size_bytes': inert(mutable(uint64(64 << 20, 'bytes', 'one write to HDFS'))),
  'replication.hdfs_write_limit_rate_mb_per_sec': inert(mutable(uint32(200, 'MB/s', 'writing to HDFS'))),
  'replication.ignore_broken_disk': inert(bool(true, 'whether a server starts without a broken disk')),
  'replication.lb_interval_ms': int32(10_000, 'ms', 'period of the partition check', POSITIVE),
  'replication.learn_app_max_concurrent_count': inert(
    int32(5, '', 'checkpoints that one server learns at a time', POSITIVE),
  ),
  'replication.load_replica_max_wait_time_ms': inert(
    mutable(uint64(10, 'ms', 'pause between looks at replicas that load', POSITIVE)),
  ),
  'replication.log_private_file_size_mb': int32(32, 'MB', 'size of a private log segment'),
  'replication.log_private_reserve_max_size_mb': int32(1_000, 'MB', 'log that is kept although it is spare'),
  'replication.log_private_reserve_max_time_seconds': int32(36_000, 's', 'age up to which spare log is kept'),
  'replication.max_allowed_write_size': uint64(1 << 20, 'bytes', 'largest write that is taken; 0 = no limit'),
  'replication.max_concurrent_bulk_load_downloading_count': inert(
    int32(5, '', 'replicas of one server that download at a time'),
  ),
  'replication.max_concurrent_manual_emergency_checkpointing_count': mutable(
    uint32(10, '', 'checkpoints for duplications that one server makes at a time'),
  ),
  'replication.max_concurrent_uploading_file_count': inert(
    uint64(10, '', 'files of one backup that are uploaded at a time'),
  ),
  'replication.max_mutation_count_in_prepare_list': int32(
    110,
    '',
    'mutations that a replica keeps in memory, where learners find them',
    POSITIVE,
  ),
  'replication.max_replicas_on_load_for_each_disk': inert(
    mutable(uint64(256, '', 'replicas of one disk that load at a time', POSITIVE)),
  ),
  'replication.mem_release_enabled': inert(bool(true, 'whether spare memory is given back')),
  'replication.mem_release_max_reserved_mem_percentage': inert(
    int32(10, '%', 'spare memory that is kept, of what is used', {
      words: 'from 1 to 100',
      holds: (value) => BigInt(value) > 0n && BigInt(value) <= 100n,
    }),
  ),
  'replication.mutation_2pc_min_replica_count': int32(
    1,
    '',
    'members without which nothing is written; 0 or less = by the replica count',
  ),
  'replication.plog_force_flush': inert(bool(false, 'whether each write is synced to the disk')),
  'replication.plog_gc_enabled': bool(true, 'whether spare private log is deleted'),
  'replication.prepare_timeout_ms_for_potential_secondaries': inert(
    int32(5_000, 'ms', 'how long a primary waits for a learner', POSITIVE),
  ),
  'replication.prepare_timeout_ms_for_secondaries': int32(
    3_000,
    'ms',
    'how long a primary waits for a secondary',
    POSITIVE,
  ),
  'replication.reject_write_when_disk_insufficient': mutable(
    bool(true, 'whether a full or broken disk refuses writes'),
  ),
  'replication.replicas_stat_disabled': inert(bool(false, 'whether replicas are not counted')),
  'replication.replicas_stat_interval_ms': inert(
    mutable(uint32(30_000, 'ms', 'period in which replicas are counted', POSITIVE)),
  ),
  'replication.row_lock_map_capacity': inert(mutable(uint64(1_024, '', 'rows locked at a time'))),
  'replication.staleness_for_commit': int32(20, '', 'mutations in two-phase commit at a time', POSITIVE),
  'replication.trigger_checkpoint_retry_interval_ms': uint32(
    100,
    'ms',
    'pause before a checkpoint is asked for again',
  ),
  'replication.verbose_client_log_on_start': inert(bool(false, 'whether failed requests are logged')),
  'replication.verbose_commit_log_on_start': inert(bool(false, 'whether commits are logged')),
} as const;
