import { INCOMPLETE } from '../../../rpc/client/replica/errors.ts';
import type { MultiRemoveResponse } from '../../../rpc/idl/rrdb.ts';
import { planToWrite } from '../../dry-run/write-plan.ts';
import { misuse } from '../../grammar/usage.ts';
import { wordBytes } from '../../grammar/words.ts';
import { operation, sortKeysOf } from '../shared/operation.ts';

const USAGE = 'multi_del <hash_key> <sort_key> [sort_key...]';

interface Args {
  readonly hashKey: Uint8Array;
  readonly sortKeys: readonly Uint8Array[];
}

export default operation<Args, MultiRemoveResponse>({
  name: 'multi_del',
  summary: 'Delete several values of one hash key at once.',
  usage: USAGE,
  examples: ['multi_del user_1 name city'],
  isWrite: true,
  parse([hashKey, ...words]) {
    if (hashKey === undefined || words.length === 0) throw misuse(USAGE);
    return { hashKey: wordBytes(hashKey), sortKeys: sortKeysOf(words) };
  },
  plan: (ctx, { hashKey, sortKeys }) =>
    planToWrite(ctx, { hashKey, mutations: sortKeys.map((remove) => ({ remove })) }),
  send: (table, { hashKey, sortKeys }, timeoutMs) => table.multiDel(hashKey, sortKeys, timeoutMs),
  answer({ error, reply }) {
    if (error.code === 0) return `${reply!.count} key-value pairs deleted.\n`;
    return error.code === INCOMPLETE.code
      ? `${reply!.count} key-value pairs deleted, but not completed.\n`
      : undefined;
  },
});
