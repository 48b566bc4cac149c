import { MS, tickFrom } from '../clock.ts';
import { retryAt } from '../retry.ts';
import type { MetaServer } from './meta-server.ts';

/**
 * Has the periodic partition check look at its tables at its next round, or at the first one from `notBefore` on.
 *
 * @param sent what the round that asks for it sends out
 */
export function scheduleCheck(
  meta: MetaServer,
  notBefore = meta.cluster.universe.now + 1,
  sent?: readonly string[],
): void {
  const at = tickFrom(meta.startedUs, checkPeriod(meta), notBefore);
  meta.cluster.universe.agenda.scheduleNoLater(checkTimer(meta), at, sent);
}

/** The same for one that sends in vain what was sent in vain before. */
export function retryCheck(meta: MetaServer, sent: readonly string[]): void {
  const { universe } = meta.cluster;
  const period = checkPeriod(meta);
  const at = retryAt(universe, tickFrom(meta.startedUs, period, universe.now + 1), period, 1);
  universe.agenda.scheduleNoLater(checkTimer(meta), at, sent, true);
}

/** Something came of what was sent: the next round is made whatever it sends. */
export function checkAnyway(meta: MetaServer): void {
  const pending = meta.cluster.universe.agenda.pending(checkTimer(meta));
  if (pending?.data === undefined) return;
  meta.cluster.universe.agenda.cancel(checkTimer(meta));
  scheduleCheck(meta);
}

function checkPeriod(meta: MetaServer): number {
  return meta.setting('replication.lb_interval_ms') * MS;
}

function checkTimer({ cluster, node }: MetaServer) {
  return { cluster: cluster.name, node, kind: 'partition-check', gpid: '' } as const;
}
