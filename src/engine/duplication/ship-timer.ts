import { MS } from '../clock.ts';
import type { Replica } from '../replica/replica.ts';
import { retryAt } from '../retry.ts';

/** Has a primary's duplicators look at the log again, after the delay of an idle pipeline unless told otherwise. */
export function scheduleShipping(replica: Replica, delayUs?: number): void {
  if (!Object.values(replica.ram.duplicators).some((duplicator) => duplicator.shipping)) return;
  const { cluster } = replica.server;
  const delay = delayUs ?? replica.server.setting('replication.dup_no_mutation_load_delay_ms') * MS;
  const timer = replica.server.timer(replica, 'duplication-ship');
  cluster.universe.agenda.scheduleNoLater(timer, replica.now + delay);
}

/** Has a primary try again what failed as it had failed before. */
export function retryShipping(replica: Replica, periodUs: number): void {
  const { universe } = replica.server.cluster;
  const at = retryAt(universe, replica.now + periodUs, periodUs, 1);
  universe.agenda.scheduleNoLater(replica.server.timer(replica, 'duplication-ship'), at, undefined, true);
}
