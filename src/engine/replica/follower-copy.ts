import type { AppRecord } from '../documents/meta.ts';
import { CallFailure, callServer } from '../network.ts';
import { clusterAt } from '../peers.ts';
import type { Steps } from '../steps.ts';
import { takingCheckpoint } from './checkpoint.ts';
import { readingCheckpointFile } from './checkpoint-file.ts';
import type { Replica } from './replica.ts';
import type { ReplicaServer } from './replica-server.ts';

/** Whether new replicas of a table begin with a copy of another cluster's checkpoint (`replica_follower.cpp`). */
export function isFollower(app: AppRecord): boolean {
  return (
    app.envs['duplication.master_cluster'] !== undefined && app.envs['duplication.master_metas'] !== undefined
  );
}

/** The master has no checkpoint to give. */
const NO_CHECKPOINT = 'ERR_PATH_NOT_FOUND';

/**
 * Copies the newest checkpoint of the master's primary into a new replica (`replica_follower.cpp`).
 *
 * @returns whether it worked; if not the meta server proposes again at its next check
 */
export function* copyingFromMaster(replica: Replica, app: AppRecord): Steps<boolean> {
  try {
    const master = findMaster(replica, app);
    const { cluster } = replica.server;
    callServer(replica.server, master.server, () => {
      if (master.disk.last_durable_decree === 0 || isTooOld(master)) throw new CallFailure(NO_CHECKPOINT);
    });
    const file = yield* readingCheckpointFile(master);
    const decree = master.disk.last_durable_decree;
    replica.ram.last_committed_decree = decree;
    replica.ram.last_prepared_decree = decree;
    replica.ram.last_prepare_us = cluster.universe.now;
    replica.plog.reset(decree);
    yield* takingCheckpoint(replica, decree, file);
    replica.server.noteFollowerCopy(replica.gpid, undefined);
    return true;
  } catch (error) {
    if (!(error instanceof CallFailure)) throw error;
    replica.server.noteFollowerCopy(replica.gpid, error.code);
    return false;
  }
}

/** Whether a copy that failed fails until something else happens; nothing tells of a master's checkpoints of idle time. */
export function failsToCopy(server: ReplicaServer, gpid: string): boolean {
  const code = server.process.follower_errors[gpid]?.code;
  return code !== undefined && code !== NO_CHECKPOINT;
}

/** Upstream gives its newest checkpoint, also one that is older than the progress after which it ships (D17). */
function isTooOld(master: Replica): boolean {
  if (master.server.cluster.hasDefect('D17')) return false;
  const duplicators = Object.values(master.ram.duplicators);
  if (duplicators.length === 0) return master.ram.duplication_master;
  return duplicators.some((one) => one.confirmed_decree > master.disk.last_durable_decree);
}

function findMaster(replica: Replica, app: AppRecord): Replica {
  const { universe } = replica.server.cluster;
  const cluster = clusterAt(universe, app.envs['duplication.master_metas']?.split(','));
  const meta = cluster?.meta;
  if (cluster === undefined || meta === undefined) throw new CallFailure('ERR_NETWORK_FAILURE');
  const primary = callServer(replica.server, meta, () => {
    const masterName = app.envs['duplication.master_app_name'] ?? app.app_name;
    const master = meta.tree.appNamed(masterName);
    if (master === undefined) throw new CallFailure('ERR_OBJECT_NOT_FOUND');
    if (master.partition_count !== app.partition_count) throw new CallFailure('ERR_INCONSISTENT_STATE');
    const partition = meta.tree.partition(master.app_id, replica.pidx);
    if (partition.primary === '') throw new CallFailure('ERR_INVALID_STATE');
    return { node: partition.primary, gpid: `${master.app_id}.${replica.pidx}` };
  });
  const server = cluster.replicaServer(primary.node);
  if (server === undefined) throw new CallFailure('ERR_NETWORK_FAILURE');
  const found = callServer(replica.server, server, () => server.find(primary.gpid));
  if (found === undefined) throw new CallFailure('ERR_OBJECT_NOT_FOUND');
  return found;
}
