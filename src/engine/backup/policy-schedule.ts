/** When a policy begins its next backup (`meta_backup_service.cpp should_start_backup_unlocked`). */
import { MS, SECOND } from '../clock.ts';
import type { Policy } from '../documents/meta.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_US = 86_400 * SECOND;

/** How often it is looked whether it is time. */
export const LOOK_US = 300 * SECOND;

/**
 * The first look that finds that it is time, in microseconds.
 *
 * @param phaseUs when there was one; the others are every five minutes
 * @param fromUs no sooner than that
 * @returns undefined where its hour never comes
 */
export function nextBackupAt(policy: Policy, phaseUs: number, fromUs: number): number | undefined {
  const earliest = Math.max(fromUs, earliestAt(policy));
  let look = phaseUs + Math.max(0, Math.ceil((earliest - phaseUs) / LOOK_US)) * LOOK_US;
  const { hour } = policy.start_time;
  if (hour === 24) return look;
  for (const last = look + DAY_US; look < last; look += LOOK_US) {
    if (hourOf(look / MS) === hour) return look;
  }
  return undefined;
}

/**
 * An interval after the last one. Where that began later in its day than the policy says, the next one makes up for it;
 * minutes count for nothing else.
 */
function earliestAt({ backups, backup_interval_seconds, start_time }: Policy): number {
  const last = backups.findLast(({ end_time_ms }) => end_time_ms > 0)?.start_time_ms;
  if (last === undefined) return 0;
  const { hour, minute } = start_time;
  const driftMs = (hourOf(last) - hour) * HOUR_MS + (minuteOf(last) - minute) * MINUTE_MS;
  const makesUp = hour !== 24 && driftMs > 0;
  return (last + backup_interval_seconds * 1000 - (makesUp ? driftMs : 0)) * MS;
}

function hourOf(ms: number): number {
  return new Date(ms).getUTCHours();
}

function minuteOf(ms: number): number {
  return new Date(ms).getUTCMinutes();
}

/** `hour:minute`, as far as it can be read: what is no time of day is 24:00 (`backup_start_time::parse_from`). */
export function parseStartTime(text: string, before: Policy['start_time']): Policy['start_time'] {
  const [, hours, minutes] = /^\s*([+-]?\d+)(?::\s*([+-]?\d+))?/.exec(text) ?? [];
  const [hour, minute] = [Number(hours ?? before.hour), Number(minutes ?? before.minute)];
  if (minutes === undefined) return { hour, minute };
  return hour > 23 || minute > 59 ? { hour: 24, minute: 0 } : { hour, minute };
}

/** Whether a text is a time of day, or 24:00. */
export function isStartTime(text: string): boolean {
  const [, hour = NaN, minute = NaN] = (/^\s*([+-]?\d+):\s*([+-]?\d+)/.exec(text) ?? []).map(Number);
  return (hour <= 23 && minute <= 59) || (hour === 24 && minute === 0);
}

/** `02:00`. */
export function startTimeText({ hour, minute }: Policy['start_time']): string {
  return `${hour}`.padStart(2, '0').concat(':', `${minute}`.padStart(2, '0'));
}
