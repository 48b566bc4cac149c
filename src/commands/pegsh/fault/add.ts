import { MissingArgument, UsageError } from '../../../errors.ts';
import type { AddFaultRequest, FaultKind, FaultState } from '../../../rpc/idl/control.ts';
import { durationMs } from '../../grammar/duration.ts';
import { readOwn, type Typed } from '../../grammar/own.ts';
import { own } from '../shared/own-command.ts';
import { KINDS, kindNamed } from './kinds.ts';
import { shownFault } from './shown.ts';

type Args = Omit<AddFaultRequest, 'cluster'>;

const USAGE =
  'fault add KIND NODE | KIND END END [--one-way] [--ratio 1] [--min 0ms] [--max 1s] [--by D] [--after D] [--for D]';

export default own<Args, FaultState>({
  name: 'fault add',
  summary: 'Break something: a server, or what two ends say to each other.',
  usage: USAGE,
  examples: [
    'pegsh fault add partition replica1 all --for 1m',
    'pegsh fault add partition A B --one-way',
    'pegsh fault add rpc_response_drop client replica2 --ratio 0.1',
    'pegsh fault add delay replica1 replica2 --min 500ms --max 4s',
    'pegsh fault add hang meta1 --after 10s --for 5m',
    'pegsh fault add disk_write_fail replica2 --ratio 0.01',
    'pegsh fault add clock_skew replica1 --by=-30s',
  ],
  parse(argv) {
    const typed = readOwn(argv, {
      command: 'fault add',
      words: ['KIND', 'END', '[END]'],
      values: ['ratio', 'min', 'max', 'by', 'after', 'for'],
      switches: ['one-way'],
    });
    const [name = '', from = '', to = ''] = typed.words;
    const kind = kindNamed(name);
    if (kind === undefined) {
      throw new UsageError(`there is no fault "${name}"`, `known: ${Object.keys(KINDS).join(', ')}`);
    }
    checkEnds(name, KINDS[kind].ends, to);
    return {
      kind,
      from,
      to,
      one_way: switchFor(typed, name, 'one-way', KINDS[kind].ends === 2),
      ratio: ratioOf(valueFor(typed, name, 'ratio', KINDS[kind].ratio) ?? '1'),
      ...(KINDS[kind].skews ? skewOf(typed, name) : delaysOf(typed, name, KINDS[kind])),
      after_us: microseconds(typed.value('after') ?? '0s'),
      for_us: microseconds(typed.value('for') ?? '0s'),
    };
  },
  run: (ctx, args) => ctx.control.addFault({ cluster: ctx.session.cluster, ...args }),
  print: (fault) => ({ out: `fault ${fault.id}: ${shownFault(fault)}\n` }),
});

function checkEnds(name: string, count: 1 | 2, to: string): void {
  if (count === 2 && to === '')
    throw new MissingArgument('END', `${name} is between two ends`, `pegsh fault add ${name} END END`);
  if (count === 1 && to !== '') throw new UsageError(`${name} is of one server: no "${to}" besides`);
}

function switchFor(typed: Typed, name: string, flag: string, isTaken: boolean): boolean {
  if (typed.has(flag) && !isTaken) throw new UsageError(`${name} takes no --${flag}`);
  return typed.has(flag);
}

function valueFor(typed: Typed, name: string, flag: string, isTaken: true | undefined): string | undefined {
  const value = typed.value(flag);
  if (value !== undefined && isTaken !== true) throw new UsageError(`${name} takes no --${flag}`);
  return value;
}

/** Upstream's: 0 ms to 1,000 ms (`rpc_message_delay_ms_min`, `…_max`). */
function delaysOf(typed: Typed, name: string, { delays: isTaken }: (typeof KINDS)[FaultKind]) {
  valueFor(typed, name, 'by', undefined);
  const min = valueFor(typed, name, 'min', isTaken);
  const max = valueFor(typed, name, 'max', isTaken);
  if (isTaken !== true) return { min_us: 0, max_us: 0 };
  const min_us = microseconds(min ?? '0ms');
  return { min_us, max_us: max === undefined ? Math.max(min_us, 1_000_000) : microseconds(max) };
}

/** `--by 5s`, `--by=-500ms` */
function skewOf(typed: Typed, name: string) {
  const by = typed.value('by');
  if (by === undefined) throw new UsageError(`${name} needs --by DURATION`, 'late by 5 s: --by=-5s');
  const skew = by.startsWith('-') ? -microseconds(by.slice(1)) : microseconds(by);
  return { min_us: skew, max_us: skew };
}

function ratioOf(text: string): number {
  const ratio = Number(text);
  if (/^[0-9.]+$/.test(text) && ratio > 0 && ratio <= 1) return ratio;
  throw new UsageError(`--ratio takes a number above 0 and at most 1, not "${text}"`);
}

function microseconds(text: string): number {
  return durationMs(text) * 1000;
}
