import { isDeepStrictEqual } from 'node:util';
import type { Action, AppRecord } from '../documents/meta.ts';
import type { Steps } from '../steps.ts';
import { balancing } from './balance/balancer.ts';
import { retryCheck, scheduleCheck } from './check-timer.ts';
import { isHealthy } from './configuration.ts';
import { addsSecondary, curePartition, sendAction } from './guardian.ts';
import type { MetaServer } from './meta-server.ts';

interface Proposal {
  readonly app: AppRecord;
  readonly pidx: number;
  readonly action: Action;
}

/** What one round comes to. */
interface Round {
  /** New secondaries, which are asked for last. */
  readonly additions: Proposal[];
  /** Every proposal that was sent, in words. */
  readonly sent: string[];
  /** When it makes sense to look again, in microseconds. */
  readonly again: number[];
}

/**
 * One round of the periodic check (`server_state.cpp check_all_partitions`), over the tables that need it: first what
 * cures them; if they were found healthy, the balancer.
 *
 * The next round is asked for only if it may find something new.
 *
 * @param before what the last round sent, where nothing came of it
 */
export function checkPartitions(meta: MetaServer, before?: readonly string[]): void {
  meta.perform(checking(meta, before));
}

function* checking(meta: MetaServer, before?: readonly string[]): Steps {
  if (meta.isAtMost('fl_freezed')) return;
  const apps = tablesToCheck(meta);
  const { attention, balance: counted, ddd: _earlier, ...process } = meta.process;
  const dirty = { ...counted.dirty, ...attention };
  meta.saveProcess({ ...process, attention: {}, balance: { ...counted, dirty } });
  const round: Round = { additions: [], sent: [], again: [] };
  let isEveryHealthy = true;
  for (const app of apps) isEveryHealthy = (yield* checkingTable(meta, app, round)) && isEveryHealthy;
  yield* addingSecondaries(meta, round);
  if (!isEveryHealthy) {
    // Before anything is delivered, which others may have their turn in between.
    checkAgain(meta, round, before);
    return;
  }
  yield* meta.delivering();
  if (yield* balancing(meta)) startMoves(meta);
}

/** What was sent in vain twice is sent in vain the next time too, unless something happens. */
function checkAgain(meta: MetaServer, { sent, again }: Round, before: readonly string[] | undefined): void {
  if (again.length === 0) return;
  const soon = meta.cluster.universe.now + 1;
  const isWaiting = again.some((time) => time > soon);
  if (!isWaiting && isDeepStrictEqual(sent, before)) retryCheck(meta, sent);
  else scheduleCheck(meta, Math.max(Math.min(...again), soon), sent);
}

/** What the balancer decided is begun in a round of its own, at once. */
function startMoves(meta: MetaServer): void {
  meta.post(() => checking(meta));
}

function tablesToCheck(meta: MetaServer): AppRecord[] {
  return Object.keys(meta.process.attention)
    .flatMap((id) => meta.tree.app(Number(id)) ?? [])
    .filter((app) => app.status === 'AS_AVAILABLE')
    .sort((a, b) => (a.app_name < b.app_name ? -1 : 1));
}

/** Sends what cures a table at once, but for new secondaries. Returns whether it is healthy. */
function* checkingTable(meta: MetaServer, app: AppRecord, round: Round): Steps<boolean> {
  let healthy = 0;
  for (let pidx = 0; pidx < app.partition_count; pidx++) {
    meta.memories.forgetDdd(`${app.app_id}.${pidx}`);
    const { action, again } = curePartition(meta, app, pidx);
    if (again !== undefined) round.again.push(again);
    if (action === undefined) healthy += Number(isHealthy(meta.tree.partition(app.app_id, pidx)));
    else if (addsSecondary(action)) round.additions.push({ app, pidx, action });
    else send(meta, round, { app, pidx, action });
    yield;
  }
  if (healthy < app.partition_count) meta.keepInSight(app.app_id);
  return healthy === app.partition_count;
}

/** Partitions without any secondary come first; under flow control a server takes only so many in one round. */
function* addingSecondaries(meta: MetaServer, round: Round): Steps {
  const isUrgent = ({ app, pidx }: Proposal) =>
    meta.tree.partition(app.app_id, pidx).secondaries.length === 0;
  const most = meta.setting('meta_server.add_secondary_enable_flow_control')
    ? meta.setting('meta_server.add_secondary_max_count_for_one_node')
    : Number.POSITIVE_INFINITY;
  const sent = new Map<string, number>();
  for (const areUrgent of [true, false]) {
    for (const proposal of round.additions) {
      yield;
      const { node } = proposal.action;
      const count = sent.get(node) ?? 0;
      if (isUrgent(proposal) !== areUrgent || count >= most) continue;
      sent.set(node, count + 1);
      send(meta, round, proposal);
    }
  }
}

function send(meta: MetaServer, { sent }: Round, { app, pidx, action }: Proposal): void {
  const { ballot } = meta.tree.partition(app.app_id, pidx);
  sent.push(`${app.app_id}.${pidx}@${ballot} ${action.type} ${action.target} ${action.node}`);
  sendAction(meta, app, pidx, action);
}
