import type { UsageError } from '../../../errors.ts';
import { escapeBytes, unescapeBytes } from '../../../rpc/idl/escaped-bytes.ts';
import { GetoptError, getopt, type OptionName } from '../../grammar/getopt.ts';
import { boolean, int32, uint32 } from '../../grammar/numbers.ts';
import { misuse } from '../../grammar/usage.ts';
import { wordBytes } from '../../grammar/words.ts';
import { refuseWords } from './options.ts';

/** Makes the error of an option: its text, then the usage. */
export type Refuse = (text: string) => UsageError;

export interface Flag extends OptionName {
  readonly takesValue: false;
}

export interface Valued<T> extends OptionName {
  readonly takesValue: true;
  /** @throws UsageError */
  read(text: string, refuse: Refuse): T;
}

type Options = Readonly<Record<string, Flag | Valued<unknown>>>;

/** What was typed: of a flag whether, of the others the last value. */
export type Typed<O extends Options> = {
  readonly [Name in keyof O]: O[Name] extends Valued<infer T> ? T | undefined : boolean;
};

/**
 * Reads the options of a command, one after another: the first that is wrong is told of.
 *
 * @param usage begins with the command's name
 * @param options in upstream's order
 * @param refuse makes the errors of values
 * @param refuseForm makes those of options that glibc does not understand
 * @throws UsageError
 */
export function readOptions<O extends Options>(
  usage: string,
  words: readonly string[],
  options: O,
  refuse: Refuse = (text) => misuse(usage, `${text}\n`),
  refuseForm: Refuse = (text) => misuse(usage, `${text}\n`),
): Typed<O> {
  const named = Object.entries(options).map(([name, option]) => ({ ...option, name }));
  const typed: Record<string, unknown> = {};
  for (const { name, takesValue } of named) typed[name] = takesValue ? undefined : false;
  try {
    getopt(usage.split(' ')[0]!, words, named, (option, text) => {
      typed[option.name] = option.takesValue ? option.read(text, refuse) : true;
    });
  } catch (error) {
    throw error instanceof GetoptError ? refuseForm(error.message) : error;
  }
  return typed as Typed<O>;
}

/**
 * What some data commands do before they read their options (`escape_sds_argv`), so that bytes of any kind get through
 * `bytes`, and so that what cannot be read is told of in escapes.
 */
export function escapedWords(words: readonly string[]): string[] {
  return words.map((word) => escapeBytes(wordBytes(word)));
}

export function flag(letter: string, long?: string): Flag {
  return { letter, ...(long !== undefined && { long }), takesValue: false };
}

export function valued<T>(
  letter: string,
  long: string | undefined,
  read: (text: string, refuse: Refuse) => T,
): Valued<T> {
  return { letter, ...(long !== undefined && { long }), takesValue: true, read };
}

export function text(letter: string, long: string): Valued<string> {
  return valued(letter, long, (word) => word);
}

/** The file that takes the rows of a command which escaped its words: the one that was typed. */
export function rowsFile(): Valued<string> {
  return valued('o', 'output', (word) => new TextDecoder().decode(unescapeBytes(word)));
}

/** `-o|--output`: without a name the answer goes where it always goes. */
export function outputFile(): Valued<string | undefined> {
  return valued('o', 'output', (word) => word || undefined);
}

/** A text that is written with escapes: `a\x41` means `aA`. */
export function bytes(letter: string, long: string): Valued<Uint8Array> {
  return valued(letter, long, (word, refuse) => {
    const unescaped = unescapeBytes(word);
    if (unescaped === undefined) throw refuse(`invalid ${long} param`);
    return unescaped;
  });
}

/** Refused as `parse <text> as <called> failed`. */
export function int(letter: string, long: string | undefined, called = long): Valued<number> {
  return valued(letter, long, (word, refuse) => {
    const value = int32(word);
    if (value === undefined) throw refuse(`parse ${word} as ${called} failed`);
    return value;
  });
}

/** An `int` that is no less than 0, else refused with `negative`. */
export function natural(letter: string, long: string, called: string, negative: string): Valued<number> {
  const number = int(letter, long, called);
  return valued(letter, long, (word, refuse) => {
    const value = number.read(word, refuse);
    if (value < 0) throw refuse(negative);
    return value;
  });
}

/** Refused as `invalid <name> param`. */
export function bool(letter: string, long: string): Valued<boolean> {
  return valued(letter, long, (word, refuse) => {
    const value = boolean(word);
    if (value === undefined) throw refuse(`invalid ${long} param`);
    return value;
  });
}

/** `-i` of what looks twice: milliseconds between (`RETURN_FALSE_IF_SAMPLE_INTERVAL_MS_INVALID`). */
export function interval(usage: string): Valued<number> {
  return valued('i', 'sample_interval_ms', (word) => {
    const intervalMs = uint32(word);
    if (intervalMs === undefined) throw refuseWords(usage, `parse sample_interval_ms(${word}) failed`);
    if (intervalMs === 0) throw refuseWords(usage, 'sample_interval_ms should be > 0');
    return intervalMs;
  });
}
