import type { AppRecord } from '../documents/meta.ts';
import { isMember } from './configuration.ts';
import type { MetaServer } from './meta-server.ts';

interface Load {
  primaries: number;
  partitions: number;
}

/** What one round has proposed and no configuration shows yet, so that its proposals spread out. */
export class Placement {
  private readonly proposed = new Map<string, Load>();

  addPrimary(node: string, isNewMember: boolean): void {
    const load = this.of(node);
    this.proposed.set(node, {
      primaries: load.primaries + 1,
      partitions: load.partitions + Number(isNewMember),
    });
  }

  of(node: string): Load {
    return this.proposed.get(node) ?? { primaries: 0, partitions: 0 };
  }
}

/**
 * The server for a new primary: fewest primaries of the table, then fewest of its partitions, then fewest primaries
 * and partitions of all; the first by host and port among equals (cluster-engine.md 3.3).
 */
export function fewestPrimaries(
  meta: MetaServer,
  app: AppRecord,
  nodes: readonly string[],
  placement: Placement = new Placement(),
): string | undefined {
  return first(nodes, (node) => {
    const own = loadOfApp(meta, app, node);
    const total = meta.process.workers[node] ?? { primaries: 0, partitions: 0 };
    const more = placement.of(node);
    return [
      own.primaries + more.primaries,
      own.partitions + more.partitions,
      total.primaries + more.primaries,
      total.partitions + more.partitions,
    ];
  });
}

/** The server for a new secondary: fewest partitions of the table, then fewest of all. */
export function fewestPartitions(
  meta: MetaServer,
  app: AppRecord,
  nodes: readonly string[],
): string | undefined {
  return first(nodes, (node) => [
    loadOfApp(meta, app, node).partitions,
    meta.process.workers[node]?.partitions ?? 0,
  ]);
}

function loadOfApp(meta: MetaServer, app: AppRecord, node: string): Load {
  const load = { primaries: 0, partitions: 0 };
  for (const partition of meta.tree.partitions(app)) {
    if (partition.primary === node) load.primaries++;
    if (isMember(partition, node)) load.partitions++;
  }
  return load;
}

function first(nodes: readonly string[], rank: (node: string) => number[]): string | undefined {
  let best: { node: string; rank: number[] } | undefined;
  for (const node of [...nodes].sort()) {
    const own = rank(node);
    if (best === undefined || isLess(own, best.rank)) best = { node, rank: own };
  }
  return best?.node;
}

function isLess(a: readonly number[], b: readonly number[]): boolean {
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
