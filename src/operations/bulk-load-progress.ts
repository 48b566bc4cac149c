import type { QueryBulkLoadResponse } from '../rpc/idl/bulk-load.ts';

/** Percent of a partition's files that its replicas have. */
export function downloaded(reply: QueryBulkLoadResponse, pidx: number): number {
  const states = [...(reply.bulk_load_states[pidx]?.values() ?? [])];
  const sum = states.reduce((total, { download_progress = 0 }) => total + download_progress, 0);
  return quotient(sum, reply.max_replica_count);
}

/** The same of a whole table. */
export function downloadedOfAll(reply: QueryBulkLoadResponse): number {
  const { partitions_status: statuses } = reply;
  const sum = statuses.reduce((total, _, pidx) => total + downloaded(reply, pidx), 0);
  return quotient(sum, statuses.length);
}

/** Percent of a table's partitions that have taken their files in. */
export function ingested({ partitions_status: statuses }: QueryBulkLoadResponse): number {
  return quotient(statuses.filter((status) => status === 'BLS_SUCCEED').length * 100, statuses.length);
}

/** All replicas of a partition have removed what they downloaded. */
export function isCleanedUp(reply: QueryBulkLoadResponse, pidx: number): boolean {
  const states = [...(reply.bulk_load_states[pidx]?.values() ?? [])];
  return states.length === reply.max_replica_count && states.every((state) => state.is_cleaned_up === true);
}

/** The originals die where they divide by 0. */
function quotient(sum: number, count: number): number {
  return count === 0 ? 0 : Math.trunc(sum / count);
}
