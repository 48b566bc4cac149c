/** The disks of a replica server (`src/common/fs_manager.cpp`, `replica_disk_manager`). */
import { SECOND, tickBefore } from '../clock.ts';
import type { DiskRoom, MeasuredReplica } from '../documents/replica.ts';
import type { Steps } from '../steps.ts';
import { type DataDir, parseDataDirs } from './data-dirs.ts';
import { isFull } from './disk-faults.ts';
import type { Replica } from './replica.ts';
import type { ReplicaServer } from './replica-server.ts';

const MEGABYTE = 1024 * 1024;

/** What a disk allocates at a time, in bytes: a log that grows within its last block takes no more room. */
const BLOCK = 4096;

const LOG_BLOCKS = ['log_blocks'] as const;

/** In the order of the configuration, those that were added since after them. */
export function disksOf(server: ReplicaServer): DataDir[] {
  const configured = server.setting('replication.data_dirs');
  const parsed = configured === '' ? [defaultDir(server)] : parseDataDirs(configured);
  if (typeof parsed === 'string') throw new RangeError(parsed);
  return [...parsed.map(withReplicas), ...(server.process.added_disks ?? [])];
}

/** The disk that a replica is on: the first for one from before there were several, or whose disk is gone. */
export function diskOf(replica: Replica): DataDir {
  const disks = disksOf(replica.server);
  return disks.find(({ tag }) => tag === replica.disk.disk_tag) ?? (disks[0] as DataDir);
}

export type DiskStatus = 'NORMAL' | 'SPACE_INSUFFICIENT' | 'IO_ERROR';

/** What a server takes one of its disks for: without room as it was measured last, or broken until it starts anew. */
export function diskStatus(server: ReplicaServer, tag: string): DiskStatus {
  if (server.process.broken_disks?.includes(tag) === true) return 'IO_ERROR';
  const hasRoom = !isFull(server) && !roomOf(server).full.includes(tag);
  return hasRoom ? 'NORMAL' : 'SPACE_INSUFFICIENT';
}

/** The same of the disk that a replica is on: which one that is does not matter while nothing is wrong with any. */
export function statusOfDisk(replica: Replica): DiskStatus {
  const { server } = replica;
  const isNothingWrong =
    server.process.broken_disks === undefined && !isFull(server) && roomOf(server).full.length === 0;
  return isNothingWrong ? 'NORMAL' : diskStatus(server, diskOf(replica).tag);
}

/** Its disk failed to read or to write. */
export function markBroken(replica: Replica): void {
  const { process } = replica.server;
  const { broken_disks = [] } = process;
  const { tag } = diskOf(replica);
  if (!broken_disks.includes(tag))
    replica.server.saveProcess({ ...process, broken_disks: [...broken_disks, tag] });
}

/**
 * Where a new replica goes: fewest of its table, then fewest of all, among the disks that work and have room
 * (`find_best_dir_for_new_replica`); undefined where there is none.
 */
export function tagForNewReplica(server: ReplicaServer, appId: number): string | undefined {
  const usable = disksOf(server).filter(({ tag }) => diskStatus(server, tag) === 'NORMAL');
  if (usable.length <= 1) return usable[0]?.tag;
  const held = server.held();
  const load = ({ tag }: DataDir): [ofTable: number, ofAll: number] => {
    const here = held.filter((replica) => diskOf(replica).tag === tag);
    return [here.filter((replica) => replica.appId === appId).length, here.length];
  };
  const loads = usable.map((dir) => ({ tag: dir.tag, load: load(dir) }));
  loads.sort((a, b) => a.load[0] - b.load[0] || a.load[1] - b.load[1]);
  return loads[0]?.tag;
}

/** Takes what a replica's log has grown or shrunk by into account, so that measuring is no walk over all replicas. */
export function accountLog(replica: Replica, blocks = Math.ceil(replica.plog.bytes / BLOCK)): void {
  const { ram, server } = replica;
  const before = ram.log_blocks ?? 0;
  if (blocks === before) return;
  ram.log_blocks = blocks;
  const { process } = server;
  const { tag } = diskOf(replica);
  process.log_blocks ??= {};
  process.log_blocks[tag] = (process.log_blocks[tag] ?? 0) + blocks - before;
  server.saveProcess(process, LOG_BLOCKS);
  replica.saveRam(LOG_BLOCKS);
}

