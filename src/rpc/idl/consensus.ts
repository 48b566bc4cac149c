/** `src/common/consensus.thrift`: what the replicas of a partition say to each other. */
import { AppInfo } from './layer2.ts';
import { DiskStatus, ReplicaConfiguration, SplitStatus } from './metadata.ts';
import {
  big64,
  blob,
  bool,
  enumeration,
  errorCode,
  gpid,
  hostPort,
  type Infer,
  i32,
  i64,
  list,
  opt,
  req,
  rpcAddress,
  string,
  struct,
  taskCode,
} from './schema.ts';
import { ChecksumType } from './utils.ts';

export const MutationHeader = struct('mutation_header', () => ({
  pid: req(1, gpid),
  ballot: req(2, i64),
  decree: req(3, i64),
  log_offset: req(4, i64),
  last_committed_decree: req(5, i64),
  timestamp: req(6, i64),
}));
export type MutationHeader = Infer<typeof MutationHeader>;

export const MutationUpdate = struct('mutation_update', () => ({
  code: req(1, taskCode),
  serialization_type: req(2, i32),
  data: req(3, blob),
  start_time_ns: opt(4, i64),
}));
export type MutationUpdate = Infer<typeof MutationUpdate>;

export const MutationData = struct('mutation_data', () => ({
  header: req(1, MutationHeader),
  updates: req(2, list(MutationUpdate)),
}));
export type MutationData = Infer<typeof MutationData>;

export const PrepareMsg = struct('prepare_msg', () => ({
  config: req(1, ReplicaConfiguration),
  mu: req(2, MutationData),
}));
export type PrepareMsg = Infer<typeof PrepareMsg>;

export const ReadSemantic = enumeration('read_semantic', {
  ReadInvalid: 0,
  ReadLastUpdate: 1,
  ReadOutdated: 2,
  ReadSnapshot: 3,
});
export type ReadSemantic = Infer<typeof ReadSemantic>;

export const ReadRequestHeader = struct('read_request_header', () => ({
  pid: req(1, gpid),
  code: req(2, taskCode),
  semantic: req(3, ReadSemantic, 'ReadLastUpdate'),
  version_decree: req(4, i64, -1),
}));
export type ReadRequestHeader = Infer<typeof ReadRequestHeader>;

export const WriteRequestHeader = struct('write_request_header', () => ({
  pid: req(1, gpid),
  code: req(2, taskCode),
}));
export type WriteRequestHeader = Infer<typeof WriteRequestHeader>;

export const RwResponseHeader = struct('rw_response_header', () => ({
  err: req(1, errorCode),
}));
export type RwResponseHeader = Infer<typeof RwResponseHeader>;

export const PrepareAck = struct('prepare_ack', () => ({
  pid: req(1, gpid),
  err: req(2, errorCode),
  ballot: req(3, i64),
  decree: req(4, i64),
  last_committed_decree_in_app: req(5, i64),
  last_committed_decree_in_prepare_list: req(6, i64),
  receive_timestamp: opt(7, i64),
  response_timestamp: opt(8, i64),
}));
export type PrepareAck = Infer<typeof PrepareAck>;

export const LearnType = enumeration('learn_type', {
  LT_INVALID: 0,
  LT_CACHE: 1,
  LT_APP: 2,
  LT_LOG: 3,
});
export type LearnType = Infer<typeof LearnType>;

export const LearnState = struct('learn_state', () => ({
  from_decree_excluded: req(1, i64),
  to_decree_included: req(2, i64),
  meta: req(3, blob),
  files: req(4, list(string)),
  learn_start_decree: opt(5, i64),
  file_sizes: opt(6, list(i64)),
  file_checksums: opt(7, list(string)),
}));
export type LearnState = Infer<typeof LearnState>;

export const LearnerStatus = enumeration('learner_status', {
  LearningInvalid: 0,
  LearningWithoutPrepare: 1,
  LearningWithPrepareTransient: 2,
  LearningWithPrepare: 3,
  LearningSucceeded: 4,
  LearningFailed: 5,
});
export type LearnerStatus = Infer<typeof LearnerStatus>;

export const LearnRequest = struct('learn_request', () => ({
  pid: req(1, gpid),
  learner: req(2, rpcAddress),
  signature: req(3, big64),
  last_committed_decree_in_app: req(4, i64),
  last_committed_decree_in_prepare_list: req(5, i64),
  app_specific_learn_request: req(6, blob),
  max_gced_decree: opt(7, i64),
  hp_learner: opt(8, hostPort),
  checksum_type: opt(9, ChecksumType),
}));
export type LearnRequest = Infer<typeof LearnRequest>;

export const LearnResponse = struct('learn_response', () => ({
  err: req(1, errorCode),
  config: req(2, ReplicaConfiguration),
  last_committed_decree: req(3, i64),
  prepare_start_decree: req(4, i64),
  type: req(5, LearnType),
  state: req(6, LearnState),
  learnee: req(7, rpcAddress),
  base_local_dir: req(8, string),
  replica_disk_tag: opt(9, string),
  hp_learnee: opt(10, hostPort),
}));
export type LearnResponse = Infer<typeof LearnResponse>;

export const LearnNotifyResponse = struct('learn_notify_response', () => ({
  pid: req(1, gpid),
  err: req(2, errorCode),
  signature: req(3, big64),
}));
export type LearnNotifyResponse = Infer<typeof LearnNotifyResponse>;

export const GroupCheckRequest = struct('group_check_request', () => ({
  app: req(1, AppInfo),
  node: req(2, rpcAddress),
  config: req(3, ReplicaConfiguration),
  last_committed_decree: req(4, i64),
  confirmed_decree: opt(5, i64),
  child_gpid: opt(6, gpid),
  meta_split_status: opt(7, SplitStatus),
  hp_node: opt(8, hostPort),
}));
export type GroupCheckRequest = Infer<typeof GroupCheckRequest>;

export const GroupCheckResponse = struct('group_check_response', () => ({
  pid: req(1, gpid),
  err: req(2, errorCode),
  last_committed_decree_in_app: req(3, i64),
  last_committed_decree_in_prepare_list: req(4, i64),
  learner_status_: req(5, LearnerStatus),
  learner_signature: req(6, big64),
  node: req(7, rpcAddress),
  is_split_stopped: opt(8, bool),
  disk_status: opt(9, DiskStatus),
  hp_node: opt(10, hostPort),
}));
export type GroupCheckResponse = Infer<typeof GroupCheckResponse>;
