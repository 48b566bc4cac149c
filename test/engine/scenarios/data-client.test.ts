import { expect, test } from 'vitest';
import { openUniverse } from './universe.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));
const text = (value: Uint8Array | undefined): string => Buffer.from(value ?? []).toString();

async function withTable(partitions = 4) {
  const universe = openUniverse();
  await universe.createTable('onebox', 'temp', partitions, 3);
  return { universe, table: universe.clients('onebox').data.table('temp') };
}

const [H, S] = [bytes('user'), bytes('s')];

test('incr counts from nothing, keeps or changes the time to live, and refuses what is no number', async () => {
  const { table } = await withTable();
  expect((await table.incr(H, S, 5n)).reply?.new_value).toBe(5n);
  expect((await table.incr(H, S, -7n, 100)).reply?.new_value).toBe(-2n);
  expect((await table.ttl(H, S)).reply?.ttl_seconds).toBe(100);
  await table.incr(H, S, 0n);
  expect((await table.ttl(H, S)).reply?.ttl_seconds).toBe(100);
  await table.incr(H, S, 0n, -1);
  expect((await table.ttl(H, S)).reply?.ttl_seconds).toBe(-1);
  await table.set(H, S, bytes('9223372036854775807'));
  const overflow = await table.incr(H, S, 1n);
  expect(overflow.error.text).toBe('invalid argument');
  expect(overflow.reply?.new_value).toBe(9_223_372_036_854_775_807n);
  expect((await table.incr(H, S, 1n, -2)).reply).toBeUndefined();
});

test('checkAndSet sets where the check holds; one that does not hold is no error', async () => {
  const { table } = await withTable();
  const absent = { sortKey: S, type: 'CT_VALUE_NOT_EXIST', returnValue: true } as const;
  const set = { sortKey: S, value: bytes('1'), ttlSeconds: 50 };
  expect(await table.checkAndSet(H, absent, set)).toMatchObject({ error: { code: 0 }, passed: true });
  const again = await table.checkAndSet(H, absent, set);
  expect(again).toMatchObject({
    error: { code: 0 },
    passed: false,
    reply: { error: 13, check_value_exist: true },
  });
  expect(text(again.reply?.check_value)).toBe('1');
  expect((await table.ttl(H, S)).reply?.ttl_seconds).toBe(50);
  await table.checkAndSet(H, { sortKey: S, type: 'CT_VALUE_EXIST' }, { ...set, ttlSeconds: -1 });
  expect((await table.get(H, S)).error.text).toBe('not found');
  await table.set(H, S, bytes('1'));

  const other = { sortKey: bytes('other'), value: bytes('x') };
  await table.checkAndSet(H, { sortKey: S, type: 'CT_VALUE_INT_LESS', operand: bytes('2') }, other);
  expect(text((await table.get(H, bytes('other'))).reply?.value)).toBe('x');
  const bad = await table.checkAndSet(
    H,
    { sortKey: S, type: 'CT_VALUE_INT_LESS', operand: bytes('two') },
    other,
  );
  expect(bad).toMatchObject({ error: { text: 'invalid argument' }, passed: false });
});

test('checkAndMutate makes its changes in their order, or none', async () => {
  const { table } = await withTable();
  const check = { sortKey: S, type: 'CT_NO_CHECK' } as const;
  const done = await table.checkAndMutate(H, check, [
    { put: S, value: bytes('1') },
    { put: bytes('t'), value: bytes('2'), ttlSeconds: 9 },
    { remove: S },
  ]);
  expect(done.passed).toBe(true);
  const { reply } = await table.multiGet(H);
  expect(reply?.kvs.map(({ key }) => text(key))).toEqual(['t']);
  expect((await table.ttl(H, bytes('t'))).reply?.ttl_seconds).toBe(9);
  const unmet = await table.checkAndMutate(H, { sortKey: S, type: 'CT_VALUE_EXIST' }, [
    { remove: bytes('t') },
  ]);
  expect(unmet.passed).toBe(false);
  expect((await table.sortkeyCount(H)).reply?.count).toBe(1);
  expect((await table.checkAndMutate(H, check, [])).error.text).toBe('invalid argument');
});

test('batchGet asks each partition once', async () => {
  const { universe, table } = await withTable();
  await universe.write('onebox', 'temp', 20);
  const keys = Array.from({ length: 22 }, (_, i) => ({ hash_key: bytes(`user${i}`), sort_key: S }));
  const outcomes = await table.batchGet(keys);
  expect(outcomes).toHaveLength(4);
  const values = outcomes.flatMap(({ reply }) => reply?.data.map(({ value }) => text(value)) ?? []);
  expect(values.sort()).toEqual(Array.from({ length: 20 }, (_, i) => `value ${i}`).sort());
  expect(await table.batchGet([])).toMatchObject([{ error: { text: 'invalid argument' } }]);
  const missing = universe.clients('onebox').data.table('nosuch');
  expect(await missing.batchGet(keys)).toMatchObject([{ error: { text: 'app not exist' } }]);
});
