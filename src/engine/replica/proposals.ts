import { AssertionFailure } from '../crash.ts';
import type { PartitionRecord } from '../documents/meta.ts';
import type { Change } from '../meta/configuration.ts';
import type { MetaServer } from '../meta/meta-server.ts';
import { CallFailure, callServer, sendOneWay } from '../network.ts';
import { checkpointPatience } from './checkpoint.ts';
import { copyFromMaster, isFollower } from './follower-copy.ts';
import { bringInStep, changeMembers, takeConfiguration } from './group.ts';
import { learn } from './learn.ts';
import { emptyDisk, openedMemory } from './memory.ts';
import { askForConfiguration } from './reconfiguration.ts';
import type { Replica } from './replica.ts';
import type { ReplicaServer } from './replica-server.ts';
import { loadReplica } from './restart.ts';
import { adoptConfiguration, changeStatus } from './role.ts';

/** A server is proposed as primary of a partition without members (`CT_ASSIGN_PRIMARY`). */
export function assignPrimary(meta: MetaServer, appId: number, pidx: number, node: string): void {
  onServer(meta, node, (server) => {
    const partition = meta.tree.partition(appId, pidx);
    if (partition.primary !== '') return;
    const replica = server.find(`${appId}.${pidx}`) ?? openAsPrimary(meta, server, appId, pidx, partition);
    if (replica === undefined) return;
    request(replica, partition, {
      type: 'CT_ASSIGN_PRIMARY',
      node,
      primary: node,
      secondaries: [],
    });
  });
}

/** A secondary is proposed as primary of a partition that lost its own (`CT_UPGRADE_TO_PRIMARY`). */
export function upgradeToPrimary(meta: MetaServer, appId: number, pidx: number, node: string): void {
  onServer(meta, node, (server) => {
    const partition = meta.tree.partition(appId, pidx);
    const replica = server.find(`${appId}.${pidx}`);
    if (partition.primary !== '' || replica === undefined) return;
    request(replica, partition, {
      type: 'CT_UPGRADE_TO_PRIMARY',
      node,
      primary: node,
      secondaries: partition.secondaries.filter((secondary) => secondary !== node),
    });
  });
}

/** A primary is asked to take a server in: that one learns, then counts as secondary (`CT_ADD_SECONDARY`). */
export function addSecondary(
  meta: MetaServer,
  appId: number,
  pidx: number,
  primary: string,
  node: string,
): void {
  onPrimary(meta, appId, pidx, primary, (replica, partition) => {
    const learner = meta.cluster.replicaServer(node);
    if (learner === undefined || partition.secondaries.includes(node)) return;
    if (partition.secondaries.length + 1 >= partition.max_replica_count) return;
    if (!hasLearnt(replica, learner)) return;
    if (changeMembers(replica, 'CT_UPGRADE_TO_SECONDARY', node)) bringInStep(replica);
  });
}

/** A primary is asked to do without a secondary that is gone (`CT_DOWNGRADE_TO_INACTIVE`). */
export function downgradeSecondary(
  meta: MetaServer,
  appId: number,
  pidx: number,
  primary: string,
  node: string,
): void {
  loseSecondary(meta, appId, pidx, primary, node, 'CT_DOWNGRADE_TO_INACTIVE');
}

/** A primary is asked to do without a secondary that is one too many (`CT_REMOVE`). */
export function removeSecondary(
  meta: MetaServer,
  appId: number,
  pidx: number,
  primary: string,
  node: string,
): void {
  loseSecondary(meta, appId, pidx, primary, node, 'CT_REMOVE');
}

function loseSecondary(
  meta: MetaServer,
  appId: number,
  pidx: number,
  primary: string,
  node: string,
  type: 'CT_DOWNGRADE_TO_INACTIVE' | 'CT_REMOVE',
): void {
  onPrimary(meta, appId, pidx, primary, (replica, partition) => {
    if (!partition.secondaries.includes(node)) return;
    if (!changeMembers(replica, type, node)) return;
    bringInStep(replica);
    const gone = meta.cluster.replicaServer(node);
    if (gone !== undefined) sendOneWay(replica.server, gone, () => leave(replica, gone));
  });
}

/** A server learns a partition, in rounds between the two. */
function hasLearnt(primary: Replica, learner: ReplicaServer): boolean {
  try {
    callServer(primary.server, learner, () => {
      if (!learner.process.connected) throw new CallFailure('ERR_INVALID_STATE');
      callServer(learner, primary.server, () => {});
      learn(primary, learner);
    });
    return true;
  } catch (error) {
    if (!(error instanceof CallFailure)) throw error;
    return false;
  }
}

function leave(primary: Replica, server: ReplicaServer): void {
  const replica = server.find(primary.gpid);
  if (replica === undefined || replica.ram.ballot > primary.ram.ballot) return;
  replica.ram.ballot = primary.ram.ballot;
  changeStatus(replica, 'PS_INACTIVE');
}

function request(replica: Replica, partition: PartitionRecord, change: Change): void {
  adoptConfiguration(replica, partition);
  const accepted = askForConfiguration(replica, change);
  if (accepted !== undefined) takeConfiguration(replica, accepted);
}

/**
 * A new partition gets an empty replica, or its master's checkpoint; one that was dropped is opened again.
 *
 * @throws AssertionFailure when a partition that had data is to be led by a server that has none of it
 */
function openAsPrimary(
  meta: MetaServer,
  server: ReplicaServer,
  appId: number,
  pidx: number,
  partition: PartitionRecord,
): Replica | undefined {
  const loaded = loadReplica(server, appId, pidx);
  if (loaded !== undefined) return loaded;
  if (partition.ballot > 0) throw lostReplica(server, appId, pidx, partition);
  const app = meta.tree.app(appId);
  if (app === undefined) return undefined;
  const disk = emptyDisk(app);
  const ram = openedMemory(disk, 0, 0, server.cluster.universe.now);
  ram.envs = { ...app.envs };
  const replica = server.open(appId, pidx, disk, ram);
  ram.checkpoint_timer_us = replica.now + checkpointPatience(replica, replica.now);
  if (!isFollower(app) || copyFromMaster(replica, app)) return replica;
  server.close(replica);
  server.erase(appId, pidx);
  return undefined;
}

function lostReplica(
  server: ReplicaServer,
  appId: number,
  pidx: number,
  partition: PartitionRecord,
): AssertionFailure {
  const site = {
    file: 'replica_stub.cpp',
    line: 2052,
    function: 'open_replica',
    thread: 'replica.default0.0000000000000001',
  };
  return new AssertionFailure(
    site,
    `${appId}.${pidx}`,
    `[false] [${server.node}] cannot load replica(${appId}.${pidx}.pegasus), ballot = ${partition.ballot}, ` +
      `last_committed_decree = ${partition.last_committed_decree}, but it does not existed!`,
  );
}

function onPrimary(
  meta: MetaServer,
  appId: number,
  pidx: number,
  primary: string,
  run: (replica: Replica, partition: PartitionRecord) => void,
): void {
  onServer(meta, primary, (server) => {
    const partition = meta.tree.partition(appId, pidx);
    const replica = server.find(`${appId}.${pidx}`);
    if (partition.primary === primary && replica?.isPrimary === true) run(replica, partition);
  });
}

/** A proposal to a server that does not run, or is not connected, is lost. */
function onServer(meta: MetaServer, node: string, run: (server: ReplicaServer) => void): void {
  const server = meta.cluster.replicaServer(node);
  if (server === undefined) return;
  sendOneWay(meta, server, () => {
    if (server.process.connected) run(server);
  });
}
