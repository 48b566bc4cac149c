import type { UpdateResponse } from '../../../rpc/idl/rrdb.ts';
import { planToWrite } from '../../dry-run/write-plan.ts';
import { misuse } from '../../grammar/usage.ts';
import { type Key, keyOf, operation } from '../shared/operation.ts';

const USAGE = 'del <hash_key> <sort_key>';

export default operation<Key, UpdateResponse>({
  name: 'del',
  summary: 'Delete one value.',
  usage: USAGE,
  examples: ['del user_1 name'],
  isWrite: true,
  parse(words) {
    if (words.length !== 2) throw misuse(USAGE);
    return keyOf(words[0]!, words[1]!);
  },
  plan: (ctx, { hashKey, sortKey }) => planToWrite(ctx, { hashKey, mutations: [{ remove: sortKey }] }),
  send: (table, { hashKey, sortKey }, timeoutMs) => table.del(hashKey, sortKey, timeoutMs),
  answer: ({ error }) => (error.code === 0 ? 'OK\n' : undefined),
});
