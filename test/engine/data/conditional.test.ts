import { describe, expect, test } from 'vitest';
import type {
  CasCheckType,
  CheckAndMutateRequest,
  CheckAndMutateResponse,
  CheckAndSetRequest,
  CheckAndSetResponse,
  IncrResponse,
} from '../../../src/rpc/idl/rrdb.ts';
import { bytes, NOW, Partition, rawKey, text } from './support.ts';

const incr = (partition: Partition, increment: bigint, expire = 0): IncrResponse =>
  partition.write('RPC_RRDB_RRDB_INCR', { key: rawKey('n', 'k'), increment, expire_ts_seconds: expire });

describe('incr', () => {
  test('follows the recorded session', () => {
    const partition = new Partition();
    const added = [1n, 1n, 5n, -10n, 0n, 2n ** 63n - 1n].map((by) => incr(partition, by).new_value);
    expect(added).toEqual([1n, 2n, 7n, -3n, -3n, 9223372036854775804n]);
    expect(incr(partition, 2n ** 63n - 1n)).toMatchObject({
      error: 4,
      new_value: 9223372036854775804n,
      decree: 7,
    });
    expect(partition.get('n', 'k')).toBe('9223372036854775804');
  });

  test.each([
    ['0x10', 17n],
    ['-0X1f', -30n],
    ['010', 9n],
    ['0', 1n],
    ['00', 1n],
    [' \t\n\v\f\r+5', 6n],
    ['-9223372036854775808', -9223372036854775807n],
    ['', 1n],
    [`${'0'.repeat(30)}7`, 8n],
    [`0x${'0'.repeat(30)}7`, 8n],
    ['-01000000000000000000000', 1n - 2n ** 63n],
  ])('reads %j as C does', (stored, expected) => {
    const partition = new Partition();
    partition.put('n', 'k', stored);
    expect(incr(partition, 1n)).toMatchObject({ error: 0, new_value: expected });
  });

  test.each([
    '0777777777777777777777x',
    '-01000000000000000000001',
    '01000000000000000000000',
    '0x8000000000000000',
    'notnum',
    '1 ',
    '1.5',
    '08',
    '0x',
    '1\x00',
    '--1',
    '9223372036854775808',
    ' ',
    '0b1',
  ])('refuses %j and changes nothing', (stored) => {
    const partition = new Partition();
    partition.put('n', 'k', stored);
    expect(incr(partition, 1n)).toMatchObject({ error: 4, new_value: 0n });
    expect(partition.get('n', 'k')).toBe(stored);
  });

  test('keeps, sets and clears the expiry', () => {
    const partition = new Partition();
    const ttlAfter = (expire: number) => {
      incr(partition, 1n, expire);
      return partition.ttl('n', 'k').ttl_seconds;
    };
    expect([ttlAfter(0), ttlAfter(NOW + 9), ttlAfter(0), ttlAfter(-1)]).toEqual([-1, 9, 9, -1]);
  });

  test('begins anew with an expired record', () => {
    const partition = new Partition();
    partition.put('n', 'k', '41', NOW + 1);
    partition.now = NOW + 1;
    expect(incr(partition, 1n)).toMatchObject({ error: 0, new_value: 1n });
    expect(partition.ttl('n', 'k').ttl_seconds).toBe(-1);
  });
});

function checkAndSet(partition: Partition, request: Partial<CheckAndSetRequest>): CheckAndSetResponse {
  return partition.write('RPC_RRDB_RRDB_CHECK_AND_SET', {
    hash_key: bytes('h'),
    check_sort_key: bytes('c'),
    check_type: 'CT_NO_CHECK',
    check_operand: bytes(''),
    set_diff_sort_key: false,
    set_sort_key: bytes(''),
    set_value: bytes('set'),
    set_expire_ts_seconds: 0,
    return_check_value: false,
    ...request,
  });
}

