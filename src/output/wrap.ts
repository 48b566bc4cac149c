import { displayWidth } from './width.ts';

/** A line longer than the width (a single word) is this much worse than any ragged one. */
const OVERFLOW_COST = 100_000;

/** The lines of a cell and the least width that its column must have. */
export interface Wrapped {
  readonly lines: readonly string[];
  readonly width: number;
}

/** Cuts a text at its newlines only. */
export function splitLines(text: string): Wrapped {
  const lines = text.split('\n');
  return { lines, width: widest(lines) };
}

/**
 * Reflows a text to at most `limit` columns at single spaces, as evenly as possible: the sum of the squared
 * gaps of all lines but the last is the smallest, the earliest break winning (Go's tablewriter v0.0.5).
 */
export function reflow(text: string, limit: number): Wrapped {
  const lines = text.split('\n');
  const words = lines.join(' ').split(' ');
  const width = Math.max(Math.min(widest(lines), limit), widest(words));
  return { lines: evenLines(words, width), width };
}

function widest(texts: readonly string[]): number {
  return Math.max(...texts.map(displayWidth));
}

function evenLines(words: readonly string[], width: number): string[] {
  const breakAfter = cheapestBreaks(words, width);
  const lines: string[] = [];
  for (let start = 0; start < words.length; start = breakAfter[start]!) {
    lines.push(words.slice(start, breakAfter[start]).join(' '));
  }
  return lines;
}

/** For each word as the first of a line: the index behind the last word of that line. */
function cheapestBreaks(words: readonly string[], width: number): number[] {
  const end: number[] = [];
  const cost: number[] = [];
  cost[words.length] = 0;
  for (let start = words.length - 1; start >= 0; start -= 1) {
    cost[start] = Number.POSITIVE_INFINITY;
    let length = -1;
    for (let next = start + 1; next <= words.length; next += 1) {
      length += 1 + displayWidth(words[next - 1]!);
      if (length > width && next > start + 1) break;
      const candidate = lineCost(width - length, next === words.length) + cost[next]!;
      if (candidate < cost[start]!) {
        cost[start] = candidate;
        end[start] = next;
      }
      if (next === words.length && length <= width) {
        cost[start] = 0;
        end[start] = next;
      }
    }
  }
  return end;
}

function lineCost(gap: number, last: boolean): number {
  if (gap < 0) return gap * gap + OVERFLOW_COST;
  return last ? 0 : gap * gap;
}
