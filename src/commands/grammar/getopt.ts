/** glibc's `getopt_long` as the C++ shell uses it: options and positional words may be mixed. */
export interface GetoptSpec {
  /** One-letter options, a colon behind those that take a value: `druqjs:o:`. */
  readonly short: string;
  /** Long names by letter; not every letter has one. */
  readonly long: Readonly<Record<string, string>>;
}

export interface GetoptResult {
  /** In the order typed: the last of a letter wins where it has a value. */
  readonly options: readonly { readonly letter: string; readonly value: string }[];
  readonly positional: readonly string[];
}

/** What glibc says on standard error, with the command as program name. */
export class GetoptError extends Error {}

/**
 * @param command the command's name, which glibc puts before its message
 * @throws GetoptError in glibc's words
 */
export function getopt(command: string, words: readonly string[], spec: GetoptSpec): GetoptResult {
  const options: { letter: string; value: string }[] = [];
  const positional: string[] = [];
  const queue = [...words];
  while (queue.length > 0) {
    const word = queue.shift()!;
    if (word === '--') return { options, positional: [...positional, ...queue] };
    if (word.startsWith('--')) options.push(longOption(command, word.slice(2), queue, spec));
    else if (word.startsWith('-') && word !== '-') options.push(...shortOptions(command, word, queue, spec));
    else positional.push(word);
  }
  return { options, positional };
}

/** The value of the last option of this letter. */
export function optionValue(result: GetoptResult, letter: string): string | undefined {
  return result.options.findLast((option) => option.letter === letter)?.value;
}

export function isSet(result: GetoptResult, letter: string): boolean {
  return result.options.some((option) => option.letter === letter);
}

function takesValue(spec: GetoptSpec, letter: string): boolean {
  return spec.short.includes(`${letter}:`);
}

function shortOptions(command: string, word: string, queue: string[], spec: GetoptSpec) {
  const options: { letter: string; value: string }[] = [];
  for (let at = 1; at < word.length; at += 1) {
    const letter = word[at]!;
    if (letter === ':' || !spec.short.includes(letter)) {
      throw new GetoptError(`${command}: invalid option -- '${letter}'`);
    }
    if (!takesValue(spec, letter)) {
      options.push({ letter, value: '' });
      continue;
    }
    const value = at + 1 < word.length ? word.slice(at + 1) : queue.shift();
    if (value === undefined) throw new GetoptError(`${command}: option requires an argument -- '${letter}'`);
    return [...options, { letter, value }];
  }
  return options;
}

function longOption(command: string, text: string, queue: string[], spec: GetoptSpec) {
  const equals = text.indexOf('=');
  const typed = equals < 0 ? text : text.slice(0, equals);
  const [letter, name] = findLong(command, typed, spec);
  if (equals >= 0) {
    if (takesValue(spec, letter)) return { letter, value: text.slice(equals + 1) };
    throw new GetoptError(`${command}: option '--${name}' doesn't allow an argument`);
  }
  if (!takesValue(spec, letter)) return { letter, value: '' };
  const value = queue.shift();
  if (value === undefined) throw new GetoptError(`${command}: option '--${name}' requires an argument`);
  return { letter, value };
}

function findLong(command: string, typed: string, spec: GetoptSpec): readonly [letter: string, name: string] {
  const all = Object.entries(spec.long);
  const exact = all.find(([, name]) => name === typed);
  if (exact !== undefined) return exact;
  const candidates = all.filter(([, name]) => name.startsWith(typed));
  if (candidates.length === 1) return candidates[0]!;
  if (candidates.length === 0) throw new GetoptError(`${command}: unrecognized option '--${typed}'`);
  const names = candidates.map(([, name]) => `'--${name}'`).join(' ');
  throw new GetoptError(`${command}: option '--${typed}' is ambiguous; possibilities: ${names}`);
}