describe('check_and_set', () => {
  const PASSED = 0;
  const INVALID = 4;
  const FAILED = 13;

  test.each<[CasCheckType, string | undefined, string, number]>([
    ['CT_NO_CHECK', undefined, '', PASSED],
    ['CT_VALUE_NOT_EXIST', undefined, '', PASSED],
    ['CT_VALUE_NOT_EXIST', '', '', FAILED],
    ['CT_VALUE_NOT_EXIST_OR_EMPTY', undefined, '', PASSED],
    ['CT_VALUE_NOT_EXIST_OR_EMPTY', '', '', PASSED],
    ['CT_VALUE_NOT_EXIST_OR_EMPTY', 'v', '', FAILED],
    ['CT_VALUE_EXIST', undefined, '', FAILED],
    ['CT_VALUE_EXIST', '', '', PASSED],
    ['CT_VALUE_NOT_EMPTY', undefined, '', FAILED],
    ['CT_VALUE_NOT_EMPTY', '', '', FAILED],
    ['CT_VALUE_NOT_EMPTY', 'v', '', PASSED],
    ['CT_VALUE_MATCH_ANYWHERE', undefined, '', FAILED],
    ['CT_VALUE_MATCH_ANYWHERE', '', '', PASSED],
    ['CT_VALUE_MATCH_ANYWHERE', 'abc', 'b', PASSED],
    ['CT_VALUE_MATCH_ANYWHERE', 'abc', 'x', FAILED],
    ['CT_VALUE_MATCH_PREFIX', 'abc', 'ab', PASSED],
    ['CT_VALUE_MATCH_PREFIX', 'abc', 'bc', FAILED],
    ['CT_VALUE_MATCH_PREFIX', 'a', 'ab', FAILED],
    ['CT_VALUE_MATCH_POSTFIX', 'abc', 'bc', PASSED],
    ['CT_VALUE_MATCH_POSTFIX', 'abc', 'ab', FAILED],
    ['CT_VALUE_MATCH_POSTFIX', 'c', 'bc', FAILED],
    ['CT_VALUE_BYTES_LESS', 'a', 'b', PASSED],
    ['CT_VALUE_BYTES_LESS', 'a', 'a', FAILED],
    ['CT_VALUE_BYTES_LESS', '\x7f', '\x80', PASSED],
    ['CT_VALUE_BYTES_LESS_OR_EQUAL', 'a', 'a', PASSED],
    ['CT_VALUE_BYTES_EQUAL', 'a', 'a', PASSED],
    ['CT_VALUE_BYTES_EQUAL', undefined, '', FAILED],
    ['CT_VALUE_BYTES_GREATER_OR_EQUAL', 'ab', 'a', PASSED],
    ['CT_VALUE_BYTES_GREATER', 'a', 'a', FAILED],
    ['CT_VALUE_INT_LESS', '9', '10', PASSED],
    ['CT_VALUE_INT_LESS_OR_EQUAL', '10', '0xa', PASSED],
    ['CT_VALUE_INT_EQUAL', '-1', '-1', PASSED],
    ['CT_VALUE_INT_EQUAL', undefined, '1', FAILED],
    ['CT_VALUE_INT_GREATER_OR_EQUAL', '20', '20', PASSED],
    ['CT_VALUE_INT_GREATER', '9223372036854775807', '-9223372036854775808', PASSED],
    ['CT_VALUE_INT_GREATER', '1', '2', FAILED],
    ['CT_VALUE_INT_EQUAL', 'x', '1', INVALID],
    ['CT_VALUE_INT_EQUAL', '1', 'x', INVALID],
    ['CT_VALUE_INT_EQUAL', '', '1', INVALID],
  ])('%s of %j against %j answers %i', (check_type, stored, operand, expected) => {
    const partition = new Partition();
    if (stored !== undefined) partition.put('h', 'c', stored);
    const decree = partition.decree + 1;
    const reply = checkAndSet(partition, { check_type, check_operand: bytes(operand) });
    expect(reply).toMatchObject({ error: expected, decree, check_value_returned: false });
    expect(partition.get('h', 'c')).toBe(expected === PASSED ? 'set' : (stored ?? 1));
  });

  test('a type without a name is refused', () => {
    expect(checkAndSet(new Partition(), { check_type: '18' as CasCheckType }).error).toBe(4);
  });

  test('takes an expired record for a missing one', () => {
    const partition = new Partition();
    partition.put('h', 'c', 'old', NOW);
    expect(checkAndSet(partition, { check_type: 'CT_VALUE_NOT_EXIST' }).error).toBe(0);
  });

  test('returns the value that it found, whether the check passes or not', () => {
    const partition = new Partition();
    const found = (check_type: CasCheckType) => {
      const reply = checkAndSet(partition, { check_type, return_check_value: true });
      return [reply.error, reply.check_value_returned, reply.check_value_exist, text(reply.check_value)];
    };
    expect(found('CT_VALUE_NOT_EXIST')).toEqual([0, true, false, '']);
    expect(found('CT_VALUE_NOT_EXIST')).toEqual([13, true, true, 'set']);
    expect(found('CT_VALUE_INT_EQUAL')).toEqual([4, true, true, 'set']);
  });

  test('writes to another sort key, with an expiry', () => {
    const partition = new Partition();
    checkAndSet(partition, {
      set_diff_sort_key: true,
      set_sort_key: bytes('other'),
      set_expire_ts_seconds: NOW + 100,
    });
    expect(partition.get('h', 'c')).toBe(1);
    expect(partition.get('h', 'other')).toBe('set');
    expect(partition.ttl('h', 'other').ttl_seconds).toBe(100);
  });
});

