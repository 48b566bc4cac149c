import type { CommandEntry } from '../commands/command.ts';
import { UsageError } from '../errors.ts';

const MOST_SHOWN = 8;

/** The error for words that name no command, with the names that may have been meant. */
export function unknownCommand(words: readonly string[], commands: readonly CommandEntry[]): UsageError {
  const first = words[0];
  if (first === undefined) return new UsageError('no command given', '`pegsh help` lists them');
  const names = commands.flatMap((entry) => [entry.name, ...entry.aliases]);
  const family = names.filter((name) => name.startsWith(`${first} `));
  if (family.length > 0) {
    const shown =
      words[1] === undefined ? `${first} needs a word more` : `unknown command "${first} ${words[1]}"`;
    return new UsageError(shown, `there are ${listed(family)}`);
  }
  const near = names.filter((name) => isNear(name, first) || isNear(name, words.slice(0, 2).join(' ')));
  return new UsageError(
    `unknown command "${first}"`,
    near.length > 0 ? `did you mean ${listed(near)}?` : '`pegsh help` lists the commands',
  );
}

function listed(names: readonly string[]): string {
  const unique = [...new Set(names)];
  const more = unique.length > MOST_SHOWN ? ' …' : '';
  return (
    unique
      .slice(0, MOST_SHOWN)
      .map((name) => `\`${name}\``)
      .join(', ') + more
  );
}

function isNear(name: string, typed: string): boolean {
  const normal = typed.toLowerCase().replaceAll('-', '_');
  return distance(name.replaceAll('-', '_'), normal) <= Math.min(2, Math.floor(normal.length / 3));
}

/** Levenshtein's: how many letters to add, drop or change. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(changed, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
