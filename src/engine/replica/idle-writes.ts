import { tickFrom } from '../clock.ts';
import { hasEnoughMembers } from '../write-minimum.ts';
import { isGroupInOrder, writesWhenIdle } from './empty-write.ts';
import { groupCheckPeriod } from './group-check-timer.ts';
import type { Replica } from './replica.ts';

/** Empty writes of an idle primary. */
export interface IdleWrites {
  /** The last committed decree before them. */
  readonly before: number;
  /** When the first is made, and how long after it each of the others, in microseconds. */
  readonly first: number;
  readonly period: number;
  readonly count: number;
}

/**
 * What an idle primary has written by itself until now, and is not made up for: an empty write at each group check
 * that found nothing prepared for a whole period (`replica_check.cpp broadcast_group_check`).
 */
export function idleWritesOf(replica: Replica): IdleWrites | undefined {
  if (!replica.isPrimary) return undefined;
  const { ram, now } = replica;
  const period = groupCheckPeriod(replica);
  const { group_check_start_us: start } = ram;
  const due = ram.last_prepare_us + period;
  if (due > now || !writesWhenIdle(replica) || !hasEnoughMembers(replica)) return undefined;
  // Group checks begin with one at once.
  const first = due <= start ? start : tickFrom(start, period, due);
  if (first > now || !isGroupInOrder(replica)) return undefined;
  return {
    before: ram.last_committed_decree,
    first,
    period,
    count: Math.floor((now - first) / period) + 1,
  };
}

/** How many were made until `time`. */
export function writtenUntil(time: number, { first, period, count }: IdleWrites): number {
  return Math.max(0, Math.min(count, Math.floor((time - first) / period) + 1));
}

/** When one was made, counted from 1. */
export function timeOf({ first, period }: IdleWrites, nth: number): number {
  return first + (nth - 1) * period;
}
