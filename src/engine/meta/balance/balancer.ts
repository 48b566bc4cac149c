import type { AppRecord, BalanceState, Worker } from '../../documents/meta.ts';
import type { Steps } from '../../steps.ts';
import { isStaging } from '../busy.ts';
import type { MetaServer } from '../meta-server.ts';
import { balancePrimaries, balanceSecondaries } from './app-policy.ts';
import { balanceCluster } from './cluster-policy.ts';
import { lookingAtTable, type Move, stepsOf, type Table } from './view.ts';

/**
 * The second stage of a partition check, once every partition is healthy (`greedy_load_balancer.cpp`): below lively
 * what it would do is only counted, for `cluster_info`. Returns whether it set something in motion.
 */
export function* balancing(meta: MetaServer): Steps<boolean> {
  if (!canRun(meta)) return false;
  const isCollected = meta.reports.areComplete();
  const moves = isCollected && meta.level === 'fl_lively' ? yield* planning(meta) : [];
  for (const move of moves) {
    meta.actions.move(`${move.appId}.${move.pidx}`, stepsOf(move));
    meta.needsAttention(move.appId);
  }
  save(meta, { ...meta.process.balance, is_collected: isCollected });
  if (moves.length > 0) count(meta, meta.tree.apps(), moves);
  else if (isCollected) yield* recounting(meta);
  return moves.length > 0;
}

/** A dead server still has partitions to lose: first things first (`server_state.cpp can_run_balancer`). */
function canRun(meta: MetaServer): boolean {
  if (meta.tree.apps().some(isStaging)) return false;
  return Object.values(meta.process.workers).every(
    ({ state, partitions }) => state === 'alive' || partitions === 0,
  );
}

/** What is to be moved now. */
function* planning(meta: MetaServer): Steps<Move[]> {
  const nodes = meta.liveness.nodes('alive');
  const tables = yield* lookingAt(meta, meta.tree.apps());
  if (meta.setting('meta_server.balance_cluster')) {
    const loads = new Map(nodes.map((node) => [node, meta.process.workers[node] as Worker]));
    return balanceCluster(tables, loads, meta.setting('meta_server.balance_op_count_per_round'));
  }
  const onlyMove = meta.setting('meta_server.only_move_primary');
  const primaries = yield* inTurn(meta, tables, (table) => balancePrimaries(table, nodes, onlyMove));
  if (primaries.length > 0 || meta.setting('meta_server.only_primary_balancer')) return primaries;
  return yield* inTurn(meta, tables, (table) => balanceSecondaries(table, nodes, new Set()));
}

/** Those of some tables that the balancer may touch. */
function* lookingAt(meta: MetaServer, apps: readonly AppRecord[]): Steps<Table[]> {
  const tables: Table[] = [];
  for (const app of apps) {
    const table = yield* lookingAtTable(meta, app);
    if (table !== undefined) tables.push(table);
    yield;
  }
  return tables;
}

/** Of all tables, or of the first that has any (`balancer_in_turn`). */
function* inTurn(
  meta: MetaServer,
  tables: readonly Table[],
  movesOf: (table: Table) => Move[],
): Steps<Move[]> {
  const isFirstEnough = meta.setting('meta_server.balancer_in_turn');
  const moves: Move[] = [];
  for (const table of tables) {
    moves.push(...movesOf(table));
    if (isFirstEnough && moves.length > 0) break;
    yield;
  }
  return moves;
}

/** Counts what could be moved of the tables that may have changed; together nothing is counted, as upstream does. */
function* recounting(meta: MetaServer): Steps {
  const { basis, dirty } = meta.process.balance;
  const now = basisOf(meta);
  const isChanged = ({ app_id }: AppRecord) => basis !== now || dirty[app_id] === true;
  const changed = meta.tree.apps().filter(isChanged);
  const nodes = meta.liveness.nodes('alive');
  const isCluster = meta.setting('meta_server.balance_cluster');
  const tables = isCluster ? [] : yield* lookingAt(meta, changed);
  const onlyMove = meta.setting('meta_server.only_move_primary');
  const onlyPrimaries = meta.setting('meta_server.only_primary_balancer');
  const moves: Move[] = [];
  for (const table of tables) {
    const primaries = balancePrimaries(table, nodes, onlyMove);
    yield;
    const taken = new Set(primaries.map(({ pidx }) => pidx));
    moves.push(...primaries, ...(onlyPrimaries ? [] : balanceSecondaries(table, nodes, taken)));
    yield;
  }
  count(meta, changed, moves);
}

/** What counts stand upon beside their own table: when it is another, all tables are counted anew. */
function basisOf(meta: MetaServer): string {
  const rules = ['balance_cluster', 'only_move_primary', 'only_primary_balancer'] as const;
  const nodes = meta.liveness.nodes('alive');
  return [...rules.map((rule) => meta.setting(`meta_server.${rule}`)), ...nodes].join(' ');
}

/** Replaces what is counted of `apps`. */
function count(meta: MetaServer, apps: readonly AppRecord[], moves: readonly Move[]): void {
  const counts = { ...meta.process.balance.counts };
  const byTable = new Map<number, Move[]>();
  for (const move of moves) {
    const own = byTable.get(move.appId);
    if (own === undefined) byTable.set(move.appId, [move]);
    else own.push(move);
  }
  for (const { app_id } of apps) {
    const own = byTable.get(app_id) ?? [];
    const of = (kind: Move['kind']) => own.filter((move) => move.kind === kind).length;
    if (own.length === 0) delete counts[app_id];
    else counts[app_id] = { move_pri: of('move_pri'), copy_pri: of('copy_pri'), copy_sec: of('copy_sec') };
  }
  save(meta, { ...meta.process.balance, counts, dirty: {}, basis: basisOf(meta) });
}

function save(meta: MetaServer, balance: BalanceState): void {
  meta.saveProcess({ ...meta.process, balance });
}

/** What the last round found, as `cluster_info` and the remote command tell it; -1 = not all replicas are known. */
export function operationCounts({ process: { balance } }: MetaServer) {
  const all = balance.is_collected ? Object.values(balance.counts) : [];
  const sum = (kind: Move['kind']) => all.reduce((total, counts) => total + counts[kind], 0);
  const [move_pri, copy_pri, copy_sec] = [sum('move_pri'), sum('copy_pri'), sum('copy_sec')];
  const total = balance.is_collected ? move_pri + copy_pri + copy_sec : -1;
  return { copy_pri, copy_sec, move_pri, total };
}
