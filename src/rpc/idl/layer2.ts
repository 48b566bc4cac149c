/** The routing structs of `idl/dsn.layer2.thrift`: tables, partitions, query_cfg. */
import {
  bool,
  enumeration,
  errorCode,
  gpid,
  hostPort,
  type Infer,
  i32,
  i64,
  list,
  map,
  opt,
  req,
  rpcAddress,
  string,
  struct,
} from './schema.ts';

export const PartitionConfiguration = struct('partition_configuration', () => ({
  pid: req(1, gpid),
  ballot: req(2, i64),
  max_replica_count: req(3, i32),
  primary: req(4, rpcAddress),
  secondaries: req(5, list(rpcAddress)),
  last_drops: req(6, list(rpcAddress)),
  last_committed_decree: req(7, i64),
  partition_flags: req(8, i32),
  hp_primary: opt(9, hostPort),
  hp_secondaries: opt(10, list(hostPort)),
  hp_last_drops: opt(11, list(hostPort)),
}));
export type PartitionConfiguration = Infer<typeof PartitionConfiguration>;

export const QueryCfgRequest = struct('query_cfg_request', () => ({
  app_name: req(1, string),
  partition_indices: req(2, list(i32)),
}));
export type QueryCfgRequest = Infer<typeof QueryCfgRequest>;

export const QueryCfgResponse = struct('query_cfg_response', () => ({
  err: req(1, errorCode),
  app_id: req(2, i32),
  partition_count: req(3, i32),
  is_stateful: req(4, bool),
  partitions: req(5, list(PartitionConfiguration)),
}));
export type QueryCfgResponse = Infer<typeof QueryCfgResponse>;

export const AppStatus = enumeration('app_status', {
  AS_INVALID: 0,
  AS_AVAILABLE: 1,
  AS_CREATING: 2,
  AS_CREATE_FAILED: 3,
  AS_DROPPING: 4,
  AS_DROP_FAILED: 5,
  AS_DROPPED: 6,
  AS_RECALLING: 7,
});
export type AppStatus = Infer<typeof AppStatus>;

export const AppInfo = struct('app_info', () => ({
  status: req(1, AppStatus),
  app_type: req(2, string),
  app_name: req(3, string),
  app_id: req(4, i32),
  partition_count: req(5, i32),
  envs: req(6, map(string, string)),
  is_stateful: req(7, bool),
  max_replica_count: req(8, i32),
  expire_second: req(9, i64),
  create_second: req(10, i64),
  drop_second: req(11, i64),
  duplicating: opt(12, bool),
  init_partition_count: req(13, i32, -1),
  is_bulk_loading: opt(14, bool),
  atomic_idempotent: opt(15, bool),
}));
export type AppInfo = Infer<typeof AppInfo>;
