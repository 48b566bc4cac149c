const SWITCH = ['true', 'false'];
const COMPACTION = ['force', 'skip'];

/**
 * The envs that a table may have, with the values that can be listed (upstream `src/meta/app_env_validator.cpp`).
 */
export const APP_ENVS: Readonly<Record<string, readonly string[]>> = {
  'business.info': [],
  default_ttl: [],
  'manual_compact.disabled': SWITCH,
  'manual_compact.max_concurrent_running_count': [],
  'manual_compact.once.bottommost_level_compaction': COMPACTION,
  'manual_compact.once.target_level': ['-1'],
  'manual_compact.once.trigger_time': [],
  'manual_compact.periodic.bottommost_level_compaction': COMPACTION,
  'manual_compact.periodic.target_level': ['-1'],
  'manual_compact.periodic.trigger_time': [],
  'replica.backup_request_throttling': [],
  'replica.deny_client_request': [
    'timeout*all',
    'timeout*write',
    'timeout*read',
    'reconfig*all',
    'reconfig*write',
    'reconfig*read',
  ],
  'replica.read_throttling': [],
  'replica.read_throttling_by_size': [],
  'replica.rocksdb_block_cache_enabled': SWITCH,
  'replica.rocksdb_iteration_threshold_time_ms': [],
  'replica.slow_query_threshold': [],
  'replica.split.validate_partition_hash': SWITCH,
  'replica.write_throttling': [],
  'replica.write_throttling_by_size': [],
  'replica_access_controller.allowed_users': [],
  'replica_access_controller.ranger_policies': [],
  'rocksdb.allow_ingest_behind': SWITCH,
  'rocksdb.checkpoint.reserve_min_count': [],
  'rocksdb.checkpoint.reserve_time_seconds': [],
  'rocksdb.num_levels': ['6'],
  'rocksdb.usage_scenario': ['bulk_load', 'normal', 'prefer_write'],
  'rocksdb.write_buffer_size': ['67108864'],
  user_specified_compaction: [],
};
