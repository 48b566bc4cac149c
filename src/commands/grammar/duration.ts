import { UsageError } from '../../errors.ts';

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** A hundred years: beyond, microseconds would not be exact any more. */
const LONGEST_MS = 36_500 * 86_400_000;

/**
 * Reads a duration as it is typed: `500ms`, `10s`, `5m`, `2h`, `30d`.
 *
 * @returns milliseconds
 * @throws UsageError
 */
export function durationMs(text: string): number {
  const [, count, unit = ''] = /^(\d{1,15})(ms|s|m|h|d)$/.exec(text) ?? [];
  const ms = Number(count) * (UNITS_MS[unit] ?? Number.NaN);
  if (Number.isNaN(ms))
    throw new UsageError(`"${text}" is no duration`, 'write it like 500ms, 10s, 5m, 2h or 30d');
  if (ms > LONGEST_MS) throw new UsageError(`"${text}" is too long: at most 36500d`);
  return ms;
}

/** A span of time for people, to its two largest units: `3d4h`, `1m10s`, `2.5s`, `12ms`. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}ms`;
  if (ms < 10_000) return `${Math.round(ms / 100) / 10}s`;
  const seconds = Math.floor(ms / 1000);
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count}${unit}`)
    .join('');
}
