import { expiryMs } from '../../../rpc/client/replica/expiry.ts';
import { dateTime } from '../../../rpc/idl/time.ts';
import { misuse } from '../../grammar/usage.ts';
import { mirrored } from '../../mirrored.ts';
import { shownWith } from '../shared/operation.ts';
import { hexBytes } from './hex.ts';

const USAGE = 'rdb_value_hex2str <value_in_hex>';
const HEADER_BYTES = 4;

interface Args {
  readonly value: Uint8Array;
  readonly escapeAll: boolean;
}

interface Reply {
  /** Seconds since 2016-01-01; 0 = never. */
  readonly expire_ts_seconds: number;
  readonly user_data: Uint8Array;
}

export default mirrored<Args, Reply>({
  dialect: 'cpp-shell',
  name: 'rdb_value_hex2str',
  summary: 'Show what a stored value holds and when it expires.',
  usage: USAGE,
  examples: ['rdb_value_hex2str 0x0000000076'],
  offline: true,
  isHarmless: true,
  parse(argv, { session }) {
    const [word] = argv;
    if (word === undefined || argv.length > 1) throw misuse(USAGE);
    return { value: hexBytes(word, HEADER_BYTES), escapeAll: session.escapeAll };
  },
  async run(_, { value }) {
    const expire_ts_seconds = new DataView(value.buffer).getUint32(0);
    return { expire_ts_seconds, user_data: value.slice(HEADER_BYTES) };
  },
  print({ expire_ts_seconds, user_data }, { escapeAll }) {
    const when = dateTime(expiryMs(expire_ts_seconds));
    return { out: `\nWhen to expire:\n  ${when}\nuser_data:\n  ${shownWith(escapeAll)(user_data)}\n` };
  },
});
