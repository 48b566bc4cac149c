import type { UsageError } from '../../../errors.ts';
import { unescapeBytes } from '../../../output/sanitize.ts';
import { FilterType } from '../../../rpc/idl/rrdb.ts';
import { type GetoptResult, optionValue } from '../../grammar/getopt.ts';
import { boolean, int32 } from '../../grammar/numbers.ts';
import { wordBytes } from '../../grammar/words.ts';
import { echoed } from './operation.ts';
import { enumNamed } from './options.ts';

/** A filter as typed: `exact` is one only in the shell, servers do not know it. */
export interface Filter {
  /** As typed, to be echoed; undefined = no filter. */
  readonly typed: string | undefined;
  readonly type: FilterType | 'exact';
  readonly pattern: Uint8Array;
}

/** Makes the error of an option: its text, then the usage. */
export type Refuse = (text: string) => UsageError;

interface FilterOptions {
  /** `sort_key`, `hash_key`, `value`. */
  readonly what: string;
  readonly typeLetter: string;
  readonly patternLetter: string;
  readonly allowsExact: boolean;
  /** The pattern is written with escapes: `count_data`, where `a\x41` means `aA`. */
  readonly isEscaped?: boolean;
}

/** @throws UsageError `invalid <what>_filter_type param` */
export function filterOption(options: GetoptResult, spec: FilterOptions, refuse: Refuse): Filter {
  const typed = optionValue(options, spec.typeLetter);
  const word = optionValue(options, spec.patternLetter) ?? '';
  const pattern = spec.isEscaped === true ? unescapeBytes(word) : wordBytes(word);
  if (pattern === undefined) throw refuse(`invalid ${spec.what}_filter_pattern param`);
  if (typed === undefined) return { typed, type: 'FT_NO_FILTER', pattern };
  if (typed === 'exact' && spec.allowsExact) return { typed, type: 'exact', pattern };
  const type = enumNamed<FilterType>(FilterType.numbers, 'FT_MATCH_', typed);
  if (type === undefined) throw refuse(`invalid ${spec.what}_filter_type param`);
  return { typed, type, pattern };
}

/** The lines that echo a filter: its type, and its pattern where there is one. */
export function filterLines(what: string, filter: Filter, equals = ': ', before = ''): string {
  const type = `${before}${what}_filter_type${equals}${filter.typed ?? 'no_filter'}\n`;
  if (filter.typed === undefined) return type;
  return `${type}${before}${what}_filter_pattern${equals}${echoed(filter.pattern)}\n`;
}

/** What a server is asked to filter by; `exact` is asked for as a prefix. */
export function serverFilter({
  type,
  pattern,
}: Filter): { type: FilterType; pattern: Uint8Array } | undefined {
  if (type === 'FT_NO_FILTER') return undefined;
  return { type: type === 'exact' ? 'FT_MATCH_PREFIX' : type, pattern };
}

/** Whether the shell itself lets this text pass. */
export function passes({ type, pattern }: Filter, bytes: Uint8Array): boolean {
  if (type === 'exact') return Buffer.compare(bytes, pattern) === 0;
  const at = Buffer.from(bytes).indexOf(pattern);
  if (type === 'FT_MATCH_ANYWHERE') return at >= 0;
  if (type === 'FT_MATCH_PREFIX') return at === 0;
  if (type === 'FT_MATCH_POSTFIX') {
    return (
      bytes.length >= pattern.length &&
      Buffer.compare(bytes.slice(bytes.length - pattern.length), pattern) === 0
    );
  }
  return true;
}

/** @throws UsageError `invalid <name> param` */
export function boolOption(
  text: string | undefined,
  fallback: boolean,
  name: string,
  refuse: Refuse,
): boolean {
  if (text === undefined) return fallback;
  const value = boolean(text);
  if (value === undefined) throw refuse(`invalid ${name} param`);
  return value;
}

/** @throws UsageError `parse <text> as <name> failed` */
export function numberOption(
  text: string | undefined,
  fallback: number,
  name: string,
  refuse: Refuse,
): number {
  if (text === undefined) return fallback;
  const value = int32(text);
  if (value === undefined) throw refuse(`parse ${text} as ${name} failed`);
  return value;
}
