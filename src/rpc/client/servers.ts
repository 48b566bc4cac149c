import { type HttpGetResponse, httpGet } from '../idl/http.ts';
import * as methods from '../idl/methods.ts';
import type {
  AddNewDiskRequest,
  AddNewDiskResponse,
  DetectHotkeyRequest,
  DetectHotkeyResponse,
  QueryDiskInfoRequest,
  QueryDiskInfoResponse,
  ReplicaDiskMigrateRequest,
  ReplicaDiskMigrateResponse,
} from '../idl/replica-admin.ts';
import type { RpcMethod } from '../method.ts';
import type { Transport } from '../transport/transport.ts';

const NO_PARTITION = { app_id: 0, partition_index: 0 };

/** What is asked of one server of a cluster, by `host:port`. */
export interface ServersClient {
  /**
   * @returns the server's text, whatever it says
   * @throws RpcError when no answer came back
   */
  command(server: string, cmd: string, words: readonly string[], timeoutMs: number): Promise<string>;
  /**
   * What the server answers to a GET on its own port.
   *
   * @param path with its query
   * @throws RpcError when no answer came back
   */
  get(server: string, path: string, timeoutMs: number): Promise<HttpGetResponse>;
  /** The disks of a replica server. @throws RpcError when no answer came back */
  queryDiskInfo(
    server: string,
    request: QueryDiskInfoRequest,
    timeoutMs: number,
  ): Promise<QueryDiskInfoResponse>;
  /** @throws RpcError when no answer came back */
  addNewDisk(server: string, request: AddNewDiskRequest, timeoutMs: number): Promise<AddNewDiskResponse>;
  /** Has a replica server begin to move a replica to another of its disks. @throws RpcError when no answer came back */
  migrateReplicaDisk(
    server: string,
    request: ReplicaDiskMigrateRequest,
    timeoutMs: number,
  ): Promise<ReplicaDiskMigrateResponse>;
  /** @throws RpcError when no answer came back */
  detectHotkey(
    server: string,
    request: DetectHotkeyRequest,
    timeoutMs: number,
  ): Promise<DetectHotkeyResponse>;
}

export function createServersClient(transport: Transport): ServersClient {
  const call = <Q, R>(method: RpcMethod<Q, R>, server: string, request: Q, timeoutMs: number): Promise<R> =>
    transport.call(
      method,
      { to: 'replica', server, gpid: NO_PARTITION, partitionHash: 0n },
      request,
      timeoutMs,
    );
  return {
    async command(server, cmd, words, timeoutMs) {
      const request = { cmd, arguments: [...words] };
      return (await call(methods.callCommand, server, request, timeoutMs)).success;
    },
    get: (server, path, timeoutMs) => call(httpGet, server, { path }, timeoutMs),
    queryDiskInfo: (server, request, timeoutMs) => call(methods.queryDiskInfo, server, request, timeoutMs),
    addNewDisk: (server, request, timeoutMs) => call(methods.addNewDisk, server, request, timeoutMs),
    detectHotkey: (server, request, timeoutMs) => call(methods.detectHotkey, server, request, timeoutMs),
    migrateReplicaDisk: (server, request, timeoutMs) =>
      call(methods.migrateReplicaDisk, server, request, timeoutMs),
  };
}
