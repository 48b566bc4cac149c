import type { MultiGetResponse } from '../../../rpc/idl/rrdb.ts';
import { isSet, optionValue } from '../../grammar/getopt.ts';
import { misuse } from '../../grammar/usage.ts';
import { wordBytes } from '../../grammar/words.ts';
import {
  boolOption,
  type Filter,
  filterLines,
  filterOption,
  numberOption,
  serverFilter,
} from '../shared/filters.ts';
import { echoed, operation } from '../shared/operation.ts';
import { parseGetopt } from '../shared/options.ts';
import { fetched, isFetched, pairLines } from '../shared/pairs.ts';

const USAGE =
  'multi_get_range <hash_key> <start_sort_key> <stop_sort_key> [-a|--start_inclusive true|false] ' +
  '[-b|--stop_inclusive true|false] [-s|--sort_key_filter_type anywhere|prefix|postfix] ' +
  '[-y|--sort_key_filter_pattern str] [-n|--max_count num] [-i|--no_value] [-r|--reverse]';

interface Args {
  readonly hashKey: Uint8Array;
  readonly start: Uint8Array;
  readonly stop: Uint8Array;
  readonly startInclusive: boolean;
  readonly stopInclusive: boolean;
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
    const [hashKey, start, stop] = words;
    if (hashKey === undefined || start === undefined || stop === undefined) throw misuse(USAGE);
    const options = parseGetopt(USAGE, words, {
      short: 'a:b:s:y:n:ir',
      long: {
        a: 'start_inclusive',
        b: 'stop_inclusive',
        s: 'sort_key_filter_type',
        y: 'sort_key_filter_pattern',
        n: 'max_count',
        i: 'no_value',
        r: 'reverse',
      },
    });
    const refuse = (text: string) => misuse(USAGE, `${text}\n`);
    const filter = { what: 'sort_key', typeLetter: 's', patternLetter: 'y', allowsExact: false };
    return {
      hashKey: wordBytes(hashKey),
      start: wordBytes(start),
      stop: wordBytes(stop),
      startInclusive: boolOption(optionValue(options, 'a'), true, 'start_inclusive', refuse),
      stopInclusive: boolOption(optionValue(options, 'b'), false, 'stop_inclusive', refuse),
      filter: filterOption(options, filter, refuse),
      maxCount: numberOption(optionValue(options, 'n'), -1, 'max_count', refuse),
      noValue: isSet(options, 'i'),
      reverse: isSet(options, 'r'),
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
    `hash_key: ${echoed(args.hashKey)}\n`,
    `start_sort_key: ${echoed(args.start)}\n`,
    `start_inclusive: ${args.startInclusive}\n`,
    `stop_sort_key: ${echoed(args.stop)}\n`,
    `stop_inclusive: ${args.stopInclusive}\n`,
    filterLines('sort_key', args.filter),
    `max_count: ${args.maxCount}\n`,
    `no_value: ${args.noValue}\n`,
    `reverse: ${args.reverse}\n\n`,
  ].join('');
}
