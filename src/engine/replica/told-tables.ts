import type { Cluster } from '../cluster.ts';
import type { Envs, ReplicaDisk } from '../documents/replica.ts';
import type { Steps } from '../steps.ts';
import type { Replica } from './replica.ts';
import type { ReplicaServer } from './replica-server.ts';
import { takesForDuplicated } from './table-info.ts';

type StoredTable = Pick<ReplicaDisk, 'app_name' | 'partition_count' | 'max_replica_count'> &
  Partial<Pick<ReplicaDisk, 'create_second' | 'atomic_idempotent'>>;

/** A table as a server knows it by one of its replicas: what upstream's `_app_info` is. */
export interface ToldTable extends StoredTable {
  readonly envs: Envs;
  readonly duplicating: boolean;
}

/**
 * What a server tells of a table to a meta server without state: by an open replica, else by one that is about to be
 * closed or is closed (`replica_stub.cpp on_query_app_info`).
 */
export function toldTable(server: ReplicaServer, appId: number): ToldTable | undefined {
  let closing: Replica | undefined;
  for (const pidx of server.partitionsOnDisk(appId)) {
    const replica = server.findHeld(`${appId}.${pidx}`);
    if (replica?.isClosing === false) return toldBy(replica);
    closing ??= replica;
  }
  return closing === undefined ? closedTable(server, appId) : toldBy(closing);
}

/** Reads what every server will be asked for, a table a step: it is asked for at once. */
export function* readingToldTables(cluster: Cluster): Steps {
  for (const server of cluster.runningReplicaServers()) {
    for (const appId of server.tablesOnDisk()) {
      toldTable(server, appId);
      yield;
    }
  }
}

function toldBy(replica: Replica): ToldTable {
  return { ...replica.disk, envs: replica.firstEnvs, duplicating: takesForDuplicated(replica) };
}

function closedTable(server: ReplicaServer, appId: number): ToldTable | undefined {
  for (const pidx of server.partitionsOnDisk(appId)) {
    const disk = server.diskOf(appId, pidx);
    const closed = server.closed.get(`${appId}.${pidx}`);
    if (disk !== undefined && closed !== undefined)
      return { ...disk, envs: server.envs.get(appId, closed.first_envs) };
  }
  return undefined;
}
