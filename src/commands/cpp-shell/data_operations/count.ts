import type { CountResponse } from '../../../rpc/idl/rrdb.ts';
import { misuse } from '../../grammar/usage.ts';
import { wordBytes } from '../../grammar/words.ts';
import { operation } from '../shared/operation.ts';

const USAGE = 'count <hash_key>';
/** What a server says that has too much to count. */
const GAVE_UP = -1;

export default operation<Uint8Array, CountResponse>({
  name: 'count',
  summary: 'Count the sort keys of one hash key.',
  usage: USAGE,
  examples: ['count user_1'],
  isWrite: false,
  parse(words) {
    if (words.length !== 1) throw misuse(USAGE);
    return wordBytes(words[0]!);
  },
  send: (table, hashKey, timeoutMs) => table.sortkeyCount(hashKey, timeoutMs),
  answer: ({ error, reply }) =>
    error.code === 0 && reply!.count !== GAVE_UP ? `${reply!.count}\n` : undefined,
  failure: ({ error }) => (error.code === 0 ? 'it takes too long to count sortkey' : error.text),
});
