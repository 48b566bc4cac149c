import { PrimaryFlow } from './primary-flow.ts';
import { diskLoads, highest, type Move, type MoveKind, primariesOn, replicasOn, type Table } from './view.ts';

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
    return partition?.primary !== from && !replicasOn(table, to).includes(pidx) && !taken.has(pidx);
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
  held(node: string): number[];
  /** Whether another one has to go, with these many on the least and on the most loaded server. */
  goesOn(least: number, most: number): boolean;
  isMovable(pidx: number, from: string, to: string): boolean;
}

/**
 * Copies one by one, from the disk of the server that gives that was fullest at first, whatever has been chosen of it;
 * a server that has nothing to give is left out (`copy_replica_operation`).
 */
function copy(kind: MoveKind, table: Table, nodes: readonly string[], rule: Rule): Move[] {
  const counts = new Map(nodes.map((node) => [node, rule.held(node).length]));
  const loads = new Map(nodes.map((node) => [node, diskLoads(table, node, rule.held(node))]));
  const countOf = (node: string): number => counts.get(node) ?? 0;
  const moves: Move[] = [];
  const rest = [...nodes];
  while (rest.length > 1) {
    rest.sort((a, b) => countOf(a) - countOf(b) || (a < b ? -1 : 1));
    const [to, from] = [rest[0], rest.at(-1)] as [string, string];
    if (!rule.goesOn(countOf(to), countOf(from))) break;
    const isFree = (pidx: number) =>
      rule.isMovable(pidx, from, to) && !moves.some((move) => move.pidx === pidx);
    const load = (pidx: number) => loads.get(from)?.get(table.diskOf(pidx, from)) ?? 0;
    const pidx = highest(rule.held(from).filter(isFree), load);
    if (pidx === undefined) {
      rest.pop();
      continue;
    }
    const primary = table.partitions[pidx]?.primary ?? '';
    moves.push({ kind, appId: table.app.app_id, pidx, from, to, primary });
    counts.set(from, countOf(from) - 1);
    counts.set(to, countOf(to) + 1);
  }
  return moves;
}
