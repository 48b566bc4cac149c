/** What Pegasus has no RPC for: the simulation's own controls. Times in microseconds since the Unix epoch. */
import { controlMethod } from '../method.ts';
import { AppInfo, PartitionConfiguration } from './layer2.ts';
import {
  bool,
  double,
  enumeration,
  type Infer,
  i32,
  i64,
  list,
  map,
  opt,
  req,
  string,
  struct,
} from './schema.ts';

const Nothing = struct('nothing', () => ({}));
const ClusterName = struct('ctl_cluster_name', () => ({ name: req(1, string) }));

export const ClusterState = struct('ctl_cluster_state', () => ({
  name: req(1, string),
  cluster_id: req(2, i32),
  metas: req(3, list(string)),
  replicas: req(4, list(string)),
  leader: req(5, string),
  defects: req(6, list(string)),
  enable_auth: req(7, bool),
  mandatory_auth: req(8, bool),
  is_current: req(9, bool),
  repairs: req(10, list(string)),
}));
export type ClusterState = Infer<typeof ClusterState>;

/** A cluster elsewhere that the workspace remembers by name. */
export const RealCluster = struct('ctl_real_cluster', () => ({
  name: req(1, string),
  /** `host:port` of its meta servers. */
  metas: req(2, list(string)),
  is_current: req(3, bool),
}));
export type RealCluster = Infer<typeof RealCluster>;

export const CreateClusterRequest = struct('ctl_create_cluster_request', () => ({
  name: req(1, string),
  metas: req(2, i32),
  replicas: req(3, i32),
  auth: req(4, bool),
  defects: req(5, list(string)),
  repairs: opt(6, list(string)),
}));
export type CreateClusterRequest = Infer<typeof CreateClusterRequest>;

export const createCluster = controlMethod('CTL_CREATE_CLUSTER', CreateClusterRequest, ClusterState);
export const listClusters = controlMethod(
  'CTL_LIST_CLUSTERS',
  Nothing,
  struct('ctl_list_clusters_response', () => ({
    clusters: req(1, list(ClusterState)),
    real_clusters: req(2, list(RealCluster)),
  })),
);
export const addRealCluster = controlMethod(
  'CTL_ADD_REAL_CLUSTER',
  struct('ctl_add_real_cluster_request', () => ({ name: req(1, string), metas: req(2, list(string)) })),
  RealCluster,
);
export const useCluster = controlMethod('CTL_USE_CLUSTER', ClusterName, ClusterName);
export const removeCluster = controlMethod('CTL_REMOVE_CLUSTER', ClusterName, Nothing);

export const ConfigRow = struct('ctl_config_row', () => ({
  key: req(1, string),
  value: req(2, string),
  default_value: req(3, string),
  is_default: req(4, bool),
  unit: req(5, string),
  is_mutable: req(6, bool),
  meaning: req(7, string),
  /** Whether the simulation goes by it; else it is only kept. */
  has_effect: req(8, bool),
  /** When what running servers take shows, in words; at once where it is not there. */
  seen: opt(9, string),
}));
export type ConfigRow = Infer<typeof ConfigRow>;

export const getConfig = controlMethod(
  'CTL_GET_CONFIG',
  ClusterName,
  struct('ctl_get_config_response', () => ({ rows: req(1, list(ConfigRow)) })),
);
export const setConfig = controlMethod(
  'CTL_SET_CONFIG',
  struct('ctl_set_config_request', () => ({
    name: req(1, string),
    key: req(2, string),
    value: opt(3, string),
  })),
  ConfigRow,
);

/** A table as the meta server's storage has it, dropped or not, and its partitions in order. */
export const StoredTable = struct('ctl_stored_table', () => ({
  info: req(1, AppInfo),
  partitions: req(2, list(PartitionConfiguration)),
}));
export type StoredTable = Infer<typeof StoredTable>;

/** What is stored of all tables, whether a meta server can be asked for it or not. */
export const storedTables = controlMethod(
  'CTL_STORED_TABLES',
  ClusterName,
  struct('ctl_stored_tables_response', () => ({ tables: req(1, list(StoredTable)) })),
);

export const NodeRole = enumeration('ctl_node_role', { meta: 0, replica: 1 });
export const NodeCondition = enumeration('ctl_node_condition', {
  running: 0,
  stopped: 1,
  killed: 2,
  crashed: 3,
});
export type NodeCondition = Infer<typeof NodeCondition>;

export const NodeState = struct('ctl_node_state', () => ({
  name: req(1, string),
  node: req(2, string),
  role: req(3, NodeRole),
  state: req(4, NodeCondition),
  since_us: req(5, i64),
  crashes: req(6, i32),
}));
export type NodeState = Infer<typeof NodeState>;

export const CrashState = struct('ctl_crash', () => ({
  time_us: req(1, i64),
  gpid: req(2, string),
  location: req(3, string),
  assertion: req(4, string),
  log_line: req(5, string),
}));

export const CompactionState = enumeration('ctl_compaction_state', {
  idle: 0,
  queuing: 1,
  running: 2,
  finished: 3,
});

