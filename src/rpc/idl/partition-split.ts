/** `idl/partition_split.thrift`, as far as clients speak it. */

import { SplitStatus } from './metadata.ts';
import { enumeration, errorCode, type Infer, i32, map, opt, req, string, struct } from './schema.ts';

export const StartPartitionSplitRequest = struct('start_partition_split_request', {
  app_name: req(1, string),
  new_partition_count: req(2, i32),
});
export type StartPartitionSplitRequest = Infer<typeof StartPartitionSplitRequest>;

export const StartPartitionSplitResponse = struct('start_partition_split_response', {
  err: req(1, errorCode),
  hint_msg: req(2, string),
});
export type StartPartitionSplitResponse = Infer<typeof StartPartitionSplitResponse>;

export const SplitControlType = enumeration('split_control_type', {
  PAUSE: 0,
  RESTART: 1,
  CANCEL: 2,
});
export type SplitControlType = Infer<typeof SplitControlType>;

export const ControlSplitRequest = struct('control_split_request', {
  app_name: req(1, string),
  control_type: req(2, SplitControlType),
  parent_pidx: req(3, i32),
  old_partition_count: opt(4, i32),
});
export type ControlSplitRequest = Infer<typeof ControlSplitRequest>;

export const ControlSplitResponse = struct('control_split_response', {
  err: req(1, errorCode),
  hint_msg: opt(2, string),
});
export type ControlSplitResponse = Infer<typeof ControlSplitResponse>;

export const QuerySplitRequest = struct('query_split_request', {
  app_name: req(1, string),
});
export type QuerySplitRequest = Infer<typeof QuerySplitRequest>;

export const QuerySplitResponse = struct('query_split_response', {
  err: req(1, errorCode),
  new_partition_count: req(2, i32),
  status: req(3, map(i32, SplitStatus)),
  hint_msg: opt(4, string),
});
export type QuerySplitResponse = Infer<typeof QuerySplitResponse>;
