/** Every RPC of Pegasus that pegsh speaks: its code and the schemas of its two messages. */
import { metaMethod, replicaMethod } from '../method.ts';
import {
  ClearScannerArguments,
  Command,
  CommandResult,
  HashKeyArguments,
  KeyArguments,
  NoReply,
} from './arguments.ts';
import * as backup from './backup.ts';
import * as bulkLoad from './bulk-load.ts';
import * as cluster from './cluster.ts';
import * as configuration from './configuration.ts';
import * as duplication from './duplication.ts';
import * as layer2 from './layer2.ts';
import * as split from './partition-split.ts';
import * as replicaAdmin from './replica-admin.ts';
import * as rrdb from './rrdb.ts';
import * as scan from './scan.ts';
import * as security from './security.ts';
import * as settings from './table-settings.ts';
import * as tables from './tables.ts';

export const createApp = metaMethod('RPC_CM_CREATE_APP', () => [
  tables.ConfigurationCreateAppRequest,
  tables.ConfigurationCreateAppResponse,
]);
export const dropApp = metaMethod('RPC_CM_DROP_APP', () => [
  tables.ConfigurationDropAppRequest,
  tables.ConfigurationDropAppResponse,
]);
export const recallApp = metaMethod('RPC_CM_RECALL_APP', () => [
  tables.ConfigurationRecallAppRequest,
  tables.ConfigurationRecallAppResponse,
]);
export const renameApp = metaMethod('RPC_CM_RENAME_APP', () => [
  tables.ConfigurationRenameAppRequest,
  tables.ConfigurationRenameAppResponse,
]);
export const listApps = metaMethod('RPC_CM_LIST_APPS', () => [
  tables.ConfigurationListAppsRequest,
  tables.ConfigurationListAppsResponse,
]);
export const listNodes = metaMethod('RPC_CM_LIST_NODES', () => [
  cluster.ConfigurationListNodesRequest,
  cluster.ConfigurationListNodesResponse,
]);
export const clusterInfo = metaMethod('RPC_CM_CLUSTER_INFO', () => [
  cluster.ConfigurationClusterInfoRequest,
  cluster.ConfigurationClusterInfoResponse,
]);
export const queryConfig = metaMethod('RPC_CM_QUERY_PARTITION_CONFIG_BY_INDEX', () => [
  layer2.QueryCfgRequest,
  layer2.QueryCfgResponse,
]);
export const controlMeta = metaMethod('RPC_CM_CONTROL_META', () => [
  cluster.ConfigurationMetaControlRequest,
  cluster.ConfigurationMetaControlResponse,
]);
export const updateAppEnv = metaMethod('RPC_CM_UPDATE_APP_ENV', () => [
  settings.ConfigurationUpdateAppEnvRequest,
  settings.ConfigurationUpdateAppEnvResponse,
]);
export const getMaxReplicaCount = metaMethod('RPC_CM_GET_MAX_REPLICA_COUNT', () => [
  settings.ConfigurationGetMaxReplicaCountRequest,
  settings.ConfigurationGetMaxReplicaCountResponse,
]);
export const setMaxReplicaCount = metaMethod('RPC_CM_SET_MAX_REPLICA_COUNT', () => [
  settings.ConfigurationSetMaxReplicaCountRequest,
  settings.ConfigurationSetMaxReplicaCountResponse,
]);
export const getAtomicIdempotent = metaMethod('RPC_CM_GET_ATOMIC_IDEMPOTENT', () => [
  settings.ConfigurationGetAtomicIdempotentRequest,
  settings.ConfigurationGetAtomicIdempotentResponse,
]);
export const setAtomicIdempotent = metaMethod('RPC_CM_SET_ATOMIC_IDEMPOTENT', () => [
  settings.ConfigurationSetAtomicIdempotentRequest,
  settings.ConfigurationSetAtomicIdempotentResponse,
]);
export const addDuplication = metaMethod('RPC_CM_ADD_DUPLICATION', () => [
  duplication.DuplicationAddRequest,
  duplication.DuplicationAddResponse,
]);
export const modifyDuplication = metaMethod('RPC_CM_MODIFY_DUPLICATION', () => [
  duplication.DuplicationModifyRequest,
  duplication.DuplicationModifyResponse,
]);
export const queryDuplication = metaMethod('RPC_CM_QUERY_DUPLICATION', () => [
  duplication.DuplicationQueryRequest,
  duplication.DuplicationQueryResponse,
]);
export const listDuplication = metaMethod('RPC_CM_LIST_DUPLICATION', () => [
  duplication.DuplicationListRequest,
  duplication.DuplicationListResponse,
]);

