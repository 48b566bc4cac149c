import type { AnyCommand, CommandEntry, Session } from '../../commands/command.ts';
import type { Completion } from '../../commands/shell.ts';
import { GLOBAL_FLAGS, SWITCHES } from '../globals.ts';
import type { CommandIndex, Resolved } from '../resolve.ts';
import { candidatesFor } from './candidates.ts';
import { type Kind, kindOf, type Slot } from './kinds.ts';
import type { Names } from './names.ts';
import { type FlagSlot, parseSyntax, type Syntax } from './syntax.ts';

export interface CompletionParts {
  readonly commands: CommandIndex;
  readonly session: Pick<Session, 'table' | 'cluster' | 'dialect'>;
  /** Names in the cluster that the line addresses. */
  names(cluster: string): Promise<Names>;
}

const GLOBAL_VALUES: Readonly<Record<string, readonly string[]>> = {
  '--dialect': ['admin-cli', 'cpp-shell'],
  '--durability': ['power', 'process'],
  '--timeout': ['5s', '30s', '1m'],
};

/** A line without the global flags before its command, and what those choose. */
interface Addressed {
  readonly words: readonly string[];
  readonly cluster: string;
  readonly dialect: Session['dialect'];
  /** The global flag whose value is being typed. */
  readonly pending: string | undefined;
}

/**
 * What can be typed next.
 *
 * @param words those before the cursor that are whole
 * @param partial what the word at the cursor begins with
 */
export async function complete(
  words: readonly string[],
  partial: string,
  parts: CompletionParts,
): Promise<readonly Completion[]> {
  const line = addressed(words, parts.session);
  if (line.pending !== undefined) return matching(await globalValues(line, parts), partial);
  const found = parts.commands.find(line.words, line.dialect);
  const next = nextWords(line.words, parts.commands.commands);
  if (found === undefined) {
    const flags = partial.startsWith('-') ? globalFlags(line.words) : [];
    return matching([...(await described(next, line.words, line, parts.commands)), ...flags], partial);
  }
  const own = found.argv.length === 0 ? await described(next, line.words, line, parts.commands) : [];
  return matching([...own, ...(await argumentsOf(found, partial, line, parts))], partial);
}

function addressed(words: readonly string[], session: CompletionParts['session']): Addressed {
  let { cluster, dialect } = session;
  let at = 0;
  while (at < words.length && words[at]!.startsWith('-')) {
    const flag = GLOBAL_FLAGS.find(({ long, short }) => words[at] === long || words[at] === short);
    at += 1;
    if (flag?.value === undefined) continue;
    const value = words[at];
    if (value === undefined) return { words: [], cluster, dialect, pending: flag.long };
    if (flag.name === 'cluster') cluster = value;
    if (flag.name === 'dialect' && (value === 'admin-cli' || value === 'cpp-shell')) dialect = value;
    at += 1;
  }
  return { words: words.slice(at), cluster, dialect, pending: undefined };
}

async function globalValues({ pending, cluster }: Addressed, parts: CompletionParts): Promise<Completion[]> {
  if (pending === '--cluster') return [...(await (await parts.names(cluster)).clusters())];
  return (GLOBAL_VALUES[pending ?? ''] ?? []).map((value) => ({ value }));
}

function globalFlags(words: readonly string[]): Completion[] {
  if (words.length > 0) return [];
  return GLOBAL_FLAGS.map(({ long, summary }) => ({ value: long, about: summary }));
}

/** What comes next in the names of commands: each once, with the commands that it leads to. */
function nextWords(words: readonly string[], commands: readonly CommandEntry[]): Map<string, CommandEntry[]> {
  const next = new Map<string, CommandEntry[]>();
  for (const entry of commands.filter(({ isBuilt }) => isBuilt)) {
    for (const name of [entry.name, ...entry.aliases]) {
      const parts = name.split(' ');
      const word = parts[words.length];
      if (word === undefined || !words.every((typed, at) => typed === parts[at])) continue;
      next.set(word, [...(next.get(word) ?? []), entry]);
    }
  }
  return next;
}

async function described(
  next: ReadonlyMap<string, readonly CommandEntry[]>,
  words: readonly string[],
  line: Addressed,
  index: CommandIndex,
): Promise<Completion[]> {
  const candidates = [...next].map(async ([value, entries]): Promise<Completion> => {
    const entry = index.find([...words, value], line.dialect)?.entry ?? entries[0];
    const isFamily = entries.length > 1 && !entries.some((one) => [one.name, ...one.aliases].includes(value));
    if (isFamily || entry === undefined) return { value, about: `${entries.length} commands` };
    return { value, about: (await entry.load()).default.summary };
  });
  return (await Promise.all(candidates)).sort((a, b) => (a.value < b.value ? -1 : 1));
}

