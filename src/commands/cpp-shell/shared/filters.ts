import { NO_BYTES } from '../../../rpc/idl/keys.ts';
import { FilterType } from '../../../rpc/idl/rrdb.ts';
import { echoed } from './operation.ts';
import { enumNamed } from './options.ts';
import { type Valued, valued } from './read-options.ts';

/** A filter as typed: `exact` is one only in the shell, servers do not know it. */
export interface Filter {
  /** As typed, to be echoed; undefined = no filter. */
  readonly typed: string | undefined;
  readonly type: FilterType | 'exact';
  readonly pattern: Uint8Array;
}

/** How a filter is typed: its type is what it says, its pattern is another option. */
type TypedFilter = Omit<Filter, 'pattern'>;

/**
 * The option for the type of a filter, refused as `invalid <what>_filter_type param`.
 *
 * @param what `sort_key`, `hash_key`, `value`
 */
export function filterType(letter: string, what: string, { allowsExact = false } = {}): Valued<TypedFilter> {
  const long = `${what}_filter_type`;
  return valued(letter, long, (typed, refuse) => {
    if (typed === 'exact' && allowsExact) return { typed, type: 'exact' };
    const type = enumNamed<FilterType>(FilterType.numbers, 'FT_MATCH_', typed);
    if (type === undefined) throw refuse(`invalid ${long} param`);
    return { typed, type };
  });
}

/** What lets everything pass, unless there is a type. */
export function filterOf(filter: TypedFilter | undefined, pattern: Uint8Array = NO_BYTES): Filter {
  return { typed: undefined, type: 'FT_NO_FILTER', ...filter, pattern };
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
