import { MS } from '../clock.ts';
import type { MutationRecord, ReplicaDisk } from '../documents/replica.ts';
import type { Steps } from '../steps.ts';
import { checkpointingNow, checkpointPatience } from './checkpoint.ts';
import { scheduleCleaning } from './garbage.ts';
import { openedMemory } from './memory.ts';
import { lastDecreeOf } from './private-log.ts';
import type { Replica } from './replica.ts';
import type { ReplicaServer } from './replica-server.ts';
import { beginWithStoredEnvs } from './table-info.ts';

/** From a server's start to its first beacon. */
const CONNECT_US = 100 * MS;

/** Loads every replica of the disk: checkpoint, then the log as far as it is known to be committed. */
export function* loadingReplicas(server: ReplicaServer): Steps {
  for (const appId of server.tablesOnDisk()) {
    for (const pidx of server.allPartitionsOnDisk(appId)) {
      yield* loadingReplica(server, appId, pidx);
      yield;
    }
  }
  scheduleConnect(server);
  scheduleCleaning(server);
}

/** Has a server send its first beacon soon, once it takes part. */
export function scheduleConnect(server: ReplicaServer): void {
  const { universe, name } = server.cluster;
  const key = { cluster: name, node: server.node, kind: 'beacon', gpid: '' } as const;
  universe.agenda.scheduleNoLater(key, Math.max(server.serviceUs, universe.now) + CONNECT_US);
}

/** Opens a replica that a disk holds which works; undefined when there is none. */
export function* loadingReplica(
  server: ReplicaServer,
  appId: number,
  pidx: number,
): Steps<Replica | undefined> {
  const disk = server.diskOf(appId, pidx);
  if (disk === undefined || server.process.broken_disks?.includes(disk.disk_tag ?? 'default') === true)
    return undefined;
  const ram = openedMemory(disk, disk.init_ballot, disk.last_durable_decree, server.cluster.universe.now);
  // With D11 mended every table counts as duplicated until the meta server says that it is not.
  if (!server.cluster.hasDefect('D11')) ram.duplication_master = true;
  const replica = server.open(appId, pidx, disk, ram);
  beginWithStoredEnvs(replica);
  yield* replaying(replica, disk);
  yield* checkpointingNow(replica);
  ram.checkpoint_timer_us = replica.now + checkpointPatience(replica, replica.now);
  replica.saveRam();
  return replica;
}

/** A mutation of the log is committed once a later one says so; the last ones stay prepared. */
function* replaying(replica: Replica, disk: ReplicaDisk): Steps {
  for (const part of replica.plog.partsFrom(disk.last_durable_decree + 1)) {
    for (const mutation of part) replay(replica, mutation);
    yield;
  }
}

function replay({ ram }: Replica, mutation: MutationRecord): void {
  ram.ballot = Math.max(ram.ballot, mutation.ballot);
  ram.last_prepared_decree = Math.max(ram.last_prepared_decree, lastDecreeOf(mutation));
  const known = mutation.repeat === undefined ? mutation.committed : lastDecreeOf(mutation) - 1;
  ram.last_committed_decree = Math.max(ram.last_committed_decree, known);
  ram.last_timestamp_us = Math.max(ram.last_timestamp_us, mutation.time_us);
}
