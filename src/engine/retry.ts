import { tickBefore } from './clock.ts';
import type { Universe } from './universe.ts';

/**
 * When to try again what failed as it had failed before, in microseconds: it goes on failing until something else
 * happens, so that of the attempts before that only the last ones are made. Where chance has a say, each one is.
 *
 * @param first when the next attempt would be; the others follow it every `periodUs`
 * @param made how many attempts are made
 */
export function retryAt(
  { faults, timeline }: Universe,
  first: number,
  periodUs: number,
  made: number,
): number {
  return faults.isCertain ? tickBefore(first, periodUs, timeline.idleUntil - (made - 1) * periodUs) : first;
}
