import { NOT_FOUND } from '../../../rpc/client/replica/errors.ts';
import type { TtlResponse } from '../../../rpc/idl/rrdb.ts';
import { misuse } from '../../grammar/usage.ts';
import { type Key, keyOf, operation } from '../shared/operation.ts';

const USAGE = 'ttl <hash_key> <sort_key>';
const FOREVER = -1;
const GONE = -2;

export default operation<Key, TtlResponse>({
  name: 'ttl',
  summary: 'Show how many seconds a value has to live.',
  usage: USAGE,
  examples: ['ttl user_1 session'],
  isWrite: false,
  parse(words) {
    if (words.length !== 2) throw misuse(USAGE);
    return keyOf(words[0]!, words[1]!);
  },
  send: (table, { hashKey, sortKey }, timeoutMs) => table.ttl(hashKey, sortKey, timeoutMs),
  answer({ error, reply }) {
    if (error.code === NOT_FOUND.code) return 'Not found\n';
    if (error.code !== 0) return undefined;
    const seconds = reply!.ttl_seconds;
    if (seconds === GONE) return 'Not found\n';
    return seconds === FOREVER ? 'Infinite\n' : `${seconds}\n`;
  },
});
