import type { DuplicatorRecord } from '../documents/replica.ts';
import type { Replica } from '../replica/replica.ts';
import { loadSets } from './loading.ts';

/** What a duplication has still to ship of one partition. */
export interface Lag {
  /** Age of the oldest write, in microseconds; 0 = there is none. */
  readonly ageUs: number;
  readonly bytes: number;
}

/** Reads the log, so it costs what the lag is. */
export function lagOf(replica: Replica, duplicator: DuplicatorRecord): Lag {
  const { last_decree: shipped } = duplicator;
  const { last_committed_decree: committed } = replica.ram;
  if (shipped >= committed) return { ageUs: 0, bytes: 0 };
  let oldest = replica.now;
  let bytes = 0;
  for (const { shipments, bytes: more } of loadSets(replica, shipped + 1, committed)) {
    oldest = Math.min(oldest, shipments[0]?.timestamp ?? oldest);
    bytes += more;
  }
  return { ageUs: replica.now - oldest, bytes };
}
