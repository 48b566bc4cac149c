import { NOT_FOUND } from '../../../rpc/client/replica/errors.ts';
import type { TtlResponse } from '../../../rpc/idl/rrdb.ts';
import { misuse } from '../../grammar/usage.ts';
import { type Key, keyOf, operation } from '../shared/operation.ts';

const USAGE = 'exist <hash_key> <sort_key>';

export default operation<Key, TtlResponse>({
  name: 'exist',
  summary: 'Tell whether there is a value.',
  usage: USAGE,
  examples: ['exist user_1 name'],
  isWrite: false,
  parse(words) {
    if (words.length !== 2) throw misuse(USAGE);
    return keyOf(words[0]!, words[1]!);
  },
  send: (table, { hashKey, sortKey }, timeoutMs) => table.ttl(hashKey, sortKey, timeoutMs),
  answer({ error }) {
    if (error.code === NOT_FOUND.code) return 'False\n';
    return error.code === 0 ? 'True\n' : undefined;
  },
});
