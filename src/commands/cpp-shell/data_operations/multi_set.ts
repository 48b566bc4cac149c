import { UsageError } from '../../../errors.ts';
import type { KeyValuePair } from '../../../rpc/client/replica/table.ts';
import type { UpdateResponse } from '../../../rpc/idl/rrdb.ts';
import { planToWrite } from '../../dry-run/write-plan.ts';
import { misuse } from '../../grammar/usage.ts';
import { wordBytes } from '../../grammar/words.ts';
import { operation } from '../shared/operation.ts';

const USAGE = 'multi_set <hash_key> <sort_key> <value> [sort_key value...]';

interface Args {
  readonly hashKey: Uint8Array;
  readonly pairs: readonly KeyValuePair[];
}

export default operation<Args, UpdateResponse>({
  name: 'multi_set',
  summary: 'Set several values of one hash key at once.',
  usage: USAGE,
  examples: ['multi_set user_1 name alice city berlin'],
  isWrite: true,
  parse([hashKey, ...words]) {
    if (hashKey === undefined || words.length < 2 || words.length % 2 !== 0) throw misuse(USAGE);
    const sortKeys = words.filter((_, at) => at % 2 === 0);
    const twice = sortKeys.find((key, at) => sortKeys.indexOf(key) < at);
    if (twice !== undefined) throw new UsageError(`ERROR: duplicate sort key ${twice}`);
    const pairs = sortKeys.map((key, at) => ({
      sortKey: wordBytes(key),
      value: wordBytes(words[at * 2 + 1]!),
    }));
    return { hashKey: wordBytes(hashKey), pairs };
  },
  plan: (ctx, { hashKey, pairs }) =>
    planToWrite(ctx, {
      hashKey,
      mutations: pairs.map(({ sortKey, value }) => ({ put: sortKey, value })),
    }),
  send: (table, { hashKey, pairs }, timeoutMs) => table.multiSet(hashKey, pairs, 0, timeoutMs),
  answer: ({ error }) => (error.code === 0 ? 'OK\n' : undefined),
});
