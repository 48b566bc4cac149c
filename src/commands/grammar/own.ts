import { MissingArgument, UsageError } from '../../errors.ts';

/** The flags of one of pegsh's own commands: long ones only, `--for=x` or `--for x`. */
export interface Form {
  /** The command's name, for what is said of a mistake. */
  readonly command: string;
  /** Names of the arguments, in order. Those written `[NAME]` may be left out; a last one with `…` repeats. */
  readonly words?: readonly string[];
  readonly values?: readonly string[];
  readonly switches?: readonly string[];
}

export interface Typed {
  readonly words: readonly string[];
  /** The last value given to a flag. */
  value(flag: string): string | undefined;
  /** Every value given to a flag, in order. */
  valuesOf(flag: string): readonly string[];
  has(flag: string): boolean;
}

/**
 * Reads what follows a command's name. `--` ends the flags.
 *
 * @throws UsageError for a flag that the command does not have, for a value that is missing and for a word too many
 * @throws MissingArgument for a word too few
 */
export function readOwn(argv: readonly string[], form: Form): Typed {
  const words: string[] = [];
  const values = new Map<string, string[]>();
  const switches = new Set<string>();
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] as string;
    if (word === '--') {
      words.push(...argv.slice(at + 1));
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      words.push(word);
      continue;
    }
    const { flag, attached } = splitFlag(word);
    const isLong = word.startsWith('--');
    if (isLong && form.switches?.includes(flag)) {
      if (attached !== undefined) throw new UsageError(`--${flag} takes no value`);
      switches.add(flag);
    } else if (isLong && form.values?.includes(flag)) {
      const value = attached ?? argv[++at];
      if (value === undefined) throw new UsageError(`--${flag} needs a value`);
      values.set(flag, [...(values.get(flag) ?? []), value]);
    } else {
      throw unknownFlag(word, form);
    }
  }
  checkCount(words, form);
  return {
    words,
    value: (flag) => values.get(flag)?.at(-1),
    valuesOf: (flag) => values.get(flag) ?? [],
    has: (flag) => switches.has(flag),
  };
}

/**
 * @param what what the number is, for what is said of a mistake: `--replicas`
 * @throws UsageError
 */
export function wholeNumber(text: string, what: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new UsageError(`${what} takes a whole number, not "${text}"`);
}

/** @throws UsageError when `text` is none of `choices` */
export function oneOf<const T extends string>(text: string, choices: readonly T[], what: string): T {
  const found = choices.find((choice) => choice === text);
  if (found !== undefined) return found;
  throw new UsageError(`${what} is ${choices.join(' or ')}, not "${text}"`);
}

function splitFlag(word: string): { flag: string; attached: string | undefined } {
  const name = word.replace(/^--?/, '');
  const equals = name.indexOf('=');
  if (equals < 0) return { flag: name, attached: undefined };
  return { flag: name.slice(0, equals), attached: name.slice(equals + 1) };
}

function unknownFlag(word: string, form: Form): UsageError {
  const flags = [...(form.values ?? []), ...(form.switches ?? [])].map((flag) => `--${flag}`);
  const hint = flags.length === 0 ? 'it takes none' : `it takes ${flags.join(', ')}`;
  return new UsageError(`${form.command} has no flag ${word.split('=', 1)[0]}`, hint);
}

function checkCount(words: readonly string[], { command, words: names = [] }: Form): void {
  const needed = names.filter((name) => !name.startsWith('['));
  const missing = needed[words.length];
  if (missing !== undefined) {
    const name = missing.replace('…', '');
    throw new MissingArgument(name, `${command} needs ${name}`, `pegsh ${command} ${names.join(' ')}`);
  }
  const repeats = names.at(-1)?.includes('…') ?? false;
  if (words.length > names.length && !repeats) {
    throw new UsageError(`${command} takes no further word: "${words[names.length]}"`);
  }
}
