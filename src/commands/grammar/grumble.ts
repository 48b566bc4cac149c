/** Flags and arguments of desertbit/grumble v1.1.1, the shell of admin-cli. */
import { UsageError } from '../../errors.ts';

export type FlagType = 'bool' | 'string' | 'int' | 'int64' | 'uint' | 'float';
export type ArgType = 'string' | 'int' | 'int64' | 'string list';

export interface FlagSpec {
  readonly long: string;
  readonly short?: string;
  readonly type: FlagType;
  readonly help: string;
  readonly default: boolean | string | number;
}

export interface ArgSpec {
  readonly name: string;
  readonly help: string;
  /** Default: `string`. */
  readonly type?: ArgType;
  /** The argument may be left out: its value then. A list may always be empty. */
  readonly default?: string;
}

export interface GrumbleSpec {
  /** The last word of the command's name: what its errors call it. */
  readonly command: string;
  readonly flags: readonly FlagSpec[];
  readonly args: readonly ArgSpec[];
  /** The command does nothing but show its help, whatever words follow. */
  readonly helpOnly?: boolean;
}

export interface GrumbleResult {
  readonly flags: ReadonlyMap<string, boolean | string | number>;
  readonly args: readonly string[];
  /** Help is asked for: nothing else was checked. */
  readonly help: boolean;
}

/** The flag that every command has. */
export const HELP: FlagSpec = {
  long: 'help',
  short: 'h',
  type: 'bool',
  help: 'display help',
  default: false,
};

export function boolFlag(short: string | undefined, long: string, help: string): FlagSpec {
  return { long, short, type: 'bool', help, default: false };
}

export function textFlag(short: string | undefined, long: string, help: string, value = ''): FlagSpec {
  return { long, short, type: 'string', help, default: value };
}

export function numberFlag(
  type: Exclude<FlagType, 'bool' | 'string'>,
  short: string | undefined,
  long: string,
  help: string,
  value: number,
): FlagSpec {
  return { long, short, type, help, default: value };
}

/** Flags come first; the first word that is none ends them. @throws UsageError in grumble's words */
export function grumble(words: readonly string[], spec: GrumbleSpec): GrumbleResult {
  const queue = [...words];
  const flags = new Map<string, boolean | string | number>();
  for (const flag of spec.flags) flags.set(flag.long, flag.default);
  while (queue[0]?.startsWith('-') === true) readFlag(queue, [HELP, ...spec.flags], flags);
  if (flags.get('help') === true || spec.helpOnly === true) return { flags, args: [], help: true };
  const args = spec.args.flatMap((arg) => readArgument(queue, arg));
  if (queue.length > 0) {
    throw new UsageError(
      `invalid usage of command '${spec.command}' (unconsumed input '${queue.join(' ')}'), try 'help'`,
    );
  }
  return { flags, args, help: false };
}

function readArgument(queue: string[], { name, type = 'string', default: value }: ArgSpec): string[] {
  if (type === 'string list') return queue.splice(0);
  const word = queue.shift() ?? value;
  if (word === undefined) throw new UsageError(`missing argument '${name}'`);
  if (type !== 'string' && !isGoInt(word)) {
    throw new UsageError(`invalid ${type} value '${word}' for argument: ${name}`);
  }
  return [word];
}

function readFlag(
  queue: string[],
  known: readonly FlagSpec[],
  flags: Map<string, boolean | string | number>,
): void {
  const word = queue.shift()!;
  const equals = word.indexOf('=');
  const typed = equals < 0 ? word : word.slice(0, equals);
  const flag = known.find(({ long, short }) => typed === `--${long}` || typed === `-${short}`);
  if (flag === undefined) throw new UsageError(`invalid flag: ${typed}`);
  const attached = equals < 0 ? '' : word.slice(equals + 1);
  flags.set(
    flag.long,
    flag.type === 'bool' ? readBool(attached, typed) : readValue(flag.type, attached, typed, queue),
  );
}

/** Go's `ParseBool`. */
function readBool(text: string, typed: string): boolean {
  if (['', '1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
  if (['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text)) return false;
  throw new UsageError(`invalid boolean value for flag: ${typed}`);
}

const IS_VALUE: Readonly<Record<Exclude<FlagType, 'bool' | 'string'>, (text: string) => boolean>> = {
  int: isGoInt,
  int64: isGoInt,
  uint: (text) => /^\d+$/.test(text) && BigInt.asUintN(64, BigInt(text)) === BigInt(text),
  float: (text) => /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text),
};

function readValue(
  type: Exclude<FlagType, 'bool'>,
  attached: string,
  typed: string,
  queue: string[],
): string | number {
  // int64 flags are called int, as in their help.
  const called = type === 'int64' ? 'int' : type;
  const text = attached === '' ? queue.shift() : attached;
  if (text === undefined) throw new UsageError(`missing ${called} value for flag: ${typed}`);
  if (type === 'string') return attached === '' ? text : unquoted(text);
  if (!IS_VALUE[type](text)) throw new UsageError(`invalid ${called} value for flag: ${typed}`);
  return Number(text);
}

/** Go's `Atoi` of 64 bits. */
function isGoInt(text: string): boolean {
  return /^[+-]?\d+$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text);
}

function unquoted(text: string): string {
  return /^".*"$/s.test(text) && text.length > 1 ? text.slice(1, -1) : text;
}
