import type { AppRecord } from '../documents/meta.ts';
import { scheduleCheck } from './check-timer.ts';
import { isHealthy } from './configuration.ts';
import { curePartition, type LookAgain } from './guardian.ts';
import type { MetaServer } from './meta-server.ts';
import { Placement } from './placement.ts';

/**
 * One round of the periodic check (`server_state.cpp check_all_partitions`), over the tables that need it.
 *
 * The next round is asked for only if it may find something new.
 */
export function checkPartitions(meta: MetaServer): void {
  if (meta.isAtMost('fl_freezed')) return;
  const apps = tablesToCheck(meta);
  let again: LookAgain;
  for (const app of apps) again = earliest(again, checkTable(meta, app));
  meta.deliver();
  const unhealthy = apps.filter((app) => !isTableHealthy(meta, app));
  const { process } = meta;
  meta.saveProcess({
    ...process,
    attention: Object.fromEntries(unhealthy.map((app) => [app.app_id, true as const])),
  });
  if (unhealthy.length > 0 && again !== undefined)
    scheduleCheck(meta, Math.max(again, meta.cluster.universe.now + 1));
}

function tablesToCheck(meta: MetaServer): AppRecord[] {
  return Object.keys(meta.process.attention)
    .flatMap((id) => meta.tree.app(Number(id)) ?? [])
    .filter((app) => app.status === 'AS_AVAILABLE')
    .sort((a, b) => (a.app_name < b.app_name ? -1 : 1));
}

function checkTable(meta: MetaServer, app: AppRecord): LookAgain {
  const placement = new Placement();
  let again: LookAgain;
  for (let pidx = 0; pidx < app.partition_count; pidx++) {
    again = earliest(again, curePartition(meta, app, pidx, placement));
  }
  return again;
}

function isTableHealthy(meta: MetaServer, app: AppRecord): boolean {
  return meta.tree.partitions(app).every(isHealthy);
}

function earliest(a: LookAgain, b: LookAgain): LookAgain {
  if (a === undefined) return b;
  return b === undefined ? a : Math.min(a, b);
}
