/** RPCs that only servers send each other. No client calls them. */
import { metaMethod, replicaMethod } from '../method.ts';
import { NoReply } from './arguments.ts';
import * as backup from './backup.ts';
import * as bulkLoad from './bulk-load.ts';
import * as configuration from './configuration.ts';
import * as consensus from './consensus.ts';
import * as shipping from './duplicate.ts';
import * as duplication from './duplication.ts';
import * as failureDetector from './failure-detector.ts';
import * as metadata from './metadata.ts';
import * as nfs from './nfs.ts';
import * as split from './partition-split.ts';

export const ping = metaMethod('RPC_FD_FAILURE_DETECTOR_PING', () => [
  failureDetector.BeaconMsg,
  failureDetector.BeaconAck,
]);
export const configSync = metaMethod('RPC_CM_CONFIG_SYNC', () => [
  configuration.ConfigurationQueryByNodeRequest,
  configuration.ConfigurationQueryByNodeResponse,
]);
export const updateConfiguration = metaMethod('RPC_CM_UPDATE_PARTITION_CONFIGURATION', () => [
  configuration.ConfigurationUpdateRequest,
  configuration.ConfigurationUpdateResponse,
]);
export const duplicationSync = metaMethod('RPC_CM_DUPLICATION_SYNC', () => [
  duplication.DuplicationSyncRequest,
  duplication.DuplicationSyncResponse,
]);
export const registerChild = metaMethod('RPC_CM_REGISTER_CHILD_REPLICA', () => [
  split.RegisterChildRequest,
  split.RegisterChildResponse,
]);
export const notifyStopSplit = metaMethod('RPC_CM_NOTIFY_STOP_SPLIT', () => [
  split.NotifyStopSplitRequest,
  split.NotifyStopSplitResponse,
]);
export const queryChildState = metaMethod('RPC_CM_QUERY_CHILD_STATE', () => [
  split.QueryChildStateRequest,
  split.QueryChildStateResponse,
]);
export const reportRestoreStatus = metaMethod('RPC_CM_REPORT_RESTORE_STATUS', () => [
  backup.ConfigurationReportRestoreStatusRequest,
  backup.ConfigurationReportRestoreStatusResponse,
]);

export const duplicate = replicaMethod('RPC_RRDB_RRDB_DUPLICATE', () => [
  shipping.DuplicateRequest,
  shipping.DuplicateResponse,
]);
export const ingest = replicaMethod('RPC_RRDB_RRDB_BULK_LOAD', () => [
  bulkLoad.IngestionRequest,
  bulkLoad.IngestionResponse,
]);
export const groupCheck = replicaMethod('RPC_GROUP_CHECK', () => [
  consensus.GroupCheckRequest,
  consensus.GroupCheckResponse,
]);
export const prepare = replicaMethod('RPC_PREPARE', () => [consensus.PrepareMsg, consensus.PrepareAck]);
export const learn = replicaMethod('RPC_LEARN', () => [consensus.LearnRequest, consensus.LearnResponse]);
export const notifyLearned = replicaMethod('RPC_LEARN_COMPLETION_NOTIFY', () => [
  consensus.GroupCheckResponse,
  consensus.LearnNotifyResponse,
]);
export const bulkLoadPartition = replicaMethod('RPC_BULK_LOAD', () => [
  bulkLoad.BulkLoadRequest,
  bulkLoad.BulkLoadResponse,
]);
export const bulkLoadGroup = replicaMethod('RPC_GROUP_BULK_LOAD', () => [
  bulkLoad.GroupBulkLoadRequest,
  bulkLoad.GroupBulkLoadResponse,
]);
export const backUp = replicaMethod('RPC_COLD_BACKUP', () => [backup.BackupRequest, backup.BackupResponse]);
export const notifyCatchUp = replicaMethod('RPC_SPLIT_NOTIFY_CATCH_UP', () => [
  split.NotifyCatchUpRequest,
  split.NotifyCacthUpResponse,
]);
export const updateChildPartitionCount = replicaMethod('RPC_SPLIT_UPDATE_CHILD_PARTITION_COUNT', () => [
  split.UpdateChildGroupPartitionCountRequest,
  split.UpdateChildGroupPartitionCountResponse,
]);
export const copyFile = replicaMethod('RPC_NFS_COPY', () => [nfs.CopyRequest, nfs.CopyResponse]);
export const fileSizes = replicaMethod('RPC_NFS_GET_FILE_SIZE', () => [
  nfs.GetFileSizeRequest,
  nfs.GetFileSizeResponse,
]);

/** One-way. */
export const proposeConfiguration = replicaMethod('RPC_CONFIG_PROPOSAL', () => [
  configuration.ConfigurationUpdateRequest,
  NoReply,
]);
export const addLearner = replicaMethod('RPC_LEARN_ADD_LEARNER', () => [
  consensus.GroupCheckRequest,
  NoReply,
]);
export const removeReplica = replicaMethod('RPC_REMOVE_REPLICA', () => [
  metadata.ReplicaConfiguration,
  NoReply,
]);
