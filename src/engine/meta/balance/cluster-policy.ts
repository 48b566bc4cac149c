import { isHealthy, isMember } from '../configuration.ts';
import type { Load } from '../placement.ts';
import { balancePrimaries } from './app-policy.ts';
import { type Move, primariesOn, secondariesOn, type Table } from './view.ts';

/** Fewer servers are never balanced as a whole. */
const FEWEST_NODES = 3;

/** How many a server has, by server. */
type Counts = Map<string, number>;

/** Partitions that one disk has to give. */
interface Source {
  readonly from: string;
  readonly left: readonly number[];
}

/**
 * Balances all tables and all servers together (`cluster_balance_policy.cpp`): primaries of one table at a time are
 * moved to secondaries; when none can, secondaries are copied, then primaries, `most` in one round, yet at least one.
 *
 * @param loads what each server has, tables that are left alone included; in the order of the servers' names
 */
export function balanceCluster(
  tables: readonly Table[],
  loads: ReadonlyMap<string, Load>,
  most: number,
): Move[] {
  const nodes = [...loads.keys()];
  for (const table of tables) {
    const moves = balancePrimaries(table, nodes, true);
    if (moves.length > 0) return moves;
  }
  const isReady =
    nodes.length >= FEWEST_NODES && tables.every(({ partitions }) => partitions.every(isHealthy));
  if (!isReady) return [];
  const secondaries = new Spread('copy_sec', tables, loads).moves(most);
  return secondaries.length > 0 ? secondaries : new Spread('copy_pri', tables, loads).moves(most);
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

  constructor(kind: 'copy_sec' | 'copy_pri', tables: readonly Table[], loads: ReadonlyMap<string, Load>) {
    const nodes = [...loads.keys()];
    this.kind = kind;
    this.nodes = nodes;
    this.tables = new Map(tables.map((table) => [table.app.app_id, table]));
    this.counts = new Map(
      tables.map((table) => [
        table.app.app_id,
        new Map(nodes.map((node) => [node, this.held(table, node).length])),
      ]),
    );
    const total = ({ primaries, partitions }: Load) =>
      kind === 'copy_pri' ? primaries : partitions - primaries;
    this.totals = new Map([...loads].map(([node, load]) => [node, total(load)]));
  }

  moves(most: number): Move[] {
    do {
      const move = this.next();
      if (move === undefined) break;
      this.chosen.push(move);
      for (const counts of [this.counts.get(move.appId) as Counts, this.totals]) {
        counts.set(move.from, (counts.get(move.from) ?? 0) - 1);
        counts.set(move.to, (counts.get(move.to) ?? 0) + 1);
      }
    } while (this.chosen.length < most);
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

  /** From a disk that has most of them left to give: upstream takes any of these, here the first that can is taken. */
  private pick(appId: number, sources: readonly string[], targets: readonly string[]): Move | undefined {
    const table = this.tables.get(appId) as Table;
    const disks = sources.flatMap((from) => this.disksOf(table, from));
    const most = Math.max(...disks.map(({ left }) => left.length));
    for (const { from, left } of disks) {
      if (left.length < most) continue;
      for (const to of targets) {
        const pidx = left.find((one) => !this.isChosen(table, one) && !isMember(table.partitions[one]!, to));
        if (pidx === undefined) continue;
        const primary = table.partitions[pidx]?.primary ?? '';
        return { kind: this.kind, appId, pidx, from, to, primary };
      }
    }
    return undefined;
  }

  /** By tag of the disk; a partition that is moved away from another server counts still. */
  private disksOf(table: Table, from: string): Source[] {
    const disks = new Map<string, number[]>();
    for (const pidx of this.held(table, from)) {
      if (this.isChosen(table, pidx, from)) continue;
      const tag = table.diskOf(pidx, from);
      const left = disks.get(tag) ?? [];
      left.push(pidx);
      disks.set(tag, left);
    }
    return [...disks].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, left]) => ({ from, left }));
  }

  /** Whether a partition is to be moved, from one server or from any. */
  private isChosen(table: Table, pidx: number, from?: string): boolean {
    return this.chosen.some(
      (move) =>
        move.appId === table.app.app_id && move.pidx === pidx && (from === undefined || move.from === from),
    );
  }

  private held(table: Table, node: string): readonly number[] {
    return this.kind === 'copy_pri' ? primariesOn(table, node) : secondariesOn(table, node);
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
