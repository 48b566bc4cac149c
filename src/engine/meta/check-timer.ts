import { MS, tickFrom } from '../clock.ts';
import type { MetaServer } from './meta-server.ts';

/** Has the periodic partition check look at its tables at its next round, or at the first one from `notBefore` on. */
export function scheduleCheck(meta: MetaServer, notBefore = meta.cluster.universe.now + 1): void {
  const period = meta.setting('replication.lb_interval_ms') * MS;
  const key = { cluster: meta.cluster.name, node: meta.node, kind: 'partition-check', gpid: '' } as const;
  meta.cluster.universe.agenda.scheduleNoLater(key, tickFrom(meta.startedUs, period, notBefore));
}
