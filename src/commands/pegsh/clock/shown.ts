import type { ClockState } from '../../../rpc/idl/control.ts';
import { dateTimeMs } from '../../../rpc/idl/time.ts';

/** The clusters' time in one line. */
export function shownClock({ mode, now_us }: ClockState): string {
  return `${dateTimeMs(now_us / 1000)} UTC, ${mode}\n`;
}
