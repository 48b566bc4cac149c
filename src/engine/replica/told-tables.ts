import type { Envs, ReplicaDisk } from '../documents/replica.ts';
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
  const held = server.partitionsOnDisk(appId).flatMap((pidx) => server.findHeld(`${appId}.${pidx}`) ?? []);
  const replica = held.find(({ isClosing }) => !isClosing) ?? held[0];
  if (replica === undefined) return closedTable(server, appId);
  const { disk, firstEnvs: envs } = replica;
  return { ...disk, envs, duplicating: takesForDuplicated(replica) };
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
