import type { PartitionConfiguration } from '../../../rpc/idl/layer2.ts';

/** Who holds a partition, by host and port; upstream's shell never falls back to the addresses. */
export interface Members {
  /** '' = none. */
  readonly primary: string;
  readonly secondaries: readonly string[];
}

export function membersOf(partition: PartitionConfiguration): Members {
  return { primary: partition.hp_primary ?? '', secondaries: partition.hp_secondaries ?? [] };
}

export function replicaCountOf({ primary, secondaries }: Members): number {
  return secondaries.length + (primary === '' ? 0 : 1);
}

export interface Health {
  readonly fullyHealthy: number;
  readonly unhealthy: number;
  readonly writeUnhealthy: number;
  readonly readUnhealthy: number;
}

/** Counts partitions by health, as `ls -d` and `app -d` do. */
export function healthOf(partitions: readonly PartitionConfiguration[]): Health {
  let [full, writable, readable] = [0, 0, 0];
  for (const {
    hp_primary: primary = '',
    hp_secondaries: secondaries = [],
    max_replica_count,
  } of partitions) {
    if (primary === '') continue;
    const replicas = secondaries.length + 1;
    const isFull = replicas >= max_replica_count;
    if (isFull) full += 1;
    if (isFull || replicas >= 2) writable += 1;
    readable += 1;
  }
  const { length } = partitions;
  return {
    fullyHealthy: full,
    unhealthy: length - full,
    writeUnhealthy: length - writable,
    readUnhealthy: length - readable,
  };
}

/** Nodes in upstream's order: by host text, then by port number. */
export function byHostThenPort(a: string, b: string): number {
  const [hostA, portA] = cutAtPort(a);
  const [hostB, portB] = cutAtPort(b);
  if (hostA !== hostB) return hostA < hostB ? -1 : 1;
  return portA - portB;
}

function cutAtPort(node: string): readonly [host: string, port: number] {
  const colon = node.lastIndexOf(':');
  return [node.slice(0, colon), Number(node.slice(colon + 1))];
}
