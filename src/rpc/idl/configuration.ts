/** Partition configurations, of `idl/meta_admin.thrift`: updates, reports, proposals, recovery, diagnosis. */

import { AppInfo, PartitionConfiguration } from './layer2.ts';
import { ReplicaInfo, SplitStatus } from './metadata.ts';
import {
  bool,
  enumeration,
  errorCode,
  gpid,
  hostPort,
  type Infer,
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

export const ConfigType = enumeration('config_type', {
  CT_INVALID: 0,
  CT_ASSIGN_PRIMARY: 1,
  CT_UPGRADE_TO_PRIMARY: 2,
  CT_ADD_SECONDARY: 3,
  CT_UPGRADE_TO_SECONDARY: 4,
  CT_DOWNGRADE_TO_SECONDARY: 5,
  CT_DOWNGRADE_TO_INACTIVE: 6,
  CT_REMOVE: 7,
  CT_ADD_SECONDARY_FOR_LB: 8,
  CT_PRIMARY_FORCE_UPDATE_BALLOT: 9,
  CT_DROP_PARTITION: 10,
  CT_REGISTER_CHILD: 11,
});
export type ConfigType = Infer<typeof ConfigType>;

export const ConfigurationUpdateRequest = struct('configuration_update_request', () => ({
  info: req(1, AppInfo),
  config: req(2, PartitionConfiguration),
  type: req(3, ConfigType),
  node: req(4, rpcAddress),
  host_node: req(5, rpcAddress),
  meta_split_status: opt(6, SplitStatus),
  hp_node: opt(7, hostPort),
}));
export type ConfigurationUpdateRequest = Infer<typeof ConfigurationUpdateRequest>;

export const ConfigurationUpdateResponse = struct('configuration_update_response', () => ({
  err: req(1, errorCode),
  config: req(2, PartitionConfiguration),
}));
export type ConfigurationUpdateResponse = Infer<typeof ConfigurationUpdateResponse>;

export const ReplicaServerInfo = struct('replica_server_info', () => ({
  geo_tags: req(1, map(string, string)),
  total_capacity_mb: req(2, i64),
}));
export type ReplicaServerInfo = Infer<typeof ReplicaServerInfo>;

export const ConfigurationQueryByNodeRequest = struct('configuration_query_by_node_request', () => ({
  node: req(1, rpcAddress),
  stored_replicas: opt(2, list(ReplicaInfo)),
  info: opt(3, ReplicaServerInfo),
  hp_node: opt(4, hostPort),
}));
export type ConfigurationQueryByNodeRequest = Infer<typeof ConfigurationQueryByNodeRequest>;

export const ConfigurationQueryByNodeResponse = struct('configuration_query_by_node_response', () => ({
  err: req(1, errorCode),
  partitions: req(2, list(ConfigurationUpdateRequest)),
  gc_replicas: opt(3, list(ReplicaInfo)),
}));
export type ConfigurationQueryByNodeResponse = Infer<typeof ConfigurationQueryByNodeResponse>;

export const ConfigurationRecoveryRequest = struct('configuration_recovery_request', () => ({
  recovery_nodes: req(1, list(rpcAddress)),
  skip_bad_nodes: req(2, bool),
  skip_lost_partitions: req(3, bool),
  hp_recovery_nodes: opt(4, list(hostPort)),
}));
export type ConfigurationRecoveryRequest = Infer<typeof ConfigurationRecoveryRequest>;

export const ConfigurationRecoveryResponse = struct('configuration_recovery_response', () => ({
  err: req(1, errorCode),
  hint_message: req(2, serverText),
}));
export type ConfigurationRecoveryResponse = Infer<typeof ConfigurationRecoveryResponse>;

export const BalancerRequestType = enumeration('balancer_request_type', {
  move_primary: 0,
  copy_primary: 1,
  copy_secondary: 2,
});
export type BalancerRequestType = Infer<typeof BalancerRequestType>;

export const ConfigurationProposalAction = struct('configuration_proposal_action', () => ({
  target: req(1, rpcAddress),
  node: req(2, rpcAddress),
  type: req(3, ConfigType),
  hp_target: opt(5, hostPort),
  hp_node: opt(6, hostPort),
}));
export type ConfigurationProposalAction = Infer<typeof ConfigurationProposalAction>;

export const ConfigurationBalancerRequest = struct('configuration_balancer_request', () => ({
  gpid: req(1, gpid),
  action_list: req(2, list(ConfigurationProposalAction)),
  force: opt(3, bool),
  balance_type: opt(4, BalancerRequestType),
}));
export type ConfigurationBalancerRequest = Infer<typeof ConfigurationBalancerRequest>;

export const ConfigurationBalancerResponse = struct('configuration_balancer_response', () => ({
  err: req(1, errorCode),
}));
export type ConfigurationBalancerResponse = Infer<typeof ConfigurationBalancerResponse>;

export const DddDiagnoseRequest = struct('ddd_diagnose_request', () => ({
  pid: req(1, gpid),
}));
export type DddDiagnoseRequest = Infer<typeof DddDiagnoseRequest>;

export const DddNodeInfo = struct('ddd_node_info', () => ({
  node: req(1, rpcAddress),
  drop_time_ms: req(2, i64),
  is_alive: req(3, bool),
  is_collected: req(4, bool),
  ballot: req(5, i64),
  last_committed_decree: req(6, i64),
  last_prepared_decree: req(7, i64),
  hp_node: opt(8, hostPort),
}));
export type DddNodeInfo = Infer<typeof DddNodeInfo>;

export const DddPartitionInfo = struct('ddd_partition_info', () => ({
  config: req(1, PartitionConfiguration),
  dropped: req(2, list(DddNodeInfo)),
  reason: req(3, string),
}));
export type DddPartitionInfo = Infer<typeof DddPartitionInfo>;

export const DddDiagnoseResponse = struct('ddd_diagnose_response', () => ({
  err: req(1, errorCode),
  partitions: req(2, list(DddPartitionInfo)),
}));
export type DddDiagnoseResponse = Infer<typeof DddDiagnoseResponse>;
