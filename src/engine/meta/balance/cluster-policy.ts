import { isHealthy } from '../configuration.ts';
import { balancePrimaries } from './app-policy.ts';
import { type Move, primariesOn, replicasOn, type Table } from './view.ts';

/** Fewer servers are never balanced as a whole. */
const FEWEST_NODES = 3;

/** How many a server has, by server. */
type Counts = Map<string, number>;

/**
 * Balances all tables and all servers together (`cluster_balance_policy.cpp`): primaries of one table at a time are
 * moved to secondaries; when none can, secondaries are copied, then primaries, `most` in one round.
 */
export function balanceCluster(tables: readonly Table[], nodes: readonly string[], most: number): Move[] {
  for (const table of tables) {
    const moves = balancePrimaries(table, nodes, true);
    if (moves.length > 0) return moves;
  }
  const isReady =
    nodes.length >= FEWEST_NODES && tables.every(({ partitions }) => partitions.every(isHealthy));
  if (!isReady) return [];
  const secondaries = new Spread('copy_sec', tables, nodes).moves(most);
  return secondaries.length > 0 ? secondaries : new Spread('copy_pri', tables, nodes).moves(most);
}

/** One kind of replicas over all servers, and how it comes to be even: of each table, and of all together. */
class Spread {
  private readonly kind: 'copy_sec' | 'copy_pri';
  private readonly nodes: readonly string[];
  private readonly tables: ReadonlyMap<number, Table>;
  /** Of one table, by its id. */
  private readonly counts: ReadonlyMap<number, Counts>;
  private readonly totals: Counts;
  private readonly chosen: Move[] = [];

  constructor(kind: 'copy_sec' | 'copy_pri', tables: readonly Table[], nodes: readonly string[]) {
    this.kind = kind;
    this.nodes = nodes;
    this.tables = new Map(tables.map((table) => [table.app.app_id, table]));
    this.counts = new Map(
      tables.map((table) => [
        table.app.app_id,
        new Map(nodes.map((node) => [node, this.held(table, node).length])),
      ]),
    );
    const total = (node: string) => tables.reduce((sum, table) => sum + this.held(table, node).length, 0);
    this.totals = new Map(nodes.map((node) => [node, total(node)]));
  }

  moves(most: number): Move[] {
    while (this.chosen.length < most) {
      const move = this.next();
      if (move === undefined) break;
      this.chosen.push(move);
      for (const counts of [this.counts.get(move.appId) as Counts, this.totals]) {
        counts.set(move.from, (counts.get(move.from) ?? 0) - 1);
        counts.set(move.to, (counts.get(move.to) ?? 0) + 1);
      }
    }
    return this.chosen;
  }

  /** Among the tables that are spread worst, a move that also helps the servers as a whole where there is one. */
  private next(): Move | undefined {
    const skews = [...this.counts].map(([appId, counts]) => ({ appId, skew: skewOf(counts) }));
    const worst = Math.max(0, ...skews.map(({ skew }) => skew));
    if (worst === 0 || (worst <= 1 && skewOf(this.totals) <= 1)) return undefined;
    for (const { appId, skew } of skews) {
      const move = skew === worst ? this.moveOf(appId, skew) : undefined;
      if (move !== undefined) return move;
    }
    return undefined;
  }

  private moveOf(appId: number, skew: number): Move | undefined {
    const counts = this.counts.get(appId) as Counts;
    const least = this.extremes(counts, Math.min);
    const most = this.extremes(counts, Math.max);
    const leastOfAll = least.filter((node) => this.extremes(this.totals, Math.min).includes(node));
    const mostOfAll = most.filter((node) => this.extremes(this.totals, Math.max).includes(node));
    if (skew <= 1 && (leastOfAll.length === 0 || mostOfAll.length === 0)) return undefined;
    return this.pick(
      appId,
      mostOfAll.length === 0 ? most : mostOfAll,
      leastOfAll.length === 0 ? least : leastOfAll,
    );
  }

  /** From the server that has most of them left to give. */
  private pick(appId: number, sources: readonly string[], targets: readonly string[]): Move | undefined {
    const table = this.tables.get(appId) as Table;
    const [from] = sources
      .filter((node) => this.left(table, node).length > 0)
      .sort((a, b) => this.left(table, b).length - this.left(table, a).length || (a < b ? -1 : 1));
    if (from === undefined) return undefined;
    for (const to of targets) {
      const pidx = this.left(table, from).find((one) => !replicasOn(table, to).includes(one));
      const primary = pidx === undefined ? undefined : table.partitions[pidx]?.primary;
      if (pidx !== undefined && primary !== undefined) {
        return { kind: this.kind, appId, pidx, from, to, primary };
      }
    }
    return undefined;
  }

  private left(table: Table, node: string): number[] {
    const isChosen = (pidx: number) =>
      this.chosen.some((move) => move.appId === table.app.app_id && move.pidx === pidx);
    return this.held(table, node).filter((pidx) => !isChosen(pidx));
  }

  private held(table: Table, node: string): number[] {
    const primaries = primariesOn(table, node);
    if (this.kind === 'copy_pri') return primaries;
    return replicasOn(table, node).filter((pidx) => !primaries.includes(pidx));
  }

  private extremes(counts: Counts, pick: (...values: number[]) => number): string[] {
    const wanted = pick(...counts.values());
    return this.nodes.filter((node) => counts.get(node) === wanted);
  }
}

function skewOf(counts: Counts): number {
  const values = [...counts.values()];
  return Math.max(...values) - Math.min(...values);
}
