import type * as messages from '../../rpc/idl/replica-admin.ts';
import { addNewDisk, queryDiskInfo } from './disk-rpcs.ts';
import type { ReplicaServer } from './replica-server.ts';

/** What a replica server answers about itself, by RPC code. */
const HANDLERS: Readonly<Record<string, (server: ReplicaServer, body: unknown) => unknown>> = {
  RPC_QUERY_DISK_INFO: (server, body) => queryDiskInfo(server, body as messages.QueryDiskInfoRequest),
  RPC_ADD_NEW_DISK: (server, body) => addNewDisk(server, body as messages.AddNewDiskRequest),
};

export function adminHandler(code: string): ((server: ReplicaServer, body: unknown) => unknown) | undefined {
  return Object.hasOwn(HANDLERS, code) ? HANDLERS[code] : undefined;
}
