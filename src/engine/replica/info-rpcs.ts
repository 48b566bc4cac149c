import type { ReplicaInfo } from '../../rpc/idl/metadata.ts';
import type {
  QueryReplicaDecreeRequest,
  QueryReplicaDecreeResponse,
  QueryReplicaInfoResponse,
} from '../../rpc/idl/replica-admin.ts';
import type { QueryAppInfoResponse } from '../../rpc/idl/tables.ts';
import { inSeconds } from '../clock.ts';
import { recoveredApp } from '../meta/recovered-tables.ts';
import { infoOf } from '../meta/tables.ts';
import { LongReply } from '../request.ts';
import type { Steps } from '../steps.ts';
import { type CompactionStatus, compactionStatus } from './compaction.ts';
import { diskOf } from './disks.ts';
import type { Replica } from './replica.ts';
import type { ReplicaServer } from './replica-server.ts';
import { storedState } from './stored-state.ts';
import { toldTable } from './told-tables.ts';

const COMPACTION: Readonly<Record<CompactionStatus, ReplicaInfo['manual_compact_status']>> = {
  idle: 'IDLE',
  queuing: 'QUEUING',
  running: 'RUNNING',
  finished: 'FINISHED',
};

/** `replica_stub.cpp on_query_app_info`: the tables of which it has a replica, as that knows them; ascending, where upstream's are in no order. */
export function queryAppInfo(server: ReplicaServer): QueryAppInfoResponse {
  const seconds = inSeconds(server.cluster.universe.now);
  const apps = server.tablesOnDisk().flatMap((appId) => {
    const table = toldTable(server, appId);
    return table === undefined ? [] : [infoOf(recoveredApp(seconds, appId, table))];
  });
  return { err: 'ERR_OK', apps };
}

/** `replica_stub.cpp on_query_replica_info`: every replica that it has open, is about to close or has closed. */
export function queryReplicaInfo(server: ReplicaServer): LongReply<QueryReplicaInfoResponse> {
  return new LongReply(tellingOfReplicas(server));
}

function* tellingOfReplicas(server: ReplicaServer): Steps<QueryReplicaInfoResponse> {
  const replicas: ReplicaInfo[] = [];
  for (const appId of server.tablesOnDisk()) {
    for (const pidx of server.partitionsOnDisk(appId)) {
      const info = infoOn(server, appId, pidx);
      if (info !== undefined) replicas.push(info);
      yield;
    }
  }
  return { err: 'ERR_OK', replicas };
}

/** `replica_stub.cpp on_query_decree`: what a replica has committed; a learner counts for nothing. */
export function queryReplicaDecree(
  server: ReplicaServer,
  { pid }: QueryReplicaDecreeRequest,
): QueryReplicaDecreeResponse {
  const replica = server.find(`${pid.app_id}.${pid.partition_index}`);
  if (replica === undefined) return { err: 'ERR_OBJECT_NOT_FOUND', last_decree: 0 };
  const { status, last_committed_decree } = replica.ram;
  return { err: 'ERR_OK', last_decree: status === 'PS_POTENTIAL_SECONDARY' ? 0 : last_committed_decree };
}

function infoOn(server: ReplicaServer, appId: number, pidx: number): ReplicaInfo | undefined {
  const gpid = `${appId}.${pidx}`;
  const replica = server.find(gpid) ?? server.findClosing(gpid);
  const disk = server.diskOf(appId, pidx);
  if (disk === undefined || (replica === undefined && server.closed.get(gpid) === undefined))
    return undefined;
  const { ballot, committed, prepared } = storedState(server, appId, pidx);
  return {
    pid: { app_id: appId, partition_index: pidx },
    ballot,
    last_committed_decree: committed,
    last_prepared_decree: prepared,
    last_durable_decree: disk.last_durable_decree,
    app_type: 'pegasus',
    ...(replica === undefined ? closed(disk.disk_tag) : open(replica)),
  };
}

function open(replica: Replica) {
  return {
    status: replica.ram.status,
    disk_tag: diskOf(replica).tag,
    manual_compact_status: COMPACTION[compactionStatus(replica)],
  };
}

/** It was in error, or nothing any more: which of them is not kept. */
function closed(disk_tag = 'default') {
  return { status: 'PS_INACTIVE', disk_tag, manual_compact_status: 'IDLE' } as const;
}
