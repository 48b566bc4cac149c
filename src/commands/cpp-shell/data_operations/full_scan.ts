import { RpcError } from '../../../rpc/client/meta/index.ts';
import { ofPegasusCode } from '../../../rpc/client/replica/errors.ts';
import type { Scanner } from '../../../rpc/client/replica/scanner.ts';
import type { Context } from '../../command.ts';
import { type Filter, filterLines, filterOf, filterType, serverFilter } from '../shared/filters.ts';
import { bytes, escapedWords, natural, readOptions } from '../shared/read-options.ts';
import {
  askedOfServers,
  SCAN_OPTIONS,
  type ScanArgs,
  scanArgs,
  scanCommand,
} from '../shared/scan-command.ts';

const USAGE =
  'full_scan [-h|--hash_key_filter_type anywhere|prefix|postfix] [-x|--hash_key_filter_pattern str] ' +
  '[-s|--sort_key_filter_type anywhere|prefix|postfix|exact] [-y|--sort_key_filter_pattern str] ' +
  '[-v|--value_filter_type anywhere|prefix|postfix|exact] [-z|--value_filter_pattern str] ' +
  '[-o|--output file_name] [-n|--max_count num] [-t|--timeout_ms num] [-d|--detailed] [-i|--no_value] ' +
  '[-p|--partition num]';

const OPTIONS = {
  partition: natural('p', 'partition', 'partition id', 'invalid partition param, should > 0'),
  hashKeyType: filterType('h', 'hash_key'),
  hashKeyPattern: bytes('x', 'hash_key_filter_pattern'),
  ...SCAN_OPTIONS,
  sortKeyType: filterType('s', 'sort_key', { allowsExact: true }),
};

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
  parse(words, session, refuse) {
    const options = readOptions(USAGE, escapedWords(words), OPTIONS, refuse);
    return {
      ...scanArgs(options, session, refuse),
      partition: options.partition,
      hashKey: filterOf(options.hashKeyType, options.hashKeyPattern),
    };
  },
  open,
  header: ({ partition, hashKey }) => `partition: ${partition ?? 'all'}\n${filterLines('hash_key', hashKey)}`,
});

async function open({ data, session }: Context, args: Args): Promise<readonly Scanner[] | string> {
  const options = {
    ...askedOfServers(args),
    hashKeyFilter: serverFilter(args.hashKey),
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
