import {
  type CommandEntry,
  type Context,
  type Dialect,
  runnable,
  type Session,
} from '../commands/command.ts';
import { UsageError } from '../errors.ts';
import { globalsOfEnvironment, takeSwitches } from './globals.ts';
import type { CommandIndex, Resolved } from './resolve.ts';

const MOST_SHOWN = 8;
/** What is typed may be a value of a megabyte: so much of it is far enough from every name. */
const LONGEST_TYPED = 64;
/** A name that leaves a typed word out is a little farther than one that has it. */
const IGNORED_WORD = 0.5;

const OWNERS: Readonly<Record<Dialect, string>> = {
  pegsh: "pegsh's",
  'admin-cli': "admin-cli's",
  'cpp-shell': "the C++ shell's",
};

/** What people type who know other tools, and what it is here. */
const SYNONYMS: Readonly<Record<string, string>> = {
  tables: 'ls',
  'show tables': 'ls',
  'list tables': 'ls',
  describe: 'app',
  desc: 'app',
  put: 'set',
  insert: 'set',
  delete: 'del',
  scan: 'full_scan',
  select: 'full_scan',
  status: 'cluster_info',
  sleep: 'wait',
  kill: 'node kill',
  restart: 'node restart',
  start: 'node start',
  stop: 'node stop',
  diagnose: 'dup diagnose',
  verify: 'dup verify',
  watch: 'dup watch',
  source: 'run',
  clusters: 'cluster list',
  servers: 'node list',
};

interface Near {
  readonly entry: CommandEntry;
  readonly name: string;
  readonly distance: number;
}

/** A line that a mirrored command did not understand, and what it was taken for. */
export interface Misunderstood {
  readonly words: readonly string[];
  readonly found: Resolved;
  readonly context: Context;
}

/** Who would have understood the line, or how it is to be written. */
export async function whatWasMeant(line: Misunderstood, index: CommandIndex): Promise<string | undefined> {
  return longerName(line, index) ?? (await switchesFirst(line)) ?? inOtherDialect(line, index);
}

/** Where the second word was taken for an argument, and is nearly the second word of a name: `nodes list`. */
function longerName(
  { words, found: { entry } }: Misunderstood,
  { commands }: CommandIndex,
): string | undefined {
  const isLonger = ({ name }: CommandEntry) => name.split(' ').length > entry.name.split(' ').length;
  const [near] = nearest(
    words,
    commands.filter((one) => one.isBuilt && isLonger(one)),
  );
  return near !== undefined && near.distance <= 1 ? `did you mean \`${near.name}\`?` : undefined;
}

/** Where pegsh's own flags stand behind the name of a command that keeps to its own: `nodes --watch`. */
async function switchesFirst({ words, found, context }: Misunderstood): Promise<string | undefined> {
  const { argv, entry } = found;
  const { rest } = takeSwitches(argv, globalsOfEnvironment({}));
  if (rest.length === argv.length || !(await takes({ entry, argv: rest }, context))) return undefined;
  const name = words.slice(0, words.length - argv.length);
  const taken = argv.filter((word) => !rest.includes(word));
  return `flags of pegsh's own stand before the name: ${[...taken, ...name, ...rest].join(' ')}`;
}

/** Where these words are wrong, and the other dialect has a command of that name that takes them: how to reach it. */
async function inOtherDialect(
  { words, found, context }: Misunderstood,
  commands: CommandIndex,
): Promise<string | undefined> {
  const dialect = found.entry.dialect === 'admin-cli' ? 'cpp-shell' : 'admin-cli';
  const other = commands.find(words, dialect);
  if (other?.entry.dialect !== dialect || !other.entry.isBuilt) return undefined;
  if ((await takes(found, context)) || !(await takes(other, context))) return undefined;
  const line = words.join(' ');
  return `\`${line}\` is ${OWNERS[dialect]}: --dialect ${dialect} ${line}`;
}

async function takes({ entry, argv }: Resolved, context: Context): Promise<boolean> {
  const command = runnable((await entry.load()).default);
  try {
    command.parse(argv, context);
    return true;
  } catch (error) {
    if (error instanceof UsageError) return false;
    throw error;
  }
}

/**
 * The error for words that name no command, with what may have been meant.
 *
 * @param chosen the dialect that somebody asked for
 */
