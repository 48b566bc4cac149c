import type { MultiGetResponse } from '../../../rpc/idl/rrdb.ts';
import { misuse } from '../../grammar/usage.ts';
import { type Filter, filterLines, filterOf, filterType, serverFilter } from '../shared/filters.ts';
import { operation } from '../shared/operation.ts';
import { fetched, isFetched, pairLines } from '../shared/pairs.ts';
import { bytes, escapedWords, flag, int, readOptions } from '../shared/read-options.ts';
import { RANGE_OPTIONS, rangeLines, rangeOf, type SortKeyRange } from '../shared/sort-key-range.ts';

const USAGE =
  'multi_get_range <hash_key> <start_sort_key> <stop_sort_key> [-a|--start_inclusive true|false] ' +
  '[-b|--stop_inclusive true|false] [-s|--sort_key_filter_type anywhere|prefix|postfix] ' +
  '[-y|--sort_key_filter_pattern str] [-n|--max_count num] [-i|--no_value] [-r|--reverse]';

const OPTIONS = {
  ...RANGE_OPTIONS,
  filterType: filterType('s', 'sort_key'),
  filterPattern: bytes('y', 'sort_key_filter_pattern'),
  maxCount: int('n', 'max_count'),
  noValue: flag('i', 'no_value'),
  reverse: flag('r', 'reverse'),
};

interface Args extends SortKeyRange {
  readonly filter: Filter;
  readonly maxCount: number;
  readonly noValue: boolean;
  readonly reverse: boolean;
}

export default operation<Args, MultiGetResponse>({
  name: 'multi_get_range',
  summary: 'Get a range of the values of one hash key.',
  usage: USAGE,
  examples: ['multi_get_range user_1 a m', 'multi_get_range user_1 "" "" -n 10 -r'],
  isWrite: false,
  parse(words) {
    if (words.length < 3) throw misuse(USAGE);
    const options = readOptions(USAGE, escapedWords(words), OPTIONS);
    return {
      ...rangeOf(words, options),
      filter: filterOf(options.filterType, options.filterPattern),
      maxCount: options.maxCount ?? -1,
      noValue: options.noValue,
      reverse: options.reverse,
    };
  },
  send(table, args, timeoutMs) {
    const filter = serverFilter(args.filter);
    const request = {
      start_sortkey: args.start,
      stop_sortkey: args.stop,
      start_inclusive: args.startInclusive,
      stop_inclusive: args.stopInclusive,
      max_kv_count: args.maxCount,
      no_value: args.noValue,
      reverse: args.reverse,
      ...(filter && { sort_key_filter_type: filter.type, sort_key_filter_pattern: filter.pattern }),
    };
    return table.multiGet(args.hashKey, request, timeoutMs);
  },
  header,
  answer({ error, reply }, args, show) {
    if (!isFetched(error)) return undefined;
    const lines = pairLines(args.hashKey, reply!.kvs, show, args.noValue);
    const gap = lines === '' ? '' : '\n';
    return `${lines}${gap}${fetched(reply!.kvs.length, 'key-value pairs', error)}`;
  },
});

function header(args: Args): string {
  return [
    rangeLines(args),
    filterLines('sort_key', args.filter),
    `max_count: ${args.maxCount}\n`,
    `no_value: ${args.noValue}\n`,
    `reverse: ${args.reverse}\n\n`,
  ].join('');
}
