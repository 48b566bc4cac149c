import * as methods from '../../idl/methods.ts';
import type { RpcMethod } from '../../method.ts';
import type { Transport } from '../../transport/transport.ts';

export { RpcError } from '../../transport/transport.ts';

/** Milliseconds, as upstream's default for every RPC. */
const TIMEOUT_MS = 5000;

/** A cluster's meta server: one method for each RPC, which returns the reply whatever its `err` says. */
export type MetaClient = ReturnType<typeof createMetaClient>;

/**
 * Every method throws RpcError when no reply came back.
 *
 * @param usualTimeoutMs how long a request may take where the caller says nothing
 */
export function createMetaClient(transport: Transport, usualTimeoutMs = TIMEOUT_MS) {
  const bind =
    <Q, R>(method: RpcMethod<Q, R>) =>
    (request: Q, timeoutMs = usualTimeoutMs): Promise<R> =>
      transport.call(method, { to: 'meta' }, request, timeoutMs);
  return {
    createApp: bind(methods.createApp),
    dropApp: bind(methods.dropApp),
    recallApp: bind(methods.recallApp),
    renameApp: bind(methods.renameApp),
    listApps: bind(methods.listApps),
    listNodes: bind(methods.listNodes),
    clusterInfo: bind(methods.clusterInfo),
    queryConfig: bind(methods.queryConfig),
    controlMeta: bind(methods.controlMeta),
    proposeBalancer: bind(methods.proposeBalancer),
    diagnoseDdd: bind(methods.diagnose),
    startRecovery: bind(methods.startRecovery),
    updateAppEnv: bind(methods.updateAppEnv),
    getMaxReplicaCount: bind(methods.getMaxReplicaCount),
    setMaxReplicaCount: bind(methods.setMaxReplicaCount),
    getAtomicIdempotent: bind(methods.getAtomicIdempotent),
    setAtomicIdempotent: bind(methods.setAtomicIdempotent),
    startManualCompact: bind(methods.startManualCompact),
    queryManualCompact: bind(methods.queryManualCompact),
    startPartitionSplit: bind(methods.startPartitionSplit),
    queryPartitionSplit: bind(methods.queryPartitionSplit),
    controlPartitionSplit: bind(methods.controlPartitionSplit),
    startBulkLoad: bind(methods.startBulkLoad),
    controlBulkLoad: bind(methods.controlBulkLoad),
    queryBulkLoad: bind(methods.queryBulkLoad),
    clearBulkLoad: bind(methods.clearBulkLoad),
    startBackupApp: bind(methods.startBackupApp),
    queryBackupStatus: bind(methods.queryBackupStatus),
    startRestore: bind(methods.startRestore),
    queryRestoreStatus: bind(methods.queryRestoreStatus),
    addBackupPolicy: bind(methods.addBackupPolicy),
    modifyBackupPolicy: bind(methods.modifyBackupPolicy),
    queryBackupPolicy: bind(methods.queryBackupPolicy),
    addDuplication: bind(methods.addDuplication),
    modifyDuplication: bind(methods.modifyDuplication),
    queryDuplication: bind(methods.queryDuplication),
    listDuplication: bind(methods.listDuplication),
    /** Lets the cluster's time pass. */
    sleep: (ms: number): Promise<void> => transport.sleep(ms),
    /** The cluster's time, in milliseconds since the Unix epoch. */
    now: (): number => transport.now(),
    /** Whether that goes on while calls are on their way. */
    runsByItself: (): boolean => transport.runsByItself(),
  };
}
