import type { StoredTable } from '../../rpc/idl/control.ts';
import type { AppInfo } from '../../rpc/idl/layer2.ts';
import { isRegistered } from '../world.ts';
import type { ClusterView, PartitionView } from './snapshot.ts';

/** How long a dropped table is kept where nobody says otherwise (`hold_seconds_for_dropped_app`). */
const HOLD_SECONDS = 604_800;

/** What must hold of a cluster's tables and partitions. */
export function checkConfiguration(view: ClusterView): string[] {
  const apps = view.apps ?? [];
  return [
    ...checkApps(apps, view.isStorageSilent),
    ...view.stored.flatMap(checkStored),
    ...view.stored.flatMap(checkSplit),
    ...view.partitions.filter(isRegistered).flatMap(checkPartition),
  ];
}

function checkApps(apps: readonly AppInfo[], isStorageSilent: boolean): string[] {
  const found: string[] = [];
  const ids = new Set(apps.map((app) => app.app_id));
  if (ids.size !== apps.length) found.push('two tables have one id');
  for (let id = 1; id <= apps.length; id++) if (!ids.has(id)) found.push(`no table has id ${id}`);
  const names = apps.filter((app) => app.status !== 'AS_DROPPED').map((app) => app.app_name);
  if (new Set(names).size !== names.length) found.push(`two tables are called the same: ${names}`);
  for (const { app_name, status, drop_second, expire_second, envs } of apps) {
    const isAtRest = status === 'AS_AVAILABLE' || status === 'AS_DROPPED';
    if (!isAtRest && !isStorageSilent) found.push(`${app_name} rests in ${status}`);
    // What cannot be restored is dropped for a second only.
    const isGivenUp = envs.has('restore.backup_id') && expire_second === drop_second + 1;
    if (status === 'AS_DROPPED' && expire_second !== drop_second + HOLD_SECONDS && !isGivenUp)
      found.push(`${app_name} expires at ${expire_second}, dropped at ${drop_second}`);
  }
  return found;
}

/** A table as it is stored, and its partitions: those of a dropped one have no members. */
function checkStored({ info, partitions }: StoredTable): string[] {
  const isDropped = info.status === 'AS_DROPPED';
  const found: string[] = [];
  if (partitions.length !== info.partition_count)
    found.push(`${info.app_name} has ${partitions.length} partitions of ${info.partition_count}`);
  partitions.forEach((partition, at) => {
    const gpid = `${partition.pid.app_id}.${partition.pid.partition_index}`;
    const { hp_primary = '', hp_secondaries = [], partition_flags: flags, max_replica_count } = partition;
    if (gpid !== `${info.app_id}.${at}`) found.push(`${gpid} is stored as ${info.app_id}.${at}`);
    if (!isRegistered(partition)) return;
    if (max_replica_count !== info.max_replica_count)
      found.push(`${gpid}: ${max_replica_count} replicas wanted, ${info.max_replica_count} of its table`);
    if (isDropped && (hp_primary !== '' || hp_secondaries.length > 0 || flags !== 1))
      found.push(`${gpid} is dropped, and has flags ${flags}, members ${hp_primary} | ${hp_secondaries}`);
    if (info.status === 'AS_AVAILABLE' && flags !== 0) found.push(`${gpid} is there, with flags ${flags}`);
  });
  return found;
}

/** What a split has not made yet is of the second half, and nobody's; servers are told to look at hashes meanwhile. */
function checkSplit({ info, partitions }: StoredTable): string[] {
  const waiting = partitions.filter((partition) => !isRegistered(partition));
  if (waiting.length === 0) return [];
  const found: string[] = [];
  if (info.status !== 'AS_AVAILABLE') found.push(`${info.app_name} is ${info.status}, and not split yet`);
  if (info.envs.get('replica.split.validate_partition_hash') !== 'true')
    found.push(`${info.app_name} is being split, and nobody looks at hashes`);
  for (const { pid, hp_primary = '', hp_secondaries = [] } of waiting) {
    const gpid = `${pid.app_id}.${pid.partition_index}`;
    if (pid.partition_index < partitions.length / 2) found.push(`${gpid} is no child, and not there`);
    if (hp_primary !== '' || hp_secondaries.length > 0)
      found.push(`${gpid} is not there yet, and has members ${hp_primary} | ${hp_secondaries}`);
  }
  return found;
}

function checkPartition(partition: PartitionView): string[] {
  const { gpid, primary, secondaries, lastDrops, maxReplicaCount } = partition;
  const everyone = [...(primary === '' ? [] : [primary]), ...secondaries, ...lastDrops];
  const found: string[] = [];
  if (new Set(everyone).size !== everyone.length) {
    found.push(`${gpid}: a server is listed twice: ${primary} | ${secondaries} | ${lastDrops}`);
  }
  if (lastDrops.length > 3) found.push(`${gpid}: ${lastDrops.length} servers in last_drops`);
  if (maxReplicaCount < 1) found.push(`${gpid}: max_replica_count is ${maxReplicaCount}`);
  return found;
}

/** What must hold from one look to the next: ids and ballots only rise. */
export function checkProgress(before: ClusterView, after: ClusterView): string[] {
  const found: string[] = [];
  if (before.apps !== undefined && after.apps !== undefined && after.apps.length < before.apps.length) {
    found.push(`${before.apps.length - after.apps.length} tables are gone without a trace`);
  }
  const ballots = new Map(before.partitions.map(({ gpid, ballot }) => [gpid, ballot]));
  for (const { gpid, ballot } of after.partitions) {
    const old = ballots.get(gpid) ?? ballot;
    if (ballot < old) found.push(`${gpid}: the ballot fell from ${old} to ${ballot}`);
  }
  return found;
}

/** Every partition has all its members; a follower's, once there was a checkpoint to begin with. */
export function checkHealth(view: ClusterView): string[] {
  if (view.apps === undefined) return ['no meta server answers'];
  const followers = view.apps.filter((app) => app.envs.has('duplication.master_cluster'));
  const ids = new Set(followers.map((app) => `${app.app_id}`));
  return view.partitions
    .filter(({ gpid, ballot }) => ballot > 0 || !ids.has(gpid.split('.')[0] ?? ''))
    .filter(
      ({ primary, secondaries, maxReplicaCount }) =>
        primary === '' || secondaries.length + 1 !== maxReplicaCount,
    )
    .map(
      ({ gpid, ballot, primary, secondaries, lastDrops, maxReplicaCount }) =>
        `${gpid} is not healthy: ballot ${ballot}, primary '${primary}', secondaries [${secondaries}], ` +
        `last drops [${lastDrops}], ${maxReplicaCount} replicas wanted`,
    );
}
