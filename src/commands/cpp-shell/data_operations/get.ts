import { NOT_FOUND } from '../../../rpc/client/replica/errors.ts';
import type { ReadResponse } from '../../../rpc/idl/rrdb.ts';
import { misuse } from '../../grammar/usage.ts';
import { type Key, keyOf, operation } from '../shared/operation.ts';

const USAGE = 'get <hash_key> <sort_key>';

export default operation<Key, ReadResponse>({
  name: 'get',
  summary: 'Get one value.',
  usage: USAGE,
  examples: ['get user_1 name'],
  isWrite: false,
  parse(words) {
    if (words.length !== 2) throw misuse(USAGE);
    return keyOf(words[0]!, words[1]!);
  },
  send: (table, { hashKey, sortKey }, timeoutMs) => table.get(hashKey, sortKey, timeoutMs),
  answer({ error, reply }, _, show) {
    if (error.code === NOT_FOUND.code) return 'Not found\n';
    return error.code === 0 ? `${show(reply!.value)}\n` : undefined;
  },
});
