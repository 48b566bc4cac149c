import type * as messages from '../../rpc/idl/replica-admin.ts';
import { migrateReplica } from './disk-migration.ts';
import { addNewDisk, queryDiskInfo } from './disk-rpcs.ts';
import { detectHotkey } from './hotkey/hotkey-detection.ts';
import { queryAppInfo, queryReplicaDecree, queryReplicaInfo } from './info-rpcs.ts';
import type { ReplicaServer } from './replica-server.ts';

/** What a replica server answers about itself, by RPC code. */
const HANDLERS: Readonly<Record<string, (server: ReplicaServer, body: unknown) => unknown>> = {
  RPC_QUERY_DISK_INFO: (server, body) => queryDiskInfo(server, body as messages.QueryDiskInfoRequest),
  RPC_REPLICA_DISK_MIGRATE: (server, body) =>
    migrateReplica(server, body as messages.ReplicaDiskMigrateRequest),
  RPC_DETECT_HOTKEY: (server, body) => detectHotkey(server, body as messages.DetectHotkeyRequest),
  RPC_QUERY_APP_INFO: queryAppInfo,
  RPC_QUERY_REPLICA_INFO: queryReplicaInfo,
  RPC_QUERY_PN_DECREE: (server, body) =>
    queryReplicaDecree(server, body as messages.QueryReplicaDecreeRequest),
  RPC_ADD_NEW_DISK: (server, body) => addNewDisk(server, body as messages.AddNewDiskRequest),
};

/** What answers an RPC about the server itself; undefined for a code that it does not serve. */
export function adminHandler(code: string): ((server: ReplicaServer, body: unknown) => unknown) | undefined {
  return Object.hasOwn(HANDLERS, code) ? HANDLERS[code] : undefined;
}
