/** Every RPC that pegsh sends or answers: its code, who serves it and its two messages (wire-protocol.md 3.1). */
import { metaMethod, replicaMethod } from '../method.ts';
import * as args from './arguments.ts';
import * as cluster from './cluster.ts';
import * as configuration from './configuration.ts';
import * as duplicate from './duplicate.ts';
import * as duplication from './duplication.ts';
import { QueryCfgRequest, QueryCfgResponse } from './layer2.ts';
import * as split from './partition-split.ts';
import * as replicaAdmin from './replica-admin.ts';
import * as rrdb from './rrdb.ts';
import * as scan from './scan.ts';
import * as settings from './table-settings.ts';
import * as tables from './tables.ts';

/** What the leading meta server answers. */
export const META_METHODS = {
  createApp: metaMethod(
    'RPC_CM_CREATE_APP',
    tables.ConfigurationCreateAppRequest,
    tables.ConfigurationCreateAppResponse,
  ),
  dropApp: metaMethod(
    'RPC_CM_DROP_APP',
    tables.ConfigurationDropAppRequest,
    tables.ConfigurationDropAppResponse,
  ),
  recallApp: metaMethod(
    'RPC_CM_RECALL_APP',
    tables.ConfigurationRecallAppRequest,
    tables.ConfigurationRecallAppResponse,
  ),
  renameApp: metaMethod(
    'RPC_CM_RENAME_APP',
    tables.ConfigurationRenameAppRequest,
    tables.ConfigurationRenameAppResponse,
  ),
  listApps: metaMethod(
    'RPC_CM_LIST_APPS',
    tables.ConfigurationListAppsRequest,
    tables.ConfigurationListAppsResponse,
  ),
  queryConfig: metaMethod('RPC_CM_QUERY_PARTITION_CONFIG_BY_INDEX', QueryCfgRequest, QueryCfgResponse),

  listNodes: metaMethod(
    'RPC_CM_LIST_NODES',
    cluster.ConfigurationListNodesRequest,
    cluster.ConfigurationListNodesResponse,
  ),
  clusterInfo: metaMethod(
    'RPC_CM_CLUSTER_INFO',
    cluster.ConfigurationClusterInfoRequest,
    cluster.ConfigurationClusterInfoResponse,
  ),
  controlMeta: metaMethod(
    'RPC_CM_CONTROL_META',
    cluster.ConfigurationMetaControlRequest,
    cluster.ConfigurationMetaControlResponse,
  ),

  updateAppEnv: metaMethod(
    'RPC_CM_UPDATE_APP_ENV',
    settings.ConfigurationUpdateAppEnvRequest,
    settings.ConfigurationUpdateAppEnvResponse,
  ),
  getMaxReplicaCount: metaMethod(
    'RPC_CM_GET_MAX_REPLICA_COUNT',
    settings.ConfigurationGetMaxReplicaCountRequest,
    settings.ConfigurationGetMaxReplicaCountResponse,
  ),
  setMaxReplicaCount: metaMethod(
    'RPC_CM_SET_MAX_REPLICA_COUNT',
    settings.ConfigurationSetMaxReplicaCountRequest,
    settings.ConfigurationSetMaxReplicaCountResponse,
  ),
  getAtomicIdempotent: metaMethod(
    'RPC_CM_GET_ATOMIC_IDEMPOTENT',
    settings.ConfigurationGetAtomicIdempotentRequest,
    settings.ConfigurationGetAtomicIdempotentResponse,
  ),
  setAtomicIdempotent: metaMethod(
    'RPC_CM_SET_ATOMIC_IDEMPOTENT',
    settings.ConfigurationSetAtomicIdempotentRequest,
    settings.ConfigurationSetAtomicIdempotentResponse,
  ),
  startManualCompact: metaMethod(
    'RPC_CM_START_MANUAL_COMPACT',
    settings.StartAppManualCompactRequest,
    settings.StartAppManualCompactResponse,
  ),
  queryManualCompact: metaMethod(
    'RPC_CM_QUERY_MANUAL_COMPACT_STATUS',
    settings.QueryAppManualCompactRequest,
    settings.QueryAppManualCompactResponse,
  ),

  proposeBalancer: metaMethod(
    'RPC_CM_PROPOSE_BALANCER',
    configuration.ConfigurationBalancerRequest,
    configuration.ConfigurationBalancerResponse,
  ),
  startRecovery: metaMethod(
    'RPC_CM_START_RECOVERY',
    configuration.ConfigurationRecoveryRequest,
    configuration.ConfigurationRecoveryResponse,
  ),
  dddDiagnose: metaMethod(
    'RPC_CM_DDD_DIAGNOSE',
    configuration.DddDiagnoseRequest,
    configuration.DddDiagnoseResponse,
  ),
  configSync: metaMethod(
    'RPC_CM_CONFIG_SYNC',
    configuration.ConfigurationQueryByNodeRequest,
    configuration.ConfigurationQueryByNodeResponse,
  ),
  updatePartitionConfiguration: metaMethod(
    'RPC_CM_UPDATE_PARTITION_CONFIGURATION',
    configuration.ConfigurationUpdateRequest,
    configuration.ConfigurationUpdateResponse,
  ),

  addDuplication: metaMethod(
    'RPC_CM_ADD_DUPLICATION',
    duplication.DuplicationAddRequest,
    duplication.DuplicationAddResponse,
  ),
  modifyDuplication: metaMethod(
    'RPC_CM_MODIFY_DUPLICATION',
    duplication.DuplicationModifyRequest,
    duplication.DuplicationModifyResponse,
  ),
  queryDuplication: metaMethod(
    'RPC_CM_QUERY_DUPLICATION',
    duplication.DuplicationQueryRequest,
    duplication.DuplicationQueryResponse,
  ),
  listDuplication: metaMethod(
    'RPC_CM_LIST_DUPLICATION',
    duplication.DuplicationListRequest,
    duplication.DuplicationListResponse,
  ),
  duplicationSync: metaMethod(
    'RPC_CM_DUPLICATION_SYNC',
    duplication.DuplicationSyncRequest,
    duplication.DuplicationSyncResponse,
  ),

  startPartitionSplit: metaMethod(
    'RPC_CM_START_PARTITION_SPLIT',
    split.StartPartitionSplitRequest,
    split.StartPartitionSplitResponse,
  ),
  controlPartitionSplit: metaMethod(
    'RPC_CM_CONTROL_PARTITION_SPLIT',
    split.ControlSplitRequest,
    split.ControlSplitResponse,
  ),
  queryPartitionSplit: metaMethod(
    'RPC_CM_QUERY_PARTITION_SPLIT',
    split.QuerySplitRequest,
    split.QuerySplitResponse,
  ),
} as const;

