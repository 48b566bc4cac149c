/** `/envs/list` of a meta server, leading or not (`src/meta/app_env_validator.cpp`). */
import { type HttpReply, ok } from './route.ts';

type Row = readonly [key: string, type: string, limitation: string, sample: string];

const [BOOL, TEXT] = [
  ['bool', 'true | false', 'true'],
  ['string', '', ''],
] as const;
const THROTTLING = [
  'string',
  '<size[K|M]>*<delay|reject>*<milliseconds>',
  '10000*delay*100,20000*reject*100',
] as const;
const COMPACTION = ['string', 'force | skip', 'skip'] as const;
const LEVEL = ['unsigned int64', '-1 or >= 1', '6'] as const;

const ENVS: readonly Row[] = [
  ['business.info', ...TEXT],
  ['default_ttl', 'unsigned int32', '>= 0', '86400'],
  ['duplication.follower_app_status', ...TEXT],
  ['duplication.master_app_name', ...TEXT],
  ['duplication.master_cluster', ...TEXT],
  ['duplication.master_metas', ...TEXT],
  ['manual_compact.disabled', ...BOOL],
  ['manual_compact.max_concurrent_running_count', 'unsigned int32', '>= 0', '8'],
  ['manual_compact.once.bottommost_level_compaction', ...COMPACTION],
  ['manual_compact.once.target_level', ...LEVEL],
  [
    'manual_compact.once.trigger_time',
    'unsigned int64',
    '> 0, timestamp (in seconds) to trigger the once manual compaction',
    '1700000000',
  ],
  ['manual_compact.periodic.bottommost_level_compaction', ...COMPACTION],
  ['manual_compact.periodic.target_level', ...LEVEL],
  ['manual_compact.periodic.trigger_time', ...TEXT],
  ['replica.backup_request_throttling', ...THROTTLING],
  [
    'replica.deny_client_request',
    'string',
    'timeout*all | timeout*write | timeout*read | reconfig*all | reconfig*write | reconfig*read',
    'timeout*all',
  ],
  ['replica.read_throttling', ...THROTTLING],
  ['replica.read_throttling_by_size', 'string', '', '20000*delay*100,20000*reject*100'],
  ['replica.rocksdb_block_cache_enabled', ...BOOL],
  ['replica.rocksdb_iteration_threshold_time_ms', 'unsigned int64', '>= 0', '1000'],
  ['replica.slow_query_threshold', 'unsigned int64', '>= 20', '1000'],
  ['replica.split.validate_partition_hash', ...BOOL],
  ['replica.write_throttling', ...THROTTLING],
  ['replica.write_throttling_by_size', ...THROTTLING],
  ['replica_access_controller.allowed_users', ...TEXT],
  ['replica_access_controller.ranger_policies', ...TEXT],
  ['rocksdb.allow_ingest_behind', ...BOOL],
  ['rocksdb.checkpoint.reserve_min_count', 'unsigned int32', '> 0', '2'],
  ['rocksdb.checkpoint.reserve_time_seconds', 'unsigned int32', '>= 0', '3600'],
  ['rocksdb.num_levels', 'unsigned int64', 'In range [1, 10]', '6'],
  ['rocksdb.usage_scenario', 'string', 'bulk_load | normal | prefer_write', 'normal'],
  ['rocksdb.write_buffer_size', 'unsigned int64', 'In range [16777216, 536870912]', '16777216'],
  ['user_specified_compaction', ...TEXT],
];

/** `/envs/list`: every env that a table may have, and what values it takes. */
export function listEnvs(): HttpReply {
  const envs = ENVS.map(([key, type, limitation, sample]) => [key, { limitation, sample, type }] as const);
  return ok(JSON.stringify(Object.fromEntries(envs), undefined, 2));
}
