import type { CommandEntry, Session } from '../commands/command.ts';

export interface Resolved {
  readonly entry: CommandEntry;
  /** What follows the command's name. */
  readonly argv: readonly string[];
}

/**
 * Finds the command that a line's first words name: the longest name wins, and among equals the session's dialect.
 *
 * A name that only one dialect has is answered by it, whatever the session's dialect.
 */
export function resolveCommand(
  words: readonly string[],
  commands: readonly CommandEntry[],
  dialect: Session['dialect'],
): Resolved | undefined {
  let best: { entry: CommandEntry; length: number } | undefined;
  for (const entry of commands) {
    const length = matchedWords(words, entry);
    if (length === 0) continue;
    const isBetter = best === undefined || length > best.length;
    if (isBetter || (length === best!.length && rank(entry, dialect) > rank(best!.entry, dialect)))
      best = { entry, length };
  }
  return best && { entry: best.entry, argv: words.slice(best.length) };
}

function rank(entry: CommandEntry, dialect: Session['dialect']): number {
  if (entry.dialect === dialect) return 2;
  return entry.dialect === 'pegsh' ? 0 : 1;
}

/** How many of the first words name the command; 0 when they do not. */
function matchedWords(words: readonly string[], entry: CommandEntry): number {
  const lengths = [entry.name, ...entry.aliases].map((name) => {
    const parts = name.split(' ');
    if (!parts.every((part, at) => part === words[at])) return 0;
    const next = words[parts.length];
    return entry.needsWord && (next === undefined || next.startsWith('-')) ? 0 : parts.length;
  });
  return Math.max(...lengths);
}
