import { RpcError } from '../../../rpc/client/meta/index.ts';
import { ofPegasusCode } from '../../../rpc/client/replica/errors.ts';
import type { Scanner, ScanOptions } from '../../../rpc/client/replica/scanner.ts';
import type { Context, Session } from '../../command.ts';
import { Refusal } from '../../mirrored.ts';
import { type Filter, filterLines, filterOf, filterType, serverFilter } from './filters.ts';
import { bytes, int, natural, type Refuse, type Typed } from './read-options.ts';

/** What the commands on whole tables share: `copy_data`, `clear_data`, `count_data`. */
export interface BulkArgs {
  readonly table: string;
  /** Undefined = all. */
  readonly partition: number | undefined;
  readonly batchCount: number;
  readonly timeoutMs: number;
  readonly hashKey: Filter;
  readonly sortKey: Filter;
  readonly value: Filter;
  readonly escapeAll: boolean;
}

export const BULK_OPTIONS = {
  partition: natural('p', 'partition', 'partition', 'partition should be greater than 0'),
  batchCount: int('b', 'max_batch_count'),
  timeoutMs: int('t', 'timeout_ms'),
  hashKeyType: filterType('h', 'hash_key'),
  hashKeyPattern: bytes('x', 'hash_key_filter_pattern'),
  sortKeyType: filterType('s', 'sort_key', { allowsExact: true }),
  sortKeyPattern: bytes('y', 'sort_key_filter_pattern'),
  valueType: filterType('v', 'value', { allowsExact: true }),
  valuePattern: bytes('z', 'value_filter_pattern'),
};

export const BULK_USAGE =
  '[-p|--partition num] [-b|--max_batch_count num] [-t|--timeout_ms num] ' +
  '[-h|--hash_key_filter_type anywhere|prefix|postfix] [-x|--hash_key_filter_pattern str] ' +
  '[-s|--sort_key_filter_type anywhere|prefix|postfix|exact] [-y|--sort_key_filter_pattern str] ' +
  '[-v|--value_filter_type anywhere|prefix|postfix|exact] [-z|--value_filter_pattern str]';

export function bulkArgs(options: Typed<typeof BULK_OPTIONS>, session: Session): BulkArgs {
  return {
    table: session.table,
    partition: options.partition,
    batchCount: options.batchCount ?? 500,
    timeoutMs: options.timeoutMs ?? session.dataTimeoutMs,
    hashKey: filterOf(options.hashKeyType, options.hashKeyPattern),
    sortKey: filterOf(options.sortKeyType, options.sortKeyPattern),
    value: filterOf(options.valueType, options.valuePattern),
    escapeAll: session.escapeAll,
  };
}

/** Upstream looks at them after it has read all options. @throws UsageError */
export function checkNumbers({ batchCount, timeoutMs }: BulkArgs, refuse: Refuse): void {
  if (batchCount <= 1) throw refuse('max_batch_count should be greater than 1');
  if (timeoutMs <= 0) throw refuse('timeout_ms should be greater than 0');
}

/** The lines that echo it. */
export function bulkLines({ partition, batchCount, timeoutMs, hashKey, sortKey, value }: BulkArgs): string {
  return [
    `INFO: partition = ${partition ?? 'all'}\n`,
    `INFO: max_batch_count = ${batchCount}\n`,
    `INFO: timeout_ms = ${timeoutMs}\n`,
    filterLines('hash_key', hashKey, ' = ', 'INFO: '),
    filterLines('sort_key', sortKey, ' = ', 'INFO: '),
    filterLines('value', value, ' = ', 'INFO: '),
  ].join('');
}

export interface Opened {
  readonly scanners: readonly Scanner[];
  /** What is told of opening them. */
  readonly lines: string;
}

/**
 * Opens the scanners of the table, or of one partition.
 *
 * @param told what was printed before, which a refusal repeats
 * @param what `app`, `source app`
 * @throws Refusal
 */
export async function openScanners(
  ctx: Context,
  args: BulkArgs,
  told: string,
  what: string,
  options: ScanOptions,
): Promise<Opened> {
  const scanners = await scannersOf(ctx, args, options).catch((error: unknown) => {
    if (!(error instanceof RpcError)) throw error;
    const err = `ERROR: open ${what} scanner failed: ${ofPegasusCode(error.code).text}\n`;
    throw new Refusal(error.code, { out: told, err });
  });
  const opened = `INFO: open ${what} scanner succeed, partition_count = ${scanners.length}\n`;
  const { partition } = args;
  const chosen = partition === undefined ? scanners : scanners.slice(partition, partition + 1);
  if (chosen.length === 0) {
    const err = `ERROR: invalid partition param: ${partition}\n`;
    throw new Refusal('ERR_INVALID_PARAMETERS', { out: told + opened, err });
  }
  return {
    scanners: chosen,
    lines: `${opened}INFO: prepare scanners succeed, split_count = ${chosen.length}\n`,
  };
}

/** @throws RpcError when the table cannot be asked for */
export async function scannersOf(
  { data }: Context,
  { table, hashKey, sortKey, batchCount, timeoutMs }: BulkArgs,
  options: ScanOptions,
): Promise<Scanner[]> {
  return data.table(table).fullScan({
    hashKeyFilter: serverFilter(hashKey),
    sortKeyFilter: serverFilter(sortKey),
    batchSize: batchCount,
    timeoutMs,
    ...options,
  });
}
