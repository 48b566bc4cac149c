import type { Context, RunnableCommand } from '../commands/command.ts';
import { MissingArgument } from '../errors.ts';
import { candidatesFor } from './completion/candidates.ts';
import { plainWords, slotAt } from './completion/complete.ts';
import { isOpenEnded } from './completion/kinds.ts';
import type { Names } from './completion/names.ts';
import { parseSyntax } from './completion/syntax.ts';

export interface Incomplete {
  readonly command: RunnableCommand;
  readonly argv: readonly string[];
  /** Why the command does not take them. */
  readonly error: unknown;
}

/**
 * Asks for the word that a command still needs: from a list where there is one.
 *
 * @param names of what is in the clusters
 * @returns the words with the answer; undefined where nothing is missing, or nothing was answered
 */
export async function askForMissing(
  { command, argv, error }: Incomplete,
  context: Context,
  names: () => Promise<Names>,
): Promise<readonly string[] | undefined> {
  const flag =
    error instanceof MissingArgument && error.argument.startsWith('--') ? error.argument : undefined;
  const syntax = parseSyntax(command.name, command.syntax ?? command.usage);
  const { slot, place } = slotAt(command.name, flag === undefined ? argv : [...argv, flag], syntax);
  const count = plainWords(argv, syntax.flags).length;
  const isNeeded = flag !== undefined || (place === 'word' && syntax.words[count]?.isOptional === false);
  if (slot === undefined || !isNeeded) return undefined;
  const before = {
    table: plainWords(argv, syntax.flags)[0] ?? (context.session.table || undefined),
    word: argv.at(-1) ?? '',
    partial: '',
  };
  const choices = isOpenEnded(slot) ? [] : await candidatesFor(slot, names, before);
  const answer = (await context.ask(`${flag ?? slot.name}: `, choices)).trim();
  if (answer === '') return undefined;
  return [...argv, ...(flag === undefined ? [] : [flag]), answer];
}
