import { encodeKey } from '../../../rpc/idl/keys.ts';
import { misuse } from '../../grammar/usage.ts';
import { mirrored } from '../../mirrored.ts';
import { type Key, keyOf } from '../shared/operation.ts';

const USAGE = 'rdb_key_str2hex <hash_key> <sort_key>';

export default mirrored<Key, { rdb_key: string }>({
  dialect: 'cpp-shell',
  name: 'rdb_key_str2hex',
  summary: 'Show how a key is stored, in hexadecimal digits.',
  usage: USAGE,
  examples: ['rdb_key_str2hex user_1 name'],
  offline: true,
  isHarmless: true,
  parse([hashKey, sortKey, ...rest]) {
    if (hashKey === undefined || sortKey === undefined || rest.length > 0) throw misuse(USAGE);
    return keyOf(hashKey, sortKey);
  },
  run: async (_, { hashKey, sortKey }) => ({
    rdb_key: Buffer.from(encodeKey(hashKey, sortKey)).toString('hex').toUpperCase(),
  }),
  print: ({ rdb_key }) => ({ out: `"${rdb_key}"\n` }),
});
