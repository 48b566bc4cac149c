import { MS, tickFrom } from '../clock.ts';
import type { Cluster } from '../cluster.ts';
import type { AppRecord, PartitionRecord } from '../documents/meta.ts';
import { scheduleSync } from '../duplication/sync-timer.ts';
import { updateConfiguration } from '../meta/config-update.ts';
import { isMember } from '../meta/configuration.ts';
import type { MetaServer } from '../meta/meta-server.ts';
import type { Replica } from './replica.ts';
import type { ReplicaServer } from './replica-server.ts';
import { adoptConfiguration, becomePrimary, changeStatus, tellSecondaries } from './role.ts';

/**
 * A replica server reports its replicas and learns what the meta server has to say of them
 * (`replica_stub.cpp on_node_query_reply`; cluster-engine.md 3.5).
 */
export function configSync(server: ReplicaServer): void {
  const { meta } = server.cluster;
  if (meta === undefined) return;
  report(meta, server);
  const isRefused = server.all().map((replica) => learnConfiguration(meta, replica));
  if (isRefused.includes(true)) scheduleConfigSync(server);
  scheduleSync(server);
  meta.deliver();
}

/** Has every server of a cluster hear of a change at its next config sync. */
export function announceChange(cluster: Cluster): void {
  for (const server of cluster.runningReplicaServers()) scheduleConfigSync(server);
}

function scheduleConfigSync(server: ReplicaServer): void {
  const { cluster, node, startedUs } = server;
  const period = server.setting('replication.config_sync_interval_ms') * MS;
  const key = { cluster: cluster.name, node, kind: 'config-sync', gpid: '' } as const;
  cluster.universe.agenda.scheduleNoLater(key, tickFrom(startedUs, period, cluster.universe.now + 1));
}

/** The leader hears of every replica that the server has, open or closed: of those that left it remembers what is said. */
function report(meta: MetaServer, server: ReplicaServer): void {
  meta.liveness.markReported(server.node);
  for (const appId of server.tablesOnDisk()) {
    const app = meta.tree.app(appId);
    if (app?.status !== 'AS_AVAILABLE') continue;
    for (const pidx of server.partitionsOnDisk(appId)) rememberReplica(meta, server, app, pidx);
  }
}

/** A replica of a server that is no member is kept in mind while the partition lacks members (`collect_replica`). */
function rememberReplica(meta: MetaServer, server: ReplicaServer, app: AppRecord, pidx: number): void {
  const partition = meta.tree.partition(app.app_id, pidx);
  if (isMember(partition, server.node)) return;
  const gpid = `${app.app_id}.${pidx}`;
  const { dropped } = meta.partitionContext(gpid);
  const known = dropped.find((drop) => drop.node === server.node);
  const members = partition.secondaries.length + Number(partition.primary !== '');
  if (known === undefined && members + dropped.length >= partition.max_replica_count) return;
  const entry = {
    node: server.node,
    time_us: known?.time_us ?? meta.cluster.universe.now,
    ...progressOf(server, app, pidx),
  };
  const others = dropped.filter((drop) => drop !== known);
  meta.savePartitionContext(gpid, { dropped: [...others, entry].sort((a, b) => a.time_us - b.time_us) });
  meta.needsAttention(app.app_id);
}

function progressOf(server: ReplicaServer, app: AppRecord, pidx: number) {
  const open = server.find(`${app.app_id}.${pidx}`);
  if (open !== undefined) {
    const { ballot, last_committed_decree: committed, last_prepared_decree: prepared } = open.ram;
    return { ballot, committed, prepared };
  }
  const disk = server.diskOf(app.app_id, pidx);
  const logged = disk?.max_plog_decree ?? -1;
  return { ballot: disk?.init_ballot ?? -1, committed: logged, prepared: logged };
}

/** Takes in what the meta server says of a replica; true when it asked for its role back and was refused. */
function learnConfiguration(meta: MetaServer, replica: Replica): boolean {
  const app = meta.tree.app(replica.appId);
  if (app === undefined || app.status === 'AS_DROPPED') {
    replica.server.close(replica);
    return false;
  }
  learnTable(app, replica);
  const partition = meta.tree.partition(replica.appId, replica.pidx);
  if (partition.ballot < replica.ram.ballot) return false;
  if (isMember(partition, replica.server.node)) {
    if (replica.isPrimary && partition.ballot > replica.ram.ballot) leadOn(replica, partition);
    return !resumeRole(meta, replica, partition);
  }
  if (replica.ram.status === 'PS_PRIMARY' || replica.ram.status === 'PS_SECONDARY') {
    replica.ram.ballot = partition.ballot;
    changeStatus(replica, 'PS_INACTIVE');
  }
  return false;
}

function learnTable(app: AppRecord, replica: Replica): void {
  const { ram, disk } = replica;
  ram.envs = { ...app.envs };
  ram.duplication_master = app.duplicating === 1;
  replica.saveRam();
  if (disk.app_name === app.app_name && disk.max_replica_count === app.max_replica_count) return;
  disk.app_name = app.app_name;
  disk.max_replica_count = app.max_replica_count;
  replica.saveDisk();
}

/** The meta server raised the ballot of its own accord, as a change of the replica count does. */
function leadOn(replica: Replica, partition: PartitionRecord): void {
  adoptConfiguration(replica, partition);
  tellSecondaries(replica);
}

/**
 * A server that came back before anyone missed it goes on where it was; a primary needs a new ballot for that.
 * False when the meta server refused it: too few servers are alive.
 */
function resumeRole(meta: MetaServer, replica: Replica, partition: PartitionRecord): boolean {
  const { ram, server } = replica;
  if (ram.status !== 'PS_INACTIVE' || !ram.transient) return true;
  if (partition.primary === server.node) return askForLead(meta, replica, partition);
  ram.ballot = partition.ballot;
  ram.primary = partition.primary;
  ram.secondaries = [...partition.secondaries];
  changeStatus(replica, 'PS_SECONDARY');
  return true;
}

function askForLead(meta: MetaServer, replica: Replica, partition: PartitionRecord): boolean {
  const { node } = replica.server;
  const reply = updateConfiguration(meta, replica.appId, replica.pidx, partition.ballot + 1, {
    type: 'CT_PRIMARY_FORCE_UPDATE_BALLOT',
    node,
    primary: node,
    secondaries: partition.secondaries,
  });
  if (reply.err !== 'ERR_OK' || reply.partition === undefined) return false;
  becomePrimary(replica, reply.partition);
  return true;
}
