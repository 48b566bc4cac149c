import { isMember } from '../configuration.ts';
import { PrimaryFlow } from './primary-flow.ts';
import { diskLoads, type Move, type MoveKind, primariesOn, replicasOn, type Table } from './view.ts';

/** How one table's primaries come to be spread evenly: moved to secondaries where that helps, else copied. */
export function balancePrimaries(table: Table, nodes: readonly string[], onlyMove: boolean): Move[] {
  const flow = new PrimaryFlow(table, nodes);
  if (flow.isBalanced) return [];
  return flow.moves() ?? (onlyMove ? [] : copyPrimaries(table, nodes, flow.someAreShort));
}

/** How one table's replicas come to be spread evenly (`app_balance_policy.cpp copy_secondary_operation`). */
export function balanceSecondaries(
  table: Table,
  nodes: readonly string[],
  taken: ReadonlySet<number>,
): Move[] {
  const low = Math.floor(table.partitions.length / nodes.length);
  const isMovable = (pidx: number, from: string, to: string): boolean => {
    const partition = table.partitions[pidx];
    return (
      partition !== undefined && partition.primary !== from && !isMember(partition, to) && !taken.has(pidx)
    );
  };
  return copy('copy_sec', table, nodes, {
    held: (node) => replicasOn(table, node),
    goesOn: (least, most) => most > low && most - least > 1,
    isMovable,
  });
}

/** From the server that leads most to the one that leads least (`copy_primary_operation`). */
function copyPrimaries(table: Table, nodes: readonly string[], someAreShort: boolean): Move[] {
  const low = Math.floor(table.partitions.length / nodes.length);
  return copy('copy_pri', table, nodes, {
    held: (node) => primariesOn(table, node),
    goesOn: (least, most) => (someAreShort ? least < low : most - least > 1),
    isMovable: () => true,
  });
}

interface Rule {
  /** Partitions that a server gives from. */
  held(node: string): readonly number[];
  /** Whether another one has to go, with these many on the least and on the most loaded server. */
  goesOn(least: number, most: number): boolean;
  isMovable(pidx: number, from: string, to: string): boolean;
}

/**
 * Copies one by one, from the disk of the server that gives that was fullest at first, whatever has been chosen of it;
 * a server that has nothing to give is left out (`copy_replica_operation`).
 */
function copy(kind: MoveKind, table: Table, nodes: readonly string[], rule: Rule): Move[] {
  const all = new Map(nodes.map((node) => [node, rule.held(node)]));
  const held = new Map<string, readonly number[]>();
  const heldBy = (node: string): readonly number[] => {
    const known = held.get(node) ?? fullestFirst(table, node, all.get(node)!);
    held.set(node, known);
    return known;
  };
  const counts = new Map(nodes.map((node) => [node, all.get(node)!.length]));
  const countOf = (node: string): number => counts.get(node) ?? 0;
  const moves: Move[] = [];
  const chosen = new Set<number>();
  // What cannot go from one server to another, or was chosen, need not be looked at again for these two.
  const passed = new Map<string, number>();
  const nextOf = (from: string, to: string): number | undefined => {
    const mine = heldBy(from);
    const lane = `${from} ${to}`;
    let at = passed.get(lane) ?? 0;
    while (at < mine.length && (chosen.has(mine[at]!) || !rule.isMovable(mine[at]!, from, to))) at++;
    passed.set(lane, at);
    return mine[at];
  };
  const rest = [...nodes];
  while (rest.length > 1) {
    rest.sort((a, b) => countOf(a) - countOf(b) || (a < b ? -1 : 1));
    const [to, from] = [rest[0], rest.at(-1)] as [string, string];
    if (!rule.goesOn(countOf(to), countOf(from))) break;
    const pidx = nextOf(from, to);
    if (pidx === undefined) {
      rest.pop();
      continue;
    }
    chosen.add(pidx);
    const primary = table.partitions[pidx]?.primary ?? '';
    moves.push({ kind, appId: table.app.app_id, pidx, from, to, primary });
    counts.set(from, countOf(from) - 1);
    counts.set(to, countOf(to) + 1);
  }
  return moves;
}

/** Partitions by the disk that a server has them on: those on its fullest disk first. */
function fullestFirst(table: Table, node: string, held: readonly number[]): number[] {
  const loads = diskLoads(table, node, held);
  const load = new Map(held.map((pidx) => [pidx, loads.get(table.diskOf(pidx, node)) ?? 0]));
  return [...held].sort((a, b) => load.get(b)! - load.get(a)!);
}
