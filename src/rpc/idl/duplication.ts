/** `idl/duplication.thrift`. */
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
  serverText,
  string,
  struct,
} from './schema.ts';
import { PatternMatchType } from './utils.ts';

export const DuplicationMode = enumeration('duplication_mode', {
  FULL: 0,
  INCREMENTAL: 1,
});
export type DuplicationMode = Infer<typeof DuplicationMode>;

export const DuplicationStatus = enumeration('duplication_status', {
  DS_INIT: 0,
  DS_PREPARE: 1,
  DS_APP: 2,
  DS_LOG: 3,
  DS_PAUSE: 4,
  DS_REMOVED: 5,
});
export type DuplicationStatus = Infer<typeof DuplicationStatus>;

export const DuplicationFailMode = enumeration('duplication_fail_mode', {
  FAIL_SLOW: 0,
  FAIL_SKIP: 1,
  FAIL_FAST: 2,
});
export type DuplicationFailMode = Infer<typeof DuplicationFailMode>;

/** `is_duplicating_checkpoint` counts as true when absent. */
export const DuplicationAddRequest = struct('duplication_add_request', () => ({
  app_name: req(1, string),
  remote_cluster_name: req(2, string),
  is_duplicating_checkpoint: opt(3, bool),
  remote_app_name: opt(4, string),
  remote_replica_count: opt(5, i32),
}));
export type DuplicationAddRequest = Infer<typeof DuplicationAddRequest>;

export const DuplicationAddResponse = struct('duplication_add_response', () => ({
  err: req(1, errorCode),
  appid: req(2, i32),
  dupid: req(3, i32),
  hint: opt(4, string),
  remote_app_name: opt(5, string),
  remote_replica_count: opt(6, i32),
}));
export type DuplicationAddResponse = Infer<typeof DuplicationAddResponse>;

export const DuplicationModifyRequest = struct('duplication_modify_request', () => ({
  app_name: req(1, string),
  dupid: req(2, i32),
  status: opt(3, DuplicationStatus),
  fail_mode: opt(4, DuplicationFailMode),
}));
export type DuplicationModifyRequest = Infer<typeof DuplicationModifyRequest>;

export const DuplicationModifyResponse = struct('duplication_modify_response', () => ({
  err: req(1, errorCode),
  appid: req(2, i32),
}));
export type DuplicationModifyResponse = Infer<typeof DuplicationModifyResponse>;

export const DuplicationPartitionState = struct('duplication_partition_state', () => ({
  confirmed_decree: req(1, i64),
  last_committed_decree: req(2, i64),
}));
export type DuplicationPartitionState = Infer<typeof DuplicationPartitionState>;

export const DuplicationEntry = struct('duplication_entry', () => ({
  dupid: req(1, i32),
  status: req(2, DuplicationStatus),
  remote: req(3, string),
  create_ts: req(4, i64),
  progress: opt(5, map(i32, i64)),
  fail_mode: opt(7, DuplicationFailMode),
  remote_app_name: opt(8, string),
  remote_replica_count: opt(9, i32),
  mode: opt(10, DuplicationMode),
  partition_states: opt(11, map(i32, DuplicationPartitionState)),
}));
export type DuplicationEntry = Infer<typeof DuplicationEntry>;

export const DuplicationAppState = struct('duplication_app_state', () => ({
  appid: req(1, i32),
  duplications: req(2, map(i32, DuplicationEntry)),
  app_name: req(3, string),
  partition_count: req(4, i32),
}));
export type DuplicationAppState = Infer<typeof DuplicationAppState>;

export const DuplicationQueryRequest = struct('duplication_query_request', () => ({
  app_name: req(1, string),
}));
export type DuplicationQueryRequest = Infer<typeof DuplicationQueryRequest>;

export const DuplicationQueryResponse = struct('duplication_query_response', () => ({
  err: req(1, errorCode),
  appid: req(3, i32),
  entry_list: req(4, list(DuplicationEntry)),
}));
export type DuplicationQueryResponse = Infer<typeof DuplicationQueryResponse>;

export const DuplicationConfirmEntry = struct('duplication_confirm_entry', () => ({
  dupid: req(1, i32),
  confirmed_decree: req(2, i64),
  checkpoint_prepared: opt(3, bool),
  last_committed_decree: opt(4, i64),
}));
export type DuplicationConfirmEntry = Infer<typeof DuplicationConfirmEntry>;

export const DuplicationSyncRequest = struct('duplication_sync_request', () => ({
  node: req(1, rpcAddress),
  confirm_list: req(2, map(gpid, list(DuplicationConfirmEntry))),
  hp_node: req(3, hostPort),
}));
export type DuplicationSyncRequest = Infer<typeof DuplicationSyncRequest>;

export const DuplicationSyncResponse = struct('duplication_sync_response', () => ({
  err: req(1, errorCode),
  dup_map: req(2, map(i32, map(i32, DuplicationEntry))),
}));
export type DuplicationSyncResponse = Infer<typeof DuplicationSyncResponse>;

export const DuplicationListRequest = struct('duplication_list_request', () => ({
  app_name_pattern: req(1, string),
  match_type: req(2, PatternMatchType),
}));
export type DuplicationListRequest = Infer<typeof DuplicationListRequest>;

export const DuplicationListResponse = struct('duplication_list_response', () => ({
  err: req(1, errorCode),
  hint_message: req(2, serverText),
  app_states: req(3, map(string, DuplicationAppState)),
}));
export type DuplicationListResponse = Infer<typeof DuplicationListResponse>;