/** What the private logs of all its replicas take, in bytes. */
export function logBytesOf(server: ReplicaServer): number {
  return Object.values(server.process.log_blocks ?? {}).reduce((sum, blocks) => sum + blocks * BLOCK, 0);
}

/** What the disks had left when they were measured last: at the server's start, or at a tick since. */
export function roomOf(server: ReplicaServer): DiskRoom {
  const at_us = lastTick(server) ?? server.startedUs;
  const known = server.process.disk_room;
  return known?.at_us === at_us ? known : measure(server, at_us);
}

function measure(server: ReplicaServer, at_us: number): DiskRoom {
  const { log_blocks = {} } = server.process;
  const capacity = server.setting('pegsh.disk_capacity_mb');
  const least = server.setting('replication.disk_min_available_space_ratio');
  const left = (tag: string) =>
    Math.max(0, capacity - Math.ceil(((log_blocks[tag] ?? 0) * BLOCK) / MEGABYTE));
  const available_mb = Object.fromEntries(disksOf(server).map(({ tag }) => [tag, left(tag)]));
  const full = Object.keys(available_mb).filter((tag) => (available_mb[tag] ?? 0) * 100 < capacity * least);
  const room = { at_us, available_mb, capacity_mb: capacity, full };
  server.saveProcess({ ...server.process, disk_room: room });
  return room;
}

/** How large each disk was when they were measured last. */
export function capacityOf(server: ReplicaServer): number {
  // Earlier versions did not keep it.
  return roomOf(server).capacity_mb ?? server.setting('pegsh.disk_capacity_mb');
}

/** Replicas by gpid, each with the tag of its disk. */
export interface DiskStat {
  readonly primaries: ReadonlyMap<string, string>;
  readonly secondaries: ReadonlyMap<string, string>;
}

/** What the disks held at the last tick of their measurement; undefined before the first. */
export function* measuring(server: ReplicaServer): Steps<DiskStat | undefined> {
  const at_us = lastTick(server);
  if (at_us === undefined) return undefined;
  const primaries = new Map<string, string>();
  const secondaries = new Map<string, string>();
  const take = (gpid: string, { status, tag }: MeasuredReplica): void => {
    if (status === 'PS_PRIMARY') primaries.set(gpid, tag);
    if (status === 'PS_SECONDARY') secondaries.set(gpid, tag);
  };
  for (const replica of server.holding()) {
    take(replica.gpid, measuredAt(replica, at_us));
    yield;
  }
  for (const [gpid, { measured }] of server.closed.all()) if (measured?.at_us === at_us) take(gpid, measured);
  return { primaries, secondaries };
}

/**
 * Keeps what a replica was when the disks were measured last, before it becomes something else.
 *
 * Nobody wakes a server to measure: who asks later finds what has changed since, and the rest as it is.
 */
export function rememberRole(replica: Replica): void {
  const at_us = lastTick(replica.server);
  if (at_us !== undefined) replica.ram.measured = measuredAt(replica, at_us);
}

function measuredAt(replica: Replica, at_us: number): MeasuredReplica {
  const { measured, status } = replica.ram;
  return measured?.at_us === at_us ? measured : { at_us, status, tag: diskOf(replica).tag };
}

/** Measures the disks out of turn, and has the turns go on as they were. */
export function measureNow(server: ReplicaServer): void {
  server.saveProcess({ ...server.process, measured_us: server.cluster.universe.now });
  roomOf(server);
}

function lastTick(server: ReplicaServer): number | undefined {
  const { startedUs, process } = server;
  if (server.setting('replication.disk_stat_disabled')) return process.measured_us;
  const period = server.setting('replication.disk_stat_interval_seconds') * SECOND;
  const tick = tickBefore(startedUs, period, server.cluster.universe.now);
  return tick === startedUs ? process.measured_us : Math.max(tick, process.measured_us ?? 0);
}

function defaultDir(server: ReplicaServer): DataDir {
  return { tag: 'default', directory: `${server.directory}/reps` };
}

/** A configured disk has its replicas below it. */
function withReplicas({ tag, directory }: DataDir): DataDir {
  return { tag, directory: directory.endsWith('/reps') ? directory : `${directory}/replica/reps` };
}
