import type { Cell, Cells, Effect } from './key-history.ts';
import type { DataOperation } from './operation.ts';

/** What changes nothing. */
export const READS: ReadonlySet<string> = new Set(['get', 'ttl', 'multi_get', 'hash_scan', 'sortkey_count']);

/**
 * What Pegasus says an operation does, apart from the engine.
 *
 * @param expires of what it writes, 0 = no time is given
 * @param byDefault when a record expires for which none is given, by its table's `default_ttl`; 0 = never
 */
export function effectOf(operation: DataOperation, expires: number, byDefault = 0): Effect {
  const put = (cells: Cells, key: string, value: string, given: number): Cells =>
    new Map(cells).set(key, { value, expires: given > 0 ? given : byDefault });
  switch (operation.kind) {
    case 'set':
      return writing((cells) => put(cells, operation.sortKey, operation.value, expires));
    case 'del':
      return writing((cells) => without(cells, [operation.sortKey]));
    case 'multi_set':
      return writing((cells) =>
        operation.sortKeys.reduce((all, key) => put(all, key, operation.value, 0), cells),
      );
    case 'multi_del':
      return writing((cells) => without(cells, operation.sortKeys));
    case 'incr':
      return (cells) => {
        const old = cells.get(operation.sortKey);
        if (old !== undefined && !/^-?\d+$/.test(old.value)) return { cells, reply: 'invalid argument' };
        const sum = `${BigInt(old?.value ?? 0) + BigInt(operation.by)}`;
        return { cells: put(cells, operation.sortKey, sum, old?.expires ?? 0), reply: sum };
      };
    case 'check_and_set':
      return (cells) => {
        const isMet = cells.get(operation.sortKey)?.value === operation.expected;
        if (!isMet) return { cells, reply: 'failed' };
        return { cells: put(cells, operation.sortKey, operation.value, 0), reply: 'passed' };
      };
    case 'check_and_mutate':
      return (cells) => {
        if (!cells.has(operation.sortKey)) return { cells, reply: 'failed' };
        const rest = without(cells, [operation.removed]);
        return { cells: put(rest, operation.sortKey, operation.value, 0), reply: 'passed' };
      };
    case 'get':
      return reading((cells) => cells.get(operation.sortKey)?.value ?? 'not found');
    case 'ttl':
      return (cells, now) => ({ cells, reply: ttlOf(cells, operation.sortKey, now) });
    case 'multi_get':
    case 'hash_scan':
      return reading((cells) => recordsText(inOrder(cells).map(([key, { value }]) => [key, value])));
    case 'sortkey_count':
      return reading((cells) => `${cells.size}`);
  }
}

/** By sort key, as Pegasus answers them. */
function inOrder(cells: Cells): [string, Cell][] {
  return [...cells].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Records as they were answered, in that order. */
export function recordsText(records: readonly (readonly [key: string, value: string])[]): string {
  return records.map(([key, value]) => `${key}=${value}`).join(' ');
}

function ttlOf(cells: Cells, sortKey: string, now: number): string {
  const cell = cells.get(sortKey);
  if (cell === undefined) return 'not found';
  return cell.expires === 0 ? '-1' : `${cell.expires - now}`;
}

function writing(change: (cells: Cells) => Cells): Effect {
  return (cells) => ({ cells: change(cells), reply: 'ok' });
}

function reading(look: (cells: Cells) => string): Effect {
  return (cells) => ({ cells, reply: look(cells) });
}

function without(cells: Cells, keys: readonly string[]): Cells {
  const rest = new Map(cells);
  for (const key of keys) rest.delete(key);
  return rest;
}
