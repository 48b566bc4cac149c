import type { Command, CommandResult } from '../../rpc/idl/arguments.ts';
import { parseUnsigned } from '../../rpc/idl/integer.ts';
import type { Cluster } from '../cluster.ts';
import { type Served, SILENCE } from '../request.ts';
import type { Steps } from '../steps.ts';
import { ALLOCATOR_COMMANDS } from './allocator-commands.ts';
import { COUNTER_COMMANDS } from './counter-commands.ts';
import { GENERIC_COMMANDS } from './generic.ts';
import { META_COMMANDS } from './meta-commands.ts';
import { PROCESS_COMMANDS } from './process-commands.ts';
import type { RemoteCommand, Server } from './remote-command.ts';
import { REPLICA_COMMANDS } from './replica-commands.ts';
import { SETTING_COMMANDS } from './setting-commands.ts';

/**
 * What a running server makes of a remote command: a text, also where it knows no such command
 * (`command_manager.cpp`).
 *
 * @param timeoutUs how long the client waits, in microseconds
 */
export function answerCommand(
  cluster: Cluster,
  node: string,
  { cmd, arguments: words }: Command,
  timeoutUs: number,
): Served {
  const server: Server = { cluster, node, role: cluster.node(node).role };
  return REPEAT.includes(cmd)
    ? repeat(server, words, timeoutUs)
    : answered(server, run(server, cmd, words).text);
}

function served(success: string, waitedUs = 0): Served {
  return { err: 'ERR_OK', reply: { success } satisfies CommandResult, waitedUs };
}

/** What a server answers once it has done what takes long. */
function answered(server: Server, text: string | Steps<string>): Served {
  if (typeof text === 'string') return served(text);
  return performed(server, function* () {
    return served(yield* text);
  });
}

/** Does what takes long; what comes of it later comes when what it waited is over. */
function performed({ cluster, node }: Server, work: () => Steps<Served>): Served {
  const { universe } = cluster;
  const start = universe.now;
  let done: Served | undefined;
  const steps = function* (): Steps {
    done = yield* work();
  };
  universe.timeline.perform(cluster, node, steps());
  if (done !== undefined) return done;
  const late = () =>
    done !== undefined && 'reply' in done && universe.now >= start + done.waitedUs ? done.reply : undefined;
  return { err: 'ERR_TIMEOUT', waitedUs: 0, late };
}

const HELP = ['help', 'h', 'H', 'Help'];
const REPEAT = ['repeat', 'r', 'R', 'Repeat'];

/** Upstream goes on as long as the client says; here all of it is done before anybody else is answered. */
const LONGEST_REPETITION_US = 600_000_000;

/** Nothing is repeated of a repetition. */
const AGAIN = { text: '', isKnown: true };

/** What has several names, and stands before all others. */
const ALIASED = [
  { names: HELP, description: 'Display help information', usage: '[command]' },
  {
    names: REPEAT,
    description:
      'Execute a command periodically in every interval seconds for the max count time (0 for infinite)',
    usage: '<interval_seconds> <max_count> <command>',
  },
];

function run(
  server: Server,
  name: string,
  words: readonly string[],
): { text: string | Steps<string>; isKnown: boolean } {
  if (HELP.includes(name)) return { text: help(server, words), isKnown: true };
  const command = commandsOf(server).find((one) => one.name === name);
  if (command === undefined) return { text: `unknown command '${name}'`, isKnown: false };
  return { text: command.run(server, words), isKnown: true };
}

/** The client hears of it only once the last pause is over, and runs out of time before that if there are many. */
function repeat(server: Server, words: readonly string[], timeoutUs: number): Served {
  const [interval, max, name, ...more] = words;
  if (name === undefined || max === undefined || interval === undefined)
    return served('insufficient arguments');
  const seconds = Number(/^\s*\+?\d+/.exec(interval)?.[0] ?? 0);
  if (seconds === 0) return served('invalid interval argument');
  const count = parseUnsigned(max, 32);
  if (count === undefined) return served('invalid max count');
  const times = count === 0n ? Number.POSITIVE_INFINITY : Number(count);
  const again = () => (REPEAT.includes(name) ? AGAIN : run(server, name, more));
  const patienceUs = Math.min(timeoutUs, LONGEST_REPETITION_US);
  return performed(server, () => repeating(again, times, seconds * 1_000_000, patienceUs));
}

function* repeating(
  again: () => ReturnType<typeof run>,
  times: number,
  pauseUs: number,
  patienceUs: number,
): Steps<Served> {
  let waitedUs = 0;
  for (let time = 0; time < times; time++) {
    const { text, isKnown } = again();
    if (!isKnown) break;
    if (typeof text !== 'string') yield* text;
    waitedUs += pauseUs;
    if (waitedUs >= patienceUs) return SILENCE;
    yield;
  }
  return served('repeat command completed', waitedUs);
}

function commandsOf(server: Server): readonly RemoteCommand[] {
  const commands = [
    ...GENERIC_COMMANDS,
    ...PROCESS_COMMANDS,
    ...COUNTER_COMMANDS,
    ...SETTING_COMMANDS,
    ...META_COMMANDS,
    ...REPLICA_COMMANDS,
    ...ALLOCATOR_COMMANDS,
  ];
  const { role } = server;
  return commands.filter(
    (command) => (command.role === undefined || command.role === role) && hasWhatItNeeds(server, command),
  );
}

/** A leader that recovered its state has not found it. */
function hasWhatItNeeds({ cluster, node }: Server, { needs }: RemoteCommand): boolean {
  if (needs === undefined) return true;
  const { meta } = cluster;
  if (meta?.node !== node) return false;
  return needs === 'lead' || !(meta.process.recovering || meta.process.is_recovered === true);
}

/** One line a command, or two of the one that is asked about: what it does, and what it takes. */
function help(server: Server, [asked]: readonly string[]): string {
  const commands = [...commandsOf(server)].sort((a, b) => (a.name < b.name ? -1 : 1));
  const all = [...ALIASED, ...commands.map(({ name, ...rest }) => ({ ...rest, names: [name] }))];
  if (asked === undefined)
    return all.map(({ names, description }) => `${names.join('|')} - ${description}\n`).join('');
  const found = all.find(({ names }) => names.includes(asked));
  if (found === undefined) return `cannot find command '${asked}'`;
  const name = found.names.join('|');
  return `${name} - ${found.description}\n${name} ${found.usage}\n`;
}
