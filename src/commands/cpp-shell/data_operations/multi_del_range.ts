import { ClusterError } from '../../../errors.ts';
import { type ClientError, INVALID_HASH_KEY } from '../../../rpc/client/replica/errors.ts';
import { ScanError, type Scanner } from '../../../rpc/client/replica/scanner.ts';
import { escapeBytes } from '../../../rpc/idl/escaped-bytes.ts';
import { decodeKey } from '../../../rpc/idl/keys.ts';
import type { Context, Part, Streamed } from '../../command.ts';
import { countRows } from '../../dry-run/table-plan.ts';
import { misuse } from '../../grammar/usage.ts';
import { mirrored } from '../../mirrored.ts';
import { type Filter, filterLines, filterOf, filterType, serverFilter } from '../shared/filters.ts';
import { NOWHERE, needTable, shownWith } from '../shared/operation.ts';
import { openOutput } from '../shared/output-file.ts';
import { collected, printed } from '../shared/parts.ts';
import { bytes, escapedWords, flag, readOptions, rowsFile } from '../shared/read-options.ts';
import { BATCH_SIZE, where } from '../shared/scan.ts';
import {
  RANGE_OPTIONS,
  rangeLines,
  rangeOf,
  type SortKeyRange,
  scannedRange,
} from '../shared/sort-key-range.ts';

const USAGE =
  'multi_del_range <hash_key> <start_sort_key> <stop_sort_key> [-a|--start_inclusive true|false] ' +
  '[-b|--stop_inclusive true|false] [-s|--sort_key_filter_type anywhere|prefix|postfix] ' +
  '[-y|--sort_key_filter_pattern str] [-o|--output file_name] [-i|--silent]';

const OPTIONS = {
  ...RANGE_OPTIONS,
  filterType: filterType('s', 'sort_key'),
  filterPattern: bytes('y', 'sort_key_filter_pattern'),
  output: rowsFile(),
  silent: flag('i', 'silent'),
};

interface Args extends SortKeyRange {
  readonly filter: Filter;
  readonly output: string | undefined;
  readonly silent: boolean;
  readonly escapeAll: boolean;
}

export default mirrored<Args, Streamed>({
  dialect: 'cpp-shell',
  name: 'multi_del_range',
  summary: 'Delete a range of the values of one hash key.',
  usage: USAGE,
  examples: ['multi_del_range user_1 a m', 'multi_del_range user_1 "" "" -s prefix -y tmp_'],
  parse(words, { session }) {
    needTable(session);
    if (words.length < 3) throw misuse(USAGE);
    const options = readOptions(USAGE, escapedWords(words), OPTIONS);
    return {
      ...rangeOf(words, options),
      filter: filterOf(options.filterType, options.filterPattern),
      output: options.output,
      silent: options.silent,
      escapeAll: session.escapeAll,
    };
  },
  confirm: (_, { session }) => session.table,
  async plan(ctx, args) {
    if (args.hashKey.length === 0) throw new ClusterError('ERR_INVALID_PARAMETERS', INVALID_HASH_KEY.text);
    const { rows, samples } = await countRows([scannerOf(ctx, args, false)]);
    const from = `table ${ctx.session.table} of cluster ${ctx.session.cluster}`;
    return {
      action: `delete sort keys of "${escapeBytes(args.hashKey)}" from ${from}`,
      counts: { rows },
      samples,
    };
  },
  tellsProgress: true,
  stream,
  run: (ctx, args) => collected(stream(ctx, args)),
  print: printed,
  json: ({ parts }) => parts.at(-1)?.json?.[0],
});

async function* stream(ctx: Context, args: Args): AsyncGenerator<Part, number> {
  const file = await openOutput(ctx, args.output, (said) => misuse(USAGE, `${said}\n`));
  const deleted: Uint8Array[] = [];
  try {
    yield { out: `${rangeLines(args)}${filterLines('sort_key', args.filter)}silent: ${args.silent}\n\n` };
    for await (const sortKeys of deletions(ctx, args)) {
      deleted.push(...sortKeys);
      const out = deletedLines(sortKeys, args);
      if (file === undefined) yield { out };
      else await file.write(out);
    }
    const gap = deleted.length === 0 || args.silent || file !== undefined ? '' : '\n';
    yield {
      out: `${gap}OK, ${deleted.length} sort keys deleted.\n`,
      json: [{ deleted: deleted.length, sort_keys: deleted }],
    };
    return 0;
  } catch (error) {
    if (!(error instanceof Unfinished)) throw error;
    await file?.write(error.message);
    yield {
      err: `${error.message}\nTerminated for error, ${deleted.length} sort keys deleted.\n`,
      json: [{ deleted: deleted.length, sort_keys: deleted, error: error.message.trim() }],
    };
    return 1;
  } finally {
    file?.close();
  }
}

/** Why a range is not deleted to its end: the lines that say so. */
class Unfinished extends Error {}

/** Reads the range and deletes it group by group; a group that cannot be filled for an error stays. @throws Unfinished */
async function* deletions(ctx: Context, args: Args): AsyncGenerator<readonly Uint8Array[]> {
  if (args.hashKey.length === 0) {
    throw new Unfinished(`ERROR: get scanner failed: ${INVALID_HASH_KEY.text}\n`);
  }
  const { data, session } = ctx;
  const table = data.table(session.table);
  try {
    for await (const sortKeys of groupsOf(scannerOf(ctx, args, true))) {
      const { error, reply } = await table.multiDel(args.hashKey, sortKeys, session.dataTimeoutMs);
      if (error.code !== 0) throw failed('delete', error, reply);
      yield sortKeys;
    }
  } catch (error) {
    throw error instanceof ScanError ? failed('scan', error.error, error.place) : error;
  }
}

/** The sort keys that a scan brings, so many at a time as upstream deletes at once, however they came. */
async function* groupsOf(scanner: Scanner): AsyncGenerator<Uint8Array[]> {
  let group: Uint8Array[] = [];
  for await (const { kvs } of scanner.batches()) {
    for (const { key } of kvs) {
      group.push(decodeKey(key).sortKey);
      if (group.length < BATCH_SIZE) continue;
      yield group;
      group = [];
    }
  }
  if (group.length > 0) yield group;
}

function scannerOf({ data, session }: Context, args: Args, noValue: boolean): Scanner {
  return data.table(session.table).hashScan(args.hashKey, {
    ...scannedRange(args),
    sortKeyFilter: serverFilter(args.filter),
    noValue,
    timeoutMs: session.dataTimeoutMs,
    batchSize: BATCH_SIZE,
  });
}

function failed(what: 'scan' | 'delete', { text }: ClientError, place = NOWHERE): Unfinished {
  return new Unfinished(`ERROR: ${what} data failed: ${text} ${where(place)}\n`);
}

function deletedLines(sortKeys: readonly Uint8Array[], { silent, escapeAll }: Args): string {
  const show = shownWith(escapeAll);
  return silent ? '' : sortKeys.map((sortKey) => `Deleted: ${show(sortKey)}\n`).join('');
}
