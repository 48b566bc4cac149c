import { expect, test } from 'vitest';
import type { CasCheckType } from '../../src/rpc/idl/rrdb.ts';
import { checkValue, integerOf } from '../../src/sim/check.ts';
import { effectOf } from '../../src/sim/effects.ts';
import { type Cells, show } from '../../src/sim/key-history.ts';
import type { DataOperation } from '../../src/sim/operation.ts';

const KEY = { cluster: 'A', table: 't', hashKey: 'k' };
const HELD: Cells = new Map([['s', { value: '7', expires: 500 }]]);
const MOST = '9223372036854775807';

test.each<[CasCheckType, string | undefined, string, boolean | string]>([
  ['CT_VALUE_NOT_EXIST', undefined, '', true],
  ['CT_VALUE_NOT_EXIST', '1', '', false],
  ['CT_VALUE_EXIST', undefined, '', false],
  ['CT_VALUE_MATCH_PREFIX', '12', '1', true],
  ['CT_VALUE_MATCH_ANYWHERE', '12', '3', false],
  ['CT_VALUE_BYTES_LESS', '12', '2', true],
  ['CT_VALUE_BYTES_GREATER_OR_EQUAL', '12', '12', true],
  ['CT_VALUE_INT_LESS_OR_EQUAL', '12', '2', false],
  ['CT_VALUE_INT_GREATER', '12', '2', true],
  ['CT_VALUE_INT_GREATER', undefined, '2', false],
  ['CT_VALUE_INT_GREATER', 'x', '2', 'invalid argument'],
  ['CT_VALUE_INT_GREATER', '12', `${MOST}0`, 'invalid argument'],
])('%s of %s against %s', (type, value, operand, result) => {
  expect(checkValue(value, { sortKey: 's', type, operand })).toBe(result);
});

test('a number is one of 64 bits', () => {
  expect(['1', '-1', MOST, `${MOST}0`, '1e3', ''].map(integerOf)).toEqual([
    1n,
    -1n,
    BigInt(MOST),
    undefined,
    undefined,
    undefined,
  ]);
});

test.each<[string, Partial<DataOperation>, number, string, string]>([
  ['keeps its time', { by: 1 } as never, 0, '8', '{s=8@500}'],
  ['is given another', { by: 1, ttl: 9 } as never, 600, '8', '{s=8@600}'],
  ['lasts from now on', { by: 1, ttl: -1 } as never, 0, '8', '{s=8}'],
])('what is incremented %s', (_, changes, expires, reply, left) => {
  const incr = { ...KEY, kind: 'incr', sortKey: 's', ...changes } as DataOperation;
  const outcome = effectOf(incr, expires)(HELD, 100);
  expect([outcome.reply, show(outcome.cells)]).toEqual([reply, left]);
});

test('what is too large, or no number, is not incremented', () => {
  const incr: DataOperation = { ...KEY, kind: 'incr', sortKey: 's', by: 1 };
  for (const value of [MOST, 'x']) {
    const held: Cells = new Map([['s', { value, expires: 0 }]]);
    expect(effectOf(incr, 0)(held, 100)).toEqual({ cells: held, reply: 'invalid argument' });
  }
});

test('what a check depends on may be another key than what is set', () => {
  const check = { sortKey: 's', type: 'CT_VALUE_BYTES_EQUAL', operand: '7' } as const;
  const set: DataOperation = { ...KEY, kind: 'check_and_set', check, sortKey: 'r', value: '1', ttl: 9 };
  const outcome = effectOf(set, 109)(HELD, 100);
  expect([outcome.reply, show(outcome.cells)]).toEqual(['passed', '{r=1@109,s=7@500}']);
  const unmet = effectOf({ ...set, check: { ...check, operand: '8' } }, 109)(HELD, 100);
  expect([unmet.reply, show(unmet.cells)]).toEqual(['failed', '{s=7@500}']);
});
