import { checkValue, integerOf } from './check.ts';
import type { Cell, Cells, Effect } from './key-history.ts';
import type { Check, DataOperation } from './operation.ts';

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
        operation.sortKeys.reduce((all, key) => put(all, key, operation.value, expires), cells),
      );
    case 'multi_del':
      return writing((cells) => without(cells, operation.sortKeys));
    case 'incr':
      return (cells) => {
        const old = cells.get(operation.sortKey);
        const sum = integerOf(old?.value ?? '0');
        const next = sum === undefined ? undefined : integerOf(`${sum + BigInt(operation.by)}`);
        if (next === undefined) return { cells, reply: INVALID };
        const kept = operation.ttl === -1 ? 0 : (old?.expires ?? 0);
        return {
          cells: put(cells, operation.sortKey, `${next}`, expires > 0 ? expires : kept),
          reply: `${next}`,
        };
      };
    case 'check_and_set':
      return checking(operation.check, (cells) => put(cells, operation.sortKey, operation.value, expires));
    case 'check_and_mutate':
      return checking(operation.check, (cells) =>
        put(without(cells, [operation.removed]), operation.sortKey, operation.value, 0),
      );
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

const INVALID = 'invalid argument';

/** What is only done where a check passes. */
function checking(check: Check, change: (cells: Cells) => Cells): Effect {
  return (cells) => {
    const result = checkValue(cells.get(check.sortKey)?.value, check);
    if (result === INVALID) return { cells, reply: INVALID };
    return result ? { cells: change(cells), reply: 'passed' } : { cells, reply: 'failed' };
  };
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
