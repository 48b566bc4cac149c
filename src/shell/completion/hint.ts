import type { CommandIndex } from '../resolve.ts';
import type { CompletionParts } from './complete.ts';
import { plainWords } from './complete.ts';
import { parseSyntax, type Syntax } from './syntax.ts';
import type { TypedLine } from './typed.ts';

/**
 * What is still to be typed, as the command's usage has it; empty where no command is named yet, or its usage is done.
 *
 * @param syntaxOf the syntax of a command by its name, where it is loaded already
 */
export function hintFor(
  { words, partial }: TypedLine,
  { commands, session }: Pick<CompletionParts, 'session'> & { readonly commands: CommandIndex },
  syntaxOf: (name: string, dialect: string) => string | undefined,
): string {
  const typed = partial === '' ? words : [...words, partial];
  const start = typed.findIndex(
    (word, at) => !word.startsWith('-') && !/^(-C|-w|-m|--\w+)$/.test(typed[at - 1] ?? ''),
  );
  const found = start < 0 ? undefined : commands.find(typed.slice(start), session.dialect);
  const usage = found && syntaxOf(found.entry.name, found.entry.dialect);
  if (found === undefined || usage === undefined) return '';
  return left(parseSyntax(found.entry.name, usage), found.argv, partial === '');
}

function left({ words, flags }: Syntax, argv: readonly string[], isBetweenWords: boolean): string {
  const last = argv.at(-1) ?? '';
  const pending = flags.find(({ names, value }) => value !== undefined && names.includes(last));
  if (pending !== undefined) return pending.value!;
  const count = plainWords(argv, flags).length;
  const isDone = (at: number): boolean => at < count;
  const wordsLeft = words.filter((word, at) => !isDone(at) || (word.isRepeated && isBetweenWords));
  const flagsLeft = flags.filter(({ names }) => !argv.some((word) => names.includes(word.split('=')[0]!)));
  return [...wordsLeft, ...flagsLeft].map(({ form }) => form).join(' ');
}
