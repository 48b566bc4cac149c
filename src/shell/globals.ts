import { durationMs } from '../commands/grammar/duration.ts';
import { UsageError } from '../errors.ts';

/** What the flags before the command word, and their environment variables, ask for. */
export interface Globals {
  readonly workspace?: string;
  readonly cluster?: string;
  readonly meta?: string;
  readonly timeoutMs?: number;
  readonly dialect?: 'admin-cli' | 'cpp-shell';
  readonly command?: string;
  readonly durability?: 'power' | 'process';
  readonly json: boolean;
  readonly noColor: boolean;
  readonly yes: boolean;
  readonly plainPrompt: boolean;
  readonly keepGoing: boolean;
  readonly timing: boolean;
  /** Seconds from look to look. */
  readonly watch?: number;
  readonly dryRun: boolean;
  readonly help: boolean;
  readonly version: boolean;
}

const LONGEST_TIMEOUT_MS = 3_600_000;

type Name = keyof Globals;

interface Flag {
  readonly name: Name;
  readonly long: string;
  readonly short?: string;
  readonly environment?: string;
  readonly value?: string;
  /** What is meant where no value stands behind it; a value is a number then. */
  readonly usual?: number;
  readonly summary: string;
}

/** Every global flag, in the order that help shows them. `value` is what stands for its value there. */
export const GLOBAL_FLAGS: readonly Flag[] = [
  {
    name: 'workspace',
    long: '--workspace',
    short: '-w',
    environment: 'PEGSH_WORKSPACE',
    value: 'DIR',
    summary: 'the folder that holds the clusters',
  },
  {
    name: 'cluster',
    long: '--cluster',
    short: '-C',
    environment: 'PEGSH_CLUSTER',
    value: 'NAME',
    summary: 'the cluster that commands address',
  },
  {
    name: 'meta',
    long: '--meta',
    short: '-m',
    environment: 'PEGSH_META',
    value: 'LIST',
    summary: "a real cluster's meta servers",
  },
  {
    name: 'timeoutMs',
    long: '--timeout',
    environment: 'PEGSH_TIMEOUT',
    value: 'DURATION',
    summary: 'how long a request may take: 500ms, 3s; 5s else',
  },
  {
    name: 'dialect',
    long: '--dialect',
    environment: 'PEGSH_DIALECT',
    value: 'admin-cli|cpp-shell',
    summary: 'who answers to the names that both dialects have',
  },
  { name: 'command', long: '--command', short: '-c', value: "'LINE; LINE'", summary: 'run these lines' },
  {
    name: 'durability',
    long: '--durability',
    environment: 'PEGSH_DURABILITY',
    value: 'power|process',
    summary: 'what an answer survives: a power cut, or only the end of pegsh',
  },
  { name: 'keepGoing', long: '--keep-going', summary: 'run the lines after one that failed' },
  { name: 'timing', long: '--timing', summary: 'tell on stderr how long each line took' },
  {
    name: 'json',
    long: '--json',
    environment: 'PEGSH_JSON',
    summary: 'answers and errors as JSON on stdout',
  },
  {
    name: 'watch',
    long: '--watch',
    value: '[SECONDS]',
    usual: 2,
    summary: 'look again and again, with what has changed marked',
  },
  { name: 'dryRun', long: '--dry-run', summary: 'tell what would be moved, dropped or overwritten' },
  { name: 'noColor', long: '--no-color', environment: 'NO_COLOR', summary: 'no ANSI codes at all' },
  { name: 'yes', long: '--yes', short: '-y', summary: 'yes to every "are you sure"' },
  {
    name: 'plainPrompt',
    long: '--plain-prompt',
    environment: 'PEGSH_PLAIN_PROMPT',
    summary: "the prompt of the dialect's own program",
  },
  { name: 'help', long: '--help', short: '-h', summary: 'show what there is' },
  { name: 'version', long: '--version', summary: 'show the version' },
];

const OFF: Globals = {
  json: false,
  noColor: false,
  yes: false,
  plainPrompt: false,
  keepGoing: false,
  timing: false,
  dryRun: false,
  help: false,
  version: false,
};

/** What the environment asks for. A switch is on when its variable is neither empty nor `0`. */
export function globalsOfEnvironment(environment: Readonly<Record<string, string | undefined>>): Globals {
  let globals = OFF;
  for (const flag of GLOBAL_FLAGS) {
    const text = flag.environment === undefined ? undefined : environment[flag.environment];
    if (text === undefined || text === '') continue;
    if (flag.value !== undefined) globals = withValue(globals, flag, text, flag.environment!);
    else if (text !== '0') globals = { ...globals, [flag.name]: true };
  }
  return globals;
}

