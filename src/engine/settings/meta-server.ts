import {
  bool,
  inert,
  int32,
  int64,
  mutable,
  oneOf,
  PERCENT,
  POSITIVE,
  text,
  uint32,
  uint64,
} from './setting.ts';

export const META_SERVER = {
  'meta_server.add_secondary_enable_flow_control': bool(
    false,
    'whether new replicas are proposed a few at a time',
  ),
  'meta_server.add_secondary_max_count_for_one_node': int32(
    10,
    '',
    'new replicas proposed to one server in one round',
  ),
  'meta_server.balance_cluster': mutable(bool(false, 'whether all tables are balanced as one')),
  'meta_server.balance_op_count_per_round': mutable(
    uint32(10, '', 'moves of one round when all tables are balanced as one'),
  ),
  'meta_server.balancer_in_turn': bool(false, 'whether tables are balanced one after another'),
  'meta_server.bulk_load_max_rollback_times': inert(
    mutable(uint32(10, '', 'new attempts of a bulk load before it fails')),
  ),
  'meta_server.bulk_load_node_max_ingesting_count': inert(
    mutable(uint32(4, '', 'partitions that one server ingests at a time')),
  ),
  'meta_server.bulk_load_node_min_disk_count': inert(
    mutable(uint32(1, '', 'disks that a server is taken to have at least')),
  ),
  'meta_server.bulk_load_verify_before_ingest': inert(
    mutable(bool(false, 'whether loaded files are verified before they are ingested')),
  ),
  'meta_server.cold_backup_disabled': bool(false, 'whether there are no backups'),
  'meta_server.distributed_lock_service_type': inert(
    text('distributed_lock_service_zookeeper', 'what holds the lock of the leading meta server'),
  ),
  'meta_server.enable_concurrent_bulk_load': inert(
    mutable(bool(false, 'whether several tables can be loaded at a time')),
  ),
  'meta_server.enable_white_list': bool(false, 'whether only listed replica servers may join'),
  'meta_server.hold_seconds_for_dropped_app': int32(604_800, 's', 'how long a dropped table can be recalled'),
  'meta_server.max_allowed_replica_count': mutable(int32(5, '', 'most replicas a table may have', POSITIVE)),
  'meta_server.max_replicas_in_group': inert(int32(4, '', 'live and dropped replicas of a partition')),
  'meta_server.max_reserved_dropped_replicas': mutable(
    uint32(1, '', 'dropped replicas that are kept beyond the replica count'),
  ),
  'meta_server.max_succssive_unstable_restart': int32(
    5,
    '',
    'quick restarts after which a replica server is not trusted',
  ),
  'meta_server.meta_function_level_on_start': text(
    'steady',
    'what a meta server may do after its start',
    oneOf('stopped', 'blind', 'freezed', 'steady', 'lively'),
  ),
  'meta_server.meta_state_service_type': inert(
    text('meta_state_service_zookeeper', 'what keeps the state of the meta servers'),
  ),
  'meta_server.min_allowed_replica_count': mutable(
    int32(1, '', 'fewest replicas a table may have', POSITIVE),
  ),
  'meta_server.min_live_node_count_for_unfreeze': mutable(
    uint64(1, '', 'live replica servers below which nothing is changed', POSITIVE),
  ),
  'meta_server.node_live_percentage_threshold_for_update': int32(
    65,
    '%',
    'share of live replica servers below which nothing is changed',
    PERCENT,
  ),
  'meta_server.only_move_primary': bool(false, 'whether the balancer copies no replica'),
  'meta_server.only_primary_balancer': bool(false, 'whether the balancer leaves secondaries alone'),
  'meta_server.partition_guardian_type': inert(text('partition_guardian', 'what cures partitions')),
  'meta_server.recover_from_replica_server': bool(
    false,
    'whether lost state is collected from the replica servers',
  ),
  'meta_server.replica_assign_delay_ms_for_dropouts': int64(
    600_000,
    'ms',
    'how long a server that left may come back before another takes its place',
  ),
  'meta_server.replica_white_list': text('', 'replica servers that may join'),
  'meta_server.server_load_balancer_type': inert(text('greedy_load_balancer', 'what balances')),
  'meta_server.stable_rs_min_running_seconds': uint64(
    0,
    's',
    'shortest run of a replica server that counts as stable',
  ),
} as const;
