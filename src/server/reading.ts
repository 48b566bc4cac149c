import { type Steps, someOf } from '../engine/steps.ts';
import type { Rest } from './session.ts';

/** Messages of more bytes are read in steps. */
const LONG = 16 * 1024;

export function isLong(bytes: number): boolean {
  return bytes > LONG;
}

/**
 * Takes steps while there is time, and hands over what they come to.
 *
 * @returns what is left to do
 */
export function inTurns<R>(
  steps: Steps<R>,
  hasTime: () => boolean,
  next: (result: R) => void,
): Rest | undefined {
  const result = someOf(steps, hasTime);
  if (result === undefined) return () => inTurns(steps, hasTime, next);
  next(result);
  return undefined;
}
