/** What a replica server tells of itself: `idl/replica_admin.thrift`. */

import { ReplicaInfo } from './metadata.ts';
import {
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
  set,
  string,
  struct,
} from './schema.ts';

export const QueryReplicaDecreeRequest = struct('query_replica_decree_request', () => ({
  pid: req(1, gpid),
  node1: req(2, rpcAddress),
  hp_node1: opt(3, hostPort),
}));
export type QueryReplicaDecreeRequest = Infer<typeof QueryReplicaDecreeRequest>;

export const QueryReplicaDecreeResponse = struct('query_replica_decree_response', () => ({
  err: req(1, errorCode),
  last_decree: req(2, i64),
}));
export type QueryReplicaDecreeResponse = Infer<typeof QueryReplicaDecreeResponse>;

export const QueryReplicaInfoRequest = struct('query_replica_info_request', () => ({
  node1: req(1, rpcAddress),
  hp_node1: opt(2, hostPort),
}));
export type QueryReplicaInfoRequest = Infer<typeof QueryReplicaInfoRequest>;

export const QueryReplicaInfoResponse = struct('query_replica_info_response', () => ({
  err: req(1, errorCode),
  replicas: req(2, list(ReplicaInfo)),
}));
export type QueryReplicaInfoResponse = Infer<typeof QueryReplicaInfoResponse>;

export const DiskInfo = struct('disk_info', () => ({
  tag: req(1, string),
  full_dir: req(2, string),
  disk_capacity_mb: req(3, i64),
  disk_available_mb: req(4, i64),
  holding_primary_replicas: req(5, map(i32, set(gpid))),
  holding_secondary_replicas: req(6, map(i32, set(gpid))),
}));
export type DiskInfo = Infer<typeof DiskInfo>;

export const QueryDiskInfoRequest = struct('query_disk_info_request', () => ({
  node1: req(1, rpcAddress),
  app_name: req(2, string),
  hp_node1: opt(3, hostPort),
}));
export type QueryDiskInfoRequest = Infer<typeof QueryDiskInfoRequest>;

export const QueryDiskInfoResponse = struct('query_disk_info_response', () => ({
  err: req(1, errorCode),
  total_capacity_mb: req(2, i64),
  total_available_mb: req(3, i64),
  disk_infos: req(4, list(DiskInfo)),
}));
export type QueryDiskInfoResponse = Infer<typeof QueryDiskInfoResponse>;

export const ReplicaDiskMigrateRequest = struct('replica_disk_migrate_request', () => ({
  pid: req(1, gpid),
  origin_disk: req(2, string),
  target_disk: req(3, string),
}));
export type ReplicaDiskMigrateRequest = Infer<typeof ReplicaDiskMigrateRequest>;

export const ReplicaDiskMigrateResponse = struct('replica_disk_migrate_response', () => ({
  err: req(1, errorCode),
  hint: opt(2, string),
}));
export type ReplicaDiskMigrateResponse = Infer<typeof ReplicaDiskMigrateResponse>;

export const DiskMigrationStatus = enumeration('disk_migration_status', {
  IDLE: 0,
  MOVING: 1,
  MOVED: 2,
  CLOSED: 3,
});
export type DiskMigrationStatus = Infer<typeof DiskMigrationStatus>;

export const HotkeyType = enumeration('hotkey_type', {
  READ: 0,
  WRITE: 1,
});
export type HotkeyType = Infer<typeof HotkeyType>;

export const DetectAction = enumeration('detect_action', {
  START: 0,
  STOP: 1,
  QUERY: 2,
});
export type DetectAction = Infer<typeof DetectAction>;

export const DetectHotkeyRequest = struct('detect_hotkey_request', () => ({
  type: req(1, HotkeyType),
  action: req(2, DetectAction),
  pid: req(3, gpid),
}));
export type DetectHotkeyRequest = Infer<typeof DetectHotkeyRequest>;

export const DetectHotkeyResponse = struct('detect_hotkey_response', () => ({
  err: req(1, errorCode),
  err_hint: opt(2, serverText),
  hotkey_result: opt(3, string),
}));
export type DetectHotkeyResponse = Infer<typeof DetectHotkeyResponse>;

export const AddNewDiskRequest = struct('add_new_disk_request', () => ({
  disk_str: req(1, string),
}));
export type AddNewDiskRequest = Infer<typeof AddNewDiskRequest>;

export const AddNewDiskResponse = struct('add_new_disk_response', () => ({
  err: req(1, errorCode),
  err_hint: opt(2, serverText),
}));
export type AddNewDiskResponse = Infer<typeof AddNewDiskResponse>;