export const proposeBalancer = metaMethod('RPC_CM_PROPOSE_BALANCER', () => [
  configuration.ConfigurationBalancerRequest,
  configuration.ConfigurationBalancerResponse,
]);
export const startRecovery = metaMethod('RPC_CM_START_RECOVERY', () => [
  configuration.ConfigurationRecoveryRequest,
  configuration.ConfigurationRecoveryResponse,
]);
export const diagnose = metaMethod('RPC_CM_DDD_DIAGNOSE', () => [
  configuration.DddDiagnoseRequest,
  configuration.DddDiagnoseResponse,
]);
export const startManualCompact = metaMethod('RPC_CM_START_MANUAL_COMPACT', () => [
  settings.StartAppManualCompactRequest,
  settings.StartAppManualCompactResponse,
]);
export const queryManualCompact = metaMethod('RPC_CM_QUERY_MANUAL_COMPACT_STATUS', () => [
  settings.QueryAppManualCompactRequest,
  settings.QueryAppManualCompactResponse,
]);
export const startPartitionSplit = metaMethod('RPC_CM_START_PARTITION_SPLIT', () => [
  split.StartPartitionSplitRequest,
  split.StartPartitionSplitResponse,
]);
export const controlPartitionSplit = metaMethod('RPC_CM_CONTROL_PARTITION_SPLIT', () => [
  split.ControlSplitRequest,
  split.ControlSplitResponse,
]);
export const queryPartitionSplit = metaMethod('RPC_CM_QUERY_PARTITION_SPLIT', () => [
  split.QuerySplitRequest,
  split.QuerySplitResponse,
]);
export const startBulkLoad = metaMethod('RPC_CM_START_BULK_LOAD', () => [
  bulkLoad.StartBulkLoadRequest,
  bulkLoad.StartBulkLoadResponse,
]);
export const controlBulkLoad = metaMethod('RPC_CM_CONTROL_BULK_LOAD', () => [
  bulkLoad.ControlBulkLoadRequest,
  bulkLoad.ControlBulkLoadResponse,
]);
export const queryBulkLoad = metaMethod('RPC_CM_QUERY_BULK_LOAD_STATUS', () => [
  bulkLoad.QueryBulkLoadRequest,
  bulkLoad.QueryBulkLoadResponse,
]);
export const clearBulkLoad = metaMethod('RPC_CM_CLEAR_BULK_LOAD', () => [
  bulkLoad.ClearBulkLoadStateRequest,
  bulkLoad.ClearBulkLoadStateResponse,
]);
export const startBackupApp = metaMethod('RPC_CM_START_BACKUP_APP', () => [
  backup.StartBackupAppRequest,
  backup.StartBackupAppResponse,
]);
export const queryBackupStatus = metaMethod('RPC_CM_QUERY_BACKUP_STATUS', () => [
  backup.QueryBackupStatusRequest,
  backup.QueryBackupStatusResponse,
]);
export const addBackupPolicy = metaMethod('RPC_CM_ADD_BACKUP_POLICY', () => [
  backup.ConfigurationAddBackupPolicyRequest,
  backup.ConfigurationAddBackupPolicyResponse,
]);
export const modifyBackupPolicy = metaMethod('RPC_CM_MODIFY_BACKUP_POLICY', () => [
  backup.ConfigurationModifyBackupPolicyRequest,
  backup.ConfigurationModifyBackupPolicyResponse,
]);
export const queryBackupPolicy = metaMethod('RPC_CM_QUERY_BACKUP_POLICY', () => [
  backup.ConfigurationQueryBackupPolicyRequest,
  backup.ConfigurationQueryBackupPolicyResponse,
]);
export const startRestore = metaMethod('RPC_CM_START_RESTORE', () => [
  backup.ConfigurationRestoreRequest,
  tables.ConfigurationCreateAppResponse,
]);
export const queryRestoreStatus = metaMethod('RPC_CM_QUERY_RESTORE_STATUS', () => [
  backup.ConfigurationQueryRestoreRequest,
  backup.ConfigurationQueryRestoreResponse,
]);

