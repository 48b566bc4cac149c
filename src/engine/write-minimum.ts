import type { Endpoint } from './network.ts';
import type { Replica } from './replica/replica.ts';

/** How many members must be there for a write, as a server goes by it (`app_mutation_2pc_min_replica_count`). */
export function minimumForWrites(server: Endpoint, maxReplicaCount: number): number {
  const configured = server.setting('replication.mutation_2pc_min_replica_count');
  if (configured > 0) return configured;
  return maxReplicaCount <= 2 ? 1 : Math.floor(maxReplicaCount / 2) + 1;
}

/** Whether a primary has members enough to write, be it an empty mutation. */
export function hasEnoughMembers({ ram, disk, server }: Replica): boolean {
  return ram.secondaries.length + 1 >= minimumForWrites(server, disk.max_replica_count);
}
