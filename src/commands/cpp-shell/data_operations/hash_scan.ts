import { INVALID_HASH_KEY } from '../../../rpc/client/replica/errors.ts';
import { misuse } from '../../grammar/usage.ts';
import { escapedWords, readOptions } from '../shared/read-options.ts';
import {
  askedOfServers,
  SCAN_OPTIONS,
  type ScanArgs,
  scanArgs,
  scanCommand,
} from '../shared/scan-command.ts';
import {
  RANGE_OPTIONS,
  rangeLines,
  rangeOf,
  type SortKeyRange,
  scannedRange,
} from '../shared/sort-key-range.ts';

const USAGE =
  'hash_scan <hash_key> <start_sort_key> <stop_sort_key> [-a|--start_inclusive true|false] ' +
  '[-b|--stop_inclusive true|false] [-s|--sort_key_filter_type anywhere|prefix|postfix] ' +
  '[-y|--sort_key_filter_pattern str] [-v|--value_filter_type anywhere|prefix|postfix|exact] ' +
  '[-z|--value_filter_pattern str] [-o|--output file_name] [-n|--max_count num] [-t|--timeout_ms num] ' +
  '[-d|--detailed] [-i|--no_value]';

interface Args extends ScanArgs, SortKeyRange {}

export default scanCommand<Args>({
  name: 'hash_scan',
  summary: 'Read the values of one hash key in order.',
  usage: USAGE,
  examples: ['hash_scan user_1 "" ""', 'hash_scan user_1 a m -n 10'],
  parse(words, session, refuse) {
    if (words.length < 3) throw misuse(USAGE);
    const options = readOptions(USAGE, escapedWords(words), { ...RANGE_OPTIONS, ...SCAN_OPTIONS }, refuse);
    return { ...scanArgs(options, session, refuse), ...rangeOf(words, options) };
  },
  async open({ data, session }, args) {
    if (args.hashKey.length === 0) {
      return `get scanner failed: ${INVALID_HASH_KEY.text}`;
    }
    const scanner = data.table(session.table).hashScan(args.hashKey, {
      ...scannedRange(args),
      ...askedOfServers(args),
    });
    return [scanner];
  },
  header: rangeLines,
});