export const put = replicaMethod('RPC_RRDB_RRDB_PUT', () => [rrdb.UpdateRequest, rrdb.UpdateResponse]);
export const remove = replicaMethod('RPC_RRDB_RRDB_REMOVE', () => [KeyArguments, rrdb.UpdateResponse]);
export const multiPut = replicaMethod('RPC_RRDB_RRDB_MULTI_PUT', () => [
  rrdb.MultiPutRequest,
  rrdb.UpdateResponse,
]);
export const multiRemove = replicaMethod('RPC_RRDB_RRDB_MULTI_REMOVE', () => [
  rrdb.MultiRemoveRequest,
  rrdb.MultiRemoveResponse,
]);
export const incr = replicaMethod('RPC_RRDB_RRDB_INCR', () => [rrdb.IncrRequest, rrdb.IncrResponse]);
export const checkAndSet = replicaMethod('RPC_RRDB_RRDB_CHECK_AND_SET', () => [
  rrdb.CheckAndSetRequest,
  rrdb.CheckAndSetResponse,
]);
export const checkAndMutate = replicaMethod('RPC_RRDB_RRDB_CHECK_AND_MUTATE', () => [
  rrdb.CheckAndMutateRequest,
  rrdb.CheckAndMutateResponse,
]);
export const get = replicaMethod('RPC_RRDB_RRDB_GET', () => [KeyArguments, rrdb.ReadResponse]);
export const ttl = replicaMethod('RPC_RRDB_RRDB_TTL', () => [KeyArguments, rrdb.TtlResponse]);
export const multiGet = replicaMethod('RPC_RRDB_RRDB_MULTI_GET', () => [
  rrdb.MultiGetRequest,
  rrdb.MultiGetResponse,
]);
export const batchGet = replicaMethod('RPC_RRDB_RRDB_BATCH_GET', () => [
  rrdb.BatchGetRequest,
  rrdb.BatchGetResponse,
]);
export const sortkeyCount = replicaMethod('RPC_RRDB_RRDB_SORTKEY_COUNT', () => [
  HashKeyArguments,
  rrdb.CountResponse,
]);
export const getScanner = replicaMethod('RPC_RRDB_RRDB_GET_SCANNER', () => [
  scan.GetScannerRequest,
  scan.ScanResponse,
]);
export const nextScan = replicaMethod('RPC_RRDB_RRDB_SCAN', () => [scan.ScanRequest, scan.ScanResponse]);
export const clearScanner = replicaMethod('RPC_RRDB_RRDB_CLEAR_SCANNER', () => [
  ClearScannerArguments,
  NoReply,
]);

/** To one replica server, whatever replicas it has. */
export const queryDiskInfo = replicaMethod('RPC_QUERY_DISK_INFO', () => [
  replicaAdmin.QueryDiskInfoRequest,
  replicaAdmin.QueryDiskInfoResponse,
]);
export const migrateReplicaDisk = replicaMethod('RPC_REPLICA_DISK_MIGRATE', () => [
  replicaAdmin.ReplicaDiskMigrateRequest,
  replicaAdmin.ReplicaDiskMigrateResponse,
]);
export const detectHotkey = replicaMethod('RPC_DETECT_HOTKEY', () => [
  replicaAdmin.DetectHotkeyRequest,
  replicaAdmin.DetectHotkeyResponse,
]);
export const addNewDisk = replicaMethod('RPC_ADD_NEW_DISK', () => [
  replicaAdmin.AddNewDiskRequest,
  replicaAdmin.AddNewDiskResponse,
]);
export const queryAppInfo = replicaMethod('RPC_QUERY_APP_INFO', () => [
  tables.QueryAppInfoRequest,
  tables.QueryAppInfoResponse,
]);
export const queryReplicaInfo = replicaMethod('RPC_QUERY_REPLICA_INFO', () => [
  replicaAdmin.QueryReplicaInfoRequest,
  replicaAdmin.QueryReplicaInfoResponse,
]);
export const queryReplicaDecree = replicaMethod('RPC_QUERY_PN_DECREE', () => [
  replicaAdmin.QueryReplicaDecreeRequest,
  replicaAdmin.QueryReplicaDecreeResponse,
]);

/** To any server. */
export const callCommand = replicaMethod('RPC_CLI_CLI_CALL', () => [Command, CommandResult]);
export const negotiate = replicaMethod('RPC_NEGOTIATION', () => [
  security.NegotiationRequest,
  security.NegotiationResponse,
]);
