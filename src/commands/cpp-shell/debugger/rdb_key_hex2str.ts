import { decodeKey } from '../../../rpc/idl/keys.ts';
import { misuse } from '../../grammar/usage.ts';
import { mirrored } from '../../mirrored.ts';
import { shownWith } from '../shared/operation.ts';
import { hexBytes, invalid } from './hex.ts';

const USAGE = 'rdb_key_hex2str <rdb_key_in_hex>';

interface Args {
  readonly key: Uint8Array;
  readonly escapeAll: boolean;
}

export default mirrored<Args, { hash_key: Uint8Array; sort_key: Uint8Array }>({
  dialect: 'cpp-shell',
  name: 'rdb_key_hex2str',
  summary: 'Show the hash key and the sort key of a stored key.',
  usage: USAGE,
  examples: ['rdb_key_hex2str 0x00016162'],
  offline: true,
  isHarmless: true,
  parse(argv, { session }) {
    const [word] = argv;
    if (word === undefined || argv.length > 1) throw misuse(USAGE);
    const key = hexBytes(word, 2);
    const hashKeyLength = (key[0]! << 8) | key[1]!;
    if (key.length < 2 + hashKeyLength) {
      throw invalid(word, `It says that its hash key has ${hashKeyLength} bytes`);
    }
    return { key, escapeAll: session.escapeAll };
  },
  async run(_, { key }) {
    const { hashKey, sortKey } = decodeKey(key);
    return { hash_key: hashKey, sort_key: sortKey };
  },
  print({ hash_key, sort_key }, { escapeAll }) {
    const show = shownWith(escapeAll);
    return { out: `\nhash key: ${show(hash_key)}\n\nsort key: ${show(sort_key)}\n` };
  },
});
