import type { ScanOptions } from '../../../rpc/client/replica/scanner.ts';
import { wordBytes } from '../../grammar/words.ts';
import { echoed } from './operation.ts';
import { bool, type Typed } from './read-options.ts';

/** A range of sort keys under one hash key: three words and the options `-a` and `-b`. */
export interface SortKeyRange {
  readonly hashKey: Uint8Array;
  readonly start: Uint8Array;
  /** Empty = to the end of the hash key. */
  readonly stop: Uint8Array;
  readonly startInclusive: boolean;
  readonly stopInclusive: boolean;
}

export const RANGE_OPTIONS = {
  startInclusive: bool('a', 'start_inclusive'),
  stopInclusive: bool('b', 'stop_inclusive'),
};

export function rangeOf(words: readonly string[], options: Typed<typeof RANGE_OPTIONS>): SortKeyRange {
  const [hashKey = '', start = '', stop = ''] = words;
  return {
    hashKey: wordBytes(hashKey),
    start: wordBytes(start),
    stop: wordBytes(stop),
    startInclusive: options.startInclusive ?? true,
    stopInclusive: options.stopInclusive ?? false,
  };
}

/** The lines that echo it. */
export function rangeLines({ hashKey, start, stop, startInclusive, stopInclusive }: SortKeyRange): string {
  return [
    `hash_key: ${echoed(hashKey)}\n`,
    `start_sort_key: ${echoed(start)}\n`,
    `start_inclusive: ${startInclusive}\n`,
    `stop_sort_key: ${echoed(stop)}\n`,
    `stop_inclusive: ${stopInclusive}\n`,
  ].join('');
}

export function scannedRange({ start, stop, startInclusive, stopInclusive }: SortKeyRange): ScanOptions {
  return { startSortKey: start, stopSortKey: stop, startInclusive, stopInclusive };
}
