import type { MultiGetResponse } from '../../../rpc/idl/rrdb.ts';
import { misuse } from '../../grammar/usage.ts';
import { wordBytes } from '../../grammar/words.ts';
import { operation, sortKeysOf } from '../shared/operation.ts';
import { fetched, isFetched, pairLines } from '../shared/pairs.ts';

const USAGE = 'multi_get <hash_key> [sort_key...]';

interface Args {
  readonly hashKey: Uint8Array;
  /** None = all. */
  readonly sortKeys: Uint8Array[];
}

export default operation<Args, MultiGetResponse>({
  name: 'multi_get',
  summary: 'Get several or all values of one hash key.',
  usage: USAGE,
  examples: ['multi_get user_1', 'multi_get user_1 name city'],
  isWrite: false,
  parse([hashKey, ...words]) {
    if (hashKey === undefined) throw misuse(USAGE);
    return { hashKey: wordBytes(hashKey), sortKeys: sortKeysOf(words) };
  },
  send: (table, { hashKey, sortKeys }, timeoutMs) =>
    table.multiGet(hashKey, { sort_keys: sortKeys }, timeoutMs),
  answer({ error, reply }, { hashKey }, show) {
    if (!isFetched(error)) return undefined;
    return `${pairLines(hashKey, reply!.kvs, show)}\n${fetched(reply!.kvs.length, 'key-value pairs', error)}`;
  },
});