export const ReplicaState = struct('ctl_replica_state', () => ({
  gpid: req(1, string),
  app_name: req(2, string),
  status: req(3, string),
  ballot: req(4, i64),
  last_committed_decree: req(5, i64),
  last_prepared_decree: req(6, i64),
  last_durable_decree: req(7, i64),
  max_plog_decree: req(8, i64),
  /** Size of the private log. */
  plog_bytes: req(9, i64),
  /** Of its manual compaction. */
  compaction: req(10, CompactionState),
  /** What it knows of its table. */
  envs: req(11, map(string, string)),
  max_replica_count: req(12, i32),
  /** The log holds no decree up to this one. */
  max_gced_decree: req(13, i64),
  /** How many partitions it takes its table to have. */
  partition_count: req(14, i32),
}));
export type ReplicaState = Infer<typeof ReplicaState>;

const NodeName = struct('ctl_node_name', () => ({ cluster: req(1, string), node: req(2, string) }));

export const listNodes = controlMethod(
  'CTL_LIST_NODES',
  ClusterName,
  struct('ctl_list_nodes_response', () => ({ nodes: req(1, list(NodeState)) })),
);
export const ShowNodeResponse = struct('ctl_show_node_response', () => ({
  node: req(1, NodeState),
  crashes: req(2, list(CrashState)),
  replicas: req(3, list(ReplicaState)),
}));
export type ShowNodeResponse = Infer<typeof ShowNodeResponse>;
export const showNode = controlMethod('CTL_SHOW_NODE', NodeName, ShowNodeResponse);

export const NodeAction = enumeration('ctl_node_action', { start: 0, stop: 1, restart: 2, kill: 3, wipe: 4 });
export type NodeAction = Infer<typeof NodeAction>;
export const changeNode = controlMethod(
  'CTL_CHANGE_NODE',
  struct('ctl_change_node_request', () => ({
    cluster: req(1, string),
    node: req(2, string),
    action: req(3, NodeAction),
  })),
  NodeState,
);

export const ClockMode = enumeration('ctl_clock_mode', { realtime: 0, manual: 1 });
export type ClockMode = Infer<typeof ClockMode>;
export const ClockState = struct('ctl_clock_state', () => ({ mode: req(1, ClockMode), now_us: req(2, i64) }));
export type ClockState = Infer<typeof ClockState>;
export const getClock = controlMethod('CTL_GET_CLOCK', Nothing, ClockState);
export const setClock = controlMethod(
  'CTL_SET_CLOCK',
  struct('ctl_set_clock', () => ({ mode: req(1, ClockMode) })),
  ClockState,
);
export const advanceClock = controlMethod(
  'CTL_ADVANCE_CLOCK',
  struct('ctl_advance_clock', () => ({ duration_us: req(1, i64) })),
  ClockState,
);

/**
 * Kinds of faults. Those of messages and disks have the names of upstream's fault injector where it has them
 * (`src/runtime/fault_injector.cpp`).
 */
export const FaultKind = enumeration('ctl_fault_kind', {
  node_kill: 0,
  node_stop: 1,
  node_hang: 2,
  node_wipe: 3,
  partition: 4,
  rpc_request_drop: 5,
  rpc_response_drop: 6,
  rpc_request_delay: 7,
  rpc_response_delay: 8,
  auth_refuse: 9,
  acl_deny: 10,
  disk_full: 11,
  disk_read_only: 12,
  disk_read_fail: 13,
  disk_write_fail: 14,
  disk_io_delay: 15,
  disk_corrupt: 16,
  clock_skew: 17,
  zookeeper_timeout: 18,
});
export type FaultKind = Infer<typeof FaultKind>;

/**
 * An end is `client`, `all`, a cluster, a server of `cluster`, or `<cluster>/<server>`. A fault of servers has them as
 * its first end and no second one.
 */
export const AddFaultRequest = struct('ctl_add_fault_request', () => ({
  cluster: req(1, string),
  kind: req(2, FaultKind),
  from: req(3, string),
  to: req(4, string),
  one_way: req(5, bool),
  ratio: req(6, double),
  min_us: req(7, i64),
  max_us: req(8, i64),
  /** From now until it begins. */
  after_us: req(9, i64),
  /** How long it lasts; 0 = until it is cleared. */
  for_us: req(10, i64),
}));
export type AddFaultRequest = Infer<typeof AddFaultRequest>;

export const FaultState = struct('ctl_fault_state', () => ({
  id: req(1, i32),
  kind: req(2, FaultKind),
  from: req(3, string),
  to: req(4, string),
  one_way: req(5, bool),
  ratio: req(6, double),
  min_us: req(7, i64),
  max_us: req(8, i64),
  begins_us: req(9, i64),
  /** 0 = when it is cleared. */
  ends_us: req(10, i64),
  is_active: req(11, bool),
}));
export type FaultState = Infer<typeof FaultState>;

const FaultStates = struct('ctl_fault_states', () => ({ faults: req(1, list(FaultState)) }));

export const addFault = controlMethod('CTL_ADD_FAULT', AddFaultRequest, FaultState);
export const listFaults = controlMethod('CTL_LIST_FAULTS', Nothing, FaultStates);
/** Heals one fault, or all without an id; answers those that were healed. */
export const clearFaults = controlMethod(
  'CTL_CLEAR_FAULTS',
  struct('ctl_clear_faults_request', () => ({ id: opt(1, i32) })),
  FaultStates,
);
