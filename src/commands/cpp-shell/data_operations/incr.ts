import { ClusterError } from '../../../errors.ts';
import type { IncrResponse } from '../../../rpc/idl/rrdb.ts';
import { planToWrite, storedValue } from '../../dry-run/write-plan.ts';
import { int64 } from '../../grammar/numbers.ts';
import { misuse } from '../../grammar/usage.ts';
import { wordBytes } from '../../grammar/words.ts';
import { type Key, keyOf, operation } from '../shared/operation.ts';

const USAGE = 'incr <hash_key> <sort_key> [increment]';

interface Args extends Key {
  readonly increment: bigint;
}

export default operation<Args, IncrResponse>({
  name: 'incr',
  summary: 'Add to a value that is an integer.',
  usage: USAGE,
  examples: ['incr user_1 visits', 'incr user_1 credit -5'],
  isWrite: true,
  parse([hashKey, sortKey, increment = '1', ...rest]) {
    if (hashKey === undefined || sortKey === undefined || rest.length > 0) throw misuse(USAGE);
    const by = int64(increment);
    if (by === undefined) throw misuse(USAGE, 'ERROR: invalid increment param\n');
    return { ...keyOf(hashKey, sortKey), increment: by };
  },
  plan: async (ctx, { hashKey, sortKey, increment }) => {
    const value = wordBytes(`${integerOf(await storedValue(ctx, hashKey, sortKey)) + increment}`);
    return planToWrite(ctx, { hashKey, mutations: [{ put: sortKey, value }] });
  },
  send: (table, { hashKey, sortKey, increment }, timeoutMs) =>
    table.incr(hashKey, sortKey, increment, 0, timeoutMs),
  answer: ({ error, reply }) => (error.code === 0 ? `${reply!.new_value}\n` : undefined),
});

/** Nothing counts as 0. @throws ClusterError where the value is no integer */
function integerOf(value: Uint8Array | undefined): bigint {
  const text = Buffer.from(value ?? []).toString('latin1');
  const integer = text === '' ? 0n : int64(text);
  if (integer === undefined) throw new ClusterError('ERR_INVALID_PARAMETERS', 'its value is no integer');
  return integer;
}
