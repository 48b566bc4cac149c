/** `idl/metadata.thrift`: what servers say of replicas. */
import {
  big64,
  bool,
  enumeration,
  gpid,
  hostPort,
  type Infer,
  i64,
  opt,
  req,
  rpcAddress,
  string,
  struct,
} from './schema.ts';

export const PartitionStatus = enumeration('partition_status', {
  PS_INVALID: 0,
  PS_INACTIVE: 1,
  PS_ERROR: 2,
  PS_PRIMARY: 3,
  PS_SECONDARY: 4,
  PS_POTENTIAL_SECONDARY: 5,
  PS_PARTITION_SPLIT: 6,
});
export type PartitionStatus = Infer<typeof PartitionStatus>;

export const SplitStatus = enumeration('split_status', {
  NOT_SPLIT: 0,
  SPLITTING: 1,
  PAUSING: 2,
  PAUSED: 3,
  CANCELING: 4,
});
export type SplitStatus = Infer<typeof SplitStatus>;

export const DiskStatus = enumeration('disk_status', {
  NORMAL: 0,
  SPACE_INSUFFICIENT: 1,
  IO_ERROR: 2,
});
export type DiskStatus = Infer<typeof DiskStatus>;

export const ManualCompactionStatus = enumeration('manual_compaction_status', {
  IDLE: 0,
  QUEUING: 1,
  RUNNING: 2,
  FINISHED: 3,
});
export type ManualCompactionStatus = Infer<typeof ManualCompactionStatus>;

export const FileMeta = struct('file_meta', () => ({
  name: req(1, string),
  size: req(2, i64),
  md5: req(3, string),
}));
export type FileMeta = Infer<typeof FileMeta>;

export const ReplicaConfiguration = struct('replica_configuration', () => ({
  pid: req(1, gpid),
  ballot: req(2, i64),
  primary: req(3, rpcAddress),
  status: req(4, PartitionStatus),
  learner_signature: req(5, big64),
  pop_all: opt(6, bool),
  split_sync_to_child: opt(7, bool),
  hp_primary: opt(8, hostPort),
}));
export type ReplicaConfiguration = Infer<typeof ReplicaConfiguration>;

export const ReplicaInfo = struct('replica_info', () => ({
  pid: req(1, gpid),
  ballot: req(2, i64),
  status: req(3, PartitionStatus),
  last_committed_decree: req(4, i64),
  last_prepared_decree: req(5, i64),
  last_durable_decree: req(6, i64),
  app_type: req(7, string),
  disk_tag: req(8, string),
  manual_compact_status: opt(9, ManualCompactionStatus),
}));
export type ReplicaInfo = Infer<typeof ReplicaInfo>;
