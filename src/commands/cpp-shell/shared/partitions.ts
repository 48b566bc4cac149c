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
  const states = partitions.map((partition) => {
    const members = membersOf(partition);
    const replicas = replicaCountOf(members);
    const full = members.primary !== '' && replicas >= partition.max_replica_count;
    const readable = members.primary !== '';
    return { full, readable, writable: full || (readable && replicas >= 2) };
  });
  const count = (test: (state: (typeof states)[number]) => boolean) => states.filter(test).length;
  return {
    fullyHealthy: count((state) => state.full),
    unhealthy: count((state) => !state.full),
    writeUnhealthy: count((state) => !state.writable),
    readUnhealthy: count((state) => !state.readable),
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
