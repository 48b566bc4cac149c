import {
  bool,
  inert,
  int32,
  mutable,
  ODD_PRIME,
  oneOf,
  POSITIVE,
  POWER_OF_TWO,
  text,
  uint32,
  uint64,
} from './setting.ts';

export const PEGASUS_SERVER = {
  'pegasus.server.checkpoint_reserve_min_count': mutable(uint32(2, '', 'checkpoints that are kept at least')),
  'pegasus.server.checkpoint_reserve_time_seconds': mutable(
    uint32(1_800, 's', 'age up to which a checkpoint is kept'),
  ),
  'pegasus.server.encrypt_data_at_rest': inert(bool(false, 'whether files are encrypted')),
  'pegasus.server.hot_bucket_variance_threshold': mutable(
    uint32(7, '', 'how far a bucket must stand out to be hot'),
  ),
  'pegasus.server.hot_key_variance_threshold': mutable(
    uint32(5, '', 'how far a key must stand out to be hot'),
  ),
  'pegasus.server.hotkey_analyse_time_interval_s': int32(10, 's', 'period of hotkey analysis', POSITIVE),
  'pegasus.server.hotkey_buckets_num': uint32(37, '', 'buckets of hotkey analysis', ODD_PRIME),
  'pegasus.server.inject_read_error_for_test': mutable(
    int32(0, '', 'storage status that every get ends with'),
  ),
  'pegasus.server.inject_write_error_for_test': mutable(
    int32(0, '', 'storage status that every write ends with, and with it the replica'),
  ),
  'pegasus.server.manual_compact_min_interval_seconds': int32(
    0,
    's',
    'shortest time between two manual compactions; 0 or less = none',
  ),
  'pegasus.server.max_seconds_to_detect_hotkey': mutable(uint32(150, 's', 'how long a hotkey is looked for')),
  'pegasus.server.perf_counter_read_capacity_unit_size': inert(
    uint64(4_096, 'bytes', 'one read capacity unit', POWER_OF_TWO),
  ),
  'pegasus.server.perf_counter_write_capacity_unit_size': inert(
    uint64(4_096, 'bytes', 'one write capacity unit', POWER_OF_TWO),
  ),
  'pegasus.server.rocksdb_abnormal_batch_get_bytes_threshold': inert(
    mutable(uint64(10_000_000, 'bytes', 'size of a batch_get that counts as abnormal')),
  ),
  'pegasus.server.rocksdb_abnormal_batch_get_count_threshold': inert(
    mutable(uint64(2_000, '', 'keys of a batch_get that count as abnormal')),
  ),
  'pegasus.server.rocksdb_abnormal_get_size_threshold': inert(
    uint64(1_000_000, 'bytes', 'size of a get that counts as abnormal'),
  ),
  'pegasus.server.rocksdb_abnormal_multi_get_iterate_count_threshold': inert(
    uint64(1_000, '', 'records of a multi_get that count as abnormal'),
  ),
  'pegasus.server.rocksdb_abnormal_multi_get_size_threshold': inert(
    uint64(10_000_000, 'bytes', 'size of a multi_get that counts as abnormal'),
  ),
  'pegasus.server.rocksdb_filter_type': inert(
    text('prefix', 'what bloom filters are made of', oneOf('common', 'prefix')),
  ),
  'pegasus.server.rocksdb_iteration_threshold_time_ms': inert(
    uint64(30_000, 'ms', 'longest time of one read; 0 = no limit'),
  ),
  'pegasus.server.rocksdb_max_bytes_for_level_base': inert(uint64(671_088_640, 'bytes', 'size of level 1')),
  'pegasus.server.rocksdb_max_iteration_count': uint32(
    1_000,
    '',
    'records looked at for one batch of a scan',
    POSITIVE,
  ),
  'pegasus.server.rocksdb_multi_get_max_iteration_count': uint32(
    3_000,
    '',
    'records looked at for one multi_get',
    POSITIVE,
  ),
  'pegasus.server.rocksdb_multi_get_max_iteration_size': uint64(
    30 << 20,
    'bytes',
    'largest reply of a multi_get',
    POSITIVE,
  ),
  'pegasus.server.rocksdb_num_levels': int32(6, '', 'levels', POSITIVE),
  'pegasus.server.rocksdb_slow_query_threshold_ns': inert(
    uint64(100_000_000, 'ns', 'time after which a read counts as slow', POSITIVE),
  ),
  'pegasus.server.rocksdb_write_buffer_size': uint64(67_108_864, 'bytes', 'size of a memtable'),
  'pegasus.server.update_rdb_stat_interval': inert(
    int32(60, 's', 'period in which the storage is measured', POSITIVE),
  ),
} as const;
