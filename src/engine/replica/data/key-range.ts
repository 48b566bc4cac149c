import { compareKeys, keyAfter } from '../../../rpc/idl/keys.ts';
import type { StoredRecord } from './stored-record.ts';

/** A range of raw keys, as requests give it. */
export interface KeyRange {
  readonly start: Uint8Array;
  readonly startInclusive: boolean;
  readonly stop: Uint8Array;
  readonly stopInclusive: boolean;
}

export type Entry = [key: Uint8Array, record: StoredRecord];

export function isEmptyRange({ start, startInclusive, stop, stopInclusive }: KeyRange): boolean {
  const order = compareKeys(start, stop);
  return order > 0 || (order === 0 && !(startInclusive && stopInclusive));
}

/** The least key that the range may hold. */
export function lowestKey(range: KeyRange): Uint8Array {
  return range.startInclusive ? range.start : keyAfter(range.start);
}

/** The least key above the range. */
export function keyAbove(range: KeyRange): Uint8Array {
  return range.stopInclusive ? keyAfter(range.stop) : range.stop;
}

/** The range from a higher start, if it is one. */
export function raiseStart(range: KeyRange, start: Uint8Array): KeyRange {
  return compareKeys(start, range.start) > 0 ? { ...range, start, startInclusive: true } : range;
}

/** The range up to a lower stop, if it is one; the stop itself is left out. */
export function lowerStop(range: KeyRange, stop: Uint8Array): KeyRange {
  return compareKeys(stop, range.stop) <= 0 ? { ...range, stop, stopInclusive: false } : range;
}

/**
 * Visits records until the range ends, and says where it stopped short; `undefined`: the range, or what there is to
 * read, was finished. As upstream's loops do, it looks at the limit before it looks at the range: a walk that is
 * stopped exactly at the range's end is unfinished if any record follows.
 *
 * @param entries begins within the range, and need not end with it
 * @param end the range's last key in the direction of `entries`
 */
export function walk(
  entries: Iterator<Entry, unknown>,
  end: { readonly key: Uint8Array; readonly inclusive: boolean; readonly reverse: boolean },
  mayGoOn: () => boolean,
  visit: (key: Uint8Array, record: StoredRecord) => void,
): Entry | undefined {
  for (let next = entries.next(); next.done !== true; next = entries.next()) {
    if (!mayGoOn()) return next.value;
    const [key, record] = next.value;
    const order = compareKeys(key, end.key) * (end.reverse ? -1 : 1);
    if (order > 0 || (order === 0 && !end.inclusive)) return undefined;
    visit(key, record);
    if (order === 0) return undefined;
  }
  return undefined;
}
