import type { CountResponse } from '../../../rpc/idl/rrdb.ts';
import { misuse } from '../../grammar/usage.ts';
import { wordBytes } from '../../grammar/words.ts';
import { operation } from '../shared/operation.ts';

const USAGE = 'count <hash_key>';

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
  answer({ error, reply }) {
    if (error.code !== 0) return undefined;
    // A server that gives up counting says -1.
    return reply!.count === -1 ? 'ERROR: it takes too long to count sortkey\n' : `${reply!.count}\n`;
  },
});
