import { MS } from '../clock.ts';
import type { Replica } from '../replica/replica.ts';

/** Has a primary's duplicators look at the log again, after the delay of an idle pipeline unless told otherwise. */
export function scheduleShipping(replica: Replica, delayUs?: number): void {
  if (!Object.values(replica.ram.duplicators).some((duplicator) => duplicator.shipping)) return;
  const { cluster } = replica.server;
  const delay = delayUs ?? replica.server.setting('replication.dup_no_mutation_load_delay_ms') * MS;
  const timer = replica.server.timer(replica, 'duplication-ship');
  cluster.universe.agenda.scheduleNoLater(timer, replica.now + delay);
}

/**
 * Has a primary try again what failed as it had failed before. It goes on failing until something else happens: of the
 * attempts before that only the last is made.
 */
export function retryShipping(replica: Replica, periodUs: number): void {
  const { universe } = replica.server.cluster;
  const passed = universe.faults.isCertain ? Math.floor((universe.idleUntil - replica.now) / periodUs) : 1;
  const timer = replica.server.timer(replica, 'duplication-ship');
  universe.agenda.scheduleNoLater(timer, replica.now + Math.max(1, passed) * periodUs, undefined, true);
}