async function argumentsOf(
  { entry, argv }: Resolved,
  partial: string,
  line: Addressed,
  parts: CompletionParts,
): Promise<readonly Completion[]> {
  if (entry.name === 'help')
    return await described(nextWords(argv, parts.commands.commands), argv, line, parts.commands);
  const command = (await entry.load()).default;
  const syntax = parseSyntax(entry.name, command.syntax ?? command.usage);
  const { slot, place } = slotAt(entry.name, argv, syntax);
  const ofSlot = (one: Slot, begun: string): Promise<readonly Completion[]> =>
    candidatesFor(one, () => parts.names(clusterFor(one, argv, syntax) ?? line.cluster), {
      table: typedAs('table', entry.name, argv, syntax) ?? (parts.session.table || undefined),
      word: plainWords(argv, syntax.flags).at(-1) ?? '',
      partial: begun,
    });
  const [, attached, begun = ''] = /^(--[\w-]+)=(.*)$/s.exec(partial) ?? [];
  const flag = syntax.flags.find(({ names }) => attached !== undefined && names.includes(attached));
  if (flag?.value !== undefined) {
    const values = await ofSlot({ command: entry.name, name: flag.value, flag: attached! }, begun);
    return values.map(({ value, ...rest }) => ({ value: `${attached}=${value}`, ...rest }));
  }
  if (place === 'value') return slot === undefined ? [] : ofSlot(slot, partial);
  const flags = mayHaveFlags(command, argv, syntax) ? flagsLeft(syntax, argv) : [];
  if (partial.startsWith('-')) return [...flags, ...switchesLeft(command, argv)];
  const words = slot === undefined ? [] : await ofSlot(slot, partial);
  return words.length > 0 || partial !== '' ? words : flags;
}

/** Which of the command's words, or which flag's value, is next. */
export function slotAt(
  command: string,
  argv: readonly string[],
  { words, flags }: Syntax,
): { slot: Slot | undefined; place: 'word' | 'value' } {
  const last = argv.at(-1) ?? '';
  const flag = flags.find(({ names, value }) => value !== undefined && names.includes(last));
  if (flag !== undefined)
    return { slot: { command, name: flag.value!, flag: longName(flag) }, place: 'value' };
  const count = plainWords(argv, flags).length;
  const word = words[count] ?? (words.at(-1)?.isRepeated === true ? words.at(-1) : undefined);
  return { slot: word === undefined ? undefined : { command, name: word.name }, place: 'word' };
}

/** The words that are neither flags nor their values. */
export function plainWords(argv: readonly string[], flags: readonly FlagSlot[]): string[] {
  const takesNext = (word: string | undefined): boolean =>
    word !== undefined && flags.some(({ names, value }) => value !== undefined && names.includes(word));
  return argv.filter((word, at) => !word.startsWith('-') && !takesNext(argv[at - 1]));
}

/** What is typed already where a word, or a flag's value, is of this kind. */
function typedAs(
  kind: Kind,
  command: string,
  argv: readonly string[],
  { words, flags }: Syntax,
): string | undefined {
  const at = words.findIndex(({ name }) => kindOf({ command, name }) === kind);
  const word = at < 0 ? undefined : plainWords(argv, flags)[at];
  const flag = flags.find(
    (one) => one.value !== undefined && kindOf({ command, name: one.value, flag: longName(one) }) === kind,
  );
  const place = argv.findIndex((typed) => flag?.names.includes(typed));
  return word ?? (place < 0 ? undefined : argv[place + 1]);
}

/** The cluster that a word is of, where the line names it and it is not the one that it addresses. */
function clusterFor(slot: Slot, argv: readonly string[], syntax: Syntax): string | undefined {
  const isElsewhere = ['setting', 'target table'].includes(kindOf(slot));
  return isElsewhere ? typedAs('cluster', slot.command, argv, syntax) : undefined;
}

/** admin-cli takes flags before the words only. */
function mayHaveFlags({ dialect }: AnyCommand, argv: readonly string[], { flags }: Syntax): boolean {
  return dialect !== 'admin-cli' || plainWords(argv, flags).length === 0;
}

function flagsLeft({ flags }: Syntax, argv: readonly string[]): Completion[] {
  return flags
    .filter(({ names, form }) => form.includes('…') || !names.some((name) => argv.includes(name)))
    .map((flag) => {
      const names = flag.names.join(', ');
      return { value: longName(flag), about: flag.value === undefined ? names : `${names} ${flag.value}` };
    });
}

/** The global flags that pegsh's own commands take, as far as they mean something to this one. */
function switchesLeft(
  { dialect, isLook, plan, confirm }: AnyCommand,
  argv: readonly string[],
): readonly Completion[] {
  if (dialect !== 'pegsh') return [];
  const isMeaningless = { watch: !isLook, dryRun: !plan, yes: !confirm } as Partial<Record<string, boolean>>;
  return SWITCHES.filter(({ name, long }) => !argv.includes(long) && isMeaningless[name] !== true).map(
    ({ long, summary }) => ({ value: long, about: summary }),
  );
}

function longName({ names }: FlagSlot): string {
  return names.find((name) => name.startsWith('--')) ?? names[0]!;
}

function matching(candidates: readonly Completion[], partial: string): Completion[] {
  const seen = new Set<string>();
  return candidates.filter(({ value }) => {
    if (!value.startsWith(partial) || seen.has(value)) return false;
    seen.add(value);
    return true;
  });
}
