import type { UsageError } from '../../../errors.ts';
import { PatternMatchType } from '../../../rpc/idl/utils.ts';
import { type Accepted, type ArghOptions, argh, type Parsed, rejection } from '../../grammar/argh.ts';
import { int32, uint32 } from '../../grammar/numbers.ts';
import { errorLine, misuse } from '../../grammar/usage.ts';

/** What a command says before its usage, in red. */
export function refuseWords(usage: string, text: string): UsageError {
  return misuse(usage, errorLine(text));
}

/** @throws UsageError as `validate_cmd` refuses */
export function parseArgh(
  usage: string,
  words: readonly string[],
  accepted: Accepted,
  options?: ArghOptions,
): Parsed {
  const parsed = argh(words, options);
  const wrong = rejection(parsed, accepted);
  if (wrong !== undefined) throw refuseWords(usage, `ERR_INVALID_PARAMETERS: ${wrong}`);
  return parsed;
}

/** `PARSE_OPT_INT`. */
export function intOption(usage: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  const value = int32(text);
  if (value === undefined) throw refuseWords(usage, `invalid command, '${text}' should be a signed integer`);
  return value;
}

/** `PARSE_OPT_UINT`. */
export function uintOption(usage: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  const value = uint32(text);
  if (value === undefined)
    throw refuseWords(usage, `invalid command, '${text}' should be an unsigned integer`);
  return value;
}

/** `-m` of `ls` and `dups`: an empty text keeps the default. */
export function matchTypeOption(usage: string, text: string | undefined): PatternMatchType {
  if (text === undefined || text === '') return 'PMT_MATCH_ALL';
  const names = Object.keys(PatternMatchType.numbers) as PatternMatchType[];
  const found = names.find(
    (name) => name === `PMT_MATCH_${text.toUpperCase()}` && text === text.toLowerCase(),
  );
  if (found === undefined) throw refuseWords(usage, `invalid enum: '${text}'`);
  return found;
}

/** A thrift enum by the end of its name, in any case (`type_from_string`). */
export function enumNamed<T extends string>(
  numbers: Readonly<Record<T, number>>,
  prefix: string,
  text: string,
): T | undefined {
  const wanted = (prefix + text).toLowerCase();
  return (Object.keys(numbers) as T[]).find((name) => name.toLowerCase() === wanted);
}
