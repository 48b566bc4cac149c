import { tickFrom } from '../clock.ts';
import type { Replica } from './replica.ts';

/** Microseconds between two group checks; an idle primary makes an empty write at each. */
export function groupCheckPeriod(replica: Replica): number {
  return replica.server.setting('replication.group_check_interval_ms') * 1000;
}

/** Has the next group check of a primary really sent: while all is in order nothing comes of them. */
export function scheduleGroupCheck(replica: Replica): void {
  const { agenda } = replica.server.cluster.universe;
  const at = tickFrom(replica.ram.group_check_start_us, groupCheckPeriod(replica), replica.now + 1);
  agenda.scheduleNoLater(replica.server.timer(replica, 'group-check'), at);
}
