import type { Action, AppRecord, PartitionRecord } from '../documents/meta.ts';
import type { MetaServer } from './meta-server.ts';

export interface Load {
  primaries: number;
  partitions: number;
}

type Loads = Map<string, Load>;

/**
 * How many primaries and partitions each server has, table by table, and will have once what is proposed is done
 * (`newly_partitions`): the proposals of one round spread out.
 */
export class Placement {
  private readonly meta: MetaServer;
  /** By table, as the configurations have it; counted when first asked for. */
  private readonly actual = new Map<number, Loads>();
  /** By table; 0 stands for all tables together. */
  private readonly proposed = new Map<number, Loads>();

  constructor(meta: MetaServer) {
    this.meta = meta;
  }

  /** A configuration changed. */
  follow(appId: number, node: string, primaries: number, partitions: number): void {
    const loads = this.actual.get(appId);
    if (loads !== undefined) add(loads, node, primaries, partitions);
  }

  /** Counts a proposal, or with -1 one that is done or given up. */
  propose(appId: number, { type, node }: Action, sign: 1 | -1): void {
    const isPrimary = type === 'CT_ASSIGN_PRIMARY' || type === 'CT_UPGRADE_TO_PRIMARY';
    const isNew = type === 'CT_ASSIGN_PRIMARY' || type === 'CT_ADD_SECONDARY';
    for (const id of [appId, ALL]) {
      const loads: Loads = this.proposed.get(id) ?? new Map();
      add(loads, node, isPrimary ? sign : 0, isNew ? sign : 0);
      this.proposed.set(id, loads);
    }
  }

  /**
   * The server for a new primary: fewest primaries of the table, then fewest of its partitions, then fewest primaries
   * and partitions of all; the first of `nodes` among equals (`server_load_balancer.cpp`).
   */
  fewestPrimaries(app: AppRecord, nodes: readonly string[]): string | undefined {
    return first(nodes, (node) => {
      const own = this.ofTable(app, node);
      const total = this.ofAll(node);
      return [own.primaries, own.partitions, total.primaries, total.partitions];
    });
  }

  /** The server for a new secondary: fewest partitions of the table, then fewest of all. */
  fewestPartitions(app: AppRecord, nodes: readonly string[]): string | undefined {
    return first(nodes, (node) => [this.ofTable(app, node).partitions, this.ofAll(node).partitions]);
  }

  private ofTable(app: AppRecord, node: string): Load {
    const loads = this.actual.get(app.app_id) ?? countLoads(this.meta.tree.lookAtAll(app));
    this.actual.set(app.app_id, loads);
    return sum(loads.get(node), this.proposed.get(app.app_id)?.get(node));
  }

  private ofAll(node: string): Load {
    return sum(this.meta.process.workers[node], this.proposed.get(ALL)?.get(node));
  }
}

const ALL = 0;

/** How many primaries and partitions of one table each server has. */
export function countLoads(partitions: readonly PartitionRecord[]): Loads {
  const loads: Loads = new Map();
  for (const partition of partitions) {
    if (partition.primary !== '') add(loads, partition.primary, 1, 1);
    for (const node of partition.secondaries) add(loads, node, 0, 1);
  }
  return loads;
}

function add(loads: Loads, node: string, primaries: number, partitions: number): void {
  const load = loads.get(node);
  if (load === undefined) {
    loads.set(node, { primaries, partitions });
    return;
  }
  load.primaries += primaries;
  load.partitions += partitions;
}

function sum(a: Load | undefined, b: Load | undefined): Load {
  return {
    primaries: (a?.primaries ?? 0) + (b?.primaries ?? 0),
    partitions: (a?.partitions ?? 0) + (b?.partitions ?? 0),
  };
}

function first(nodes: readonly string[], rank: (node: string) => number[]): string | undefined {
  let best: { node: string; rank: number[] } | undefined;
  for (const node of nodes) {
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