/** Data requests, which the primary of a partition answers. */
export const DATA_METHODS = {
  put: replicaMethod('RPC_RRDB_RRDB_PUT', rrdb.UpdateRequest, rrdb.UpdateResponse),
  multiPut: replicaMethod('RPC_RRDB_RRDB_MULTI_PUT', rrdb.MultiPutRequest, rrdb.UpdateResponse),
  remove: replicaMethod('RPC_RRDB_RRDB_REMOVE', args.KeyArguments, rrdb.UpdateResponse),
  multiRemove: replicaMethod('RPC_RRDB_RRDB_MULTI_REMOVE', rrdb.MultiRemoveRequest, rrdb.MultiRemoveResponse),
  incr: replicaMethod('RPC_RRDB_RRDB_INCR', rrdb.IncrRequest, rrdb.IncrResponse),
  checkAndSet: replicaMethod(
    'RPC_RRDB_RRDB_CHECK_AND_SET',
    rrdb.CheckAndSetRequest,
    rrdb.CheckAndSetResponse,
  ),
  checkAndMutate: replicaMethod(
    'RPC_RRDB_RRDB_CHECK_AND_MUTATE',
    rrdb.CheckAndMutateRequest,
    rrdb.CheckAndMutateResponse,
  ),
  duplicate: replicaMethod(
    'RPC_RRDB_RRDB_DUPLICATE',
    duplicate.DuplicateRequest,
    duplicate.DuplicateResponse,
  ),
  get: replicaMethod('RPC_RRDB_RRDB_GET', args.KeyArguments, rrdb.ReadResponse),
  ttl: replicaMethod('RPC_RRDB_RRDB_TTL', args.KeyArguments, rrdb.TtlResponse),
  multiGet: replicaMethod('RPC_RRDB_RRDB_MULTI_GET', rrdb.MultiGetRequest, rrdb.MultiGetResponse),
  batchGet: replicaMethod('RPC_RRDB_RRDB_BATCH_GET', rrdb.BatchGetRequest, rrdb.BatchGetResponse),
  sortkeyCount: replicaMethod('RPC_RRDB_RRDB_SORTKEY_COUNT', args.HashKeyArguments, rrdb.CountResponse),
  getScanner: replicaMethod('RPC_RRDB_RRDB_GET_SCANNER', scan.GetScannerRequest, scan.ScanResponse),
  scan: replicaMethod('RPC_RRDB_RRDB_SCAN', scan.ScanRequest, scan.ScanResponse),
  clearScanner: replicaMethod('RPC_RRDB_RRDB_CLEAR_SCANNER', args.ClearScannerArguments, args.NoReply),
} as const;

/** What a replica server answers about itself; the gpid of the call is 0.0. */
export const REPLICA_ADMIN_METHODS = {
  queryDiskInfo: replicaMethod(
    'RPC_QUERY_DISK_INFO',
    replicaAdmin.QueryDiskInfoRequest,
    replicaAdmin.QueryDiskInfoResponse,
  ),
  diskMigrate: replicaMethod(
    'RPC_REPLICA_DISK_MIGRATE',
    replicaAdmin.ReplicaDiskMigrateRequest,
    replicaAdmin.ReplicaDiskMigrateResponse,
  ),
  detectHotkey: replicaMethod(
    'RPC_DETECT_HOTKEY',
    replicaAdmin.DetectHotkeyRequest,
    replicaAdmin.DetectHotkeyResponse,
  ),
  addNewDisk: replicaMethod(
    'RPC_ADD_NEW_DISK',
    replicaAdmin.AddNewDiskRequest,
    replicaAdmin.AddNewDiskResponse,
  ),
  queryReplicaInfo: replicaMethod(
    'RPC_QUERY_REPLICA_INFO',
    replicaAdmin.QueryReplicaInfoRequest,
    replicaAdmin.QueryReplicaInfoResponse,
  ),
  queryReplicaDecree: replicaMethod(
    'RPC_QUERY_PN_DECREE',
    replicaAdmin.QueryReplicaDecreeRequest,
    replicaAdmin.QueryReplicaDecreeResponse,
  ),
  remoteCommand: replicaMethod('RPC_CLI_CLI_CALL', args.Command, args.CommandResult),
} as const;
