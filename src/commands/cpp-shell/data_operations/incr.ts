import type { IncrResponse } from '../../../rpc/idl/rrdb.ts';
import { int64 } from '../../grammar/numbers.ts';
import { misuse } from '../../grammar/usage.ts';
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
  send: (table, { hashKey, sortKey, increment }, timeoutMs) =>
    table.incr(hashKey, sortKey, increment, 0, timeoutMs),
  answer: ({ error, reply }) => (error.code === 0 ? `${reply!.new_value}\n` : undefined),
});
