/** The cluster as a whole, of `idl/meta_admin.thrift`: nodes, info, function level. */
import {
  enumeration,
  errorCode,
  hostPort,
  type Infer,
  list,
  opt,
  req,
  rpcAddress,
  serverText,
  string,
  struct,
} from './schema.ts';

export const NodeStatus = enumeration('node_status', {
  NS_INVALID: 0,
  NS_ALIVE: 1,
  NS_UNALIVE: 2,
});
export type NodeStatus = Infer<typeof NodeStatus>;

export const NodeInfo = struct('node_info', () => ({
  status: req(1, NodeStatus),
  node: req(2, rpcAddress),
  hp_node: opt(3, hostPort),
}));
export type NodeInfo = Infer<typeof NodeInfo>;

export const ConfigurationListNodesRequest = struct('configuration_list_nodes_request', () => ({
  status: req(1, NodeStatus),
}));
export type ConfigurationListNodesRequest = Infer<typeof ConfigurationListNodesRequest>;

export const ConfigurationListNodesResponse = struct('configuration_list_nodes_response', () => ({
  err: req(1, errorCode),
  infos: req(2, list(NodeInfo)),
}));
export type ConfigurationListNodesResponse = Infer<typeof ConfigurationListNodesResponse>;

export const ConfigurationClusterInfoRequest = struct('configuration_cluster_info_request', () => ({}));
export type ConfigurationClusterInfoRequest = Infer<typeof ConfigurationClusterInfoRequest>;

export const ConfigurationClusterInfoResponse = struct('configuration_cluster_info_response', () => ({
  err: req(1, errorCode),
  keys: req(2, list(string)),
  values: req(3, list(serverText)),
}));
export type ConfigurationClusterInfoResponse = Infer<typeof ConfigurationClusterInfoResponse>;

export const MetaFunctionLevel = enumeration('meta_function_level', {
  fl_stopped: 100,
  fl_blind: 200,
  fl_freezed: 300,
  fl_steady: 400,
  fl_lively: 500,
  fl_invalid: 10000,
});
export type MetaFunctionLevel = Infer<typeof MetaFunctionLevel>;

export const ConfigurationMetaControlRequest = struct('configuration_meta_control_request', () => ({
  level: req(1, MetaFunctionLevel),
}));
export type ConfigurationMetaControlRequest = Infer<typeof ConfigurationMetaControlRequest>;

export const ConfigurationMetaControlResponse = struct('configuration_meta_control_response', () => ({
  err: req(1, errorCode),
  old_level: req(2, MetaFunctionLevel),
}));
export type ConfigurationMetaControlResponse = Infer<typeof ConfigurationMetaControlResponse>;
