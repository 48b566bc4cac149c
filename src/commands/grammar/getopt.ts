/** An option of glibc's `getopt_long`, `-d|--detailed`; a few have no long name. */
export interface OptionName {
  readonly letter: string;
  readonly long?: string;
  readonly takesValue: boolean;
}

/** What glibc says on standard error, with the command as program name. */
export class GetoptError extends Error {}

/**
 * glibc's `getopt_long` as the C++ shell uses it: options and other words may be mixed.
 *
 * @param command the command's name, which glibc puts before its message
 * @param options in the order in which upstream declares them
 * @param onOption is told of each option as it is come to, so that what is wrong is told in the order typed
 * @throws GetoptError in glibc's words
 */
export function getopt<O extends OptionName>(
  command: string,
  words: readonly string[],
  options: readonly O[],
  onOption: (option: O, value: string) => void,
): void {
  const queue = [...words];
  while (queue.length > 0) {
    const word = queue.shift()!;
    if (word === '--') return;
    if (word.startsWith('--')) longOption(command, word.slice(2), queue, options, onOption);
    else if (word.startsWith('-') && word !== '-') shortOptions(command, word, queue, options, onOption);
  }
}

function shortOptions<O extends OptionName>(
  command: string,
  word: string,
  queue: string[],
  options: readonly O[],
  onOption: (option: O, value: string) => void,
): void {
  for (let at = 1; at < word.length; at += 1) {
    const letter = word[at]!;
    const option = options.find((one) => one.letter === letter);
    if (option === undefined) throw new GetoptError(`${command}: invalid option -- '${letter}'`);
    if (!option.takesValue) {
      onOption(option, '');
      continue;
    }
    const value = at + 1 < word.length ? word.slice(at + 1) : queue.shift();
    if (value === undefined) throw new GetoptError(`${command}: option requires an argument -- '${letter}'`);
    onOption(option, value);
    return;
  }
}

function longOption<O extends OptionName>(
  command: string,
  text: string,
  queue: string[],
  options: readonly O[],
  onOption: (option: O, value: string) => void,
): void {
  const equals = text.indexOf('=');
  const option = findLong(command, text, options);
  const problem = (what: string) => new GetoptError(`${command}: option '--${option.long}' ${what}`);
  if (equals >= 0 && !option.takesValue) throw problem("doesn't allow an argument");
  const value = !option.takesValue ? '' : equals >= 0 ? text.slice(equals + 1) : queue.shift();
  if (value === undefined) throw problem('requires an argument');
  onOption(option, value);
}

/** @param text with the value that stands behind `=`, which glibc repeats of what it does not understand */
function findLong<O extends OptionName>(command: string, text: string, options: readonly O[]): O {
  const typed = text.split('=', 1)[0]!;
  const candidates = options.filter(({ long }) => long?.startsWith(typed));
  const exact = candidates.find(({ long }) => long === typed);
  if (exact !== undefined) return exact;
  const [only] = candidates;
  if (only === undefined) throw new GetoptError(`${command}: unrecognized option '--${text}'`);
  if (candidates.length === 1) return only;
  const names = candidates.map(({ long }) => `'--${long}'`).join(' ');
  throw new GetoptError(`${command}: option '--${text}' is ambiguous; possibilities: ${names}`);
}
