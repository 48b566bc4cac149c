import { UsageError } from '../../errors.ts';

/** What stands behind `$1` and `${NAME}` in a script. */
export interface Variables {
  /** `$1`, `$2` …; absent where the script takes none: then `$1` is only text. */
  readonly positional?: readonly string[];
  readonly named: Readonly<Record<string, string | undefined>>;
}

const REFERENCE = /^(?:\$([1-9])|\$\{(\d+|[A-Za-z_]\w*)(?::-([^}]*))?\})/;
/** What needs no quotes in either dialect. */
const PLAIN = /^[\w./:@%+=,-]+$/;

/**
 * Puts values in the place of `$1`, `${10}`, `${NAME}` and `${NAME:-what to take instead}`.
 *
 * A value stays one word, whatever is in it. `\$` is a dollar, and so is every other one; inside single quotes
 * nothing is replaced.
 *
 * @param raw values are put in as they are, without quotes: for lines that are not split into words
 * @throws UsageError for a name without a value
 */
export function expand(line: string, variables: Variables, raw = false): string {
  if (!line.includes('$')) return line;
  let result = '';
  let quote = '';
  for (let at = 0; at < line.length; at++) {
    const char = line[at]!;
    const reference = char === '$' && quote !== "'" ? REFERENCE.exec(line.slice(at)) : null;
    const value = reference === null ? undefined : replacement(reference, variables);
    if (value !== undefined) {
      result += raw ? value : asWord(value, quote);
      at += reference![0].length - 1;
    } else if (char === '\\' && quote !== "'" && at + 1 < line.length) {
      at += 1;
      result += line[at] === '$' && !raw ? '$' : char + line[at];
    } else {
      if (!raw && (char === '"' || char === "'") && (quote === '' || quote === char)) {
        quote = quote === '' ? char : '';
      }
      result += char;
    }
  }
  return result;
}

/** Undefined where it is no reference but text. */
function replacement(reference: RegExpExecArray, { positional, named }: Variables): string | undefined {
  const [, digit, name = digit!, instead] = reference;
  const isPositional = /^\d/.test(name);
  if (isPositional && positional === undefined) return undefined;
  const value = isPositional ? positional?.[Number(name) - 1] : named[name];
  if (value !== undefined && (value !== '' || instead === undefined)) return value;
  if (instead !== undefined) return instead;
  if (isPositional) throw new UsageError(`argument $${name} is not given`, 'write \\$ for a dollar');
  throw new UsageError(`\${${name}} has no value`, `set it: ${name}=… pegsh …; write \\$ for a dollar`);
}

function asWord(value: string, quote: string): string {
  const escaped = value.replace(/["\\]/g, '\\$&');
  if (quote === '"') return escaped;
  return PLAIN.test(value) ? value : `"${escaped}"`;
}
