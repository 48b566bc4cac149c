/** `idl/partition_split.thrift`. */
import { AppInfo, PartitionConfiguration } from './layer2.ts';
import { SplitStatus } from './metadata.ts';
import {
  enumeration,
  errorCode,
  gpid,
  hostPort,
  type Infer,
  i32,
  i64,
  map,
  opt,
  req,
  rpcAddress,
  serverText,
  string,
  struct,
} from './schema.ts';

export const StartPartitionSplitRequest = struct('start_partition_split_request', () => ({
  app_name: req(1, string),
  new_partition_count: req(2, i32),
}));
export type StartPartitionSplitRequest = Infer<typeof StartPartitionSplitRequest>;

export const StartPartitionSplitResponse = struct('start_partition_split_response', () => ({
  err: req(1, errorCode),
  hint_msg: req(2, serverText),
}));
export type StartPartitionSplitResponse = Infer<typeof StartPartitionSplitResponse>;

export const SplitControlType = enumeration('split_control_type', {
  PAUSE: 0,
  RESTART: 1,
  CANCEL: 2,
});
export type SplitControlType = Infer<typeof SplitControlType>;

export const ControlSplitRequest = struct('control_split_request', () => ({
  app_name: req(1, string),
  control_type: req(2, SplitControlType),
  parent_pidx: req(3, i32),
  old_partition_count: opt(4, i32),
}));
export type ControlSplitRequest = Infer<typeof ControlSplitRequest>;

export const ControlSplitResponse = struct('control_split_response', () => ({
  err: req(1, errorCode),
  hint_msg: opt(2, serverText),
}));
export type ControlSplitResponse = Infer<typeof ControlSplitResponse>;

export const QuerySplitRequest = struct('query_split_request', () => ({
  app_name: req(1, string),
}));
export type QuerySplitRequest = Infer<typeof QuerySplitRequest>;

export const QuerySplitResponse = struct('query_split_response', () => ({
  err: req(1, errorCode),
  new_partition_count: req(2, i32),
  status: req(3, map(i32, SplitStatus)),
  hint_msg: opt(4, serverText),
}));
export type QuerySplitResponse = Infer<typeof QuerySplitResponse>;

export const NotifyCatchUpRequest = struct('notify_catch_up_request', () => ({
  parent_gpid: req(1, gpid),
  child_gpid: req(2, gpid),
  child_ballot: req(3, i64),
  child: req(4, rpcAddress),
  hp_child: opt(5, hostPort),
}));
export type NotifyCatchUpRequest = Infer<typeof NotifyCatchUpRequest>;

export const NotifyCacthUpResponse = struct('notify_cacth_up_response', () => ({
  err: req(1, errorCode),
}));
export type NotifyCacthUpResponse = Infer<typeof NotifyCacthUpResponse>;

export const UpdateChildGroupPartitionCountRequest = struct(
  'update_child_group_partition_count_request',
  () => ({
    target: req(1, rpcAddress),
    new_partition_count: req(2, i32),
    child_pid: req(3, gpid),
    ballot: req(4, i64),
    hp_target: opt(5, hostPort),
  }),
);
export type UpdateChildGroupPartitionCountRequest = Infer<typeof UpdateChildGroupPartitionCountRequest>;

export const UpdateChildGroupPartitionCountResponse = struct(
  'update_child_group_partition_count_response',
  () => ({
    err: req(1, errorCode),
  }),
);
export type UpdateChildGroupPartitionCountResponse = Infer<typeof UpdateChildGroupPartitionCountResponse>;

export const RegisterChildRequest = struct('register_child_request', () => ({
  app: req(1, AppInfo),
  parent_config: req(2, PartitionConfiguration),
  child_config: req(3, PartitionConfiguration),
  primary: req(4, rpcAddress),
  hp_primary: opt(5, hostPort),
}));
export type RegisterChildRequest = Infer<typeof RegisterChildRequest>;

export const RegisterChildResponse = struct('register_child_response', () => ({
  err: req(1, errorCode),
  app: req(2, AppInfo),
  parent_config: req(3, PartitionConfiguration),
  child_config: req(4, PartitionConfiguration),
}));
export type RegisterChildResponse = Infer<typeof RegisterChildResponse>;

export const NotifyStopSplitRequest = struct('notify_stop_split_request', () => ({
  app_name: req(1, string),
  parent_gpid: req(2, gpid),
  meta_split_status: req(3, SplitStatus),
  partition_count: req(4, i32),
}));
export type NotifyStopSplitRequest = Infer<typeof NotifyStopSplitRequest>;

export const NotifyStopSplitResponse = struct('notify_stop_split_response', () => ({
  err: req(1, errorCode),
}));
export type NotifyStopSplitResponse = Infer<typeof NotifyStopSplitResponse>;

export const QueryChildStateRequest = struct('query_child_state_request', () => ({
  app_name: req(1, string),
  pid: req(2, gpid),
  partition_count: req(3, i32),
}));
export type QueryChildStateRequest = Infer<typeof QueryChildStateRequest>;

export const QueryChildStateResponse = struct('query_child_state_response', () => ({
  err: req(1, errorCode),
  partition_count: opt(2, i32),
  child_config: opt(3, PartitionConfiguration),
}));
export type QueryChildStateResponse = Infer<typeof QueryChildStateResponse>;
