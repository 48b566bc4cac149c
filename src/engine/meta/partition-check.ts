import type { Action, AppRecord } from '../documents/meta.ts';
import type { Steps } from '../steps.ts';
import { balance } from './balance/balancer.ts';
import { scheduleCheck } from './check-timer.ts';
import { isHealthy } from './configuration.ts';
import { addsSecondary, curePartition, type LookAgain, sendAction } from './guardian.ts';
import type { MetaServer } from './meta-server.ts';

interface Proposal {
  readonly app: AppRecord;
  readonly pidx: number;
  readonly action: Action;
}

/**
 * One round of the periodic check (`server_state.cpp check_all_partitions`), over the tables that need it: first what
 * cures them; if they were found healthy, the balancer.
 *
 * The next round is asked for only if it may find something new.
 */
export function checkPartitions(meta: MetaServer): void {
  meta.perform(checking(meta));
}

function* checking(meta: MetaServer): Steps {
  if (meta.isAtMost('fl_freezed')) return;
  const apps = tablesToCheck(meta);
  const { attention, balance: counted } = meta.process;
  const dirty = { ...counted.dirty, ...attention };
  meta.saveProcess({ ...meta.process, ddd: {}, attention: {}, balance: { ...counted, dirty } });
  const additions: Proposal[] = [];
  const looks: Look[] = [];
  for (const app of apps) looks.push(yield* checkingTable(meta, app, additions));
  addSecondaries(meta, additions);
  const isEveryHealthy = looks.every(({ isHealthy }) => isHealthy);
  const again = looks.map((look) => look.again).reduce(earliest, undefined);
  // Before anything is delivered, which others may have their turn in between.
  if (!isEveryHealthy && again !== undefined)
    scheduleCheck(meta, Math.max(again, meta.cluster.universe.now + 1));
  if (!isEveryHealthy) return;
  yield* meta.delivering();
  if (balance(meta)) startMoves(meta);
}

/** What the balancer decided is begun in a round of its own, at once. */
function startMoves(meta: MetaServer): void {
  meta.post(() => checkPartitions(meta));
}

function tablesToCheck(meta: MetaServer): AppRecord[] {
  return Object.keys(meta.process.attention)
    .flatMap((id) => meta.tree.app(Number(id)) ?? [])
    .filter((app) => app.status === 'AS_AVAILABLE')
    .sort((a, b) => (a.app_name < b.app_name ? -1 : 1));
}

interface Look {
  readonly isHealthy: boolean;
  readonly again: LookAgain;
}

/** Sends what cures a table at once, but for new secondaries: they are put to `additions`. */
function* checkingTable(meta: MetaServer, app: AppRecord, additions: Proposal[]): Steps<Look> {
  let again: LookAgain;
  let healthy = 0;
  for (let pidx = 0; pidx < app.partition_count; pidx++) {
    const { action, ...cure } = curePartition(meta, app, pidx);
    again = earliest(again, cure.again);
    if (action === undefined) healthy += Number(isHealthy(meta.tree.partition(app.app_id, pidx)));
    else if (addsSecondary(action)) additions.push({ app, pidx, action });
    else sendAction(meta, app, pidx, action);
    yield;
  }
  if (healthy < app.partition_count) meta.keepInSight(app.app_id);
  return { isHealthy: healthy === app.partition_count, again };
}

/** Partitions without any secondary come first; under flow control a server takes only so many in one round. */
function addSecondaries(meta: MetaServer, additions: readonly Proposal[]): void {
  const isUrgent = ({ app, pidx }: Proposal) =>
    meta.tree.partition(app.app_id, pidx).secondaries.length === 0;
  const most = meta.setting('meta_server.add_secondary_enable_flow_control')
    ? meta.setting('meta_server.add_secondary_max_count_for_one_node')
    : Number.POSITIVE_INFINITY;
  const sent = new Map<string, number>();
  const inOrder = [...additions.filter(isUrgent), ...additions.filter((one) => !isUrgent(one))];
  for (const { app, pidx, action } of inOrder) {
    const count = sent.get(action.node) ?? 0;
    if (count >= most) continue;
    sent.set(action.node, count + 1);
    sendAction(meta, app, pidx, action);
  }
}

function earliest(a: LookAgain, b: LookAgain): LookAgain {
  if (a === undefined) return b;
  return b === undefined ? a : Math.min(a, b);
}
