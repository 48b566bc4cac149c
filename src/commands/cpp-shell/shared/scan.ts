import { ScanError, type Scanner } from '../../../rpc/client/replica/scanner.ts';
import { decodeKey } from '../../../rpc/idl/keys.ts';
import { type Filter, passes } from './filters.ts';
import type { Place, Show } from './operation.ts';

/** Rows of one round trip, as upstream's scan commands ask for them. */
export const BATCH_SIZE = 100;

export interface Row {
  readonly hashKey: Uint8Array;
  readonly sortKey: Uint8Array;
  readonly value: Uint8Array;
  readonly place: Place;
}

/** What the shell itself filters. */
export interface Filters {
  readonly sortKey: Filter;
  readonly value: Filter;
}

/**
 * Reads scanners one after another until `maxCount` rows are there (0 or less = all), batch by batch; one that fails is
 * told of and the next one goes on.
 */
export async function* scanParts(
  scanners: readonly Scanner[],
  filters: Filters,
  maxCount: number,
): AsyncGenerator<readonly Row[] | ScanError> {
  let left = maxCount > 0 ? maxCount : Number.POSITIVE_INFINITY;
  for (const scanner of scanners) {
    try {
      for await (const batch of scanner.batches()) {
        const rows = batch.kvs
          .map(({ key, value }) => ({ ...decodeKey(key), value, place: batch }))
          .filter((row) => isWanted(row, filters))
          .slice(0, left);
        left -= rows.length;
        yield rows;
        if (left === 0) return;
      }
    } catch (error) {
      if (!(error instanceof ScanError)) throw error;
      yield error;
    }
  }
}

export function isWanted(row: Pick<Row, 'sortKey' | 'value'>, { sortKey, value }: Filters): boolean {
  const isLong = sortKey.type === 'exact' && row.sortKey.length !== sortKey.pattern.length;
  return !isLong && passes(value, row.value);
}

export interface RowFormat {
  readonly noValue: boolean;
  readonly detailed: boolean;
}

export function rowLine({ hashKey, sortKey, value, place }: Row, format: RowFormat, show: Show): string {
  const shown = format.noValue ? '' : ` => ${show(value)}`;
  return `${show(hashKey)} : ${show(sortKey)}${shown}${format.detailed ? ` ${where(place)}` : ''}\n`;
}

/** Where a row came from, or a failure happened. */
export function where({ app_id, partition_index, server }: Place): string {
  return `{app_id=${app_id}, partition_index=${partition_index}, server=${server}}`;
}

export function failureLine(failure: ScanError): string {
  return `ERROR: ${failure.error.text} ${where(failure.place)}\n`;
}
