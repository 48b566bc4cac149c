/**
 * Times as Pegasus writes them, in messages and on the screen. The originals use the machine's zone; pegsh always writes
 * UTC, so that the same script gives the same bytes everywhere.
 */

/** Pegasus counts expiry from 2016-01-01 00:00:00 UTC: this is in seconds since 1970 (`src/base/pegasus_utils.h`). */
export const EPOCH_BEGIN = 1_451_606_400;

/** `2024-05-01 10:00:00.123` (`time_ms_to_string`). */
export function dateTimeMs(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
}

/** `2024-05-01 10:00:00` (`time_ms_to_date_time`). */
export function dateTime(ms: number): string {
  return dateTimeMs(ms).slice(0, 19);
}
