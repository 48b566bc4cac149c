import type { CommandEntry, Session } from '../commands/command.ts';

export interface Resolved {
  readonly entry: CommandEntry;
  /** What follows the command's name. */
  readonly argv: readonly string[];
}

interface Name {
  readonly parts: readonly string[];
  readonly entry: CommandEntry;
}

/** The table of commands by the first word of their names. */
export class CommandIndex {
  readonly commands: readonly CommandEntry[];
  readonly #names = new Map<string, Name[]>();

  constructor(commands: readonly CommandEntry[]) {
    this.commands = commands;
    for (const entry of commands) {
      for (const name of [entry.name, ...entry.aliases]) {
        const parts = name.split(' ');
        const [first] = parts as [string];
        this.#names.set(first, [...(this.#names.get(first) ?? []), { parts, entry }]);
      }
    }
  }

  /**
   * Finds the command that a line's first words name: the longest name wins, and among equals the session's dialect.
   *
   * A name that only one dialect has is answered by it, whatever the session's dialect.
   */
  find(words: readonly string[], dialect: Session['dialect']): Resolved | undefined {
    const named = (this.#names.get(words[0] ?? '') ?? []).filter((name) => matches(name, words));
    let best = named[0];
    for (const name of named) {
      const longer = name.parts.length - best!.parts.length;
      if (longer > 0 || (longer === 0 && rank(name.entry, dialect) > rank(best!.entry, dialect))) best = name;
    }
    return best && { entry: best.entry, argv: words.slice(best.parts.length) };
  }
}

function rank(entry: CommandEntry, dialect: Session['dialect']): number {
  if (entry.dialect === dialect) return 2;
  return entry.dialect === 'pegsh' ? 0 : 1;
}

function matches({ parts, entry }: Name, words: readonly string[]): boolean {
  if (!parts.every((part, at) => part === words[at])) return false;
  const next = words[parts.length];
  return !entry.needsWord || (next !== undefined && !next.startsWith('-'));
}
