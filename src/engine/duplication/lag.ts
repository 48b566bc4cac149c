import type { DuplicatorRecord } from '../documents/replica.ts';
import { seeksFirst } from '../replica/read-records.ts';
import type { Replica } from '../replica/replica.ts';
import { firstToShip } from './loading.ts';

/** What a duplication has still to ship of one partition. */
export interface Lag {
  /** Age of the oldest write, in microseconds; 0 = there is none. */
  readonly ageUs: number;
  /** Of the private log, from the first mutation on that is not shipped. */
  readonly bytes: number;
}

export function lagOf(replica: Replica, { last_decree: shipped }: DuplicatorRecord): Lag {
  const { now, plog, ram } = replica;
  if (shipped >= ram.last_committed_decree) return { ageUs: 0, bytes: 0 };
  return { ageUs: now - oldestWrite(replica, shipped + 1), bytes: plog.bytesFrom(shipped + 1) };
}

/** Whether a part of the log has to be read before the lag is asked for, where that takes long: it has begun. */
export function lagReadsFirst(replica: Replica, { last_decree: shipped }: DuplicatorRecord): boolean {
  return seeksFirst(replica, shipped + 1);
}

/** When the first write was made that is to be shipped; now where there is none. */
function oldestWrite(replica: Replica, from: number): number {
  return Math.min(firstToShip(replica, from, replica.ram.last_committed_decree) ?? replica.now, replica.now);
}
