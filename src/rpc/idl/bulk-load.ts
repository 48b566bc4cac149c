/** `idl/bulk_load.thrift`. */
import { FileMeta, ReplicaConfiguration } from './metadata.ts';
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

export const BulkLoadStatus = enumeration('bulk_load_status', {
  BLS_INVALID: 0,
  BLS_DOWNLOADING: 1,
  BLS_DOWNLOADED: 2,
  BLS_INGESTING: 3,
  BLS_SUCCEED: 4,
  BLS_FAILED: 5,
  BLS_PAUSING: 6,
  BLS_PAUSED: 7,
  BLS_CANCELED: 8,
});
export type BulkLoadStatus = Infer<typeof BulkLoadStatus>;

export const IngestionStatus = enumeration('ingestion_status', {
  IS_INVALID: 0,
  IS_RUNNING: 1,
  IS_SUCCEED: 2,
  IS_FAILED: 3,
});
export type IngestionStatus = Infer<typeof IngestionStatus>;

export const BulkLoadMetadata = struct('bulk_load_metadata', () => ({
  files: req(1, list(FileMeta)),
  file_total_size: req(2, i64),
}));
export type BulkLoadMetadata = Infer<typeof BulkLoadMetadata>;

export const StartBulkLoadRequest = struct('start_bulk_load_request', () => ({
  app_name: req(1, string),
  cluster_name: req(2, string),
  file_provider_type: req(3, string),
  remote_root_path: req(4, string),
  ingest_behind: req(5, bool),
}));
export type StartBulkLoadRequest = Infer<typeof StartBulkLoadRequest>;

export const StartBulkLoadResponse = struct('start_bulk_load_response', () => ({
  err: req(1, errorCode),
  hint_msg: req(2, serverText),
}));
export type StartBulkLoadResponse = Infer<typeof StartBulkLoadResponse>;

export const PartitionBulkLoadState = struct('partition_bulk_load_state', () => ({
  download_progress: opt(1, i32),
  download_status: opt(2, errorCode),
  ingest_status: opt(3, IngestionStatus),
  is_cleaned_up: opt(4, bool),
  is_paused: opt(5, bool),
}));
export type PartitionBulkLoadState = Infer<typeof PartitionBulkLoadState>;

export const BulkLoadRequest = struct('bulk_load_request', () => ({
  pid: req(1, gpid),
  app_name: req(2, string),
  primary: req(3, rpcAddress),
  remote_provider_name: req(4, string),
  cluster_name: req(5, string),
  ballot: req(6, i64),
  meta_bulk_load_status: req(7, BulkLoadStatus),
  query_bulk_load_metadata: req(8, bool),
  remote_root_path: req(9, string),
  hp_primary: opt(10, hostPort),
}));
export type BulkLoadRequest = Infer<typeof BulkLoadRequest>;

export const BulkLoadResponse = struct('bulk_load_response', () => ({
  err: req(1, errorCode),
  pid: req(2, gpid),
  app_name: req(3, string),
  primary_bulk_load_status: req(4, BulkLoadStatus),
  group_bulk_load_state: req(5, map(rpcAddress, PartitionBulkLoadState)),
  metadata: opt(6, BulkLoadMetadata),
  total_download_progress: opt(7, i32),
  is_group_ingestion_finished: opt(8, bool),
  is_group_bulk_load_context_cleaned_up: opt(9, bool),
  is_group_bulk_load_paused: opt(10, bool),
  hp_group_bulk_load_state: opt(11, map(hostPort, PartitionBulkLoadState)),
}));
export type BulkLoadResponse = Infer<typeof BulkLoadResponse>;

export const GroupBulkLoadRequest = struct('group_bulk_load_request', () => ({
  app_name: req(1, string),
  target: req(2, rpcAddress),
  config: req(3, ReplicaConfiguration),
  provider_name: req(4, string),
  cluster_name: req(5, string),
  meta_bulk_load_status: req(6, BulkLoadStatus),
  remote_root_path: req(7, string),
  hp_target: opt(8, hostPort),
}));
export type GroupBulkLoadRequest = Infer<typeof GroupBulkLoadRequest>;

export const GroupBulkLoadResponse = struct('group_bulk_load_response', () => ({
  err: req(1, errorCode),
  status: req(2, BulkLoadStatus),
  bulk_load_state: req(3, PartitionBulkLoadState),
}));
export type GroupBulkLoadResponse = Infer<typeof GroupBulkLoadResponse>;

export const IngestionRequest = struct('ingestion_request', () => ({
  app_name: req(1, string),
  metadata: req(2, BulkLoadMetadata),
  ingest_behind: req(3, bool),
  ballot: req(4, i64),
  verify_before_ingest: req(5, bool),
}));
export type IngestionRequest = Infer<typeof IngestionRequest>;

export const IngestionResponse = struct('ingestion_response', () => ({
  err: req(1, errorCode),
  rocksdb_error: req(2, i32),
}));
export type IngestionResponse = Infer<typeof IngestionResponse>;

export const BulkLoadControlType = enumeration('bulk_load_control_type', {
  BLC_PAUSE: 0,
  BLC_RESTART: 1,
  BLC_CANCEL: 2,
  BLC_FORCE_CANCEL: 3,
});
export type BulkLoadControlType = Infer<typeof BulkLoadControlType>;

export const ControlBulkLoadRequest = struct('control_bulk_load_request', () => ({
  app_name: req(1, string),
  type: req(2, BulkLoadControlType),
}));
export type ControlBulkLoadRequest = Infer<typeof ControlBulkLoadRequest>;

export const ControlBulkLoadResponse = struct('control_bulk_load_response', () => ({
  err: req(1, errorCode),
  hint_msg: opt(2, serverText),
}));
export type ControlBulkLoadResponse = Infer<typeof ControlBulkLoadResponse>;

export const QueryBulkLoadRequest = struct('query_bulk_load_request', () => ({
  app_name: req(1, string),
}));
export type QueryBulkLoadRequest = Infer<typeof QueryBulkLoadRequest>;

export const QueryBulkLoadResponse = struct('query_bulk_load_response', () => ({
  err: req(1, errorCode),
  app_name: req(2, string),
  app_status: req(3, BulkLoadStatus),
  partitions_status: req(4, list(BulkLoadStatus)),
  max_replica_count: req(5, i32),
  bulk_load_states: req(6, list(map(rpcAddress, PartitionBulkLoadState))),
  hint_msg: opt(7, serverText),
  is_bulk_loading: opt(8, bool),
  hp_bulk_load_states: opt(9, list(map(hostPort, PartitionBulkLoadState))),
}));
export type QueryBulkLoadResponse = Infer<typeof QueryBulkLoadResponse>;

export const ClearBulkLoadStateRequest = struct('clear_bulk_load_state_request', () => ({
  app_name: req(1, string),
}));
export type ClearBulkLoadStateRequest = Infer<typeof ClearBulkLoadStateRequest>;

export const ClearBulkLoadStateResponse = struct('clear_bulk_load_state_response', () => ({
  err: req(1, errorCode),
  hint_msg: req(2, serverText),
}));
export type ClearBulkLoadStateResponse = Infer<typeof ClearBulkLoadStateResponse>;