function checkAndMutate(
  partition: Partition,
  request: Partial<CheckAndMutateRequest>,
): CheckAndMutateResponse {
  return partition.write('RPC_RRDB_RRDB_CHECK_AND_MUTATE', {
    hash_key: bytes('h'),
    check_sort_key: bytes('c'),
    check_type: 'CT_VALUE_EXIST',
    check_operand: bytes(''),
    mutate_list: [],
    return_check_value: true,
    ...request,
  });
}

const set = (sortKey: string, value: string, expire = 0) => ({
  operation: 'MO_PUT' as const,
  sort_key: bytes(sortKey),
  value: bytes(value),
  set_expire_ts_seconds: expire,
});
const del = (sortKey: string) => ({ ...set(sortKey, ''), operation: 'MO_DELETE' as const });

describe('check_and_mutate', () => {
  test('follows the recorded session', () => {
    const partition = new Partition();
    partition.put('h', 'c', '31');
    const mutate_list = [set('m1', 'v1'), set('m2', 'v2', NOW + 100), del('c')];
    const reply = checkAndMutate(partition, { mutate_list });
    expect(reply).toMatchObject({ error: 0, check_value_exist: true, decree: 2 });
    expect(text(reply.check_value)).toBe('31');
    expect([partition.get('h', 'm1'), partition.get('h', 'm2'), partition.get('h', 'c')]).toEqual([
      'v1',
      'v2',
      1,
    ]);
  });

  test('applies its mutations in their order', () => {
    const partition = new Partition();
    partition.put('h', 'c', 'v');
    checkAndMutate(partition, {
      mutate_list: [set('a', '1'), del('a'), set('a', '2'), set('b', '1'), del('b')],
    });
    expect([partition.get('h', 'a'), partition.get('h', 'b')]).toEqual(['2', 1]);
  });

  test('changes nothing when the check fails', () => {
    const partition = new Partition();
    expect(checkAndMutate(partition, { mutate_list: [set('a', '1')] })).toMatchObject({
      error: 13,
      decree: 1,
    });
    expect(partition.store.size).toBe(0);
  });

  test('refuses an empty list and operations without a name', () => {
    const partition = new Partition();
    partition.put('h', 'c', 'v');
    expect(checkAndMutate(partition, {}).error).toBe(4);
    const unknown = { ...set('a', '1'), operation: '2' as 'MO_PUT' };
    expect(checkAndMutate(partition, { mutate_list: [set('b', '1'), unknown] }).error).toBe(4);
    expect(partition.store.size).toBe(1);
  });
});
