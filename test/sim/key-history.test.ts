import { describe, expect, test } from 'vitest';
import { effectOf } from '../../src/sim/effects.ts';
import { KeyHistory } from '../../src/sim/key-history.ts';
import type { DataOperation } from '../../src/sim/operation.ts';

const KEY = { cluster: 'A', table: 't', hashKey: 'k' };
const set = (value: string, ttl = 0): DataOperation => ({ ...KEY, kind: 'set', sortKey: 's', value, ttl });
const get: DataOperation = { ...KEY, kind: 'get', sortKey: 's' };
const incr: DataOperation = { ...KEY, kind: 'incr', sortKey: 's', by: 1 };
const AT = { from: 100, to: 100 };

describe('the history of a key', () => {
  const written = (...values: string[]): KeyHistory => {
    const history = new KeyHistory();
    for (const value of values) expect(history.answered(effectOf(set(value), 0), 'ok', AT)).toBe(true);
    return history;
  };
  const reads = (history: KeyHistory, value: string, at = AT): boolean =>
    history.answered(effectOf(get, 0), value, at);

  test('a lost write, an old value and one that nobody wrote are found', () => {
    expect(reads(written('1'), '1')).toBe(true);
    expect(reads(written('1'), 'not found')).toBe(false);
    expect(reads(written('1', '2'), '1')).toBe(false);
    expect(reads(written('1'), '3')).toBe(false);
  });

  test('a write without answer may have been done, may be done later, but only once', () => {
    const history = written('1');
    history.unansweredYet(effectOf(set('2'), 0), AT);
    expect(reads(history, '1')).toBe(true);
    expect(reads(history, '2')).toBe(true);
    expect(reads(history, '1')).toBe(false);
    expect(history.answered(effectOf(set('3'), 0), 'ok', AT)).toBe(true);
    expect(reads(history, '2')).toBe(false);
  });

  test('what only one server has may be lost, until others have it too; what nobody wrote is never there', () => {
    const history = written('1', '2');
    history.divergence.mayLoseWhatOnlyHas('a', 6);
    expect(reads(history, '3')).toBe(false);
    expect(reads(history, '1')).toBe(true);
    expect(reads(history, '2')).toBe(true);
    history.divergence.isLedBy('a', 6, 0);
    expect(reads(history, '1')).toBe(true);
    expect(reads(history, '2')).toBe(true);
    history.divergence.isLedBy('a', 8, 2);
    expect(reads(history, '1')).toBe(false);
  });

  test('where another server has taken over meanwhile, the two may differ for good', () => {
    const history = written('1', '2');
    history.divergence.mayLoseWhatOnlyHas('a', 6);
    history.divergence.isLedBy('b', 9, 1);
    expect(reads(history, '1')).toBe(true);
    history.divergence.isLedBy('a', 11, 1);
    expect(reads(history, '2')).toBe(true);
  });

  test('another may have led since somebody looked, if the ballot says so', () => {
    const history = written('1', '2');
    history.divergence.mayLoseWhatOnlyHas('a', 6);
    history.divergence.isLedBy('a', 11, 1);
    expect(reads(history, '1')).toBe(true);
    expect(reads(history, '2')).toBe(true);
  });

  test('members that differ each apply to what they have: a check that fails on one passes on another', () => {
    const checked: DataOperation = {
      ...KEY,
      kind: 'check_and_mutate',
      check: { sortKey: 's', type: 'CT_VALUE_EXIST', operand: '' },
      sortKey: 's',
      removed: 'r',
      value: '2',
    };
    const member = (isApart: boolean): KeyHistory => {
      const history = written('1');
      if (isApart) history.divergence.mayLoseWhatOnlyHas('a', 6);
      if (isApart) history.divergence.isLedBy('b', 9, 1);
      expect(history.answered(effectOf({ ...KEY, kind: 'del', sortKey: 's' }, 0), 'ok', AT)).toBe(true);
      expect(history.answered(effectOf(checked, 0), 'failed', AT)).toBe(true);
      return history;
    };
    expect(reads(member(true), '2')).toBe(true);
    expect(reads(member(true), '3')).toBe(false);
    expect(reads(member(false), '2')).toBe(false);
  });

  test('where an operator chose, any earlier state may be found, and nothing else', () => {
    const history = written('1', '2');
    history.divergence.leaderWasChosen();
    history.divergence.isLedBy('a', 11, 1);
    expect(reads(history, '1')).toBe(true);
    expect(reads(history, '3')).toBe(false);
  });

  test('what it ever held is known, but for what expires', () => {
    const history = written('1', '2');
    expect(
      history.answered(effectOf({ ...set('3', 50), sortKey: 'expires' } as DataOperation, 150), 'ok', AT),
    ).toBe(true);
    expect(history.everHeld(new Map([['s', '1']]))).toBe(true);
    expect(history.everHeld(new Map([['s', '2']]))).toBe(true);
    expect(history.everHeld(new Map())).toBe(true);
    expect(history.everHeld(new Map([['s', '3']]))).toBe(false);
  });

  test('an increment counts once', () => {
    const history = written('5');
    expect(history.answered(effectOf(incr, 0), '6', AT)).toBe(true);
    history.unansweredYet(effectOf(incr, 0), AT);
    expect(history.answered(effectOf(incr, 0), '9', AT)).toBe(false);
    expect(reads(history, '8')).toBe(false);
    expect(reads(history, '7')).toBe(true);
  });

  test('an expired record is not there, and a record is not gone before it expires', () => {
    const history = new KeyHistory();
    expect(history.answered(effectOf(set('1', 50), 150), 'ok', AT)).toBe(true);
    expect(reads(history, 'not found', { from: 149, to: 149 })).toBe(false);
    expect(reads(history, '1', { from: 149, to: 150 })).toBe(true);
    expect(reads(history, '1', { from: 150, to: 150 })).toBe(false);
  });
});

test('a time to live that is answered late was true at some second since it was asked for, and not before', () => {
  const ttl = effectOf({ ...KEY, kind: 'ttl', sortKey: 's' }, 0);
  const span = { from: 110, to: 120 };
  const history = () => {
    const made = new KeyHistory();
    made.answered(effectOf(set('1', 100), 200), 'ok', AT);
    return made;
  };
  expect(history().answered(ttl, '85', span)).toBe(true);
  expect(history().answered(ttl, '91', span)).toBe(false);
  expect(history().answered(ttl, '79', span)).toBe(false);
});
