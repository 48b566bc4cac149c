/** `2026-11-23 07:12:22.337`, UTC, of a time in microseconds. */
export function compactTimestamp(timeUs: number): string {
  return new Date(Math.floor(timeUs / 1000)).toISOString().replace('T', ' ').slice(0, 23);
}
