import { INVALID_HASH_KEY } from '../../../rpc/client/replica/errors.ts';
import { serverFilter } from '../shared/filters.ts';
import { BATCH_SIZE } from '../shared/scan.ts';
import { type ScanArgs, scanCommand } from '../shared/scan-command.ts';
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
  getopt: {
    short: 'dn:t:o:a:b:s:y:v:z:i',
    long: {
      d: 'detailed',
      n: 'max_count',
      t: 'timeout_ms',
      o: 'output',
      ...RANGE_OPTIONS,
      s: 'sort_key_filter_type',
      y: 'sort_key_filter_pattern',
      v: 'value_filter_type',
      z: 'value_filter_pattern',
      i: 'no_value',
    },
  },
  words: 3,
  allowsExactSortKey: false,
  parse: (words, options, shared, refuse) => ({ ...shared, ...rangeOf(words, options, refuse) }),
  async open({ data, session }, args) {
    if (args.hashKey.length === 0) {
      return `get scanner failed: ${INVALID_HASH_KEY.text}`;
    }
    const scanner = data.table(session.table).hashScan(args.hashKey, {
      ...scannedRange(args),
      sortKeyFilter: serverFilter(args.sortKey),
      noValue: args.noValue,
      timeoutMs: args.timeoutMs,
      batchSize: BATCH_SIZE,
    });
    return [scanner];
  },
  header: rangeLines,
});
