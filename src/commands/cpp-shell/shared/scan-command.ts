import { ScanError, type Scanner, type ScanOptions } from '../../../rpc/client/replica/scanner.ts';
import type { AnyCommand, Context, Part, Session, Streamed } from '../../command.ts';
import { misuse } from '../../grammar/usage.ts';
import { mirrored } from '../../mirrored.ts';
import { statusLine } from '../../pegsh/shared/status-line.ts';
import { type Filter, filterLines, filterOf, filterType, serverFilter } from './filters.ts';
import { needTable, shownWith } from './operation.ts';
import { openOutput } from './output-file.ts';
import { collected, printed } from './parts.ts';
import { bytes, flag, int, type Refuse, rowsFile, type Typed } from './read-options.ts';
import { BATCH_SIZE, failureLine, type Row, rowLine, scanParts } from './scan.ts';

/** Options that `hash_scan` and `full_scan` share. */
export interface ScanArgs {
  readonly sortKey: Filter;
  readonly value: Filter;
  readonly maxCount: number;
  readonly timeoutMs: number;
  readonly output: string | undefined;
  readonly detailed: boolean;
  readonly noValue: boolean;
  readonly escapeAll: boolean;
}

export const SCAN_OPTIONS = {
  detailed: flag('d', 'detailed'),
  maxCount: int('n', 'max_count'),
  timeoutMs: int('t', 'timeout_ms'),
  output: rowsFile(),
  sortKeyType: filterType('s', 'sort_key'),
  sortKeyPattern: bytes('y', 'sort_key_filter_pattern'),
  valueType: filterType('v', 'value', { allowsExact: true }),
  valuePattern: bytes('z', 'value_filter_pattern'),
  noValue: flag('i', 'no_value'),
};

export interface ScanCommand<Args extends ScanArgs> {
  readonly name: string;
  readonly summary: string;
  readonly usage: string;
  readonly examples: readonly string[];
  /** @throws UsageError */
  parse(words: readonly string[], session: Session, refuse: Refuse): Args;
  /** The ranges to read; a text where the scan cannot begin, and why. */
  open(ctx: Context, args: Args): Promise<readonly Scanner[] | string>;
  /** The lines that echo what was asked for, before the shared ones. */
  header(args: Args): string;
}

/** What an RPC of upstream's shell waits that is given no time, in ms (`[task..default]` of `src/shell/config.ini`). */
const TASK_TIMEOUT_MS = 10_000;

/** What both scans ask of servers: no time (`-t 0`) is that of the RPC (`create_request`, `src/rpc/rpc_message.cpp`). */
export function askedOfServers({ sortKey, noValue, timeoutMs }: ScanArgs): ScanOptions {
  return {
    sortKeyFilter: serverFilter(sortKey),
    noValue,
    timeoutMs: timeoutMs || TASK_TIMEOUT_MS,
    batchSize: BATCH_SIZE,
  };
}

/** How often it is told how many rows there are, which are not shown yet or go into a file. */
const SHOWN_EVERY = 10_000;

/** Rows, or what went wrong. */
interface ScanPart extends Part {
  readonly rows: number;
  readonly failure?: string;
}

/** A command that prints the rows that a scan brings. */
export function scanCommand<Args extends ScanArgs>(spec: ScanCommand<Args>): AnyCommand {
  const refuse: Refuse = (text) => misuse(spec.usage, `ERROR: ${text}\n`);
  const stream = (ctx: Context, args: Args, isShown = true) => scan(spec, ctx, args, refuse, isShown);
  return mirrored<Args, Streamed>({
    dialect: 'cpp-shell',
    name: spec.name,
    summary: spec.summary,
    usage: spec.usage,
    examples: spec.examples,
    isLook: true,
    parse(argv, { session }) {
      needTable(session);
      return spec.parse(argv, session, refuse);
    },
    // Rows that go into a file are kept nowhere else.
    tellsProgress: ({ output }) => output !== undefined,
    stream: (ctx, args) => stream(ctx, args),
    run: (ctx, args) => collected(stream(ctx, args, false)),
    print: printed,
    json: ({ parts }, { output }) => ({
      rows:
        output !== undefined
          ? undefined
          : parts.flatMap((part) => (isFailure(part) ? [] : (part.json ?? []))),
      errors: parts.filter(isFailure).map(({ failure }) => failure),
    }),
  });
}

async function* scan<Args extends ScanArgs>(
  spec: ScanCommand<Args>,
  ctx: Context,
  args: Args,
  refuse: Refuse,
  isShown: boolean,
): AsyncGenerator<Part, number> {
  const file = await openOutput(ctx, args.output, refuse);
  const show = isShown && file === undefined ? () => undefined : statusLine(ctx);
  let [rows, exitCode] = [0, 0];
  try {
    yield { out: spec.header(args) + sharedHeader(args) };
    for await (const part of partsOf(await spec.open(ctx, args), args)) {
      rows += part.rows;
      if (part.failure !== undefined) exitCode = 1;
      if (rows >= SHOWN_EVERY) show(`${rows - (rows % SHOWN_EVERY)} rows`);
      if (file === undefined) yield part;
      else {
        await file.write(part.out ?? part.err ?? '');
        if (part.failure !== undefined) yield part;
      }
    }
  } finally {
    file?.close();
    show('');
  }
  const gap = rows === 0 || file !== undefined ? '' : '\n';
  yield { out: `${gap}${rows} key-value pairs got.\n` };
  return exitCode;
}

async function* partsOf(scanners: readonly Scanner[] | string, args: ScanArgs): AsyncGenerator<ScanPart> {
  if (typeof scanners === 'string') {
    yield failed(scanners, `ERROR: ${scanners}\n`);
    return;
  }
  const show = shownWith(args.escapeAll);
  for await (const part of scanParts(scanners, args, args.maxCount)) {
    if (part instanceof ScanError) yield failed(part.message, failureLine(part));
    else {
      const out = part.map((row) => rowLine(row, args, show)).join('');
      yield { rows: part.length, out, json: part.map((row) => rowJson(row, args)) };
    }
  }
}

function failed(failure: string, err: string): ScanPart {
  return { rows: 0, failure, err, json: [{ error: { message: failure } }] };
}

function isFailure(part: Part): part is ScanPart & { readonly failure: string } {
  return 'failure' in part;
}

function rowJson({ hashKey, sortKey, value }: Row, { noValue }: ScanArgs) {
  return { hash_key: hashKey, sort_key: sortKey, ...(noValue ? {} : { value }) };
}

/** @throws UsageError in upstream's words */
export function scanArgs(options: Typed<typeof SCAN_OPTIONS>, session: Session, refuse: Refuse): ScanArgs {
  const value = filterOf(options.valueType, options.valuePattern);
  if (options.noValue && value.typed !== undefined) {
    throw refuse('no_value should not be set when value_filter_type is set');
  }
  return {
    sortKey: filterOf(options.sortKeyType, options.sortKeyPattern),
    value,
    maxCount: options.maxCount ?? -1,
    timeoutMs: options.timeoutMs ?? session.dataTimeoutMs,
    output: options.output,
    detailed: options.detailed,
    noValue: options.noValue,
    escapeAll: session.escapeAll,
  };
}

/** The lines that echo what was asked for, behind those of the command itself. */
function sharedHeader(args: ScanArgs): string {
  return [
    filterLines('sort_key', args.sortKey),
    filterLines('value', args.value),
    `max_count: ${args.maxCount}\n`,
    `timout_ms: ${args.timeoutMs}\n`,
    `detailed: ${args.detailed}\n`,
    `no_value: ${args.noValue}\n\n`,
  ].join('');
}
