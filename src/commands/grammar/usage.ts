import { UsageError } from '../../errors.ts';
import { red } from '../../output/ansi.ts';

/** Width of the longest command name of the C++ shell, `disable_atomic_idempotent`. */
const NAME_WIDTH = 25;
const OPTION_WIDTH = 70;

/**
 * A command's usage as the C++ shell prints it (`print_help` in `src/shell/main.cpp`): a tab, the name in its
 * column, the options cut into lines behind a `]` or `>`.
 *
 * @param usage the command's name, a blank, its options
 */
export function usageBlock(usage: string): string {
  const [name = '', ...options] = usage.split(' ');
  const lines = optionLines(options.join(' '));
  const first = `\t${name.padEnd(NAME_WIDTH + 2)}${lines[0] ?? ''}\n`;
  const rest = lines.slice(1).map((line) => `\t${' '.repeat(NAME_WIDTH + 2)}${line}\n`);
  return first + rest.join('');
}

function optionLines(text: string): string[] {
  const lines: string[] = [];
  let start = 0;
  let end = -1;
  for (let at = 0; at < text.length; at += 1) {
    if (at - start >= OPTION_WIDTH && end >= start) {
      lines.push(text.slice(start, end + 1).trim());
      start = end + 2;
    }
    if ((text[at] === ']' || text[at] === '>') && text[at + 1] === ' ') end = at;
  }
  const rest = text.slice(start).trim();
  return rest === '' ? lines : [...lines, rest];
}

/**
 * What a C++ shell command answers when it cannot understand its words: what it says about them, then its usage.
 * The last newline is left to whoever prints the error.
 */
export function misuse(usage: string, said = ''): UsageError {
  return new UsageError(`${said}USAGE: ${usageBlock(usage)}`.replace(/\n$/, ''));
}

/** `SHELL_PRINTLN_ERROR`: in red, the newline inside the colour. */
export function errorLine(text: string): string {
  return red(`ERROR: ${text}\n`);
}
