/**
 * Times as both dialects print them. The originals use the machine's zone; pegsh always prints UTC, so that the
 * same script gives the same bytes everywhere.
 */

/** `2024-05-01 10:00:00.123` (`time_ms_to_string`). */
export function dateTimeMs(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
}

/** `2024-05-01 10:00:00` (`time_ms_to_date_time`). */
export function dateTime(ms: number): string {
  return dateTimeMs(ms).slice(0, 19);
}

/** admin-cli's `FormatDate`: `2024-05-01`, or `unknown` for 0. */
export function goDate(seconds: number): string {
  return seconds === 0 ? 'unknown' : dateTimeMs(seconds * 1000).slice(0, 10);
}
