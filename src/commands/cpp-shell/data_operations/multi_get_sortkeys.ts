import type { MultiGetResponse } from '../../../rpc/idl/rrdb.ts';
import { misuse } from '../../grammar/usage.ts';
import { wordBytes } from '../../grammar/words.ts';
import { operation } from '../shared/operation.ts';
import { fetched, isFetched, sorted } from '../shared/pairs.ts';

const USAGE = 'multi_get_sortkeys <hash_key>';

export default operation<Uint8Array, MultiGetResponse>({
  name: 'multi_get_sortkeys',
  summary: 'List the sort keys of one hash key.',
  usage: USAGE,
  examples: ['multi_get_sortkeys user_1'],
  isWrite: false,
  parse(words) {
    if (words.length !== 1) throw misuse(USAGE);
    return wordBytes(words[0]!);
  },
  send: (table, hashKey, timeoutMs) => table.multiGet(hashKey, { no_value: true }, timeoutMs),
  answer({ error, reply }, _, show) {
    if (!isFetched(error)) return undefined;
    const lines = sorted(reply!.kvs).map(({ key }) => `${show(key)}\n`);
    return `${lines.join('')}\n${fetched(lines.length, 'sort keys', error)}`;
  },
});
