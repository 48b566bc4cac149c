import { ScanError, type Scanner } from '../../../rpc/client/replica/scanner.ts';
import type { AnyCommand, Context, Printed } from '../../command.ts';
import { type GetoptResult, type GetoptSpec, isSet, optionValue } from '../../grammar/getopt.ts';
import { misuse } from '../../grammar/usage.ts';
import { mirrored } from '../../mirrored.ts';
import { type Filter, filterLines, filterOption, numberOption, type Refuse } from './filters.ts';
import { needTable, shownWith } from './operation.ts';
import { parseGetopt } from './options.ts';
import { saveTo } from './output-file.ts';
import { failureLine, type Row, rowLine, type Scanned, scanAll, scanParts } from './scan.ts';

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

export interface ScanCommand<Args extends ScanArgs> {
  readonly name: string;
  readonly summary: string;
  readonly usage: string;
  readonly examples: readonly string[];
  readonly getopt: GetoptSpec;
  /** How many words come before the options. */
  readonly words: number;
  readonly allowsExactSortKey: boolean;
  parse(words: readonly string[], options: GetoptResult, shared: ScanArgs, refuse: Refuse): Args;
  /** The ranges to read; a text where the scan cannot begin, and why. */
  open(ctx: Context, args: Args): Promise<readonly Scanner[] | string>;
  /** The lines that echo what was asked for, before the shared ones. */
  header(args: Args): string;
}

export interface ScanReply extends Scanned {
  /** The scan did not begin, and why. */
  readonly refusal?: string;
}

/** A command that prints the rows that a scan brings. */
export function scanCommand<Args extends ScanArgs>(spec: ScanCommand<Args>): AnyCommand {
  const refuse: Refuse = (text) => misuse(spec.usage, `ERROR: ${text}\n`);
  return mirrored<Args, ScanReply>({
    dialect: 'cpp-shell',
    name: spec.name,
    summary: spec.summary,
    usage: spec.usage,
    examples: spec.examples,
    parse(argv, { session }) {
      needTable(session);
      if (argv.length < spec.words) throw misuse(spec.usage);
      const options = parseGetopt(spec.usage, argv, spec.getopt);
      return spec.parse(argv, options, sharedArgs(spec, options, session, refuse), refuse);
    },
    async *stream(ctx, args) {
      const scanners = await spec.open(ctx, args);
      if (typeof scanners === 'string') {
        yield errorOf(scanners);
        return 1;
      }
      let exitCode = 0;
      for await (const part of scanParts(scanners, args, args.maxCount)) {
        if (part instanceof ScanError) {
          exitCode = 1;
          yield errorOf(part.message);
        } else for (const row of part) yield rowJson(row, args);
      }
      return exitCode;
    },
    async run(ctx, args) {
      const scanners = await spec.open(ctx, args);
      const reply: ScanReply =
        typeof scanners === 'string'
          ? { rows: [], failures: [], refusal: scanners }
          : await scanAll(scanners, args, args.maxCount);
      saveTo(ctx, args.output, () => rowLines(reply, args) + failureLines(reply));
      return reply;
    },
    print: (reply, args) => printed(spec.header(args), reply, args),
    json: ({ rows, failures, refusal }, args) => ({
      rows: rows.map((row) => rowJson(row, args)),
      errors: [...(refusal === undefined ? [] : [refusal]), ...failures.map(({ message }) => message)],
    }),
  });
}

function rowJson({ hashKey, sortKey, value }: Row, { noValue }: ScanArgs) {
  return { hash_key: hashKey, sort_key: sortKey, ...(noValue ? {} : { value }) };
}

function errorOf(message: string) {
  return { error: { message } };
}

function sharedArgs<Args extends ScanArgs>(
  spec: ScanCommand<Args>,
  options: GetoptResult,
  session: Context['session'],
  refuse: Refuse,
): ScanArgs {
  const value = { what: 'value', typeLetter: 'v', patternLetter: 'z', allowsExact: true };
  const sortKey = {
    what: 'sort_key',
    typeLetter: 's',
    patternLetter: 'y',
    allowsExact: spec.allowsExactSortKey,
  };
  const args = {
    maxCount: numberOption(optionValue(options, 'n'), -1, 'max_count', refuse),
    timeoutMs: numberOption(optionValue(options, 't'), session.dataTimeoutMs, 'timeout_ms', refuse),
    output: optionValue(options, 'o'),
    sortKey: filterOption(options, sortKey, refuse),
    value: filterOption(options, value, refuse),
    detailed: isSet(options, 'd'),
    noValue: isSet(options, 'i'),
    escapeAll: session.escapeAll,
  };
  if (args.noValue && args.value.typed !== undefined) {
    throw refuse('no_value should not be set when value_filter_type is set');
  }
  return args;
}

function printed(header: string, reply: ScanReply, args: ScanArgs): Printed {
  const shared = [
    filterLines('sort_key', args.sortKey),
    filterLines('value', args.value),
    `max_count: ${args.maxCount}\n`,
    `timout_ms: ${args.timeoutMs}\n`,
    `detailed: ${args.detailed}\n`,
    `no_value: ${args.noValue}\n\n`,
  ].join('');
  const lines = args.output === undefined ? rowLines(reply, args) : '';
  const gap = lines === '' ? '' : '\n';
  const err = failureLines(reply);
  return {
    out: `${header}${shared}${lines}${gap}${reply.rows.length} key-value pairs got.\n`,
    err,
    exitCode: err === '' ? 0 : 1,
  };
}

function rowLines({ rows }: ScanReply, args: ScanArgs): string {
  const show = shownWith(args.escapeAll);
  return rows.map((row) => rowLine(row, args, show)).join('');
}

function failureLines({ failures, refusal }: ScanReply): string {
  return (refusal === undefined ? '' : `ERROR: ${refusal}\n`) + failures.map(failureLine).join('');
}
