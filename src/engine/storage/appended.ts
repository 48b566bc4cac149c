import type { LogLine } from './log-line.ts';

/** Records appended at a byte offset. */
export interface Appended {
  readonly offset: number;
  readonly lines: readonly LogLine[];
}

/**
 * What was made last, for the logs that have the same and are written next. A WeakMap by lines kept all of them until V8
 * had looked through the whole heap.
 */
let made: { readonly of: Appended; readonly bytes: Uint8Array } | undefined;

/** Lines as they stand in a file: made once for all logs that have them at the same place. */
export function sealed(appended: Appended): Uint8Array {
  if (made !== undefined && isSame(made.of, appended)) return made.bytes;
  const bytes = Buffer.allocUnsafe(bytesOf(appended.lines));
  let at = 0;
  for (const line of appended.lines) {
    line.write(bytes, at, appended.offset + at);
    at += line.bytes;
  }
  made = { of: appended, bytes };
  return bytes;
}

/** Whether the same lines stand at the same place. */
export function isSame(a: Appended, b: Appended): boolean {
  return (
    a.offset === b.offset &&
    a.lines.length === b.lines.length &&
    a.lines.every((line, at) => line === b.lines[at])
  );
}

/** What they take in a file. */
export function bytesOf(lines: readonly LogLine[]): number {
  return lines.reduce((sum, { bytes }) => sum + bytes, 0);
}
