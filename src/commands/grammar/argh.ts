/**
 * The grammar of `src/shell/argh.h`. An option takes the next word as its value unless that is an option or
 * missing, whatever the option is: `create -f temp` gives `f` the value `temp` and no table name.
 */
export interface Parsed {
  readonly positional: readonly string[];
  readonly flags: ReadonlySet<string>;
  readonly params: ReadonlyMap<string, string>;
}

export interface ArghOptions {
  /** The mode of `query_dup` and `set_dup_fail_mode`: values only as `name=value`. */
  readonly valuesByEqualsOnly?: boolean;
}

export function argh(words: readonly string[], options: ArghOptions = {}): Parsed {
  const positional: string[] = [];
  const flags = new Set<string>();
  const params = new Map<string, string>();
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at]!;
    if (!isOption(word)) {
      positional.push(word);
      continue;
    }
    const name = optionName(word);
    const equals = name.indexOf('=');
    const next = words[at + 1];
    if (equals >= 0) setOnce(params, name.slice(0, equals), name.slice(equals + 1));
    else if (next === undefined || isOption(next) || options.valuesByEqualsOnly === true) flags.add(name);
    else {
      setOnce(params, name, next);
      at += 1;
    }
  }
  return { positional, flags, params };
}

/** The first of these names that has a value. */
export function paramOf(parsed: Parsed, ...names: readonly string[]): string | undefined {
  return names.map((name) => parsed.params.get(name)).find((value) => value !== undefined);
}

export function hasFlag(parsed: Parsed, ...names: readonly string[]): boolean {
  return names.some((name) => parsed.flags.has(name));
}

/** What a command accepts: `validate_cmd` of `src/shell/command_utils.h`. */
export interface Accepted {
  readonly params: readonly string[];
  readonly flags: readonly string[];
  readonly positional: number;
}

/** What is wrong with the words, in upstream's order of checks; undefined when nothing is. */
export function rejection(parsed: Parsed, accepted: Accepted): string | undefined {
  if (parsed.positional.length !== accepted.positional) {
    return `except the command, there should be exact ${accepted.positional} positional argument`;
  }
  const strange = [...parsed.params.keys()].sort().find((name) => !accepted.params.includes(name));
  if (strange !== undefined) return `unknown param ${strange} = ${parsed.params.get(strange)}`;
  for (const name of [...parsed.flags].sort()) {
    if (accepted.params.includes(name)) return `missing value of ${name}`;
    if (!accepted.flags.includes(name)) return 'unknown flag';
  }
  return undefined;
}

function setOnce(params: Map<string, string>, name: string, value: string): void {
  if (!params.has(name)) params.set(name, value);
}

/** What `istream >> double` reads is no option: `-5abc` is a number, `-1e` and `-1.e` are not: all digits are taken first. */
const NUMBER = /^\s*[+-]?(?=(\d+\.?\d*|\.\d+))\1(?![eE](?![+-]?\d))/;

function isOption(word: string): boolean {
  return word.startsWith('-') && !NUMBER.test(word);
}

/** Without the dashes in front, unless it is nothing else. */
function optionName(word: string): string {
  return word.replace(/^-+(?=[^-])/, '');
}
