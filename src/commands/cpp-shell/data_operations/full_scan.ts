import { RpcError } from '../../../rpc/client/meta/index.ts';
import { ofPegasusCode } from '../../../rpc/client/replica/errors.ts';
import type { Scanner } from '../../../rpc/client/replica/scanner.ts';
import type { Context } from '../../command.ts';
import { optionValue } from '../../grammar/getopt.ts';
import { type Filter, filterLines, filterOption, numberOption, serverFilter } from '../shared/filters.ts';
import { BATCH_SIZE } from '../shared/scan.ts';
import { type ScanArgs, scanCommand } from '../shared/scan-command.ts';

const USAGE =
  'full_scan [-h|--hash_key_filter_type anywhere|prefix|postfix] [-x|--hash_key_filter_pattern str] ' +
  '[-s|--sort_key_filter_type anywhere|prefix|postfix|exact] [-y|--sort_key_filter_pattern str] ' +
  '[-v|--value_filter_type anywhere|prefix|postfix|exact] [-z|--value_filter_pattern str] ' +
  '[-o|--output file_name] [-n|--max_count num] [-t|--timeout_ms num] [-d|--detailed] [-i|--no_value] ' +
  '[-p|--partition num]';

interface Args extends ScanArgs {
  readonly hashKey: Filter;
  /** Undefined = all. */
  readonly partition: number | undefined;
}

export default scanCommand<Args>({
  name: 'full_scan',
  summary: 'Read all values of the table.',
  usage: USAGE,
  examples: ['full_scan', 'full_scan -h prefix -x user_ -n 10'],
  getopt: {
    short: 'dn:p:t:o:h:x:s:y:v:z:i',
    long: {
      d: 'detailed',
      n: 'max_count',
      p: 'partition',
      t: 'timeout_ms',
      o: 'output',
      h: 'hash_key_filter_type',
      x: 'hash_key_filter_pattern',
      s: 'sort_key_filter_type',
      y: 'sort_key_filter_pattern',
      v: 'value_filter_type',
      z: 'value_filter_pattern',
      i: 'no_value',
    },
  },
  words: 0,
  allowsExactSortKey: true,
  parse(_, options, shared, refuse) {
    const typed = optionValue(options, 'p');
    const partition = typed === undefined ? undefined : numberOption(typed, 0, 'partition id', refuse);
    if (partition !== undefined && partition < 0) throw refuse('invalid partition param, should > 0');
    const filter = { what: 'hash_key', typeLetter: 'h', patternLetter: 'x', allowsExact: false };
    return { ...shared, partition, hashKey: filterOption(options, filter, refuse) };
  },
  open,
  header: ({ partition, hashKey }) => `partition: ${partition ?? 'all'}\n${filterLines('hash_key', hashKey)}`,
});

async function open({ data, session }: Context, args: Args): Promise<readonly Scanner[] | string> {
  const options = {
    hashKeyFilter: serverFilter(args.hashKey),
    sortKeyFilter: serverFilter(args.sortKey),
    noValue: args.noValue,
    timeoutMs: args.timeoutMs,
    batchSize: BATCH_SIZE,
  };
  try {
    const scanners = await data.table(session.table).fullScan(options);
    const { partition } = args;
    if (partition === undefined) return scanners;
    const scanner = scanners[partition];
    if (scanner !== undefined) return [scanner];
    return `partition ${partition} out of range, should be in range of [0,${scanners.length - 1}]`;
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    return ofPegasusCode(error.code).text;
  }
}
