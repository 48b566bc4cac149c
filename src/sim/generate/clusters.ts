import { OTHER_DISK } from '../names.ts';
import type { ClusterPlan } from '../operation.ts';
import type { Random } from '../random.ts';
import type { Mixture } from './mixture.ts';

/** Each write has a segment of its own, and log that nobody needs goes at the next look. */
export const TIGHT_LOG = {
  'replication.log_private_file_size_mb': '0',
  'replication.log_private_reserve_max_size_mb': '0',
  'replication.log_private_reserve_max_time_seconds': '0',
  'replication.checkpoint_max_interval_hours': '1',
};
/** A replica can move from one to the other. */
export const TWO_DISKS = {
  'replication.data_dirs': Object.keys(OTHER_DISK)
    .map((tag) => `${tag}:/pegasus/${tag}`)
    .join(),
};
const HOUR_MS = 3_600_000;

/** One to three clusters, of which the first has most to do. */
export function clustersOf(random: Random): ClusterPlan[] {
  const count = random.weighted([
    [3, 1],
    [6, 2],
    [1, 3],
  ]);
  return ['A', 'B', 'C'].slice(0, count).map((name) => ({
    name,
    metas: random.weighted([
      [2, 1],
      [1, 3],
    ]),
    replicas: random.weighted([
      [1, 1],
      [8, 3],
      [2, 4],
      [1, 5],
    ]),
  }));
}

/** Some go by settings that make rare what is usual, and the other way round. */
export function configured(
  clusters: readonly ClusterPlan[],
  random: Random,
  { rests, longestWaitMs }: Mixture,
  isTight: boolean,
): ClusterPlan[] {
  const settings = {
    ...(isTight ? TIGHT_LOG : {}),
    ...(random.chance(0.25) ? { 'replication.mutation_2pc_min_replica_count': '0' } : {}),
    ...(random.chance(0.5) ? TWO_DISKS : {}),
  };
  // As it is, a replica may take its table for not duplicated, and throw away what log may go by then: one that is loaded, or
  // has not heard of the duplication yet.
  const losesLog = isTight || rests > 0 || longestWaitMs >= HOUR_MS;
  const repairs = losesLog ? ['D11', 'D18'] : [];
  return clusters.map((cluster) => ({ ...cluster, settings, repairs }));
}