/**
 * Reads the flags that stand before the command word; `rest` is what follows them.
 *
 * Only there: after its name a mirrored command keeps each of its own flags exactly.
 *
 * @throws UsageError
 */
export function readGlobals(
  words: readonly string[],
  base: Globals,
): { globals: Globals; rest: readonly string[] } {
  if (words[0]?.startsWith('-') !== true) return { globals: base, rest: words };
  let globals = base;
  let at = 0;
  while (at < words.length && words[at]!.startsWith('-') && words[at] !== '-') {
    const word = words[at]!;
    at += 1;
    if (word === '--') break;
    const equals = word.startsWith('--') ? word.indexOf('=') : -1;
    const typed = equals < 0 ? word : word.slice(0, equals);
    const flag = GLOBAL_FLAGS.find((one) => one.long === typed || one.short === typed);
    if (flag === undefined)
      throw new UsageError(`unknown flag ${typed}`, 'the flags of a command stand after its name');
    if (flag.value === undefined) {
      if (equals >= 0) throw new UsageError(`${typed} takes no value`);
      globals = { ...globals, [flag.name]: true };
      continue;
    }
    const attached = equals < 0 ? undefined : word.slice(equals + 1);
    const value = attached ?? (flag.usual === undefined || isNumber(words[at]) ? words[at] : undefined);
    if (value === undefined && flag.usual === undefined)
      throw new UsageError(`${typed} needs a value: ${typed} ${flag.value}`);
    if (attached === undefined && value !== undefined) at += 1;
    globals = withValue(globals, flag, value ?? String(flag.usual), typed);
  }
  return { globals, rest: words.slice(at) };
}

const OF_WHOLE_RUN: readonly Name[] = [
  'workspace',
  'meta',
  'timeoutMs',
  'command',
  'durability',
  'keepGoing',
  'timing',
];

/** Whether more was asked for than one line can have for itself. */
export function isOfWholeRun(asked: Globals, base: Globals): boolean {
  return asked !== base && OF_WHOLE_RUN.some((name) => asked[name] !== base[name]);
}

const ANYWHERE: readonly Name[] = ['json', 'noColor', 'yes', 'watch', 'dryRun', 'help'];

/** Flags that pegsh's own commands take after their name as well. */
export const SWITCHES: readonly Flag[] = GLOBAL_FLAGS.filter(({ name }) => ANYWHERE.includes(name));

/** Takes `SWITCHES` out of the words behind the name of such a command. */
export function takeSwitches(
  argv: readonly string[],
  base: Globals,
): { globals: Globals; rest: readonly string[] } {
  const rest: string[] = [];
  let globals = base;
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at]!;
    if (word === '--') return { globals, rest: [...rest, ...argv.slice(at)] };
    if (!SWITCHES.some(({ long }) => long === word.split('=', 1)[0])) {
      rest.push(word);
      continue;
    }
    const hasNumber = word === '--watch' && isNumber(argv[at + 1]);
    globals = readGlobals(hasNumber ? [word, argv[at + 1]!] : [word], globals).globals;
    if (hasNumber) at += 1;
  }
  return { globals, rest };
}

function isNumber(word: string | undefined): boolean {
  return word !== undefined && /^\d+(\.\d+)?$/.test(word);
}

function withValue(globals: Globals, flag: Flag, value: string, typed: string): Globals {
  if (flag.name === 'dialect' && value !== 'admin-cli' && value !== 'cpp-shell') {
    throw new UsageError(`${typed} is admin-cli or cpp-shell, not "${value}"`);
  }
  if (flag.usual !== undefined) {
    if (!isNumber(value) || Number(value) === 0)
      throw new UsageError(`${typed} takes a number of seconds, not "${value}"`);
    return { ...globals, [flag.name]: Number(value) };
  }
  if (flag.name === 'timeoutMs') return { ...globals, timeoutMs: timeoutOf(value, typed) };
  if (flag.name === 'durability' && value !== 'power' && value !== 'process') {
    throw new UsageError(`${typed} is power or process, not "${value}"`);
  }
  return { ...globals, [flag.name]: value };
}

function timeoutOf(text: string, typed: string): number {
  const ms = durationMs(text);
  if (ms < 1 || ms > LONGEST_TIMEOUT_MS) throw new UsageError(`${typed} is 1ms to 1h, not ${text}`);
  return ms;
}
