import type { CommandEntry, Dialect, Session } from '../commands/command.ts';

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
  /** Of the words that were looked up: to sort every name takes longer than a command. */
  readonly #names = new Map<string, readonly Name[]>();

  constructor(commands: readonly CommandEntry[]) {
    this.commands = commands;
  }

  /**
   * Finds the command that a line's first words name: the longest name wins, and among equals the chosen dialect.
   * Where none is chosen, what pegsh has itself (`help`, `version`) goes before admin-cli, and that before the C++ shell.
   */
  find(words: readonly string[], chosen?: Session['dialect']): Resolved | undefined {
    let best: Name | undefined;
    for (const name of this.#beginningWith(words[0] ?? '')) {
      if (!matches(name, words)) continue;
      const longer = name.parts.length - (best?.parts.length ?? 0);
      if (longer > 0 || (longer === 0 && rank(name.entry, chosen) > rank(best!.entry, chosen))) best = name;
    }
    return best && { entry: best.entry, argv: words.slice(best.parts.length) };
  }

  #beginningWith(word: string): readonly Name[] {
    const known = this.#names.get(word);
    if (known !== undefined) return known;
    const found: Name[] = [];
    const more = `${word} `;
    const look = (name: string, entry: CommandEntry): void => {
      if (name === word || name.startsWith(more)) found.push({ parts: name.split(' '), entry });
    };
    for (const entry of this.commands) {
      look(entry.name, entry);
      for (const alias of entry.aliases) look(alias, entry);
    }
    this.#names.set(word, found);
    return found;
  }
}

const BY_RANK: readonly Dialect[] = ['cpp-shell', 'admin-cli', 'pegsh'];

function rank({ dialect }: CommandEntry, chosen: Session['dialect'] | undefined): number {
  return dialect === chosen ? BY_RANK.length : BY_RANK.indexOf(dialect);
}

function matches({ parts, entry }: Name, words: readonly string[]): boolean {
  for (let at = 0; at < parts.length; at++) if (parts[at] !== words[at]) return false;
  const next = words[parts.length];
  return !entry.needsWord || (next !== undefined && !next.startsWith('-'));
}