export async function unknownCommand(
  words: readonly string[],
  index: CommandIndex,
  chosen?: Session['dialect'],
): Promise<UsageError> {
  const first = words[0];
  if (first === undefined) return new UsageError('no command given', '`pegsh help` lists them');
  const built = index.commands.filter(({ isBuilt }) => isBuilt);
  const names = built.flatMap((entry) => [entry.name, ...entry.aliases]);
  const family = names.filter((name) => name.startsWith(`${first} `));
  const near = nearest(words, built);
  const what = family.length > 0 && words[1] !== undefined ? `${first} ${words[1]}` : first;
  if (family.length > 0 && (words[1] === undefined || near.length === 0)) {
    const said = words[1] === undefined ? `${first} needs a word more` : `unknown command "${what}"`;
    return new UsageError(said, `there are ${listed(family)}`);
  }
  const meant = (name: string): CommandEntry | undefined => index.find(name.split(' '), chosen)?.entry;
  return new UsageError(`unknown command "${what}"`, await hintOf(near, meant));
}

/** @param meant who answers to a name that several have */
async function hintOf(
  [best, ...others]: readonly Near[],
  meant: (name: string) => CommandEntry | undefined,
): Promise<string> {
  if (best === undefined) return '`pegsh help` lists the commands';
  if (others.length > 0) return `did you mean ${listed([best, ...others].map(({ name }) => name))}?`;
  const asked = `did you mean \`${best.name}\`?`;
  const entry = meant(best.name) ?? best.entry;
  if (entry.dialect === 'pegsh') return asked;
  const { usage } = (await entry.load()).default;
  return `${asked} It is ${OWNERS[entry.dialect]}: ${usage}`;
}

/** The commands whose names are nearest to what was typed: as many as are equally near. */
function nearest(words: readonly string[], commands: readonly CommandEntry[]): Near[] {
  const close = commands
    .map((entry) => nearestName(entry, words))
    .filter(({ distance }) => Math.floor(distance) <= farthest(words));
  const least = Math.min(...close.map(({ distance }) => distance));
  const best = close.filter(({ distance }) => distance === least);
  return best.filter(({ name }, at) => best.findIndex((other) => other.name === name) === at);
}

/** Of a command that has several names that are equally near, the shortest. */
function nearestName(entry: CommandEntry, words: readonly string[]): Near {
  const [first, ...others] = [entry.name, ...entry.aliases].map((name) => ({
    entry,
    name,
    distance: distanceTo(name, words),
  }));
  return others.reduce((best, other) => {
    const nearer = other.distance - best.distance;
    return nearer < 0 || (nearer === 0 && other.name.length < best.name.length) ? other : best;
  }, first!);
}

function farthest(words: readonly string[]): number {
  return Math.min(2, Math.floor(words[0]!.length / 3));
}

/** 0 for another word order, other separators or a synonym; else how many letters are wrong. */
function distanceTo(name: string, words: readonly string[]): number {
  const parts = partsOf(name);
  const distances = [1, 2, 3]
    .filter((count) => count <= words.length)
    .map((count) => {
      const typed = words.slice(0, count).join(' ').slice(0, LONGEST_TYPED).toLowerCase();
      const typedParts = partsOf(typed);
      const isReordered = [...typedParts].sort().join(' ') === [...parts].sort().join(' ');
      if (isReordered || SYNONYMS[typed] === name) return 0;
      const isWhole = count >= Math.min(2, words.length);
      return editDistance(parts.join('_'), typedParts.join('_')) + (isWhole ? 0 : IGNORED_WORD);
    });
  return Math.min(...distances);
}

function partsOf(name: string): string[] {
  return name
    .toLowerCase()
    .replace(/^duplication\b/, 'dup')
    .split(/[\s_-]+/);
}

function listed(names: readonly string[]): string {
  const unique = [...new Set(names)];
  const more = unique.length > MOST_SHOWN ? ' …' : '';
  const shown = unique.slice(0, MOST_SHOWN).map((name) => `\`${name}\``);
  return shown.join(', ') + more;
}

/** How many letters to add, drop, change or swap with their neighbour (Damerau and Levenshtein). */
function editDistance(a: string, b: string): number {
  let [before, row]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, at) => at)];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      next.push(Math.min(changed, row[j]! + 1, next[j - 1]! + 1, isSwap ? before[j - 2]! + 1 : Infinity));
    }
    [before, row] = [row, next];
  }
  return row[b.length]!;
}
