import { addPolicy, modifyPolicy, queryPolicies } from '../backup/policies.ts';
import { queryRestoreStatus, startRestore } from '../backup/restore-table.ts';
import { queryBackupStatus, startBackupApp } from '../backup/table-backup.ts';
import type { LongReply } from '../request.ts';
import { getAtomicIdempotent, setAtomicIdempotent } from './atomic-idempotent.ts';
import { clearBulkLoad, controlBulkLoad, queryBulkLoad, startBulkLoad } from './bulk-load.ts';
import { clusterInfo, listNodes } from './cluster-info.ts';
import { diagnoseDdd } from './ddd.ts';
import { addDuplication } from './duplication-add.ts';
import { modifyDuplication } from './duplication-modify.ts';
import { listDuplications, queryDuplication } from './duplication-query.ts';
import { updateEnvs } from './envs.ts';
import { controlMeta } from './level.ts';
import { queryManualCompaction, startManualCompaction } from './manual-compaction.ts';
import type { MetaServer } from './meta-server.ts';
import { controlSplit, querySplit, startSplit } from './partition-split.ts';
import { proposeBalancer } from './propose.ts';
import { recallTable } from './recall.ts';
import { startRecovery } from './recovery.ts';
import { renameTable } from './rename.ts';
import { getReplicaCount, setReplicaCount } from './replica-count.ts';
import { createTable, dropTable, listTables, queryConfiguration } from './tables.ts';

type Handler = (meta: MetaServer, request: never) => unknown;

/**
 * What the leading meta server answers, by RPC code; it has no handler for anything else. Named in functions: a request
 * needs the module of one.
 */
const HANDLERS: Readonly<Record<string, () => Handler>> = {
  RPC_CM_CREATE_APP: () => createTable,
  RPC_CM_DROP_APP: () => dropTable,
  RPC_CM_RECALL_APP: () => recallTable,
  RPC_CM_RENAME_APP: () => renameTable,
  RPC_CM_LIST_APPS: () => listTables,
  RPC_CM_LIST_NODES: () => listNodes,
  RPC_CM_CLUSTER_INFO: () => clusterInfo,
  RPC_CM_QUERY_PARTITION_CONFIG_BY_INDEX: () => queryConfiguration,
  RPC_CM_CONTROL_META: () => controlMeta,
  RPC_CM_START_RECOVERY: () => startRecovery,
  RPC_CM_DDD_DIAGNOSE: () => diagnoseDdd,
  RPC_CM_PROPOSE_BALANCER: () => proposeBalancer,
  RPC_CM_UPDATE_APP_ENV: () => updateEnvs,
  RPC_CM_GET_MAX_REPLICA_COUNT: () => getReplicaCount,
  RPC_CM_SET_MAX_REPLICA_COUNT: () => setReplicaCount,
  RPC_CM_START_MANUAL_COMPACT: () => startManualCompaction,
  RPC_CM_QUERY_MANUAL_COMPACT_STATUS: () => queryManualCompaction,
  RPC_CM_START_PARTITION_SPLIT: () => whereServed(servesAll, startSplit, { hint_msg: '' }),
  RPC_CM_QUERY_PARTITION_SPLIT: () =>
    whereServed(servesAll, querySplit, { new_partition_count: 0, status: new Map() }),
  RPC_CM_CONTROL_PARTITION_SPLIT: () => whereServed(servesAll, controlSplit, {}),
  RPC_CM_START_BULK_LOAD: () => startBulkLoad,
  RPC_CM_CONTROL_BULK_LOAD: () => controlBulkLoad,
  RPC_CM_QUERY_BULK_LOAD_STATUS: () => queryBulkLoad,
  RPC_CM_CLEAR_BULK_LOAD: () => clearBulkLoad,
  RPC_CM_ADD_BACKUP_POLICY: () => whereServed(backsUp, addPolicy, { hint_message: '' }),
  RPC_CM_MODIFY_BACKUP_POLICY: () => whereServed(backsUp, modifyPolicy, { hint_message: '' }),
  RPC_CM_QUERY_BACKUP_POLICY: () => whereServed(backsUp, queryPolicies, { policys: [], backup_infos: [] }),
  RPC_CM_START_RESTORE: () => startRestore,
  RPC_CM_QUERY_RESTORE_STATUS: () => queryRestoreStatus,
  RPC_CM_START_BACKUP_APP: () => startBackupApp,
  RPC_CM_QUERY_BACKUP_STATUS: () => queryBackupStatus,
  RPC_CM_GET_ATOMIC_IDEMPOTENT: () => getAtomicIdempotent,
  RPC_CM_SET_ATOMIC_IDEMPOTENT: () => setAtomicIdempotent,
  RPC_CM_ADD_DUPLICATION: () => whereServed(duplicates, addDuplication, { appid: 0, dupid: 0 }),
  RPC_CM_MODIFY_DUPLICATION: () => whereServed(duplicates, modifyDuplication, { appid: 0 }),
  RPC_CM_QUERY_DUPLICATION: () => whereServed(duplicates, queryDuplication, { appid: 0, entry_list: [] }),
  RPC_CM_LIST_DUPLICATION: () =>
    whereServed(duplicates, listDuplications, { hint_message: '', app_states: new Map() }),
};

/** What answers an RPC on the leading meta server; undefined for a code that it does not serve. */
export function metaHandler(code: string): ((meta: MetaServer, request: unknown) => unknown) | undefined {
  return HANDLERS[code]?.() as ((meta: MetaServer, request: unknown) => unknown) | undefined;
}

/** A leader that recovered its state has begun neither the service of splits nor that of duplications (`meta_service.cpp start`). */
function servesAll({ process }: MetaServer): boolean {
  return process.is_recovered !== true;
}

function backsUp(meta: MetaServer): boolean {
  return !meta.setting('meta_server.cold_backup_disabled');
}

/** Without `duplication_enabled` a meta server has no duplication service (`meta_service.cpp`). */
function duplicates(meta: MetaServer): boolean {
  return meta.setting('replication.duplication_enabled') && servesAll(meta);
}

function whereServed<Q, R extends { readonly err: string }>(
  isServed: (meta: MetaServer) => boolean,
  handler: (meta: MetaServer, request: Q) => R | LongReply<R>,
  nothing: Omit<R, 'err'>,
): (meta: MetaServer, request: Q) => R | LongReply<R> {
  return (meta, request) =>
    isServed(meta) ? handler(meta, request) : ({ ...nothing, err: 'ERR_SERVICE_NOT_ACTIVE' } as R);
}
